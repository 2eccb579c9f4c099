/**
 * A figure of a picture with a window on it; what it is called depends on what it shows.
 */

import { make, write } from "../../dom.js";
import { WindowPicture } from "../../elements/window-picture.js";
import { say } from "../../messages.js";

/**
 * @param {string} name of the message that names it, in `page` or, with a dot before it, in the
 *   chapter's own section
 */
export function pictureFigure(name) {
  const label = say(name.startsWith(".") ? name : `page.${name}`);
  const picture = new WindowPicture();
  picture.setUp({ label });
  const caption = make("figcaption", {}, label);
  return {
    picture,
    figure: make("figure", {}, caption, picture),

    /** @param {import("../../elements/window-picture.js").Shown} shown */
    set shows(shown) {
      picture.shows = shown;
    },

    /** @param {string} text above the picture, and its name */
    set told(text) {
      write(caption, text);
      picture.label = text;
    },
  };
}
