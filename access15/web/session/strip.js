// The strip on the map: what to do next, what was done, what went wrong; and nothing that is no longer true.

import { byId } from "../map/elements.js";

const LASTS_MS = 15_000;

export class Strip {
  #standing = ""; // what the tool in hand asks for: it stays
  #timer = 0;
  #offered = "";

  /** @param {(target: string) => void} onLook what happens when somebody wants to look elsewhere */
  constructor(onLook) {
    this.lasts_ms = LASTS_MS;
    byId("look-there").addEventListener("click", () => {
      onLook(this.#offered);
    });
  }

  /** @param {string} text @param {boolean} [isProblem] @param {Offer | null} [offer] as a button */
  tell(text, isProblem = false, offer = null) {
    byId("said").textContent = text;
    byId("said").classList.toggle("is-problem", isProblem && text !== "");
    byId("look-there").hidden = offer === null;
    byId("look-there").textContent = offer ? offer.text : "";
    this.#offered = offer ? offer.target : "";
    this.#clearLater(text);
  }

  /** Says what stays until something else stands; nothing with "". @param {string} text */
  stand(text) {
    this.#standing = text;
    this.tell(text);
  }

  /** Nothing to say but what the tool in hand asks for. */
  settle() {
    this.tell(this.#standing);
  }

  /** @param {string} text */
  #clearLater(text) {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (text !== "" && text !== this.#standing) {
      this.#timer = window.setTimeout(() => this.#clear(text), this.lasts_ms);
    }
  }

  /** @param {string} text */
  #clear(text) {
    const strip = byId("strip");
    if (strip.contains(document.activeElement) || strip.matches(":hover")) {
      this.#clearLater(text);
    } else {
      this.settle();
    }
  }
}
