import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../static/js/", import.meta.url));

/** What each module may import: the page everything, the leaves nothing. */
const LEAVES = [
  "address",
  "axes",
  "axis",
  "code",
  "colormap",
  "dom",
  "edits",
  "formula",
  "functions",
  "history",
  "kernels",
  "mathml",
  "picture",
  "places",
  "plane",
  "progress",
  "random",
  "regions",
  "report",
  "sheet",
  "strokes",
  "tensor",
  "text",
  "windows",
];
/** What says things in words and sums; it needs a few leaves. */
const PHRASES = [
  "arithmetic",
  "clipboard",
  "fields",
  "messages",
  "numbers",
  "questions",
  "sentences",
  "zoom",
];
const PARTS = ["api", "digits", "drawing", "pairs", "pictures", "store"];
const ENTRIES = ["contents", "docs", "theme"];
/** Pages about a trained network: each may have a folder of its own. */
const STUDIES = ["model", "one-step", "timeline", "training"];

/** @param {string} module path without extension, relative to static/js */
function allowed(module) {
  if (module === "page")
    return [...LEAVES, ...PARTS, "elements/", "bench", "explorer", "familiarity", "live"];
  if (module === "familiarity") return [...LEAVES, ...PARTS, ...PHRASES, "elements/"];
  const study = STUDIES.find((name) => module === name || module.startsWith(`${name}/`));
  if (study) return [...LEAVES, ...PARTS, ...PHRASES, "elements/", "lab", "linked", `${study}/`];
  if (module === "explorer") return ["explorer/", ...LEAVES, ...PARTS, ...PHRASES, "elements/"];
  if (module.startsWith("explorer/"))
    return [...LEAVES, ...PARTS, ...PHRASES, "elements/", "explorer/"];
  if (module === "bench") return ["bench/"];
  if (module.startsWith("bench/"))
    return [
      ...LEAVES,
      ...PARTS,
      "clipboard",
      "elements/",
      "bench/effect",
      "bench/filters",
      "bench/pictures",
    ];
  if (module.startsWith("elements/")) return [...LEAVES, ...PHRASES, "elements/"];
  if (module.startsWith("chapters/"))
    return [
      ...LEAVES,
      ...PARTS,
      ...PHRASES,
      "elements/",
      "questions/",
      "chapters/",
      "lab",
      "lecture",
    ];
  // What a chapter computes is asked for too; that it needs no page, the questions' tests show.
  if (module.startsWith("questions/"))
    return [...LEAVES, ...PHRASES, "questions/", `${module.replace("questions", "chapters")}/`];
  if (module === "lecture") return [...LEAVES, ...PARTS, ...PHRASES, "elements/", "lecture/"];
  if (module.startsWith("lecture/") || module === "contents")
    return [...LEAVES, ...PHRASES, "lecture/"];
  if (module === "lab") return [...LEAVES, ...PARTS, ...PHRASES, "elements/"];
  if (module === "linked") return ["address", "store"];
  if (module === "live") return ["api", "tensor"];
  if (PHRASES.includes(module)) return [...LEAVES, "messages"];
  if (module === "pictures") return [...LEAVES, "digits"];
  if (PARTS.includes(module)) return LEAVES;
  return [];
}

const modules = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".js"))
  .map((path) => ({
    name: path.replaceAll("\\", "/").replace(/\.js$/, ""),
    text: readFileSync(join(ROOT, path), "utf8"),
  }));

/** @param {string} text */
const withoutDocs = (text) => text.replaceAll(/\/\*\*[\s\S]*?\*\//g, "");

/** @param {string} text */
const importsOf = (text) =>
  [
    ...text.matchAll(/^(?:import|export)\s(?:[^"';]*?\sfrom\s)?"(.+)";/gm),
    ...withoutDocs(text).matchAll(/\bimport\("([^"]+)"\)/g),
  ].map(([, path]) => path);

test("every module has its place in the order", () => {
  const wired = [
    "page",
    "bench",
    "explorer",
    "familiarity",
    "lab",
    "lecture",
    "linked",
    "live",
    ...STUDIES,
  ];
  const known = [...LEAVES, ...PHRASES, ...PARTS, ...ENTRIES, ...wired];
  const parts = ["elements", "bench", "explorer", "lecture", "chapters", "questions", ...STUDIES];
  const folders = new RegExp(`^(${parts.join("|")})/`);
  const unknown = modules.filter(({ name }) => !folders.test(name) && !known.includes(name));
  assert.deepEqual(
    unknown.map(({ name }) => name),
    [],
  );
});

test("imports point downwards: page, then parts and elements, then leaves", () => {
  for (const { name, text } of modules) {
    for (const path of importsOf(text)) {
      assert.match(path, /^\.\.?\/.+\.js$/, `${name} imports ${path}, which is not relative`);
      const target = normalize(join(dirname(name), path)).replace(/\.js$/, "");
      const fits = allowed(name).some((prefix) =>
        prefix.endsWith("/") ? target.startsWith(prefix) : target === prefix,
      );
      assert.ok(fits, `${name} must not import ${target}`);
    }
  }
});

test("what is imported later is named as it stands, and its failure is told", () => {
  for (const { name, text } of modules) {
    const code = withoutDocs(text);
    assert.doesNotMatch(code, /\bimport\((?!"\.)/, name);
    assert.ok(!code.includes('import("') || code.includes("later(() =>"), name);
  }
});

test("each import leads to a module that there is", () => {
  const names = new Set(modules.map(({ name }) => name));
  for (const { name, text } of modules) {
    for (const path of importsOf(text)) {
      assert.ok(names.has(normalize(join(dirname(name), path)).replace(/\.js$/, "")), path);
    }
  }
});

test("elements neither fetch nor keep anything outside themselves", () => {
  for (const { name, text } of modules.filter(({ name }) => name.startsWith("elements/"))) {
    assert.doesNotMatch(text, /\bfetch\(|localStorage|location\.|innerHTML/, name);
  }
});
