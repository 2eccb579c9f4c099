/**
 * MathML, made piece by piece.
 */

const NAMESPACE = "http://www.w3.org/1998/Math/MathML";

/** @typedef {Element | string} Piece a string is a number, a name or an operator by its look */

/**
 * @param {string} name
 * @param {...Piece} pieces
 * @returns {Element}
 */
function element(name, ...pieces) {
  const made = document.createElementNS(NAMESPACE, name);
  made.append(...pieces);
  return made;
}

/** @param {Piece} piece */
function toElement(piece) {
  if (typeof piece !== "string") return piece;
  if (/^[−\d]/u.test(piece) && piece !== "−") return element("mn", piece);
  if (/^\p{L}+$/u.test(piece)) return element("mi", piece);
  return element("mo", piece);
}

/**
 * @param {...Piece} pieces
 * @returns {Element} a formula
 */
export function math(...pieces) {
  return element("math", row(...pieces));
}

/** @param {...Piece} pieces */
export function row(...pieces) {
  return element("mrow", ...pieces.map(toElement));
}

/**
 * @param {Piece} base
 * @param {Piece} below
 */
export function sub(base, below) {
  return element("msub", toElement(base), toElement(below));
}

/**
 * @param {Piece} base
 * @param {Piece} above
 */
export function sup(base, above) {
  return element("msup", toElement(base), toElement(above));
}

/**
 * @param {Piece} base such as the sign of a sum
 * @param {Piece} below
 * @param {Piece} above
 */
export function between(base, below, above) {
  return element("munderover", ...[base, below, above].map(toElement));
}

/**
 * @param {Piece} over
 * @param {Piece} under
 */
export function fraction(over, under) {
  return element("mfrac", toElement(over), toElement(under));
}

/**
 * Write an equation that may break before each of its parts.
 *
 * @param {...readonly Piece[]} parts
 * @returns {Element[]}
 */
export function equation(...parts) {
  return parts.map((part) => {
    const made = math(...part);
    // An operator that begins a part still stands between two numbers.
    const first = made.firstElementChild?.firstElementChild;
    if (first?.localName === "mo" && !/^[(⌊]$/.test(first.textContent ?? "")) {
      first.setAttribute("form", "infix");
    }
    return made;
  });
}

/**
 * Take numbers as the parts of a sum, in which a minus sign binds to its number.
 *
 * @param {readonly string[]} numbers
 * @returns {Piece[][]}
 */
export function sum(numbers) {
  return numbers.map((number, i) => {
    if (i === 0) return [number];
    return number.startsWith("−") ? ["−", number.slice(1)] : ["+", number];
  });
}
