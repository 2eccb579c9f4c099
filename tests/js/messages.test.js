import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { say, split } from "../../static/js/messages.js";

const FOLDER = new URL("../../locales/", import.meta.url);

/** @param {string} file */
const read = (file) => JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"));

/** @returns {Map<string, string[]>} the forms of each message by its key */
function flat(/** @type {any} */ part, path = "", found = new Map()) {
  if (typeof part === "string") found.set(path, [part]);
  else if (typeof part?.other === "string") found.set(path, Object.values(part));
  else for (const [name, inner] of Object.entries(part)) flat(inner, `${path}.${name}`, found);
  return found;
}

const placeholders = (/** @type {string[]} */ forms) =>
  [...new Set(forms.flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();
const english = flat(read("en.json"));
const others = readdirSync(FOLDER).filter((file) => file !== "en.json");

test("there is a second language", () => {
  assert.ok(others.includes("es.json"));
});

for (const file of others) {
  const own = flat(read(file));

  test(`${file} has every message, and no other`, () => {
    assert.deepEqual([...own.keys()].sort(), [...english.keys()].sort());
  });

  test(`${file} puts the same values in`, () => {
    for (const [key, forms] of own) {
      assert.deepEqual(placeholders(forms), placeholders(english.get(key) ?? []), key);
    }
  });

  test(`${file} is translated: what reads as in English is a name or a formula`, () => {
    const same = [...own].filter(([key, [form]]) => {
      const words = form.replaceAll(/\{\w+\}|`[^`]*`/g, "").match(/\p{Ll}{3,}/gu) ?? [];
      return words.length > 2 && form === english.get(key)?.[0];
    });
    assert.deepEqual(same, []);
  });

  test(`${file} has the forms that its language's plurals need`, () => {
    const needed = new Intl.PluralRules(read(file).meta.locale).resolvedOptions().pluralCategories;
    const raw = JSON.stringify(read(file));
    const counted = raw.match(/\{"(zero|one|two|few|many|other)":"[^}]*?"\}/g) ?? [];
    for (const forms of counted)
      assert.ok(needed.includes("one") === forms.includes('"one"'), forms);
  });
}

test("no message is empty, and none holds HTML", () => {
  for (const [key, forms] of english) {
    for (const form of forms) {
      assert.ok(form.trim(), key);
      assert.doesNotMatch(form, /<\w|&\w+;/, key);
    }
  }
});

test("emphasis and code are told apart from the text", () => {
  assert.deepEqual(split("a *b c* `d` 2"), [
    { tag: null, text: "a " },
    { tag: "em", text: "b c" },
    { tag: null, text: " " },
    { tag: "code", text: "d" },
    { tag: null, text: " 2" },
  ]);
  assert.deepEqual(split("3 * 4"), [{ tag: null, text: "3 * 4" }]);
});

test("a message that is missing is an error, not a gap", () => {
  assert.throws(() => say("page.nothing.of.the.kind"), /no message page\.nothing/);
});
