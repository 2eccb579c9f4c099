/**
 * Counting LeNet-5: the lecture's table with blanks to fill, and where most of them sit.
 */

import { make } from "../dom.js";
import { fieldsOf } from "../fields.js";
import { choice } from "../lab.js";
import { open } from "../lecture.js";
import { equation, math, sub, sup } from "../mathml.js";
import { rich, say } from "../messages.js";
import { exercises, predict } from "../questions/counting-parameters.js";
import { program } from "./counting-parameters/code.js";
import { alike, whyNot } from "./counting-parameters/count.js";
import {
  COLUMNS,
  keyOf,
  model,
  placeOf,
  readGiven,
  toTable,
  writeGiven,
} from "./counting-parameters/rows.js";
import { BlankTable, textOf } from "./counting-parameters/table.js";

/**
 * @typedef {import("./counting-parameters/rows.js").Column} Column
 *
 * @typedef {object} State
 * @property {Column | "all"} blank the column that is to be filled in
 * @property {import("./counting-parameters/rows.js").Given} given
 * @property {boolean} answers whether they are shown
 * @property {boolean} bars whether the shares are shown before the numbers are found
 * @property {string} at the key of the cell that is explained
 * @property {string | null} unread what was typed there, where it is no number
 */

const NETWORK = model();
const TABLE = toTable(NETWORK);

/** @type {State} */
const START = {
  blank: "parameters",
  given: {},
  answers: false,
  bars: false,
  at: "p1",
  unread: null,
};
const field = fieldsOf(START);

const BLANKS = {
  parameters: ".parameters",
  sizes: ".sizes",
  shapes: ".shapes",
  all: ".all",
};

/** @param {State["blank"]} blank */
function blankColumns(blank) {
  return new Set(blank === "all" ? COLUMNS : [blank]);
}

/** @param {string} key */
function cellOf(key) {
  const { column, row } = placeOf(key);
  const counted = TABLE.rows[row]?.cells[column] ?? TABLE.total;
  const { label, isInput } = TABLE.rows[row] ?? { label: say(".total"), isInput: false };
  return { column, counted, name: isInput ? say("page.input") : label };
}

/**
 * @param {HTMLElement} host
 * @param {(changed: Partial<State>) => void} set
 */
function build(host, set) {
  let now = START;
  const blank = choice("blank", ".blank", BLANKS, (value) =>
    set({ blank: /** @type {State["blank"]} */ (value), unread: null }),
  );
  const answers = make("button", { type: "button", class: "plain" });
  answers.addEventListener("click", () => set({ answers: !now.answers }));
  const bars = make("button", { type: "button", class: "plain" });
  bars.addEventListener("click", () => set({ bars: !now.bars }));
  const table = new BlankTable(TABLE, {
    chosen: (key) => {
      // What an empty cell has to say would hide the reason of the one before.
      if (key !== now.at && now.given[key]) set({ at: key, unread: null });
    },
    filled: (key, numbers, text) => {
      const { [key]: _, ...others } = now.given;
      set({
        at: key,
        given: numbers ? { ...others, [key]: numbers } : others,
        unread: text && !numbers ? text : null,
      });
    },
  });
  const score = make("p", { class: "score" });
  const counted = make("div", { id: "counted", class: "counted", role: "status" });
  const legend = make(
    "p",
    { class: "key" },
    make("span", { class: "parameters" }, say(".parameters")),
    make("span", { class: "sizes" }, say(".sizes")),
  );
  host.append(
    make("div", { class: "knobs" }, blank, answers, bars),
    make("div", { class: "sheet" }, table.element, legend),
    make("div", { class: "marked" }, score, counted),
  );

  return (/** @type {State} */ state) => {
    now = state;
    const columns = blankColumns(state.blank);
    table.element.dataset.blank = state.blank;
    blank.value = state.blank;
    answers.textContent = say(state.answers ? ".hide" : ".show");
    bars.textContent = say(state.bars ? ".hide_bars" : ".show_bars");
    table.shows = { ...state, blank: columns };
    const asked = table.cells.filter(({ key }) => columns.has(placeOf(key).column));
    const right = asked.filter(({ key, counted: { answer } }) =>
      alike(state.given[key] ?? [], answer),
    );
    score.textContent = say(".score", { n: right.length, of: asked.length });
    counted.replaceChildren(...explained(state));
  };
}

/** @param {State} state */
function explained({ at, given, answers, blank, unread }) {
  const { column, counted, name } = cellOf(at);
  if (!blankColumns(blank).has(column)) return [];
  const numbers = given[at];
  const right = answers || (numbers !== undefined && alike(numbers, counted.answer));
  const head = make(
    "p",
    { class: "cell" },
    say(".cell", { layer: name, column: say(`.${column}`) }),
  );
  if (unread !== null) return [head, make("p", {}, say(".unread", { text: unread }))];
  if (!numbers && !answers) return [head, make("p", { class: "quiet" }, say(".fill"))];
  const why = right ? null : whyNot(counted, numbers);
  const rule = make("p", { class: "because" }, ...rich(...counted.because));
  // The result of a wrong answer is still to be found.
  const working = right ? counted.working : [...counted.working.slice(0, -1), ["=", "?"]];
  const verdict = make(
    "strong",
    {},
    right ? textOf(counted.answer, column) : say("elements.quiz.wrong"),
  );
  return [
    head,
    make("p", { class: right ? "verdict" : "verdict wrong" }, verdict),
    ...(why ? [make("p", { class: "why" }, ...rich(...why))] : []),
    rule,
    ...(working.length > 1 ? [make("p", { class: "working" }, ...equation(...working))] : []),
  ];
}

/** @param {State} state */
function formula({ at, given, answers }) {
  const name = (/** @type {string} */ key) => make("span", { class: "name" }, say(key));
  const channels = (/** @type {string} */ which) => sub("C", which);
  const lines = [
    [
      name(".formula_filters"),
      math("(", sup("f", "2"), "·", channels("in"), "+", "1", ")", "·", channels("out")),
    ],
    [name(".formula_units"), math(sub("n", "in"), "·", sub("n", "out"), "+", sub("n", "out"))],
  ];
  const known = TABLE.rows.filter(({ cells: { parameters } }, row) => {
    const found = alike(given[keyOf("parameters", row)] ?? [], parameters.answer);
    return parameters.working.length > 0 && (answers || found);
  });
  const { column, counted } = cellOf(at);
  const shown = column !== "parameters" && (answers || alike(given[at] ?? [], counted.answer));
  return [
    ...lines,
    ...known.map(({ label, cells }) => [
      make("span", { class: "name" }, label),
      ...equation(...cells.parameters.working),
    ]),
    ...(shown ? [equation(...counted.working)] : []),
    ...(answers ? [[name(".total"), ...equation(...TABLE.total.working)]] : []),
  ];
}

open({
  start: START,
  fields: {
    blank: field.choice("blank", Object.keys(BLANKS)),
    given: {
      write: ({ given }) => writeGiven(given) || null,
      read: (text) => ({ given: readGiven(text) }),
    },
    answers: field.flag("answers"),
    bars: field.flag("bars"),
    at: {
      write: ({ at }) => (at === START.at ? null : at),
      read: (text) => (/^([hs][0-7]|p[0-8])$/.test(text) ? { at: text } : null),
    },
  },
  build,
  formula,
  code: () => program(NETWORK.layers),
  predict: { question: predict(), reveal: { bars: true } },
  exercises,
});
