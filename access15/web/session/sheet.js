// The session on paper: what a sheet has room for, and how its numbers came about.

import { byId, make } from "../map/elements.js";
import { preparePaper } from "../map/paper.js";

const MOST_ON_PAPER = 14; // changes and notes that one sheet has room for
const [MOST_LINES, LINE_SIGNS] = [18, 24]; // of them together, and of text on one line

/** A sheet lists what it has room for and says how many more there are. @param {import("./text.js").Speech} speech @param {boolean} isPaper */
const shortenLists = (speech, isPaper) => {
  document.querySelectorAll(".a15-rest").forEach((one) => one.remove());
  const items = [...document.querySelectorAll("#changes li, #notes li")];
  items.forEach((item, i) => item.classList.toggle("a15-off", isPaper && i >= MOST_ON_PAPER));
  const lengths = items.slice(0, MOST_ON_PAPER).map((item) => Math.ceil((item.textContent || "").length / LINE_SIGNS));
  /** @param {number} most */
  const linesAt = (most) => lengths.reduce((sum, lines) => sum + Math.min(most, lines), 0);
  const lines = [12, 6, 4, 3, 2].find((most) => linesAt(most) <= MOST_LINES) || 1;
  document.body.style.setProperty("--paper-lines", String(lines));
  if (isPaper && items.length > MOST_ON_PAPER) {
    const rest = speech.say("and_more", { n: speech.number(items.length - MOST_ON_PAPER) });
    byId("notes").append(make("li", rest, "a15-rest"));
  }
};

/**
 * @param {{map: L.Map, data: SessionData, store: import("./store.js").Store, speech: import("./text.js").Speech}} parts
 */
export const prepareSheet = ({ map, data, store, speech }) => {
  const told = [...document.querySelectorAll("details")];
  let before = "";
  /** @type {boolean[]} */
  let wereOpen = [];
  window.addEventListener("beforeprint", () => {
    before = store.choice.view;
    wereOpen = told.map((one) => one.open);
    shortenLists(speech, true);
    told.forEach((one) => (one.open = true)); // a sheet says how its numbers came about
    byId("paper-both").hidden = before !== "both";
    if (before === "both") {
      store.choose({ view: "proposal" });
    }
  });
  preparePaper(map, data.bounds, {});
  window.addEventListener("afterprint", () => {
    byId("paper-both").hidden = true;
    told.forEach((one, i) => (one.open = wereOpen[i]));
    shortenLists(speech, false);
    if (before === "both") {
      store.choose({ view: "both" });
    }
  });
};
