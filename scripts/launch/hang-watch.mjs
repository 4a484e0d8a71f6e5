/** How often the control plane is asked whether it is there. */
export const askEveryMs = 2_000;
/** Questions in a row without an answer before it counts as hanging. */
const toleratedSilences = 5;

/**
 * Tells a control plane that hangs (an endless loop, a stopped process) from one that is busy. Pure. What is counted are
 * questions rather than seconds: a launcher that was stopped itself, or whose machine slept, has not asked meanwhile, and
 * comes back to one open question however long it was away.
 */
export class HangWatch {
  #open = 0;

  /** An answer came, to whichever question. */
  answered() {
    this.#open = 0;
  }

  /**
   * The next question is due.
   * @returns {boolean} true when it should not be asked any more: too many are open.
   */
  asks() {
    if (this.#open >= toleratedSilences) return true;
    this.#open += 1;
    return false;
  }
}
