import assert from "node:assert/strict";
import test from "node:test";
import { brief, full, readGrid, readNumber } from "../../static/js/numbers.js";

test("numbers are shown to four digits, with a true minus and no trailing zeros", () => {
  for (const [number, text] of /** @type {[number, string][]} */ ([
    [6, "6"],
    [-30, "−30"],
    [-0, "0"],
    [1 / 9, "0.1111"],
    [0.0625, "0.0625"],
    [-12.3456, "−12.35"],
    [9.999999999999998, "10"],
    [5.5e-17, "0"],
    [1234.56, "1235"],
    [1_000_000, "1000000"],
    [0.0000123, "1.23e−5"],
    [-2e30, "−2e30"],
  ])) {
    assert.equal(brief(number), text);
  }
});

test("what is typed may have a comma or a true minus", () => {
  for (const [text, number] of /** @type {[string, number | null][]} */ ([
    ["7", 7],
    [" −1,5 ", -1.5],
    ["-.5", -0.5],
    ["+3.", 3],
    ["1e-3", 0.001],
    ["2e−3", 0.002],
    ["-0", 0],
    ["", null],
    ["seven", null],
    ["1e999", null],
    ["1.2.3", null],
    ["--1", null],
  ])) {
    assert.equal(readNumber(text), number, text);
  }
});

test("what is shown in full reads back as the same number", () => {
  for (const number of [0.1, -2.5, 1 / 3, 1e-9, 123456.789]) {
    assert.ok(Math.abs(Number(readNumber(full(number))) - number) <= Math.abs(number) * 1e-14);
  }
});

const GRID = [
  [1, 0, -1],
  [2.5, 0, -2],
];

test("a matrix is pasted from a spreadsheet, a text, a file or a program", () => {
  assert.deepEqual(readGrid("1\t0\t-1\r\n2,5\t0\t−2\r\n"), GRID);
  assert.deepEqual(readGrid("1 0 -1\n 2.5  0 -2"), GRID);
  assert.deepEqual(readGrid("1,0,-1\n2.5, 0, -2\n"), GRID);
  assert.deepEqual(readGrid("1;0;-1\n2,5;0;-2"), GRID);
  assert.deepEqual(readGrid("[[1, 0, -1], [2.5, 0, -2]]"), GRID);
});

test("a ragged matrix, or one of words, is none", () => {
  for (const text of ["", "\n", "1 2\n3", "a b\nc d", "1\t\t2\n3\t4\t5"]) {
    assert.equal(readGrid(text), null, text);
  }
});
