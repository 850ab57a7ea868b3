// What the page shows: proposals, what people look at, what is being dragged; and who is told when that changes.

import { activeOf } from "./state.js";

/**
 * What listeners are told of: "choice" with what was chosen before, "change" of anything else that is seen, "hold"
 * when something is taken up or put down, "drag" at most once per picture while it moves,
 * "light" when other stretches light up.
 * @typedef {"choice" | "change" | "hold" | "drag" | "light"} StoreEvent
 */

export class Store {
  #waiting = 0;

  /** @param {import("./state.js").History} history @param {Choice} choice @param {(group: string) => string} ownWalker */
  constructor(history, choice, ownWalker) {
    this.history = history;
    this.choice = choice;
    this.ownWalker = ownWalker;
    this.isHeld = false;
    /** @type {Change[] | null} */
    this.dragged = null;
    /** Stretches, and changes, that are lit until the next step. @type {{edges: number[], ids: string[]}} */
    this.lit = { edges: [], ids: [] };
    /** @type {Record<StoreEvent, ((before: Choice) => void)[]>} */
    this.listeners = { choice: [], change: [], hold: [], drag: [], light: [] };
  }

  /** @param {StoreEvent} event @param {(before: Choice) => void} listener */
  on(event, listener) {
    this.listeners[event].push(listener);
  }

  /** @param {StoreEvent} event @param {Choice} [before] */
  #emit(event, before = this.choice) {
    for (const listener of this.listeners[event]) {
      listener(before);
    }
  }

  /** The changes on the map now: those of the proposal, or what is being dragged. */
  get changes() {
    return this.dragged || this.history.active.changes;
  }

  /** Groups walk at their own pace until somebody chooses another walker for all. @param {Partial<Choice>} values */
  choose(values) {
    const before = this.choice;
    const next = { ...before, ...values };
    const own = this.ownWalker(next.group);
    const isOne = values.isOne ?? (before.isOne || (values.profile ?? own) !== own);
    this.choice = { ...next, isOne, profile: isOne ? next.profile : own };
    this.#emit("choice", before);
    this.#emit("change");
  }

  /** Takes a step and shows it, not today; false where nothing changed. @param {Doc} doc */
  take(doc) {
    this.dragged = null;
    this.lit = { edges: [], ids: [] };
    const isNew = this.history.take(doc);
    if (isNew && this.choice.view === "today") {
      this.choose({ view: "proposal" });
    } else {
      this.refresh();
    }
    return isNew;
  }

  /** @param {number[]} edges @param {string[]} ids */
  light(edges, ids) {
    this.lit = { edges, ids };
    this.#emit("light");
  }

  /** Something that is shown has changed. */
  refresh() {
    this.#emit("change");
  }

  /** @param {boolean} isHeld */
  hold(isHeld) {
    if (isHeld && this.choice.view === "today") {
      this.choose({ view: "proposal" }); // today cannot be changed
    }
    this.isHeld = isHeld;
    this.dragged = isHeld ? this.dragged : null;
    this.#emit("hold");
  }

  /** While something is being dragged: at most once per picture. @param {Doc} doc */
  preview(doc) {
    this.dragged = activeOf(doc).changes;
    if (!this.#waiting) {
      this.#waiting = requestAnimationFrame(() => {
        this.#waiting = 0;
        if (this.dragged) {
          this.#emit("drag");
        }
      });
    }
  }
}
