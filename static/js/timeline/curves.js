/**
 * What was measured in the training, moment by moment, and what each took the picture for: one
 * under the other, on one axis.
 *
 * @typedef {import("../api.js").Timeline} Timeline
 * @typedef {import("../api.js").Trace} Trace
 * @typedef {"loss" | "validation_loss" | "validation_accuracy"} Measure
 */

import { decades, logAxis, momentAxis, SHARES, spaced } from "../axes.js";
import { make, on } from "../dom.js";
import { MomentCurves } from "../elements/moment-curves.js";
import { share } from "../elements/moment-plot.js";
import { MomentStrip } from "../elements/moment-strip.js";
import { say } from "../messages.js";
import { count, precisePercent, value } from "../text.js";

/** Between numbers on the axis, as a share of it. */
const APART = 0.09;

/**
 * @param {HTMLElement} host
 * @param {Timeline} timeline
 * @param {(moment: number) => void} go
 * @returns {(moment: number, readings: readonly Trace[] | null) => void}
 */
export function buildCurves(host, { points, moments, batches_per_epoch }, go) {
  const axis = momentAxis(moments.map(({ batch }) => batch));
  const line = (/** @type {string} */ id, /** @type {Measure} */ measure) => ({
    id,
    name: say(`timeline.${id}`),
    points: points.flatMap((point) => {
      const measured = point[measure];
      return measured === null ? [] : [/** @type {const} */ ([point.batch, measured])];
    }),
  });
  const losses = [line("training", "loss"), line("validation", "validation_loss")];
  const positive = losses
    .flatMap(({ points }) => points.map(([, loss]) => loss))
    .filter((v) => v > 0);

  const strip = new MomentStrip();
  strip.setUp({ title: say("timeline.took"), axis });
  const accuracy = new MomentCurves();
  accuracy.setUp({
    title: say("timeline.accuracy"),
    axis,
    values: SHARES,
    text: precisePercent,
    lines: [line("validation", "validation_accuracy")],
  });
  const loss = new MomentCurves();
  loss.setUp({
    title: say("timeline.loss"),
    axis,
    values: logAxis(positive),
    text: value,
    lines: losses,
  });
  host.append(strip, accuracy, loss, ...scales(axis.place, moments, batches_per_epoch));
  for (const plot of [strip, accuracy, loss]) on(plot, `${plot.localName}:choose`, go);

  return (moment, readings) => {
    strip.readings = readings;
    strip.moment = moment;
    accuracy.batch = moments[moment].batch;
    loss.batch = moments[moment].batch;
  };
}

/**
 * @param {(batch: number) => number} place
 * @param {Timeline["moments"]} moments
 * @param {number} epoch in batches
 */
function scales(place, moments, epoch) {
  const last = moments[moments.length - 1].batch;
  const epochs = decades(last / epoch).map((n) => n * epoch);
  return [
    scale("batches", spaced(place, decades(last), APART), place, 1),
    scale("epochs", spaced(place, epochs, APART), place, epoch),
  ];
}

/**
 * @param {string} name
 * @param {readonly number[]} batches
 * @param {(batch: number) => number} place
 * @param {number} unit in batches
 */
function scale(name, batches, place, unit) {
  const ticks = batches.map((batch) => {
    const tick = make("span", { class: "tick" }, count(Math.round(batch / unit)));
    tick.style.insetInlineStart = share(place(batch));
    return tick;
  });
  return make(
    "div",
    { class: "scale", "aria-hidden": "true" },
    make("span", { class: "unit" }, say(`timeline.${name}`)),
    make("div", { class: "ticks" }, ...ticks),
  );
}
