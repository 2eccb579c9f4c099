/**
 * The study "How well it reads": what the training measured, shown.
 */

import { parse, read, texts } from "./address.js";
import { Problem, readReport } from "./api.js";
import { find, make } from "./dom.js";
import { fieldsOf } from "./fields.js";
import { trouble } from "./lab.js";
import { say } from "./messages.js";
import { showAblation } from "./model/ablation.js";
import { showFamiliarity } from "./model/familiarity.js";
import { showFigures } from "./model/figures.js";
import { showMistakes } from "./model/mistakes.js";
import { showReliability } from "./model/reliability.js";
import { connectSpace } from "./model/space.js";
import { showWriters } from "./model/writers.js";
import { ORDERS } from "./report.js";
import { Store } from "./store.js";

/**
 * @typedef {import("./report.js").Choice} Choice
 */

/** @type {import("./api.js").Model} */
const model = JSON.parse(find(document, "#model", HTMLScriptElement).text);

/** @type {Choice} */
const START = { of: null, as: null, order: "sure" };
const fields = fieldsOf(START);
const last = model.classes.length - 1;

/** @type {import("./address.js").Fields<Choice>} */
const FIELDS = {
  of: fields.whole("of", 0, last),
  as: fields.whole("as", 0, last),
  order: fields.choice("order", ORDERS),
};

/** @param {string} name of a part of the page that there is something to show in */
function shown(name) {
  const section = find(document, `#${name}`, HTMLElement);
  section.hidden = false;
  return section;
}

const linked = () => ({ ...START, ...read(FIELDS, parse(location.hash)) });

/** @param {import("./api.js").Report} report */
function open(report) {
  const store = new Store(/** @type {Choice} */ (linked()));
  showFigures(shown("figures"), report);
  const show = showMistakes(shown("mistakes"), report, model.classes, (changed) =>
    store.set(changed),
  );
  showReliability(shown("reliability"), report);
  if (report.cross_validation) showWriters(shown("writers"), report.cross_validation);
  if (report.familiarity) {
    const told = /** @type {any} */ (report.familiarity);
    showFamiliarity(shown("familiarity"), told);
  }
  if (report.ablation) showAblation(shown("ablation"), report.ablation);

  const link = () => {
    const all = texts(FIELDS, store.state);
    const hash = all.length ? `#${all.join("&")}` : "";
    if (hash !== location.hash) history.replaceState(history.state, "", hash || location.pathname);
    for (const other of document.querySelectorAll("a[hreflang]")) {
      /** @type {HTMLAnchorElement} */ (other).hash = hash;
    }
  };
  store.subscribe((choice) => {
    show(choice);
    link();
  });
  addEventListener("hashchange", () => store.set(linked()));
  store.set({});
}

/** @param {unknown} error */
function tell(error) {
  const none = error instanceof Problem && error.body.code === "not_found";
  const told = make("p", { role: "alert" }, none ? say(".missing") : trouble(error));
  find(document, "main", HTMLElement).append(told);
}

const space = connectSpace(find(document, "#space", HTMLElement), model);
await readReport(model.id).then(open, tell);
await space;
document.body.removeAttribute("aria-busy");
