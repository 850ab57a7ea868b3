// The card of the place that is looked at: what is known, what is wrong, what may be decided.

import { byId, make } from "../map/elements.js";
import { button, rewrite, setDisabled } from "../session/parts.js";
import { shorten } from "../session/text.js";

/**
 * What the card's buttons do.
 * @typedef {{choose: (answer: Answer) => void, check: () => void, leave: () => void, start: (tool: string) => void,
 *   takeWay: (way: Way) => void, removeDoor: (door: number) => void}} CardActions
 * @typedef {{book: import("./book.js").Book, speech: import("../session/text.js").Speech, actions: CardActions}} CardParts
 */

const DOOR_KEYS = ["given", "entrance", "address", "street", "nearest", "beside"]; // in the order of access15's rules
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** @param {number} i */
export const letterOf = (i) => LETTERS[i % LETTERS.length];

/** @param {string} text */
const unguarded = (text) => text.replace(/^'(?=[=+\-@])/, "");

/** Where a point comes from, for a person. @param {CardParts} parts @param {Decision | Answer} one @param {string} source of the table */
const originOf = ({ book, speech }, { provider, date, match }, source) => {
  const who = provider === book.rules.by_hand ? speech.say("by_hand") : unguarded(provider) || source;
  return [unguarded(match), who, date].filter(Boolean).join(" · ");
};

/** @param {CardParts} parts @param {string} precision */
const precisionOf = ({ book, speech }, precision) => book.data.precisions[speech.lang][precision] || precision;

/** @param {string} term @param {(string | Node)[]} parts */
const fact = (term, ...parts) => {
  const value = make("dd", "", "", { dir: "auto" });
  value.append(...parts);
  return [make("dt", term), value];
};

/** @param {CardParts} parts */
const listFacts = (parts) => {
  const { book, speech } = parts;
  const { place, decision } = book;
  const kind = book.data.categories[place.category];
  const label = kind ? speech.label(kind.label) : place.category;
  const origin = originOf(parts, decision, speech.label(place.source));
  const at = decision.point ? `${decision.point[0].toFixed(5)}, ${decision.point[1].toFixed(5)}` : speech.say("no_point");
  const known = decision.point ? [precisionOf(parts, decision.precision), origin, at] : [at];
  return [
    ...fact(speech.say("kind"), place.hub ? `${label} · ${speech.say("hub")}` : label),
    ...fact(speech.say("address"), speech.label(place.address) || speech.say("no_address")),
    ...fact(speech.say("point"), known.filter(Boolean).join(" · ")),
  ];
};

/** What is wrong, as long as nothing was done about it. @param {CardParts} parts */
const listDoubts = ({ book, speech }) => {
  if (book.decision.checked || book.isChanged(book.selected)) {
    return [];
  }
  return book.place.doubts[speech.lang].map(([text, more]) => {
    const item = make("li");
    item.append(make("strong", text), ...(more ? [` ${more}`] : []));
    return item;
  });
};

/** @param {CardParts} parts */
const listAnswers = (parts) => {
  const { book, speech, actions } = parts;
  return book.place.candidates.map((one, i) => {
    const item = make("li");
    const text = [precisionOf(parts, one.precision), one.told[speech.lang], unguarded(one.provider), one.date].filter(Boolean).join(" · ");
    const press = button(speech.say("this_one"), `answer ${i}`, () => actions.choose(one), `${speech.say("this_one")} ${i + 1}`);
    item.append(make("span", `${i + 1}`, "a15-fix", { "aria-hidden": "true" }), make("span", text, "text", { dir: "auto" }), press);
    return item;
  });
};

/** @param {CardParts} parts */
const listDoors = (parts) => {
  const { book, speech, actions } = parts;
  const { doors } = book.decision;
  if (doors.length) {
    return doors.map((door, i) => {
      const item = make("li");
      const name = doors.length > 1 ? speech.say("door_number", { n: i + 1 }) : speech.say("door_given");
      const press = button(speech.say("door_remove"), `door ${i}`, () => actions.removeDoor(i), `${speech.say("door_remove")} ${i + 1}`);
      item.append(make("span", "", "a15-door is-new"), make("span", `${name} · ${door.map((one) => Number(one).toFixed(5)).join(", ")}`, "text"), press);
      return item;
    });
  }
  return book.ways().map((way, i) => {
    const item = make("li");
    const street = way.street || speech.say("door_unnamed");
    const how = speech.say(way.taken ? `door_by_${DOOR_KEYS[way.source]}` : "door_possible");
    const text = make("span", "", "text");
    const share = way.shares[speech.lang];
    const at = speech.say("door_at", { street, metres: speech.number(way.metres) });
    text.append(make("strong", at), ` · ${how}`, ...(share ? [` · ${share}`] : []));
    const press = button(speech.say("this_door"), `way ${i}`, () => actions.takeWay(way), `${speech.say("this_door")} ${letterOf(i)}`);
    item.append(make("span", letterOf(i), way.taken ? "a15-way is-taken" : "a15-way", { "aria-hidden": "true" }), text, press);
    return item;
  });
};

/** @param {string} id @param {Node[]} children */
const fillPart = (id, children) => {
  byId(`${id}-part`).hidden = children.length === 0;
  rewrite(byId(id), children);
};

/** @param {CardParts} parts */
export const writeCard = (parts) => {
  const { book, speech } = parts;
  const { place, decision } = book;
  byId("place-name").textContent = shorten(place.name, 160) || speech.say("no_name");
  rewrite(byId("facts"), listFacts(parts));
  fillPart("doubts", listDoubts(parts));
  fillPart("answers", listAnswers(parts));
  rewrite(byId("doors"), listDoors(parts));
  const hasDoors = byId("doors").children.length > 0;
  byId("doors-none").hidden = hasDoors;
  byId("doors-none").textContent = speech.say(decision.point ? "doors_anew" : "doors_no_point");
  const isSame = decision.point && decision.point === book.first[book.selected].point;
  if (!hasDoors && isSame && decision.doors === book.first[book.selected].doors) {
    byId("doors-none").textContent = speech.say("doors_beyond");
  }
  byId("put-point").textContent = speech.say(decision.point ? "tool_point_again" : "tool_point");
  byId("put-door").textContent = speech.say(decision.doors.length ? "tool_door_more" : "tool_door");
  setDisabled(byId("put-door"), decision.point === null);
  setDisabled(byId("check"), decision.point === null);
  byId("check").textContent = decision.checked
    ? speech.say("checked_on", { day: decision.checked })
    : speech.say("check");
  setDisabled(byId("undo"), book.steps.past.length === 0);
  setDisabled(byId("redo"), book.steps.future.length === 0);
};
