import { make } from "../dom.js";
import { describe, MOST_EDITS } from "../edits.js";

/**
 * What has been changed, each to be taken back.
 *
 * Emits `edit-list:remove` with an edit's place.
 *
 * @typedef {import("../edits.js").Edit} Edit
 */
export class EditList extends HTMLElement {
  /**
   * @param {readonly Edit[]} edits
   * @param {(layerId: string) => string} label names a layer for people
   */
  show(edits, label) {
    const items = edits.map((edit, place) => {
      const text = describe(edit, label);
      const button = make("button", { type: "button", "aria-label": `Undo: ${text}` }, "Undo");
      button.addEventListener("click", () =>
        this.dispatchEvent(new CustomEvent("edit-list:remove", { bubbles: true, detail: place })),
      );
      return make("li", {}, make("span", {}, text), button);
    });
    this.replaceChildren(
      edits.length
        ? make("ol", {}, ...items)
        : make("p", {}, "Nothing. This is the network as it was trained."),
    );
    if (edits.length === MOST_EDITS) {
      const full = `That is ${MOST_EDITS} changes, as many as there can be at a time.`;
      this.append(make("p", {}, `${full} Undo one to make another.`));
    }
  }
}

customElements.define("edit-list", EditList);
