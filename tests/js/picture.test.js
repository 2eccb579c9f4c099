import assert from "node:assert/strict";
import test from "node:test";
import { drawPicture } from "../../static/js/picture.js";

const COLOURS = { ink: "black", quiet: "grey", ground: "white" };
const map = (rows = 10, columns = 10) => ({ href: "data:image/png;base64,AA", rows, columns });

/** @param {string} svg */
const boxes = (svg) =>
  [...svg.matchAll(/<image x="(.*?)" y="(.*?)" width="(.*?)" height="(.*?)"/g)].map(
    ([, ...numbers]) => numbers.map(Number),
  );

test("maps stand side by side, in lines that fit, and none on another", () => {
  const figures = [
    { label: "CONV", detail: "", side: 160, maps: Array.from({ length: 16 }, () => map()) },
    { label: "FC", detail: "", side: 160, maps: [map(1, 84)] },
  ];
  const { svg, width, height } = drawPicture({ title: "", note: "", figures, colours: COLOURS });
  const all = boxes(svg);
  assert.equal(all.length, 17);
  for (const [i, [x, y, w, h]] of all.entries()) {
    assert.ok(x >= 0 && x + w <= width && y + h <= height, `map ${i} is cut off`);
    for (const [x2, y2, w2, h2] of all.slice(0, i)) {
      assert.ok(x >= x2 + w2 || x2 >= x + w || y >= y2 + h2 || y2 >= y + h, `map ${i}`);
    }
  }
});

test("maps keep their proportions", () => {
  const figures = [{ label: "", detail: "", side: 100, maps: [map(10, 20)] }];
  const { svg } = drawPicture({ title: "", note: "", figures, colours: COLOURS });
  assert.deepEqual(boxes(svg)[0].slice(2), [100, 50]);
});

test("words are written so that they end nothing", () => {
  const words = `<&"`;
  const figures = [{ label: words, detail: words, side: 9, maps: [] }];
  const { svg } = drawPicture({ title: words, note: words, figures, colours: COLOURS });
  assert.equal(svg.split("&lt;&amp;&quot;").length - 1, 5);
  assert.ok(!svg.includes(words));
});
