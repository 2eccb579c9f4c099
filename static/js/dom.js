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
  if (element.textContent === text) return;
  const only = element.childNodes.length === 1 && element.firstChild;
  if (only instanceof Text && text) only.data = text;
  else element.textContent = text;
}

/**
 * Go where links within the page lead without the address, whose fragment is the view.
 */
export function keepAddress() {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[href^='#']");
    const target = link && document.querySelector(link.getAttribute("href") ?? "");
    if (!(target instanceof HTMLElement)) return;
    event.preventDefault();
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
    target.scrollIntoView();
  });
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

/** Milliseconds in which nothing has to happen: while the pen moves, the maps count. */
const CALM = 150;

/**
 * Put something off until it has not been asked for during a moment.
 *
 * @param {() => void} action
 * @returns {() => void} asks for it
 */
export function whenCalm(action) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, CALM);
  };
}

/**
 * Keep something up to date, but only while it is on the screen or near it.
 *
 * @param {Element} element
 * @param {() => void} update called in an animation frame
 * @returns {() => void} says that the element is out of date
 */
export function whileSeen(element, update) {
  let seen = false;
  let stale = true;
  let frame = 0;
  const refresh = () => {
    if (!seen || !stale || frame) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      stale = false;
      update();
    });
  };
  const observer = new IntersectionObserver(
    (entries) => {
      seen = entries.some((entry) => entry.isIntersecting);
      refresh();
    },
    { rootMargin: "25%" },
  );
  observer.observe(element);
  return () => {
    stale = true;
    refresh();
  };
}

/**
 * Make what fetches something fetch it once; again only if that failed.
 *
 * @template T
 * @param {() => Promise<T>} fetch
 * @returns {() => Promise<T>}
 */
export function once(fetch) {
  /** @type {Promise<T> | null} */
  let found = null;
  return () => {
    found ??= fetch().catch((error) => {
      found = null;
      throw error;
    });
    return found;
  };
}

/**
 * Take a module that the page did not begin with.
 *
 * @template T
 * @param {() => Promise<T>} fetch imports it
 * @returns {Promise<T>}
 * @throws {Error} the server has stopped, or serves another version by now
 */
export async function later(fetch) {
  try {
    return await fetch();
  } catch (cause) {
    throw new Error("The rest of this page could not be fetched. Reload it to go on.", { cause });
  }
}

/**
 * Listen to what an element tells of itself.
 *
 * @template T
 * @param {EventTarget} target
 * @param {string} name
 * @param {(detail: T) => void} listener
 */
export function on(target, name, listener) {
  target.addEventListener(name, (event) => listener(/** @type {CustomEvent<T>} */ (event).detail));
}

/**
 * Open a dialog, and let a click beside it or on what closes it close it.
 *
 * @param {HTMLDialogElement} dialog
 */
export function connectDialog(dialog) {
  find(dialog, "button[data-action=close]", HTMLButtonElement).addEventListener("click", () =>
    dialog.close(),
  );
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

/**
 * Hand a file to the reader.
 *
 * @param {Blob} blob
 * @param {string} name
 */
export function download(blob, name) {
  const href = URL.createObjectURL(blob);
  make("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
