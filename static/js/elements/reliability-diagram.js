import { logShare } from "../axis.js";
import { say } from "../messages.js";
import { percent } from "../text.js";

/** @typedef {import("../schema.d.ts").components["schemas"]["ReliabilityBin"]} Bin */

const SVG = "http://www.w3.org/2000/svg";
const SIDE = 240;
const LEFT = 40;
const TOP = 8;
/** Between the diagram and the counts below it. */
const GAP = 30;
const COUNTS = 56;
const HALVES = [0, 0.5, 1];

/**
 * How often a network is right where it says how sure it is: a bar a bin, the line where both
 * are the same, and below it how many digits each bin has, on a logarithmic scale.
 */
export class ReliabilityDiagram extends HTMLElement {
  /**
   * @param {readonly Bin[]} bins
   * @param {string} label
   */
  show(bins, label) {
    const [width, height] = [LEFT + SIDE + 8, TOP + SIDE + GAP + COUNTS + 40];
    const svg = draw("svg", {
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": label,
    });
    const most = Math.max(...bins.map(({ count }) => count));
    svg.append(...axes(), ...bins.filter(({ count }) => count).map((bin) => column(bin, most)));
    svg.append(
      draw("path", { class: "same", d: `M${x(0)} ${y(0)}L${x(1)} ${y(1)}` }),
      words(say(".reliability.confidence"), x(0.5), height - 6, "middle"),
      words(say(".reliability.counts"), x(0), TOP + SIDE + GAP - 4, "start"),
    );
    this.replaceChildren(svg);
  }
}

function axes() {
  const base = TOP + SIDE + GAP + COUNTS;
  return [
    ...HALVES.flatMap((share) => [
      draw("path", { class: "rule", d: `M${x(0)} ${y(share)}H${x(1)}` }),
      words(percentage(share), LEFT - 6, y(share) + 4, "end"),
      words(percentage(share), x(share), base + 14, share === 1 ? "end" : "middle"),
    ]),
    draw("path", { class: "rule", d: `M${x(0)} ${base}H${x(1)}` }),
  ];
}

/**
 * @param {Bin} bin
 * @param {number} most digits of a bin
 */
function column({ from, to, count, confidence, accuracy }, most) {
  const [sure, right] = [confidence ?? 0, accuracy ?? 0];
  const [left, width] = [x(from) + 1, x(to) - x(from) - 2];
  const base = TOP + SIDE + GAP + COUNTS;
  const tall = Math.max(1, COUNTS * 0.9 * logShare(count, most));
  const group = draw("g", {});
  const title = draw("title", {});
  title.textContent = say(".reliability.bin", {
    from: percent(from),
    to: percent(to),
    n: count,
    confidence: percent(sure),
    accuracy: percent(right),
  });
  const [low, high] = [Math.min(sure, right), Math.max(sure, right)];
  group.append(
    title,
    box("right", left, y(right), width, y(0) - y(right)),
    box("gap", left, y(high), width, y(low) - y(high)),
    draw("path", { class: "sure", d: `M${left} ${y(sure)}h${width}` }),
    box("count", left, base - tall, width, tall),
  );
  return group;
}

/** @param {number} share */
function x(share) {
  return LEFT + SIDE * share;
}

/** @param {number} share */
function y(share) {
  return TOP + SIDE * (1 - share);
}

/** @param {number} share of the axis */
function percentage(share) {
  return percent(share).replace(/[.,]0/, "");
}

/**
 * @param {string} name
 * @param {number} left
 * @param {number} top
 * @param {number} width
 * @param {number} height
 */
function box(name, left, top, width, height) {
  const place = { x: left, y: top, width, height };
  const texts = Object.entries(place).map(([key, at]) => [key, at.toFixed(2)]);
  return draw("rect", { class: name, ...Object.fromEntries(texts) });
}

/**
 * @param {string} text
 * @param {number} left
 * @param {number} top
 * @param {"start" | "middle" | "end"} anchor
 */
function words(text, left, top, anchor) {
  const element = draw("text", { x: String(left), y: String(top), "text-anchor": anchor });
  element.textContent = text;
  return element;
}

/**
 * @param {string} name
 * @param {Record<string, string>} attributes
 */
function draw(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

customElements.define("reliability-diagram", ReliabilityDiagram);
