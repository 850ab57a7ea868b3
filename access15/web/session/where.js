// "Where would it help most?": one more place of the chosen kind, tried at every corner while the page stays at hand.

import { putOnStreets } from "../core/siting/candidates.js";
import { Gains, takeApart } from "../core/siting/cover.js";

const PIECE_MS = 40; // how long the page is kept waiting at a time
export const BEST = 3; // places that are pinned
export const APART_M = 400; // between them, or they would be one answer
const CLASSES = 4;

/** A place that may be put there, as it is pinned and told. @typedef {LonLat & {street: string, gained: number}} Spot */

/**
 * Whole people at which each class begins, from the most down: quarters of the most, those of nobody left out.
 * @param {number} most @returns {number[]}
 */
export const classesOf = (most) => {
  const quarters = Array.from({ length: CLASSES }, (_, k) => Math.ceil((most * (CLASSES - 1 - k)) / CLASSES));
  return [...new Set(quarters.map((from) => Math.max(from, 1)))];
};

/** Answers with their places, which the page's data says once. @param {SessionData["prepared"]} data @returns {Prepared[]} */
const readPrepared = ({ places, answers }) =>
  answers.map((answer) => ({
    ...answer,
    places: answer.at.map((place, i) => {
      const { name, lon, lat } = places[place];
      return { lon, lat, street: name, gained: answer.adds[i] };
    }),
  }));

export class Where {
  #timer = 0;
  #wasOn = false;
  /** @type {Gains | null} */
  #gains = null;
  /** Prepared places that are shown instead. @type {Prepared | null} */
  #shown = null;

  /**
   * @param {{model: import("./model.js").Model, store: import("./store.js").Store, data: SessionData,
   *   onFound: () => void, onProgress: () => void}} parts
   */
  constructor({ model, store, data, onFound, onProgress }) {
    this.model = model;
    this.store = store;
    this.data = data;
    this.onFound = onFound;
    this.onProgress = onProgress;
    this.at = data.cutoffs_min.length - 1;
    /** @type {"corners" | "given"} */
    this.kind = data.given.length ? "given" : "corners";
    this.answers = readPrepared(data.prepared);
  }

  get isOn() {
    return this.store.choice.isWhere;
  }

  /** What is known: whole, or null while it is being computed. */
  get gains() {
    return this.isOn && !this.store.isHeld && this.#gains?.isDone ? this.#gains : null;
  }

  /** Share of the candidates that have been tried. */
  get progress() {
    return this.#gains && this.#gains.n > 0 ? this.#gains.nDone / this.#gains.n : 1;
  }

  get shown() {
    return this.#shown;
  }

  /** @param {Prepared | null} prepared */
  show(prepared) {
    this.#shown = prepared;
    this.onFound();
  }

  /** @param {number} at index of the cutoff */
  choose(at) {
    this.at = at;
    this.show(null);
  }

  /** @param {"corners" | "given"} kind */
  among(kind) {
    this.kind = kind;
    this.update();
  }

  /** Looks anew where something has changed; what was being looked for is no longer. */
  update() {
    const { model, store } = this;
    const { profile, target } = store.choice;
    clearTimeout(this.#timer);
    if (!this.isOn && !this.#wasOn) {
      return;
    }
    this.#wasOn = this.isOn;
    this.#shown = null;
    if (!this.isOn || store.isHeld) {
      this.onFound();
      return;
    }
    const { changes } = store;
    this.#gains = model.remember(changes, `gains|${profile}|${target}|${this.kind}`, () => {
      const world = model.world(changes, profile);
      return new Gains(world, target, putOnStreets(model.session, world.site, this.kind));
    });
    this.onFound();
    if (!this.#gains.isDone) {
      this.#timer = window.setTimeout(() => this.#look());
    }
  }

  /** A few candidates more. */
  #look() {
    const gains = this.#gains;
    const until = performance.now() + PIECE_MS;
    while (gains && !gains.isDone && performance.now() < until) {
      gains.step();
    }
    if (gains?.isDone) {
      this.onFound();
    } else {
      this.onProgress();
      this.#timer = window.setTimeout(() => this.#look());
    }
  }

  /** People at every candidate, of the group and within the minutes that are looked at. */
  people() {
    return this.gains ? this.gains.people[this.store.choice.group][this.at] : new Float64Array(0);
  }

  /** The best place, and the next ones that are other answers; or those of a prepared answer. @returns {Spot[]} */
  spots() {
    if (this.#shown) {
      return this.isOn ? this.#shown.places : [];
    }
    const { gains } = this;
    if (!gains) {
      return [];
    }
    const { points, row } = gains.candidates;
    const people = this.people();
    return takeApart(gains, gains.rank(this.store.choice.group, this.at), BEST, APART_M).map((one) => ({
      ...points.places[row[one]],
      street: points.names[row[one]] || this.model.names.corner(points, row[one]),
      gained: people[one],
    }));
  }

  /** Prepared answers to what is asked now. @returns {Prepared[]} */
  prepared() {
    const { profile, target, group } = this.store.choice;
    const cutoff = this.data.cutoffs_min[this.at];
    return this.answers.filter(
      (one) => one.profile === profile && one.target === target && one.group === group && one.cutoff_min === cutoff,
    );
  }
}
