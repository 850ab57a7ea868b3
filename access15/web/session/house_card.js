// The way from "my house" in words: minutes, street by street, what would help, the next place; on the page and on paper.

import { byId, make } from "../map/elements.js";
import { FAR_S } from "./house.js";
import { drawOnPaper } from "./house_map.js";
import { capital, nameOfCard, shorten } from "./text.js";

const [SHORT_M, BESIDE_M] = [40, 100]; // stretches without a name that are not worth a line, alone or beside one street
const ASIDE_S = 30; // a walk beside the streets that is
const [FEW_ROWS, MOST_ROWS] = [4, 8]; // rows of a card before its print is smaller, and much smaller

/**
 * @typedef {import("./house.js").Found} Found
 * @typedef {{speech: import("./text.js").Speech, model: import("./model.js").Model, data: SessionData,
 *   store: import("./store.js").Store, sentences: import("./sentences.js").Sentences,
 *   house: import("./house.js").House}} CardParts
 * @typedef {CardParts & {base: Parameters<typeof import("../map/paint.js").paintBase>[0]}} PaperParts
 */

/** Minutes of a way, or that there is none. @param {CardParts} parts @param {Route | undefined} way */
const minutesOf = ({ speech }, way) =>
  way ? speech.minutes(way.seconds / 60) : speech.say("house_none", { minutes: speech.cutoff(FAR_S / 60) });

/** The same, of what was found; unknown where nobody knows the places. @param {CardParts} parts @param {Found | null} found */
const tellFound = (parts, found) => (found ? minutesOf(parts, found.ways[0]) : parts.speech.say("unknown"));

/** @param {CardParts} parts @param {number} metres */
const metresOf = ({ speech }, metres) => speech.say("house_metres", { n: speech.number(Math.round(metres)) });

/** @param {CardParts} parts @param {number} street */
export const streetOf = ({ speech, data }, street) => shorten(data.streets.street_names[street]) || speech.say("house_no_name");

/** In which street the house is, or "" where none is known. @param {CardParts} parts @param {boolean} [isPaper] */
export const nameHouse = ({ speech, data, house }, isPaper = false) => {
  const key = house.street > 0 && !isPaper ? "house_middle" : "house_home";
  const street = shorten(data.streets.street_names[house.street || house.nearestStreet()]);
  return street && speech.say(key, { street });
};

/** @param {CardParts} parts @param {Found} found @param {number} i */
const placeOf = ({ sentences }, { world, ways }, i) => shorten(sentences.place(world.facilities[ways[i].facility]), 120);

/** Rows as one tells them: a few metres without a name go with the street before. @param {RouteRow[]} rows */
const gather = (rows) => {
  /** @type {RouteRow[]} */
  const told = [];
  rows.forEach((row, i) => {
    const last = told[told.length - 1];
    const isBeside = last !== undefined && rows[i + 1]?.street === last.street;
    const isSmall = row.street === 0 && !row.isSteps && row.metres < (isBeside ? BESIDE_M : SHORT_M);
    const isSame = last !== undefined && last.street === row.street && last.isSteps === row.isSteps;
    if (last && (isSmall || isSame)) {
      told[told.length - 1] = { ...last, metres: last.metres + row.metres, seconds: last.seconds + row.seconds };
    } else {
      told.push(row);
    }
  });
  return told;
};

/** What is walked one after the other: streets, and beside them what is long enough. @param {CardParts} parts @param {Found} found */
const listLegs = (parts, { world, ways, rows }) => {
  const { speech } = parts;
  const legs = gather(rows).map((row) => ({
    name: row.isSteps ? `${streetOf(parts, row.street)}, ${speech.say("house_stairs")}` : streetOf(parts, row.street),
    metres: row.metres,
    seconds: row.seconds,
  }));
  /** @param {string} key @param {number} seconds */
  const aside = (key, seconds) => (seconds > ASIDE_S ? [{ name: speech.say(key), metres: seconds * world.site.costs.pace_ms, seconds }] : []);
  const [before, after] = ways[0].aside_s;
  return [...aside("house_out", before), ...legs, ...aside("house_in", after)];
};

/** Street by street, with metres and whole minutes that add up to the way's. @param {CardParts} parts @param {Found} found */
const listStreets = (parts, found) => {
  const { speech } = parts;
  const legs = listLegs(parts, found);
  let [left_s, before] = [found.ways[0].seconds - legs.reduce((all, leg) => all + leg.seconds, 0), 0];
  return legs.map((leg, i) => {
    left_s += leg.seconds;
    const until = Math.ceil((i === legs.length - 1 ? found.ways[0].seconds : left_s) / 60);
    const time = until > before ? speech.say("minutes_short", { n: speech.number(until - before) }) : speech.say("house_less");
    before = until;
    const item = make("li");
    item.append(make("bdi", leg.name), make("span", metresOf(parts, leg.metres)), make("span", time));
    return item;
  });
};

/** @param {RouteRow[]} rows @param {(row: RouteRow) => number} of */
const sum = (rows, of) => rows.reduce((all, row) => all + of(row), 0);

/** Waits, rests, steps, climb: what is none and what is unknown said as such. @param {CardParts} parts @param {Found} found */
const listParts = (parts, { world, ways, rows }) => {
  const { speech } = parts;
  const nothing = speech.say("house_nothing");
  const [wait_s, waits, lifts] = [sum(rows, (row) => row.wait_s), sum(rows, (row) => row.waits), Math.round(sum(rows, (row) => row.lifts))];
  const values = { time: speech.seconds(wait_s), n: speech.number(Math.max(Math.round(waits) - lifts, 0)), lifts: speech.number(lifts) };
  const waited = speech.say(lifts > 0 ? "house_lifts" : "house_waits_of", values);
  const rest_s = sum(rows, (row) => row.rest_s);
  const time = speech.seconds(rest_s);
  const seats = ways[0].pieces.filter((one, i) => i > 0 && !one.isCorner[0]).length;
  const every = speech.number(world.profile.rest_every_m || 0);
  const rested = world.rest ? speech.say("house_seats", { time, n: speech.number(seats) }) : speech.say("house_rests_of", { time, metres: every });
  const steps_m = sum(rows, (row) => (row.isSteps ? row.metres : 0));
  const [climb_m, known_m] = [sum(rows, (row) => row.climb_m), sum(rows, (row) => row.known_m)];
  const unknown_m = Math.round(ways[0].metres - known_m);
  const climb = metresOf(parts, climb_m);
  const climbed = unknown_m > 0 ? speech.say("house_climb_part", { climb, metres: metresOf(parts, unknown_m) }) : climb;
  return [
    ["waits", wait_s > 0 ? waited : nothing],
    ["rests", rest_s > 0 ? rested : nothing],
    ["steps", steps_m > 0 ? metresOf(parts, steps_m) : nothing],
    ["climb", known_m > 0 ? climbed : speech.say("house_unknown")],
  ].flatMap(([key, text]) => [make("dt", speech.say(`house_${key}`)), make("dd", text)]);
};

/** The new link that alone would, as it would stand among the changes of a proposal. @param {CardParts} parts @param {Found} found */
const listLink = ({ speech, sentences, house }, found) => {
  const link = house.link(found);
  if (!link) {
    return [];
  }
  const told = sentences.change(link.change, link.changes);
  return [make("li", speech.say("house_link", { link: told, minutes: speech.minutes(link.seconds / 60) }), "house-link")];
};

/** What alone would bring the walk within the longest minutes. @param {CardParts} parts @param {Found} found */
const listHelps = (parts, found) => {
  const { speech, house } = parts;
  const out = house.runsOut(found);
  const lifted = house.helps(found).map(({ name, seconds }) => speech.say(`help_${name}`, { minutes: speech.minutes(seconds / 60) }));
  const street = out && streetOf(parts, found.world.streets.network.street[out.edge]);
  const nearer = out ? speech.say("house_nearer", { metres: metresOf(parts, out.metres), street }) : speech.say("house_nearer_any");
  const limit = parts.sentences.lastCutoff();
  const list = make("ul", "", "house-helps");
  list.append(...lifted.map((text) => make("li", text)), ...listLink(parts, found), make("li", nearer));
  return [
    make("h3", speech.say("house_help", { minutes: limit })),
    list,
    ...(out ? [make("p", speech.say("house_circle", { minutes: limit }), "house-circle")] : []),
  ];
};

/** How today and the proposal differ for this house, or "". @param {CardParts} parts @param {string} profile */
const tellChange = (parts, profile) => {
  const { speech, model, store, house } = parts;
  if (store.changes.length === 0) {
    return "";
  }
  const [before, after] = [model.today, store.changes].map((one) => tellFound(parts, house.look(one, profile)));
  return speech.say("house_changed", { before, after });
};

/**
 * What is told of one way, as parts of a card.
 * @param {CardParts} parts @param {Change[]} changes @param {string} profile
 */
export const makeCard = (parts, changes, profile) => {
  const { speech, model, data, sentences, house } = parts;
  const found = house.look(changes, profile);
  const limit = sentences.lastCutoff();
  if (!found || found.ways.length === 0) {
    const isOff = found !== null && found.door.edge[0] < 0;
    const text = isOff ? speech.say("house_off", { metres: speech.number(data.max_snap_m) }) : minutesOf(parts, undefined);
    const known = found ? text : model.whyUnknown(parts.store.choice.target, speech.lang);
    const change = make("p", tellChange(parts, profile));
    return { place: "", minutes: "", text: known, isIn: false, more: found && !isOff ? [change, ...listHelps(parts, found)] : [] };
  }
  const [way, next] = found.ways;
  const isIn = way.seconds <= model.session.longest_s;
  const streets = make("ol", "", "house-streets");
  streets.append(...listStreets(parts, found));
  const facts = make("dl", "", "house-facts");
  facts.append(...listParts(parts, found));
  const other = next ? speech.say("house_next", { place: placeOf(parts, found, 1), minutes: minutesOf(parts, next) }) : speech.say("house_next_none", { minutes: speech.cutoff(FAR_S / 60) });
  return {
    place: placeOf(parts, found, 0),
    minutes: speech.minutes(way.seconds / 60),
    text: speech.say(isIn ? "house_within" : "house_beyond", { minutes: limit }),
    isIn,
    more: [
      make("p", tellChange(parts, profile)),
      // who is left out asks first what would help
      ...(isIn ? [] : listHelps(parts, found)),
      make("h3", `${speech.say("house_way")}: ${metresOf(parts, way.metres)}`),
      streets,
      facts,
      make("p", other),
    ],
  };
};

/** The link that would help, one press from the proposal. @param {import("./house_panel.js").HouseParts} parts */
const offerLink = ({ speech, store, house, tools }) => {
  const found = house.look(house.changes, store.choice.profile);
  const link = found?.link;
  const button = make("button", speech.say("house_try"), "", { type: "button" });
  button.addEventListener("click", () => link && tools.join(link.change));
  byId("house-more").querySelector(".house-link")?.append(" ", button);
};

/** The card in the panel. @param {import("./house_panel.js").HouseParts} parts */
export const writeCard = (parts) => {
  const { speech, data, store, sentences, house } = parts;
  const { profile } = store.choice;
  for (const id of ["house-ask", "house-centre"]) {
    byId(id).hidden = house.place !== null;
  }
  byId("house-card").hidden = house.place === null;
  if (house.place === null) {
    return;
  }
  const card = makeCard(parts, house.changes, profile);
  byId("house-to").textContent = speech.say("house_to", { place: card.place || sentences.target(store.choice.target) });
  byId("house-minutes").textContent = card.minutes;
  byId("house-minutes").classList.toggle("is-beyond", !card.isIn);
  byId("house-said").textContent = card.minutes ? `${capital(card.text)}${sentences.pace("at_pace")}.` : capital(card.text);
  byId("house-more").replaceChildren(...card.more.filter((one) => one.textContent !== ""));
  offerLink(parts);
  byId("house-print").hidden = card.minutes === "";
  const others = data.profiles.filter(({ id }) => id !== profile);
  const isAnswered = card.more.length > 0;
  byId("house-others-head").hidden = !isAnswered;
  byId("house-others").hidden = !isAnswered;
  byId("house-others").replaceChildren(
    ...others.map(({ id, who }) => {
      const found = house.look(house.changes, id, 1);
      const text = speech.say("house_other", { who: nameOfCard(speech.label(who)), minutes: tellFound(parts, found) });
      const button = make("button", text, "", { type: "button" });
      button.addEventListener("click", () => {
        store.choose({ profile: id });
        byId("house-to").focus();
      });
      const item = make("li");
      item.append(button);
      return item;
    }),
  );
};

/** Two cards for a sheet: today's and the proposal's, or the same one twice. @param {PaperParts} parts */
export const writePaper = (parts) => {
  const { speech, model, data, store, sentences, house, base } = parts;
  const { profile } = store.choice;
  const worlds = store.changes.length > 0 ? [model.today, store.changes] : [house.changes, house.changes];
  byId("house-paper").replaceChildren(
    ...worlds.map((changes, i) => {
      const card = makeCard(parts, changes, profile);
      const nRows = card.more.reduce((sum_, one) => sum_ + one.querySelectorAll("li").length, 0);
      const own = make("article", "", ["is-short", "", "is-long"][Number(nRows > FEW_ROWS) + Number(nRows > MOST_ROWS)]);
      const name = i === 0 ? speech.say("today") : shorten(store.history.active.name);
      const head = speech.say("house_to", { place: card.place || sentences.target(store.choice.target) });
      const way = house.drawn(changes);
      own.append(
        ...(way ? [drawOnPaper(way, { base, frame: data.frame, title: head })] : []),
        ...(store.changes.length > 0 ? [make("p", name, "house-world", { dir: "auto" })] : []),
        make("h2", head),
        make("p", nameHouse(parts, true)),
        make("p", card.minutes, "house-big"),
        make("p", `${capital(card.text)}${sentences.pace("at_pace")}.`),
        ...card.more.slice(1).filter((one) => one.textContent !== ""),
        make("p", `${data.area.name}. ${data.sources_line[speech.lang]} ${data.licence[speech.lang]}`, "house-sources"),
      );
      return own;
    }),
  );
};
