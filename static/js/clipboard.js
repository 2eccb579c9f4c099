import { make } from "./dom.js";
import { say } from "./messages.js";

/**
 * Copy a text, and say so on the button that was pressed.
 *
 * @param {string} text
 * @param {HTMLButtonElement} button
 */
export async function copy(text, button) {
  const told = make("span", { class: "told", role: "status" });
  button.after(told);
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // A page that did not come over HTTPS, as in a classroom, has the old way only.
    const field = make("textarea", {
      class: "visually-hidden",
      "aria-label": say("elements.copy.text"),
    });
    field.value = text;
    button.after(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    button.focus();
  }
  told.textContent = say("elements.copy.done");
  setTimeout(() => told.remove(), 2000);
}
