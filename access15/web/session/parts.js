// Small parts that panel and dialogs are made of.

import { make } from "../map/elements.js";

const MOST_DOTS = 60;

/** Rewrites a part of the page and leaves the focus where it was. @param {HTMLElement} container @param {Node[]} children */
export const rewrite = (container, children) => {
  const active = document.activeElement;
  const key = active instanceof HTMLElement && container.contains(active) ? active.dataset.key : undefined;
  container.replaceChildren(...children);
  for (const one of key ? container.querySelectorAll("[data-key]") : []) {
    if (one instanceof HTMLElement && one.dataset.key === key) {
      one.focus();
    }
  }
};

/** @param {string} text @param {string} key @param {() => void} onClick @param {string} [label] */
export const button = (text, key, onClick, label = text) => {
  const made = make("button", text, "", { type: "button", "data-key": key, "aria-label": label });
  made.addEventListener("click", onClick);
  return made;
};

/** @param {HTMLElement} element @param {boolean} isDisabled */
export const setDisabled = (element, isDisabled) => element.setAttribute("aria-disabled", String(isDisabled));

/** @param {import("./text.js").Speech} speech @param {number | null} value */
export const known = (speech, value) => (value === null ? speech.say("unknown") : speech.number(value));

/** "2.015 → 2.427", for eyes and for ears. @param {import("./text.js").Speech} speech @param {Cell} cell */
const counts = (speech, { before, after }) => {
  const told = make("span", "", "counts");
  told.append(
    make("span", `${speech.say("today")} `, "unseen"),
    make("span", known(speech, before)),
    make("span", " → ", "arrow", { "aria-hidden": "true" }),
    make("span", `, ${speech.say("with")} `, "unseen"),
    make("span", known(speech, after)),
  );
  return told;
};

/** @param {import("./text.js").Speech} speech @param {number | null} people */
export const difference = (speech, people) => {
  const told = make("span", people === null ? "?" : speech.signed(people), "change");
  told.classList.toggle("gain", people !== null && people > 0);
  told.classList.toggle("loss", people !== null && people < 0);
  return told;
};

/**
 * A number and what stands beside it: the change, or where nothing was changed people and their share.
 * @param {import("./text.js").Speech} speech @param {Cell} cell @param {boolean} isToday
 * @param {{all: number, isAtMost: boolean}} of how many people there are, and whether the walker's shares are the most there may be
 */
export const numbersOf = (speech, cell, isToday, { all, isAtMost }) => {
  if (!isToday) {
    return [difference(speech, cell.difference), counts(speech, cell)];
  }
  const { after } = cell;
  if (after === null) {
    return [make("span", "?", "change"), make("span", speech.say("unknown"), "counts")];
  }
  return [make("span", speech.number(after), "change"), make("span", speech.bounded(all ? after / all : 0, isAtMost), "counts")];
};

/** Votes as dots in fives, and their number. @param {import("./text.js").Speech} speech @param {number} votes */
export const dots = (speech, votes) => {
  const made = Array.from({ length: Math.min(votes, MOST_DOTS) }, (_, i) => make("span", "", (i + 1) % 5 ? "vote" : "vote fifth"));
  return [...made, make("span", speech.number(votes))];
};

/** Every text of the template. @param {import("./text.js").Speech} speech @param {ParentNode} part */
export const sayAll = (speech, part) => {
  for (const one of part.querySelectorAll("[data-say]")) {
    one.textContent = speech.say(one.getAttribute("data-say") || "");
  }
  for (const one of part.querySelectorAll("[data-name]")) {
    one.setAttribute("aria-label", speech.say(one.getAttribute("data-name") || ""));
  }
};
