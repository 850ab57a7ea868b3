// The one thing to be said of the proposal: a number and a sentence.

import { byId, make } from "../map/elements.js";
import { capital, shorten } from "./text.js";

/**
 * @typedef {{speech: import("./text.js").Speech, model: import("./model.js").Model, data: SessionData,
 *   store: import("./store.js").Store, sentences: import("./sentences.js").Sentences,
 *   actions: import("./actions.js").Actions}} HeadlineParts
 * @typedef {{number: string, sentence: string, more: string, isKnown: boolean, isWalk: boolean}} Headline
 */

/** @param {HeadlineParts} parts @returns {Headline} */
const describe = (parts) => {
  const { speech, model, data, store, sentences, actions } = parts;
  const { changes } = store;
  const { profile, target, group } = store.choice;
  const cell = model.cell(changes, profile, target, group, data.cutoffs_min.length - 1);
  const { after } = cell;
  const all = model.totals[group];
  if (after === null) {
    const sentence = model.whyUnknown(target, speech.lang);
    return { number: capital(speech.say("unknown")), sentence, more: sentences.when(), isKnown: false, isWalk: false };
  }
  const minutes = sentences.when(sentences.lastCutoff());
  const reach = speech.say("reach", { n: speech.number(after), all: speech.number(all), who: sentences.who(), minutes });
  if (changes.length === 0) {
    const more = speech.say("no_change_yet", { proposal: shorten(store.history.active.name) });
    return { number: speech.bounded(all ? after / all : 0, model.isAtMost(profile)), sentence: reach, more, isKnown: true, isWalk: true };
  }
  const unplaced = actions.unplaced(changes);
  const places = changes.filter((one) => ["add_facility", "move_facility", "set_door"].includes(one.change));
  if (cell.difference === 0 && places.length > 0 && places.every((one) => unplaced.has(one.id))) {
    return { number: "!", sentence: speech.say("all_unplaced"), more: "", isKnown: true, isWalk: false };
  }
  if (cell.before === null || cell.difference === null) {
    return { number: speech.number(after), sentence: reach, more: "", isKnown: true, isWalk: true };
  }
  return describeChange(parts, { before: cell.before, after, difference: cell.difference, minutes });
};

/** Which sentence: of more people, of fewer, of none. @param {number} difference @param {number} gained */
const keyOf = (difference, gained) => {
  if (difference === 0) {
    return gained > 0 ? "even" : "same";
  }
  const isOne = Math.abs(difference) === 1;
  if (difference > 0) {
    return isOne ? "more_one" : "more";
  }
  return isOne ? "fewer_one" : "fewer";
};

/**
 * @param {HeadlineParts} parts
 * @param {{before: number, after: number, difference: number, minutes: string}} found @returns {Headline}
 */
const describeChange = ({ speech, model, data, store, sentences }, { before, after, difference, minutes }) => {
  const { profile, target, group } = store.choice;
  const all = model.totals[group];
  const { gained, lost } = model.exchange(store.changes, profile, target, group, data.cutoffs_min.length - 1);
  const key = keyOf(difference, gained);
  const people = { gained: speech.number(gained), lost: speech.number(lost) };
  const both = gained > 0 && lost > 0 && key !== "even" ? ` · ${speech.say("both", people)}` : "";
  /** @param {number} n */
  const share = (n) => speech.bounded(all ? n / all : 0, model.isAtMost(profile));
  const more = speech.say("today_to", {
    before: speech.number(before),
    after: speech.number(after),
    all: speech.number(all),
    before_share: share(before),
    after_share: share(after),
  });
  const values = { n: speech.number(Math.abs(difference)), who: sentences.who(), minutes, gained: people.gained };
  return { number: speech.signed(difference), sentence: speech.say(key, values), more: more + both, isKnown: true, isWalk: true };
};

/** Of who must sit down: how many more would get there, could they sit anywhere. @param {HeadlineParts} parts */
const describeSeats = ({ speech, model, data, store }) => {
  const { changes, choice } = store;
  const { profile, target, group } = choice;
  const { after } = model.cell(changes, profile, target, group, data.cutoffs_min.length - 1);
  if (!model.profileOf.get(profile)?.needs_seat || after === null) {
    return "";
  }
  const n = model.countSeatless(changes, profile, target, group);
  return speech.say("seats_left", { n: speech.number(n), left: speech.number(n - after) });
};

/** @param {HeadlineParts} parts */
export const writeHeadline = (parts) => {
  const { speech, sentences } = parts;
  const { number, sentence, more, isKnown, isWalk } = describe(parts);
  byId("headline-number").textContent = number;
  byId("headline-number").classList.toggle("unknown", !isKnown);
  byId("headline").replaceChildren(sentence, ...(isWalk ? [make("span", sentences.pace("at_pace"), "pace")] : []));
  const seats = isKnown ? describeSeats(parts) : "";
  byId("headline-more").textContent = [more, seats].filter(Boolean).join(more.endsWith(".") ? " " : " · ");
  byId("cards-head").textContent = speech.say("cards_head", {
    who: capital(sentences.who()),
    minutes: sentences.lastCutoff(),
  });
};
