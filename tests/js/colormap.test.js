import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import {
  css,
  DIVERGING,
  DIVERGING_COLOURS,
  isDeep,
  lut,
  paint,
  SEQUENTIAL,
  SEQUENTIAL_COLOURS,
  toOklab,
  toSrgb,
} from "../../static/js/colormap.js";

/**
 * OKLab of a table's colours as the screen shows them, by the inverse of Ottosson's matrices.
 *
 * @param {Uint32Array} table
 */
function shown(table) {
  const bytes = new Uint8Array(table.buffer);
  return Array.from(table, (_, i) => {
    const [r, g, b] = [...bytes.subarray(i * 4, i * 4 + 3)].map((byte) => {
      const level = byte / 255;
      return level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4;
    });
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return [
      0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    ];
  });
}

test("white and black survive the way through OKLab", () => {
  for (const [lightness, level] of [
    [1, 255],
    [0, 0],
  ]) {
    for (const channel of toSrgb([lightness, 0, 0])) assert.ok(Math.abs(channel - level) < 0.01);
  }
});

test("lightness rises along the sequential scale, evenly, from end to end", () => {
  const lightness = shown(SEQUENTIAL).map(([l]) => l);
  const average = (lightness[255] - lightness[0]) / 255;
  assert.ok(average > 0.7 / 255, "the scale spans little of what the eye can tell apart");
  for (let i = 8; i < 256; i++) {
    assert.ok(lightness[i] > lightness[i - 1] - 0.002, `falls at ${i}`);
    const steepness = (lightness[i] - lightness[i - 8]) / 8 / average;
    assert.ok(steepness > 0.6 && steepness < 1.4, `${steepness} times the average at ${i}`);
  }
});

test("the diverging scale is lightest at zero and equally dark at equal distance", () => {
  const lightness = shown(DIVERGING).map(([l]) => l);
  for (let i = 1; i < 128; i++) {
    assert.ok(lightness[i] > lightness[i - 1] - 0.002);
    assert.ok(lightness[255 - i] > lightness[256 - i] - 0.002);
    assert.ok(Math.abs(lightness[i] - lightness[255 - i]) < 0.02);
  }
});

test("every colour of the scales exists on an sRGB screen", () => {
  for (const colour of [...SEQUENTIAL_COLOURS, ...DIVERGING_COLOURS]) {
    for (const channel of toSrgb(toOklab(colour))) {
      assert.ok(channel > -0.5 && channel < 255.5, `${colour} gives ${channel}`);
    }
  }
});

test("the page's grounds are colours that no number is shown in", () => {
  const tokens = readFileSync(new URL("../../static/css/tokens.css", import.meta.url), "utf8");
  const grounds = [...tokens.matchAll(/--paper(?:-shaded)?: light-dark\((.+)\);/g)].flatMap(
    ([, pair]) => [...pair.matchAll(/oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g)],
  );
  assert.equal(grounds.length, 4);
  for (const [text, lightness, chroma, hue] of grounds) {
    const ground = toOklab([Number(lightness), Number(chroma), Number(hue)]);
    for (const colour of [...shown(SEQUENTIAL), ...shown(DIVERGING)]) {
      const distance = Math.hypot(...colour.map((part, i) => part - ground[i]));
      assert.ok(distance > 0.025, `${text} is ${distance} from a colour of the data`);
    }
  }
});

test("painting maps the range's ends to the scale's ends and clamps what lies outside", () => {
  const pixels = new Uint32Array(5);
  paint(Float32Array.of(-2, 6, 2, -9, 9), [-2, 6], SEQUENTIAL, pixels);
  assert.deepEqual(
    [...pixels],
    [SEQUENTIAL[0], SEQUENTIAL[255], SEQUENTIAL[128], SEQUENTIAL[0], SEQUENTIAL[255]],
  );
});

test("a map of one value is painted, not divided by zero", () => {
  const pixels = new Uint32Array(1);
  paint(Float32Array.of(4), [4, 4], SEQUENTIAL, pixels);
  assert.equal(pixels[0], SEQUENTIAL[0]);
});

test("pixels are opaque and in the order that ImageData has", () => {
  const [pixel] = lut([
    [0.628, 0.2577, 29.23],
    [0.628, 0.2577, 29.23],
  ]);
  assert.deepEqual([...new Uint8Array(Uint32Array.of(pixel).buffer)], [255, 0, 0, 255]);
  assert.equal(css(Uint32Array.of(pixel), 0), "rgb(255 0 0)");
});

test("white stands out from the ends of the diverging scale, black from its middle", () => {
  assert.deepEqual(
    [0, 128, 255].map((step) => isDeep(DIVERGING, step)),
    [true, false, true],
  );
});
