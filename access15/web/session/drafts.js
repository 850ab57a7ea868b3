// What nobody has saved, kept by this browser: a page that ends, however it ends, loses at most the last step.
// Every opening of a page writes under a key of its own; what is kept is a file of proposals, and is read as one.

const BEGINS = "access15 draft ";
const MOST_KEPT = 20; // of all pages; the oldest go first
const [ENDING_MS, MOST_WAITS] = [300, 7]; // a page that has just been closed, or loaded again, may still hold its key

/** What the browser keeps for pages; null where it may not or cannot. @returns {Storage | null} */
const openStorage = () => {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
};

/** Keys that pages which are open now write under, as far as the browser tells. @returns {Promise<Set<string>>} */
const listLiving = async () => {
  try {
    const { held = [] } = await navigator.locks.query();
    return new Set(held.map(({ name = "" }) => name));
  } catch {
    return new Set();
  }
};

export class Drafts {
  /** @type {object | null} */
  #written = null;

  /**
   * @param {string} fingerprint of what the page computes with: drafts of others are none of its business
   * @param {{now: object, isSaved: () => boolean, write: () => string, onTrouble: () => void}} work
   *   what changes with every step, whether it is safe in a file, its text, and what happens where it cannot be kept
   */
  constructor(fingerprint, work) {
    this.work = work;
    this.own = `${BEGINS}${fingerprint} ${Date.now()}-${Math.random().toString(36).slice(2)}`;
    this.begins = `${BEGINS}${fingerprint} `;
    this.storage = openStorage();
    this.isToldOff = false;
    this.isWaiting = false;
    // held until the page ends: other pages see that nobody has lost this work
    navigator.locks?.request(this.own, () => new Promise(() => {})).catch(() => {});
    window.addEventListener("pagehide", () => this.keep());
    window.addEventListener("storage", ({ key }) => {
      if (key === null || key === this.own) {
        this.#written = null; // another page has cleared it away
        this.keep();
      }
    });
  }

  /** Keep the work when the step has been shown. */
  keepSoon() {
    if (!this.isWaiting) {
      this.isWaiting = true;
      setTimeout(() => this.keep());
    }
  }

  /** Keep the work now: true where nothing of it can be lost. */
  keep() {
    this.isWaiting = false;
    const { now } = this.work;
    if (this.work.isSaved()) {
      this.drop(this.own);
      this.#written = null;
      return true;
    }
    if (now !== this.#written && this.#put(this.work.write())) {
      this.#written = now;
    }
    return now === this.#written;
  }

  /** @param {string} text */
  #put(text) {
    try {
      if (this.storage) {
        this.storage.setItem(this.own, text);
        return true;
      }
    } catch {
      // full, or no longer allowed
    }
    if (!this.isToldOff) {
      this.isToldOff = true;
      this.work.onTrouble();
    }
    return false;
  }

  /** Keys of drafts, the youngest first. @param {string} [begins] */
  #list(begins = this.begins) {
    try {
      const keys = Object.keys(this.storage || {}).filter((key) => key.startsWith(begins) && key !== this.own);
      const age = (/** @type {string} */ key) => key.slice(key.lastIndexOf(" "));
      return keys.sort((a, b) => (age(a) < age(b) ? 1 : -1));
    } catch {
      return [];
    }
  }

  /** Whether there may be something to go on with. */
  hasSome() {
    return this.#list().length > 0;
  }

  /** Drafts of this page that no open page goes on with, the youngest first. @returns {Promise<string[]>} keys */
  async listLost() {
    let living = await listLiving();
    for (let i = 0; i < MOST_WAITS && this.#list().some((key) => living.has(key)); i += 1) {
      await new Promise((resolve) => setTimeout(resolve, ENDING_MS));
      living = await listLiving();
    }
    const old = this.#list(BEGINS).slice(MOST_KEPT);
    old.filter((key) => !living.has(key)).forEach((key) => this.drop(key));
    return this.#list().filter((key) => !living.has(key));
  }

  /** @param {string} key */
  read(key) {
    try {
      return this.storage?.getItem(key) || "";
    } catch {
      return "";
    }
  }

  /** @param {string} key */
  drop(key) {
    try {
      this.storage?.removeItem(key);
    } catch {
      // then it stays
    }
  }
}
