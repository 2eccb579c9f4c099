/**
 * Make an HTML element.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/**
 * Find the element that the page's own markup promises.
 *
 * @template {Element} Type
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => Type} type
 * @returns {Type}
 */
export function find(root, selector, type) {
  const element = root.querySelector(selector);
  if (element instanceof type) return element;
  throw new TypeError(`the page has no ${type.name} at ${selector}`);
}

/**
 * Tell what happened to an element, under its own name: `tag:verb`.
 *
 * @param {HTMLElement} element
 * @param {string} verb
 * @param {unknown} [detail]
 */
export function emit(element, verb, detail) {
  const name = `${element.localName}:${verb}`;
  element.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
}

/**
 * Set an element's text, unless it says so already: even the same text anew costs a layout.
 *
 * @param {Element} element
 * @param {string} text
 */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Give a set of elements one tab stop that the arrow keys move, as in a toolbar or a grid.
 *
 * @param {readonly HTMLElement[]} items in order
 * @param {number} [perRow] items that Up and Down step over
 * @returns {(item: HTMLElement) => void} makes an item the tab stop
 */
export function rove(items, perRow = 1) {
  /** @type {Record<string, (place: number) => number>} */
  const moves = {
    ArrowRight: (place) => place + 1,
    ArrowLeft: (place) => place - 1,
    ArrowDown: (place) => place + perRow,
    ArrowUp: (place) => place - perRow,
    Home: () => 0,
    End: () => items.length - 1,
  };
  const stopAt = (/** @type {HTMLElement} */ stop) => {
    for (const item of items) item.tabIndex = item === stop ? 0 : -1;
  };
  for (const [place, item] of items.entries()) {
    item.addEventListener("focus", () => stopAt(item));
    item.addEventListener("keydown", (event) => {
      const next = items[moves[event.key]?.(place) ?? -1];
      if (!next) return;
      event.preventDefault();
      next.focus();
    });
  }
  if (items.length) stopAt(items[0]);
  return stopAt;
}
