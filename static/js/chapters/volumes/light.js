import { make } from "../../dom.js";
import { BRIGHTEST } from "./filters.js";

/**
 * Channels as the light that they stand for.
 *
 * @param {string} label names the picture for people; without one it is only there to be seen
 */
export function light(label = "") {
  const canvas = make("canvas", label ? { role: "img", "aria-label": label } : {});
  if (!label) canvas.ariaHidden = "true";
  canvas.classList.add("light");
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** @param {readonly (readonly (readonly number[])[] | null)[]} channels null for one that is dark */
  const show = (channels) => {
    const lit = channels.find((rows) => rows !== null) ?? [];
    const [height, width] = [lit.length, lit[0]?.length ?? 0];
    Object.assign(canvas, { width, height });
    const image = context.createImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      const [row, column] = [Math.floor(i / width), i % width];
      const bytes = channels.map((rows) => ((rows?.[row][column] ?? 0) / BRIGHTEST) * 255);
      image.data.set([...bytes, 255], i * 4);
    }
    context.putImageData(image, 0, 0);
  };
  return { canvas, show };
}
