/** States that are kept: of more, the oldest are forgotten, so that nothing grows for ever. */
export const MOST = 200;

/**
 * What can be undone and redone: a line of states with a present.
 *
 * @template T
 */
export class History {
  /** @type {T[]} */
  #states;
  #present = 0;

  /** @param {T} first */
  constructor(first) {
    this.#states = [first];
  }

  get present() {
    return this.#states[this.#present];
  }

  get canUndo() {
    return this.#present > 0;
  }

  get canRedo() {
    return this.#present < this.#states.length - 1;
  }

  /**
   * Make a state the present; what had been undone is forgotten.
   *
   * @param {T} state
   */
  push(state) {
    this.#states.splice(++this.#present, Infinity, state);
    if (this.#states.length > MOST) this.#states.shift();
    this.#present = this.#states.length - 1;
  }

  /** @returns {T} the present, after stepping back if there is a past */
  undo() {
    if (this.canUndo) this.#present--;
    return this.present;
  }

  /** @returns {T} the present, after stepping forward if there is a future */
  redo() {
    if (this.canRedo) this.#present++;
    return this.present;
  }
}
