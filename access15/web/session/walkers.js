// Cards of who walks: a picture, what stops them, and how many of the chosen group arrive at their pace.

import { byId, make } from "../map/elements.js";
import { numbersOf, rewrite } from "./parts.js";
import { figure } from "./pictures.js";
import { figureOf, nameOfCard, stopsOf } from "./text.js";

const FAR_MIN = 60; // beyond that nobody says how long

/**
 * @typedef {{speech: import("./text.js").Speech, model: import("./model.js").Model, data: SessionData,
 *   store: import("./store.js").Store}} CardParts
 */

/** @param {CardParts} parts @param {PageProfile} profile */
const makeCard = ({ speech, data, store }, profile) => {
  const card = make("label", "", "card");
  const input = make("input", "", "", { type: "radio", name: "profile", value: profile.id, "data-key": profile.id });
  input.checked = profile.id === store.choice.profile;
  const kmh = speech.oneDecimal.format(3.6 * profile.pace_ms);
  const [name, pace] = [speech.label(profile.label), speech.say("pace", { kmh })];
  const stops = stopsOf(speech, profile, data.little_known[profile.id]);
  card.append(
    input,
    figure(figureOf(profile), "picture"),
    make("bdi", nameOfCard(speech.label(profile.who)), "who"),
    make("small", `${name}, ${pace}`, "pace"),
    make("small", speech.say("own_pace"), "own-pace"),
    make("span", "", "card-change"),
    make("small", "", "nearest"),
    make("span", "", "card-counts"),
    make("span", `${stops.join(". ")}.`, "stops"),
  );
  return card;
};

/** Cards in the language of the moment, without numbers. @param {CardParts} parts */
export const makeCards = (parts) => {
  rewrite(
    byId("cards"),
    parts.data.profiles.map((profile) => makeCard(parts, profile)),
  );
};

/** How long half of the group walk. @param {CardParts} parts @param {string} profile */
const describeNearest = ({ speech, model, store }, profile) => {
  const { target, group } = store.choice;
  const [before, after] = [model.today, store.changes].map((one) => model.median(one, profile, target, group));
  /** @param {number} n */
  const short = (n) => speech.say("minutes_short", { n: speech.number(n) });
  /** @param {number} minutes */
  const told = (minutes) =>
    Number.isFinite(minutes) ? short(Math.ceil(minutes)) : speech.say("over", { minutes: short(FAR_MIN) });
  if (after === null) {
    return "";
  }
  if (!Number.isFinite(after)) {
    return speech.say("nearest_none", { minutes: short(FAR_MIN) });
  }
  if (before === null || told(before) === told(after)) {
    return speech.say("nearest_of", { minutes: told(after) });
  }
  return speech.say("nearest_change", { minutes: told(after), before: told(before) });
};

/** Numbers on the cards; while something is held only on that of the chosen walker. @param {CardParts} parts */
export const writeCards = (parts) => {
  const { speech, model, data, store } = parts;
  const { profile, target, group, isOne } = store.choice;
  const { changes, isHeld } = store;
  const own = model.ownWalker(group);
  for (const input of byId("pace-of").querySelectorAll("input")) {
    input.checked = (input.value === "one") === isOne;
  }
  for (const input of byId("cards").querySelectorAll("input")) {
    input.checked = input.value === profile;
    const card = input.closest("label");
    card?.querySelector(".own-pace")?.toggleAttribute("hidden", input.value !== own);
    if (card && (input.checked || !store.dragged)) {
      const cell = model.cell(changes, input.value, target, group, data.cutoffs_min.length - 1);
      const [main, small] = numbersOf(speech, cell, changes.length === 0, model.peopleOf(input.value, group));
      card.querySelector(".card-change")?.replaceChildren(main);
      card.querySelector(".card-counts")?.replaceChildren(small);
      if (!isHeld) {
        card.querySelector(".nearest")?.replaceChildren(describeNearest(parts, input.value));
      }
    }
  }
};
