/**
 * The way through the moments: one by one, to either end, anywhere.
 *
 * @typedef {import("../api.js").Moment} Moment
 */

import { make, on } from "../dom.js";
import { StepBar } from "../elements/step-bar.js";
import { say } from "../messages.js";

/**
 * @param {HTMLElement} host
 * @param {readonly Moment[]} moments
 * @param {(moment: number) => void} go
 * @returns {(moment: number) => void} shows at which one is
 */
export function buildPlayer(host, moments, go) {
  const last = moments.length - 1;
  const bar = new StepBar();
  bar.count = moments.length;
  on(bar, "step-bar:step", go);
  const first = end("first", "«", () => go(0));
  const end_ = end("last", "»", () => go(last));
  host.append(first, bar);
  // Where the way ends, before what is told of the place on it.
  bar.querySelector(".steps")?.after(end_);
  return (moment) => {
    const { batch, epoch, images } = moments[moment];
    bar.place = moment;
    const place = { n: moment + 1, of: moments.length };
    bar.told = batch
      ? say("timeline.moment", { ...place, batch, epoch: Number(epoch.toPrecision(2)), images })
      : say("timeline.beginning", place);
    first.disabled = moment === 0;
    end_.disabled = moment === last;
  };

  /**
   * @param {string} name
   * @param {string} sign
   * @param {() => void} press
   */
  function end(name, sign, press) {
    const title = say(`timeline.${name}`);
    const button = make("button", { type: "button", "aria-label": title, title }, sign);
    button.addEventListener("click", () => {
      bar.stop();
      press();
    });
    return button;
  }
}
