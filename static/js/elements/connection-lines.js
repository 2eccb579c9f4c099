/**
 * Lines from some elements to others: as thick as what flows along them is strong, and both in
 * another colour and dashed where it is negative. It lies over the element that it is in.
 *
 * @typedef {object} Edge
 * @property {Element} from it starts at the middle of its right side
 * @property {Element} to it ends at the middle of its left side
 * @property {number} strength signed; 1 is the thickest
 * @property {number} [at] how far down `from` it starts, as a share of its height
 * @property {number} [into] how far down `to` it ends
 */

const SVG = "http://www.w3.org/2000/svg";
const THINNEST = 0.75;
const THICKEST = 6;

export class ConnectionLines extends HTMLElement {
  /** @type {readonly Edge[]} */
  #edges = [];
  #svg = document.createElementNS(SVG, "svg");

  connectedCallback() {
    if (this.firstChild) return;
    this.setAttribute("aria-hidden", "true");
    this.append(this.#svg);
    new ResizeObserver(() => this.#draw()).observe(this);
  }

  /** @param {readonly Edge[]} edges */
  set edges(edges) {
    const same =
      edges.length === this.#edges.length &&
      edges.every(({ from, to, at, into }, i) => {
        const old = this.#edges[i];
        return old.from === from && old.to === to && old.at === at && old.into === into;
      });
    this.#edges = edges;
    if (same) this.#weigh();
    else this.#draw();
  }

  #draw() {
    const frame = this.getBoundingClientRect();
    const ways = this.#edges.map(({ from, to, at = 0.5, into = 0.5 }) => {
      const [start, end] = [from.getBoundingClientRect(), to.getBoundingClientRect()];
      const [x1, y1] = [start.right - frame.left, start.top + start.height * at - frame.top];
      const [x2, y2] = [end.left - frame.left, end.top + end.height * into - frame.top];
      const middle = (x1 + x2) / 2;
      return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
    });
    const paths = ways.map((way) => {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", way);
      return path;
    });
    this.#svg.replaceChildren(...paths);
    this.#weigh();
  }

  #weigh() {
    for (const [i, path] of [...this.#svg.children].entries()) {
      const { strength } = this.#edges[i];
      const width = THINNEST + (THICKEST - THINNEST) * Math.min(1, Math.abs(strength));
      path.setAttribute("stroke-width", width.toFixed(2));
      path.toggleAttribute("data-negative", strength < 0);
      path.toggleAttribute("data-none", strength === 0);
    }
  }
}

customElements.define("connection-lines", ConnectionLines);
