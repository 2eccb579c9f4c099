import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { mark } from "../../static/js/questions.js";
import { seeded } from "../../static/js/random.js";

/**
 * @typedef {import("../../static/js/questions.js").Question} Question
 * @typedef {import("../../static/js/messages.js").Text} Text
 */

const FOLDER = new URL("../../static/js/questions/", import.meta.url);
const ENGLISH = JSON.parse(readFileSync(new URL("../../locales/en.json", import.meta.url), "utf8"));
const SEEDS = Array.from({ length: 100 }, (_, seed) => seed + 1);

/** @param {Question} question */
function* textsOf({ text, shows = [], fields, because }) {
  yield text;
  yield because;
  for (const { label } of shows) yield label;
  for (const { label, choices = [], mistakes = [] } of fields) {
    if (label) yield label;
    yield* choices;
    for (const { why } of mistakes) yield why;
  }
}

/**
 * @param {string} chapter
 * @param {Question} question
 */
function check(chapter, question) {
  const { fields, columns, working } = question;
  assert.ok(fields.length > 0);
  if (columns) assert.equal(fields.length % columns, 0);
  for (const { answer, choices, mistakes = [] } of fields) {
    assert.ok(Number.isFinite(answer), "an answer is a number");
    if (choices) assert.ok(answer in choices, "the right choice is one of the choices");
    for (const { given } of mistakes) assert.ok(Number.isFinite(given));
  }
  for (const part of working ?? []) for (const piece of part) assert.equal(typeof piece, "string");
  for (const [key, values = {}] of textsOf(question)) {
    const path = (key.startsWith(".") ? chapter + key : key).split(".");
    const message = path.reduce((part, name) => part?.[name], ENGLISH);
    assert.ok(message, `there is no message ${path.join(".")}`);
    for (const form of typeof message === "string" ? [message] : Object.values(message)) {
      for (const [, name] of form.matchAll(/\{(\w+)\}/g)) {
        assert.ok(name in values, `${key} needs {${name}}`);
      }
    }
  }
  const right = mark(
    question,
    fields.map(({ answer }) => answer),
  );
  assert.ok(right.right && right.whys.length === 0, "the answer is marked as right");
  const wrong = mark(
    question,
    fields.map(({ answer, tolerance = 0 }) => answer + 2 * tolerance + 1),
  );
  assert.ok(!wrong.right && wrong.fields.every((fits) => !fits), "another is not");
}

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".js"))) {
  const chapter = file.replace(".js", "");
  const { predict, exercises } = await import(new URL(file, FOLDER).href);

  test(`${chapter}: what is asked first can be answered and explained`, () => {
    check(chapter, predict());
  });

  test(`${chapter}: two or three exercises, whatever the numbers`, () => {
    assert.ok(exercises.length === 2 || exercises.length === 3);
    for (const exercise of exercises) {
      for (const seed of SEEDS) check(chapter, exercise(seeded(seed)));
    }
  });

  test(`${chapter}: another seed makes other numbers, the same seed the same`, () => {
    for (const exercise of exercises) {
      const made = SEEDS.map((seed) => JSON.stringify(exercise(seeded(seed))));
      assert.ok(new Set(made).size > 5, "exercises differ");
      assert.equal(JSON.stringify(exercise(seeded(SEEDS[0]))), made[0]);
    }
  });
}

/** @type {Question} */
const TWO = {
  text: ["x"],
  fields: [
    { answer: 3, mistakes: [{ given: 4, why: ["too_many"] }] },
    { answer: 0.5, tolerance: 0.01, mistakes: [{ given: 4, why: ["too_many"] }] },
  ],
  because: ["y"],
};

test("each field is marked for itself, and a known mistake is explained once", () => {
  assert.deepEqual(mark(TWO, [3, 0.505]), { right: true, fields: [true, true], whys: [] });
  assert.deepEqual(mark(TWO, [4, 4]).whys, [["too_many"]]);
  assert.deepEqual(mark(TWO, [3, 9]), { right: false, fields: [true, false], whys: [] });
});

test("a thought that explains all of what is wrong comes before what fits by chance", () => {
  /** @type {(given: number, why: string) => {given: number, why: [string]}} */
  const mistake = (given, why) => ({ given, why: [why] });
  const question = {
    ...TWO,
    fields: [
      { answer: 1, mistakes: [mistake(5, "by_chance"), mistake(5, "turned")] },
      { answer: 2, mistakes: [mistake(7, "turned"), mistake(8, "other")] },
    ],
  };
  assert.deepEqual(mark(question, [5, 7]).whys, [["turned"]]);
  assert.deepEqual(mark(question, [5, 2]).whys, [["by_chance"]]);
  assert.deepEqual(mark(question, [5, 8]).whys, [["by_chance"], ["other"]]);
});

test("a mistake that is a fraction is known by its first digits", () => {
  /** @type {Question} */
  const question = { ...TWO, fields: [{ answer: 33, mistakes: [{ given: 100 / 3, why: ["x"] }] }] };
  assert.deepEqual(mark(question, [33.33]).whys, [["x"]]);
});

test("no answer is no right answer", () => {
  assert.equal(mark(TWO, [Number.NaN, 0.5]).right, false);
});
