/**
 * Maps as a picture to take away: an SVG with title, ranges and a label for each layer.
 *
 * @typedef {object} Figure one layer's maps
 * @property {string} label
 * @property {string} detail stands beside the label: shape and range
 * @property {number} side pixels of a map's longer side
 * @property {readonly {href: string, rows: number, columns: number}[]} maps each as the address
 *   of a picture with a pixel a number
 *
 * @typedef {{ink: string, quiet: string, ground: string}} Colours
 */

const WIDTH = 720;
const MARGIN = 24;
const GAP = 4;

/**
 * @param {{title: string, note: string, figures: readonly Figure[], colours: Colours}} picture
 * @returns {{svg: string, width: number, height: number}}
 */
export function drawPicture({ title, note, figures, colours: { ink, quiet, ground } }) {
  const text = (
    /** @type {number} */ x,
    /** @type {number} */ y,
    /** @type {string} */ words,
    /** @type {string} */ style,
  ) => `<text x="${x}" y="${y}" ${style}>${escaped(words)}</text>`;
  const parts = [
    text(MARGIN, MARGIN + 16, title, `font-size="20" fill="${ink}"`),
    text(MARGIN, MARGIN + 38, note, `font-size="12" fill="${quiet}"`),
  ];
  let y = MARGIN + 70;
  for (const { label, detail, side, maps } of figures) {
    parts.push(
      `<text x="${MARGIN}" y="${y}" font-size="12" fill="${ink}" font-weight="600">` +
        `${escaped(label)} <tspan dx="8" fill="${quiet}" font-weight="400">` +
        `${escaped(detail)}</tspan></text>`,
    );
    y += 8;
    let x = MARGIN;
    let tallest = 0;
    for (const { href, rows, columns } of maps) {
      const [width, height] = size(rows, columns, side);
      if (x > MARGIN && x + width > WIDTH - MARGIN) {
        x = MARGIN;
        y += tallest + GAP;
        tallest = 0;
      }
      parts.push(
        `<image x="${x}" y="${y}" width="${width}" height="${height}" href="${escaped(href)}" ` +
          `preserveAspectRatio="none" style="image-rendering:pixelated"/>`,
      );
      x += width + GAP;
      tallest = Math.max(tallest, height);
    }
    y += tallest + 26;
  }
  const height = Math.ceil(y);
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" ` +
      `viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" fill="${ground}"/>`,
    ...parts,
    "</svg>",
  ].join("\n");
  return { svg, width: WIDTH, height };
}

/**
 * @param {number} rows
 * @param {number} columns
 * @param {number} side
 * @returns {[width: number, height: number]} a strip lies down over the whole width
 */
function size(rows, columns, side) {
  if (rows === 1) return [WIDTH - 2 * MARGIN, 16];
  const pixel = side / Math.max(rows, columns);
  return [columns * pixel, rows * pixel];
}

/** @param {string} text */
function escaped(text) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
