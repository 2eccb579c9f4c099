import { make, on, write } from "../../dom.js";
import { NumberStepper } from "../../elements/number-stepper.js";
import { figure, matrix } from "../../lab.js";
import { say } from "../../messages.js";
import { percent } from "../../text.js";
import { changes, pooled, shifted } from "./inputs.js";

export const FARTHEST = 3;

/**
 * What a shift of the input changes: there, and behind either pooling.
 *
 * @param {(shift: [down: number, right: number]) => void} move
 */
export function shifts(move) {
  /** @type {[number, number]} */
  let now = [0, 0];
  const steppers = ["down", "right"].map((name, axis) => {
    const stepper = new NumberStepper();
    stepper.setUp({ label: say(`.${name}`), min: -FARTHEST, max: FARTHEST });
    on(stepper, "number-stepper:change", (/** @type {number} */ cells) =>
      move(axis ? [now[0], cells] : [cells, now[1]]),
    );
    return stepper;
  });
  const parts = ["input", "max", "average"].map((name) => {
    const shown = matrix(`.shifted.${name}`, { scale: "sequential" });
    const told = make("p", { class: "changed-cells", "data-part": name });
    return { shown, told, element: figure(`.shifted.${name}`, shown, told) };
  });
  const rows = make("div", { class: "side-by-side" }, ...parts.map(({ element }) => element));
  const hint = make("p", { class: "hint" }, say(".unshifted"));
  const element = make(
    "section",
    { class: "shift", "aria-label": say(".shift") },
    make("h3", {}, say(".shift")),
    make("div", { class: "knobs" }, ...steppers, hint),
    rows,
  );

  /**
   * @param {object} state
   * @param {number[][]} state.input
   * @param {number} state.size
   * @param {number} state.stride
   * @param {[number, number]} state.shift
   * @param {readonly [number, number]} range of the colours
   */
  const show = ({ input, size, stride, shift }, range) => {
    now = shift;
    for (const [axis, stepper] of steppers.entries()) stepper.value = shift[axis];
    const before = pooled(input, size, stride);
    const still = shift.every((cells) => cells === 0);
    hint.hidden = !still;
    rows.hidden = still || before.max.length === 0;
    if (rows.hidden) return;
    const moved = shifted(input, shift);
    const after = pooled(moved, size, stride);
    const pairs = [
      [input, moved],
      [before.max, after.max],
      [before.average, after.average],
    ];
    for (const [i, [old, fresh]] of pairs.entries()) {
      parts[i].shown.shows = {
        rows: fresh,
        range,
        flags: (row, column) => (old[row][column] === fresh[row][column] ? null : "changed"),
      };
      const [n, of] = [changes(old, fresh), old.flat().length];
      write(parts[i].told, say(".changed", { n, of, share: percent(n / of) }));
    }
  };
  return { element, show };
}
