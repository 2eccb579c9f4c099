/**
 * The presenter mode: one part of the chapter at a time, in large type, turned with the arrow
 * keys or with a clicker, which sends Page Up and Page Down. Answers are hidden until they are
 * asked for.
 */

import { find, make, write } from "../dom.js";
import { say } from "../messages.js";

const TURNS = new Map([
  ["ArrowRight", 1],
  ["PageDown", 1],
  ["ArrowLeft", -1],
  ["PageUp", -1],
]);

const LAST = "last";

/** What takes the arrow keys for itself. */
const BUSY = "input, select, textarea, [role=grid], [role=spinbutton], [role=slider], summary";

/**
 * @param {string | null} slide the id of the part to begin with; null for the whole chapter
 * @param {(slide: string | null) => void} turned
 * @returns {{show: (slide: string | null) => void}}
 */
export function present(slide, turned) {
  const root = document.documentElement;
  const main = find(document, "main", HTMLElement);
  const told = make("p", { class: "place", "aria-live": "polite" });
  const bar = make(
    "nav",
    { class: "presenter", "aria-label": say("page.presenter.title") },
    button("previous", "‹", () => turn(-1)),
    told,
    button("next", "›", () => turn(1)),
    button("leave", "✕", () => go(null)),
  );
  document.body.append(bar);

  const slides = () => /** @type {HTMLElement[]} */ ([...main.querySelectorAll("[data-slide]")]);
  let now = slide;

  /** @param {string | null} wanted */
  const show = (wanted) => {
    const all = slides();
    const place = all.findIndex(({ dataset }) => dataset.slide === wanted);
    now = wanted === null ? null : (all[Math.max(0, place)].dataset.slide ?? null);
    root.toggleAttribute("data-presenting", now !== null);
    for (const part of all) part.toggleAttribute("data-current", part.dataset.slide === now);
    if (now === null) return;
    write(told, say("page.presenter.place", { n: Math.max(0, place) + 1, of: all.length }));
    scrollTo(0, 0);
  };

  /** @param {string | null} wanted */
  const go = (wanted) => {
    show(wanted);
    turned(now);
  };

  /** @param {number} step */
  const turn = (step) => {
    const all = slides().map(({ dataset }) => dataset.slide ?? "");
    const next = all[all.indexOf(now ?? "") + step];
    if (next) {
      go(next);
      return;
    }
    // Before the first chapter and after the last one there is nothing to present.
    const chapters = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll(".toc a")]);
    const here = chapters.findIndex((link) => link.matches("[aria-current]"));
    const chapter = chapters[here + step];
    if (here >= 0 && chapter)
      location.assign(`${chapter.pathname}#slide=${step > 0 ? "idea" : LAST}`);
  };

  for (const opener of document.querySelectorAll("[data-action=present]")) {
    opener.addEventListener("click", () => go("idea"));
  }
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    if (now === null || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey)
      return;
    if (event.key === "Escape") go(null);
    const step = TURNS.get(event.key);
    const target = event.target instanceof Element ? event.target : null;
    const taken = event.key.startsWith("Arrow") && target?.closest(BUSY);
    if (!step || taken) return;
    event.preventDefault();
    turn(step);
  };
  addEventListener("keydown", press);
  // A clicker has no other keys than these: they turn, whatever has the focus.
  const clicked = (/** @type {KeyboardEvent} */ event) => {
    if (!event.key.startsWith("Page") || now === null) return;
    press(event);
    event.stopPropagation();
  };
  addEventListener("keydown", clicked, { capture: true });

  // From the chapter that comes after this one the presentation comes back to its last part.
  if (slide === LAST) go(slides().at(-1)?.dataset.slide ?? null);
  else show(slide);
  return { show };
}

/**
 * @param {string} name
 * @param {string} sign
 * @param {() => void} press
 */
function button(name, sign, press) {
  const title = say(`page.presenter.${name}`);
  const made = make("button", { type: "button", title, "aria-label": title }, sign);
  made.addEventListener("click", press);
  return made;
}
