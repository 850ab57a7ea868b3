// Steps taken and taken back: of a plain value that is changed only by making a new one.

const MOST_STEPS_BACK = 500;

/** @template Value */
export class Steps {
  /** @param {Value} value */
  constructor(value) {
    this.now = value;
    this.saved = value;
    /** @type {Value[]} */
    this.past = [];
    /** @type {Value[]} */
    this.future = [];
  }

  /** Take a step; false where nothing changed. @param {Value} value */
  take(value) {
    if (value === this.now) {
      return false;
    }
    this.past = [...this.past, this.now].slice(-MOST_STEPS_BACK);
    this.future = [];
    this.now = value;
    return true;
  }

  undo() {
    const before = this.past.at(-1);
    if (before === undefined) {
      return false;
    }
    this.past = this.past.slice(0, -1);
    this.future = [this.now, ...this.future];
    this.now = before;
    return true;
  }

  redo() {
    const [after] = this.future;
    if (after === undefined) {
      return false;
    }
    this.future = this.future.slice(1);
    this.past = [...this.past, this.now];
    this.now = after;
    return true;
  }

  markSaved() {
    this.saved = this.now;
  }

  isSaved() {
    return this.now === this.saved;
  }
}
