/**
 * What the network takes the picture for at a moment: its answer, and the shares of all classes.
 *
 * @typedef {import("../api.js").Trace} Trace
 */

import { make, write } from "../dom.js";
import { FeatureMap } from "../elements/feature-map.js";
import { say } from "../messages.js";
import { maps } from "../tensor.js";
import { percent } from "../text.js";

/**
 * @param {HTMLElement} host with the element that tells the answer
 * @param {import("../api.js").Model} model
 * @returns {(trace: Trace | null) => void} null for none
 */
export function buildReading(host, { classes, layers: [input] }) {
  const answer = /** @type {HTMLOutputElement} */ (host.querySelector("output"));
  const [, rows, columns] = input.output_shape;
  const seen = new FeatureMap();
  seen.setUp({ rows, columns, label: say("timeline.seen") });
  const bars = classes.map((name) => {
    const text = make("span", { class: "share" });
    return { row: make("li", {}, make("span", {}, name), make("i", { class: "bar" }), text), text };
  });
  host.querySelector("figure")?.prepend(seen);
  host.append(make("ol", { class: "bars" }, ...bars.map(({ row }) => row)));
  return (trace) => {
    const best = trace ? trace.probabilities[trace.prediction] : 0;
    write(answer, trace ? `${trace.label}` : "–");
    write(/** @type {Element} */ (host.querySelector(".sure")), trace ? percent(best) : "");
    for (const [i, { row, text }] of bars.entries()) {
      const share = trace?.probabilities[i] ?? 0;
      row.style.setProperty("--share", String(share));
      row.toggleAttribute("data-best", trace?.prediction === i);
      write(text, trace ? percent(share) : "");
    }
    const activation = trace?.activations.get(input.id);
    if (activation) seen.data = { values: maps(activation)[0], range: [0, 1] };
    else if (!trace) seen.data = null;
  };
}
