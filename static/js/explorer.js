/**
 * The explorer: any number can be opened, from the overview down to one multiplication. It
 * follows the state to a level, asks for the arithmetic of the unit that is looked at, and frames
 * what that depends on. What shows the levels is a third of the page's code: it is fetched when
 * the first of them is opened.
 */

import { NewestWins, readUnit, readWeights } from "./api.js";
import { find, later, on, once } from "./dom.js";
import { DrawPad } from "./elements/draw-pad.js";
import { NetworkView } from "./elements/network-view.js";
import { Facts, picture } from "./explorer/facts.js";
import { above, existing, isSame, levelOf, neighbour } from "./places.js";
import { projective, receptive } from "./regions.js";
import { strongest } from "./tensor.js";
import { zoom } from "./zoom.js";

/**
 * @typedef {import("./store.js").Place} Place
 * @typedef {import("./api.js").Layer} Layer
 * @typedef {import("./elements/feature-map.js").Pointed} Pointed
 *
 * @typedef {import("./bench.js").Desk & {
 *   visit: (view: Place, deeper: boolean) => void,
 * }} Desk `visit` changes the place, and with it the address; deeper adds to the history
 */

/** Elements that let people open what they show. */
const OPENERS = [
  ...["layer-level", "map-level", "weighted-sum", "contribution-list", "softmax-shares"],
  ...["patch-maximum", "patch-mean", "function-value", "copied-value"],
];

/** @param {Desk} desk */
export function connectExplorer({ store, model, ask, report, visit }) {
  const network = find(document, "network-view", NetworkView);
  const pad = find(document, "draw-pad", DrawPad);
  const welcome = find(document, ".welcome", HTMLElement);
  const facts = new Facts(model);
  const { layers } = facts;
  const home = find(document, ".explorer", HTMLElement);
  const where = find(document, ".where", HTMLElement);
  const title = find(where, "h1", HTMLHeadingElement);

  /** @type {import("./explorer/stage.js").Stage} there as soon as a level is shown */
  let stage;
  /** @type {Place} what the page shows */
  let shown = { layer: null, index: [] };
  /** @type {Place | null} the unit that is looked at while none is opened or pointed at */
  let cursor = null;
  /** @type {Place | null} the unit under the pointer when its map was opened */
  let pointed = null;
  /** @type {{place: Place, trace: unknown} | null} what it was asked for */
  let asked = null;
  let overviewScroll = 0;
  let frame = 0;
  let stale = false;

  const reader = new NewestWins(
    (/** @type {{place: Place, drawing: import("./api.js").Drawing}} */ { place, drawing }) =>
      readUnit(model.id, place.layer ?? "", place.index, drawing),
    {
      answer: (answer) => {
        home.ariaBusy = String(reader.busy);
        stage.explain(answer, store.state);
      },
      fail: (error) => {
        home.ariaBusy = "false";
        stage.refuse(error instanceof Error ? error.message : String(error));
      },
    },
  );

  const level = () => levelOf(shown, layers);
  const own = () => /** @type {Layer} */ (facts.layer(shown.layer));
  const target = () => existing(store.state.view, layers);

  /** @param {Place | null} place */
  function isUnit(place) {
    return levelOf(place ?? { layer: null, index: [] }, layers) === "unit";
  }

  /** @param {Place | null} place that the level of `shown` is about */
  function isHere(place) {
    const [channel] = shown.index;
    return place?.layer === shown.layer && (channel ?? place?.index[0]) === place?.index[0];
  }

  /** @param {Place} place */
  function open(place) {
    visit(existing(place, layers), true);
  }

  function up() {
    const place = target();
    if (place.layer === null) return;
    // Where the way up is the way we came, the history leads it; Back never leads down again.
    const { from } = history.state ?? {};
    if (from && isSame(from, above(place))) history.back();
    else visit(above(place), false);
  }

  const staged = once(async () => {
    const { Stage } = await later(() => import("./explorer/stage.js"));
    stage = new Stage(facts, { home, where, title, open });
  });

  /**
   * Fetch what shows the levels, and go to the one that is wanted by then.
   *
   * @param {boolean} animated
   */
  async function setStage(animated) {
    await staged();
    move(animated);
  }

  /** @param {boolean} animated whether the new level grows out of the old one */
  function move(animated) {
    const view = target();
    if (view.layer !== null && !stage) {
      setStage(animated).catch(report);
      return;
    }
    const before = shown;
    if (isSame(view, before)) return;
    const focus = document.activeElement;
    const ours = [home, where, network, document.body].some(
      (part) => part === focus || (part !== document.body && part.contains(focus)),
    );
    if (before.layer === null) overviewScroll = scrollY;
    const show = () => {
      shown = view;
      arrive(before);
      if (animated && ours) focusOn(before);
    };
    if (animated) zoom(before, view, show);
    else show();
  }

  /** @param {Place} before */
  function arrive(before) {
    const overview = shown.layer === null;
    welcome.hidden = network.hidden = !overview;
    where.hidden = home.hidden = overview;
    reader.drop();
    asked = null;
    cursor = [pointed, before].find((place) => isUnit(place) && isHere(place)) ?? null;
    pointed = null;
    if (overview) {
      home.replaceChildren();
      scrollTo({ top: overviewScroll, behavior: "instant" });
      mark();
      return;
    }
    stage.set(shown, store.state);
    showWeights().catch(report);
    paint();
    // On a phone the level is below the drawing.
    const { top } = where.getBoundingClientRect();
    if (top < 0 || top > innerHeight / 2) where.scrollIntoView();
  }

  /** @param {Place} before */
  function focusOn(before) {
    const same = `[data-place="${[before.layer, ...before.index].join(",")}"]`;
    const selectors = {
      overview: [same, `layer-view[data-layer="${before.layer}"] button`],
      layer: [same, "unit-picker", "[data-place]"],
      map: ["unit-picker"],
      unit: [],
    }[level()];
    const root = shown.layer === null ? network : home;
    const [to = title] = selectors.flatMap((selector) => root.querySelector(selector) ?? []);
    if (to instanceof HTMLElement) to.focus({ preventScroll: true });
  }

  async function showWeights() {
    const layer = own();
    if (!layer?.parameter_count || level() === "unit") return;
    const weights = await readWeights(model.id, layer.id, store.state.edits);
    if (shown.layer === layer.id) stage.weights = weights;
  }

  /** Show the numbers of the newest trace. */
  function paint() {
    if (shown.layer === null) return;
    stage.paint(shown, store.state);
    const flat = own().output_shape.length === 1;
    const channel = flat ? null : shown.index[0];
    const view = picture(store.state, shown.layer)?.maps[channel ?? 0];
    if (!cursor && view && level() === (flat ? "layer" : "map")) {
      cursor = facts.unit({ layer: shown.layer, channel }, strongest(view));
    }
    look();
  }

  /** Follow the unit that is opened, pointed at or framed. */
  function look() {
    mark();
    const place = looked();
    if (!place) return;
    stage.look(place, store.state);
    const drawing = level() === "layer" ? null : ask(store.state);
    const { trace } = store.state;
    if (!drawing || (asked && asked.trace === trace && isSame(asked.place, place))) return;
    asked = { place, trace };
    home.ariaBusy = "true";
    reader.ask({ place, drawing });
  }

  /** @returns {Place | null} none in the overview, and where maps are shown together */
  function looked() {
    const { hover } = store.state;
    if (shown.layer === null) return null;
    if (level() === "unit") return shown;
    return cursor && isUnit(hover) && isHere(hover) ? hover : cursor;
  }

  /** Frame what the unit that is pointed at, or looked at, depends on; or what a pixel reaches. */
  function mark() {
    const { hover, trace } = store.state;
    const place = hover ?? looked();
    const follow = place?.layer === facts.input.id ? projective : receptive;
    const regions = place && isUnit(place) ? follow(layers, place.layer ?? "", place.index) : null;
    if (shown.layer === null) network.marks = regions;
    else stage.mark(regions);
    const { rows, columns } = regions?.get(facts.input.id) ?? {};
    const of = facts.input.output_shape.slice(1);
    pad.mark = rows && columns && trace ? { rows, columns, of, frame: trace.frame } : null;
  }

  /** @param {Place | null} hover what is pointed at */
  function point(hover) {
    const last = store.state.hover;
    if (hover !== last && !(hover && last && isSame(hover, last))) store.set({ hover });
  }

  function refresh() {
    frame = 0;
    if (stale) paint();
    else look();
    stale = false;
  }

  store.subscribe((_, changed) => {
    if (changed.view) move(true);
    if (changed.edits && shown.layer !== null) {
      stage.set(shown, store.state);
      showWeights().catch(report);
    }
    stale ||= "trace" in changed || changed.scale !== undefined;
    if (!frame && (stale || "hover" in changed)) frame = requestAnimationFrame(refresh);
  });

  on(document, "feature-map:point", (/** @type {Pointed} */ { address, index }) => {
    const hover = facts.unit(address, index);
    if (hover) point(hover);
  });
  on(document, "feature-map:leave", () => point(null));
  on(document, "feature-map:open", (/** @type {Pointed} */ { address, index }) => {
    if (!address) return;
    const { layer, channel } = address;
    pointed = facts.unit(address, index);
    open({ layer, index: channel === null ? [] : [channel] });
  });
  for (const verb of ["layer-view:open", "probability-bars:open"]) {
    document.addEventListener(verb, (event) => {
      const view = /** @type {HTMLElement} */ (event.target).closest("layer-view");
      const { detail } = /** @type {CustomEvent<number | undefined>} */ (event);
      const { layer = null } = /** @type {HTMLElement} */ (view).dataset;
      open({ layer, index: typeof detail === "number" ? [detail] : [] });
    });
  }
  for (const tag of OPENERS) on(home, `${tag}:open`, open);
  for (const tag of ["layer-level", "map-level"]) {
    on(home, `${tag}:look`, (/** @type {readonly number[]} */ index) => {
      cursor = { layer: shown.layer, index };
      store.set({ hover: null });
    });
  }
  on(where, "bread-crumb:go", (/** @type {Place} */ to) => {
    if (isSame(to, above(shown))) up();
    else visit(to, false);
  });
  on(pad, "draw-pad:point", (/** @type {{x: number, y: number} | null} */ at) => {
    const edges = store.state.trace?.frame;
    if (!at || !edges) {
      point(null);
      return;
    }
    const [, rows, columns] = facts.input.output_shape;
    const row = Math.floor(((at.y - edges.top) / (edges.bottom - edges.top)) * rows);
    const column = Math.floor(((at.x - edges.left) / (edges.right - edges.left)) * columns);
    const within = row >= 0 && column >= 0 && row < rows && column < columns;
    point(within ? { layer: facts.input.id, index: [0, row, column] } : null);
  });

  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") up();
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const to = step && document.activeElement === title && neighbour(target(), layers, step);
    if (to) visit(to, false);
  });

  move(false);
}
