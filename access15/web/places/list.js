// The list of places: the doubtful first, each with what is wrong with it in a few words.

import { byId, find, make } from "../map/elements.js";
import { rewrite } from "../session/parts.js";
import { shorten } from "../session/text.js";
import { ANY, STATES } from "./book.js";

/** @typedef {{book: import("./book.js").Book, speech: import("../session/text.js").Speech}} ListParts */

/** How a place stands: a sign, and its word. @param {import("./book.js").Book} book @param {number} at */
export const stateOf = (book, at) => {
  const { checked, isLeft } = book.now[at];
  if (checked) {
    return { sign: "✓", key: "is_checked" };
  }
  if (isLeft) {
    return { sign: "–", key: "is_left" };
  }
  return book.isDoubtful(at) ? { sign: "!", key: "is_open" } : { sign: "·", key: "is_fine" };
};

/** What a place's line says: what was done to it, else what is wrong with it. @param {ListParts} parts @param {number} at */
const reasonOf = ({ book, speech }, at) => {
  const [decision, first] = [book.now[at], book.first[at]];
  if (book.isChanged(at) && decision.point !== first.point && decision.provider === book.rules.by_hand) {
    return speech.say(first.point ? "reason_moved" : "reason_placed");
  }
  if (book.isChanged(at) && decision.point !== first.point) {
    return speech.say("reason_chosen");
  }
  if (book.isChanged(at) && decision.doors !== first.doors) {
    return speech.say("reason_door");
  }
  const [[text] = [""]] = book.places[at].doubts[speech.lang];
  return text || speech.say("reason_none");
};

/** @param {ListParts} parts @param {number} at @param {() => void} onPick */
const line = (parts, at, onPick) => {
  const { book, speech } = parts;
  const place = book.places[at];
  const { sign, key } = stateOf(book, at);
  const button = make("button", "", "place-line", { type: "button", "data-key": `place ${at}` });
  const isHere = at === book.selected;
  button.setAttribute("aria-current", String(isHere));
  const state = make("span", sign, `state ${key}`, { "aria-hidden": "true" });
  const text = make("span", "", "line-text");
  text.append(
    make("bdi", shorten(place.name) || speech.say("no_name"), "line-name"),
    make("span", reasonOf(parts, at), "line-reason"),
    make("span", `, ${speech.say(key)}`, "unseen"),
  );
  button.append(state, text);
  button.addEventListener("click", onPick);
  const item = make("li");
  item.append(button);
  return item;
};

/** @param {string} id @param {[string, string][]} options @param {string} chosen */
const fill = (id, options, chosen) => {
  const select = find(id, HTMLSelectElement);
  select.replaceChildren(...options.map(([value, text]) => make("option", text, "", { value })));
  select.value = chosen;
};

/** @param {ListParts} parts */
export const writeFilters = ({ book, speech }) => {
  const kinds = [...new Set(book.places.map((one) => one.category))];
  const labelled = kinds.map((id) => {
    const known = book.data.categories[id];
    const n = book.places.filter((one) => one.category === id).length;
    return /** @type {[string, string]} */ ([id, `${known ? speech.label(known.label) : id} (${speech.number(n)})`]);
  });
  fill("kind", [[ANY, speech.say("all_kinds")], ...labelled], book.filter.kind);
  const areas = book.data.areas.map(({ id, name }) => /** @type {[string, string]} */ ([id, name]));
  fill("area", [[ANY, speech.say("all_areas")], ...areas, ["-", speech.say("elsewhere")]], book.filter.area);
  fill(
    "state",
    STATES.map((id) => [id, speech.say(`state_${id}`)]),
    book.filter.state,
  );
};

/** @param {ListParts} parts @param {(at: number) => void} onPick */
export const writeList = (parts, onPick) => {
  const { book, speech } = parts;
  const [chosen, shown] = [book.chosen(), book.shown()];
  const checked = chosen.filter((at) => book.now[at].checked !== "").length;
  const open = chosen.filter((at) => book.isDoubtful(at)).length;
  byId("counter").textContent = speech.say("counter", { n: speech.number(checked), all: speech.number(chosen.length) });
  byId("counter-open").textContent = speech.say("counter_open", { n: speech.number(open) });
  rewrite(
    byId("list"),
    shown.map((at) => line(parts, at, () => onPick(at))),
  );
  byId("list-empty").hidden = shown.length > 0;
};

/** The line of the place that is looked at comes into view, and nothing else moves. */
export const showLine = () => {
  const [here = null] = byId("list").querySelectorAll("[aria-current=true]");
  const holder = byId("list-holder");
  if (here instanceof HTMLElement) {
    const [box, around] = [here.getBoundingClientRect(), holder.getBoundingClientRect()];
    if (box.top < around.top || box.bottom > around.bottom) {
      holder.scrollTop += box.top - around.top - (around.height - box.height) / 2;
    }
  }
};
