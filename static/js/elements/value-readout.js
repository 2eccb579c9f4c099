/**
 * The small label beside what is pointed at. Its markup holds four elements: for the value,
 * the map, the place in it, and what its colours mean.
 */
export class ValueReadout extends HTMLElement {
  /** @param {import("./feature-map.js").Pointed} pointed */
  show({ value, label, place, colours, box }) {
    const texts = [value, label, place, colours];
    for (const [i, part] of [...this.children].entries()) part.textContent = texts[i];
    this.hidden = false;
    const { width, height } = this.getBoundingClientRect();
    const margin = 8;
    const fits = box.right + margin + width < document.documentElement.clientWidth;
    const x = fits ? box.right + margin : Math.max(box.left - margin - width, 0);
    const y = Math.max(margin, box.top + (box.height - height) / 2);
    this.style.setProperty("translate", `${Math.round(x)}px ${Math.round(y)}px`);
  }

  hide() {
    this.hidden = true;
  }
}

customElements.define("value-readout", ValueReadout);
