/** The study "How well it reads". */

import { find } from "./dom.js";
import { connectSpace } from "./model/space.js";

/** @type {import("./api.js").Model} */
const model = JSON.parse(find(document, "#model", HTMLScriptElement).text);

await connectSpace(find(document, "#space", HTMLElement), model);
document.body.removeAttribute("aria-busy");
