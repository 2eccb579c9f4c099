/**
 * The page's theme: as the system says, or light, or dark. It is a habit of the reader, not
 * part of a view, so it is kept by the browser and not in the address.
 */

const KEY = "convlens-theme";
const THEMES = ["auto", "light", "dark"];

/** @param {string | null} theme */
function apply(theme) {
  const known = theme && THEMES.includes(theme) ? theme : "auto";
  document.documentElement.dataset.theme = known;
  return known;
}

/** Browsers that keep nothing for a page (private windows, embedded pages) throw. */
function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** @param {string} theme */
function remember(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It lasts as long as the page, then.
  }
}

const chosen = apply(remembered());

addEventListener("DOMContentLoaded", () => {
  for (const input of document.querySelectorAll("input[name=theme]")) {
    if (!(input instanceof HTMLInputElement)) continue;
    input.checked = input.value === chosen;
    input.addEventListener("change", () => remember(apply(input.value)));
  }
});
