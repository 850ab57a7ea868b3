// "Where would it help most?" in words: what is asked, the best places, the key, and answers for more places.

import { MAX_CHANGES, MAX_PROPOSALS } from "../core/proposal.js";
import { byId, find, make } from "../map/elements.js";
import { ask } from "./asking.js";
import { button, rewrite } from "./parts.js";
import { activeOf, edits } from "./state.js";
import { capital, shorten, whole } from "./text.js";
import { APART_M, BEST, classesOf } from "./where.js";
import { shadeOf } from "./where_map.js";

/**
 * @typedef {import("./where.js").Spot} Spot
 * @typedef {{speech: import("./text.js").Speech, model: import("./model.js").Model, data: SessionData,
 *   store: import("./store.js").Store, sentences: import("./sentences.js").Sentences,
 *   actions: import("./actions.js").Actions, strip: import("./strip.js").Strip,
 *   tools: import("./tools.js").Tools, where: import("./where.js").Where, onShow: (i: number) => void}} WhereParts
 */

/** @param {WhereParts} parts @param {Spot} spot */
const nameOf = ({ speech }, { street }) => shorten(street, 120) || speech.say("where_no_name");

/** People whom a place would bring, as everywhere on the page. @param {WhereParts} parts @param {number} gained */
export const tellGained = ({ speech }, gained) => `+${speech.people(gained)}`;

/** @param {WhereParts} parts @param {Spot} spot @param {number} i */
export const describeSpot = (parts, spot, i) =>
  parts.speech.say("where_pin", { n: i + 1, street: nameOf(parts, spot), gained: parts.speech.people(spot.gained) });

/** Minutes within which people are counted, and whose they are. @param {WhereParts} parts */
const aboutOf = ({ speech, data, sentences, store, where }) => ({
  who: sentences.who(),
  minutes: sentences.when(speech.cutoff(data.cutoffs_min[where.at])),
  category: sentences.target(store.choice.target),
});

/** A group of choices, one of which is taken. @param {string} id @param {string} name @param {[string, string][]} options @param {string} chosen @param {(value: string) => void} act */
const writeChoice = (id, name, options, chosen, act) => {
  rewrite(
    byId(id),
    options.map(([value, text]) => {
      const label = make("label");
      const input = make("input", "", "", { type: "radio", name, value, "data-key": `${name} ${value}`, autocomplete: "off" });
      input.checked = value === chosen;
      input.addEventListener("change", () => act(value));
      label.append(input, make("span", text));
      return label;
    }),
  );
};

/** What is asked: a place of which kind, within which minutes, among what. @param {WhereParts} parts */
const writeQuestion = (parts) => {
  const { speech, data, sentences, where } = parts;
  byId("where-what").replaceChildren(
    speech.say(where.kind === "given" ? "where_what_given" : "where_what", aboutOf(parts)),
    `${sentences.pace("at_pace")}.`,
  );
  const minutes = data.cutoffs_min.map((cutoff, i) => /** @type {[string, string]} */ ([String(i), speech.cutoff(cutoff)]));
  writeChoice("where-minutes", "where-minutes", minutes, String(where.at), (value) => where.choose(Number(value)));
  byId("where-among-row").hidden = data.given.length === 0;
  /** @type {[string, string][]} */
  const kinds = [["given", speech.say("where_given", { n: speech.number(data.given.length) })], ["corners", speech.say("where_corners")]];
  writeChoice("where-among", "where-among", kinds, where.kind, (value) => where.among(value === "given" ? "given" : "corners"));
};

/** The colours and widths on the map. @param {WhereParts} parts */
const writeKey = ({ speech, where }) => {
  const people = where.people();
  const most = whole(people.reduce((found, one) => Math.max(found, one), 0));
  const from = classesOf(most);
  const rows = from.map((least, i) => {
    const [colour, width] = shadeOf(from.length - 1 - i, from.length);
    const line = make("span", "", "where-line");
    line.style.background = colour;
    line.style.height = `${width}px`;
    const upTo = i === 0 ? most : from[i - 1] - 1;
    const numbers = { from: speech.number(least), to: speech.number(upTo) };
    const item = make("li");
    const sign = make("span", "", "sign");
    sign.append(line);
    item.append(sign, make("span", speech.say(least === upTo ? "where_class_one" : "where_class", numbers)));
    return item;
  });
  byId("where-key").replaceChildren(...(most > 0 ? rows : []));
};

/** What was found, once it is; who listens hears it once. @param {WhereParts} parts @param {Spot[]} spots */
const tellFound = (parts, spots) => {
  const { speech, store, where } = parts;
  if (where.shown) {
    return speech.say("where_prepared_shown");
  }
  if (!where.gains) {
    return store.isHeld ? "" : speech.say("where_looking");
  }
  const [best] = spots;
  if (!best || whole(best.gained) === 0) {
    return speech.say("where_nobody", aboutOf(parts));
  }
  return speech.say("where_found", { gained: speech.people(best.gained) });
};

/** The pinned places, in words. @param {WhereParts} parts @param {Spot[]} spots */
const writeSpots = (parts, spots) => {
  const { speech, onShow, where } = parts;
  const told = spots.filter((spot) => where.shown !== null || whole(spot.gained) > 0);
  rewrite(
    byId("where-best"),
    told.map((spot, i) => {
      const item = make("li");
      const text = make("span", "", "text");
      text.append(make("span", String(i + 1), "a15-site is-told"), make("bdi", nameOf(parts, spot)), " ", make("strong", tellGained(parts, spot.gained)));
      const open = speech.say("where_open");
      const act = () => {
        onShow(i);
        void openSpot(parts, spot);
      };
      item.append(text, button(open, `where open ${i}`, act, `${open}: ${describeSpot(parts, spot, i)}`));
      return item;
    }),
  );
};

/** Answers for two places and more. @param {WhereParts} parts */
const writePrepared = (parts) => {
  const { speech, store, sentences, where } = parts;
  const found = where.prepared();
  byId("where-more").hidden = where.answers.length === 0;
  const isChanged = store.history.active.changes.length > 0;
  const limit = where.answers[0] ? speech.cutoff(where.answers[0].cutoff_min) : "";
  const other = speech.say("where_prepared_none", { minutes: limit });
  byId("where-more-note").textContent = found.length ? speech.say(isChanged ? "where_prepared_today" : "where_prepared_note") : other;
  rewrite(
    byId("where-answers"),
    found.map((one) => {
      const item = make("li");
      const n = one.places.length;
      const isProven = one.most <= one.gained;
      const values = { n: speech.number(n), gained: speech.people(one.gained), most: speech.people(one.most), who: sentences.who() };
      const streets = one.places.map((spot) => nameOf(parts, spot)).join(" · ");
      const text = make("span", "", "text");
      text.append(make("strong", speech.say(isProven ? "where_for_proven" : "where_for", values)), " ", make("bdi", streets));
      const show = button(speech.say("show"), `answer show ${n}`, () => where.show(where.shown === one ? null : one), `${speech.say("show")}: ${streets}`);
      show.setAttribute("aria-pressed", String(where.shown === one));
      item.append(text, show, button(speech.say("where_propose"), `answer take ${n}`, () => propose(parts, one), `${speech.say("where_propose")}: ${streets}`));
      return item;
    }),
  );
};

/** All places of an answer as a proposal of its own, from today. @param {WhereParts} parts @param {Prepared} answer */
const propose = ({ speech, store, sentences, strip, actions }, answer) => {
  const { now } = store.history;
  if (now.proposals.length >= MAX_PROPOSALS) {
    strip.tell(speech.say("full", { n: MAX_PROPOSALS }), true);
    return;
  }
  const category = capital(sentences.target(answer.target));
  let doc = edits.addProposal(now, speech.say("where_proposal", { category, n: answer.places.length }));
  answer.places.slice(0, MAX_CHANGES).forEach(({ lon, lat }, i) => {
    const name = speech.say("new_place", { n: i + 1 });
    doc = edits.addChange(doc, { change: "add_facility", name, category: answer.target, lon, lat });
  });
  actions.commit(doc, speech.say("where_proposed", { name: shorten(activeOf(doc).name) }));
};

/** The card of a place that may be put there. @param {WhereParts} parts @param {Spot} spot */
export const openSpot = async (parts, spot) => {
  const { speech, model, data, store, sentences, tools, where } = parts;
  const own = model.gainedBy(store.changes, spot, store.choice, where.at);
  // of a prepared answer each place tells what it adds to the others: here it stands alone
  const alone = where.shown ? own[store.choice.group] : spot.gained;
  byId("site-title").textContent = nameOf(parts, spot);
  byId("site-gained").textContent = speech.say("where_gained", { ...aboutOf(parts), gained: speech.people(alone) });
  byId("site-gained").append(`${sentences.pace("at_pace")}.`);
  byId("site-groups").replaceChildren(
    ...data.groups.flatMap((group) => {
      const walker = sentences.walker(model.walkerOf(store.choice, group.id));
      const head = speech.say("where_group", { who: capital(speech.who(group)), walker });
      return [make("dt", head), make("dd", tellGained(parts, own[group.id]))];
    }),
  );
  if ((await ask("site-dialog")) === "put") {
    tools.put(spot);
  }
};

/** Everything of the part, where it is open. @param {WhereParts} parts */
export const writeWhere = (parts) => {
  const { where, store } = parts;
  byId("where").hidden = !where.isOn;
  byId("where-tool").setAttribute("aria-pressed", String(where.isOn));
  byId("where-tool").setAttribute("aria-expanded", String(where.isOn));
  if (!where.isOn) {
    return;
  }
  const spots = where.spots();
  writeQuestion(parts);
  writeKey(parts);
  writeSpots(parts, spots);
  writePrepared(parts);
  const why = parts.model.isKnown(store.changes, store.choice.target) ? "" : parts.model.whyUnknown(store.choice.target, parts.speech.lang);
  byId("where-unknown").textContent = why;
  const said = tellFound(parts, spots);
  if (byId("where-said").textContent !== said) {
    byId("where-said").textContent = said;
  }
  byId("where-rule").textContent = parts.speech.say("where_rule", { n: BEST, metres: parts.speech.number(APART_M) });
  byId("where-rule").hidden = where.shown !== null || spots.length < 2;
  writeProgress(where);
};

/** @param {import("./where.js").Where} where */
export const writeProgress = (where) => {
  const isLooking = where.isOn && !where.gains;
  byId("where-progress").hidden = !isLooking;
  find("where-progress", HTMLProgressElement).value = where.progress;
};

/** The button that opens it, and the one that closes it. @param {WhereParts} parts */
export const prepareWhere = ({ where, store, tools }) => {
  /** The part comes into view; where it stands below the map, the map does. */
  const bringIntoView = () => {
    byId("where-title").focus({ preventScroll: true });
    byId("where").scrollIntoView({ block: "nearest" });
    const box = tools.map.getContainer().getBoundingClientRect();
    if (box.top < 0 || box.top > window.innerHeight / 2) {
      tools.map.getContainer().scrollIntoView({ block: "start" });
    }
  };
  const turn = (/** @type {boolean} */ isWhere) => {
    tools.stop();
    store.choose({ isWhere, isHouse: false, ...(isWhere ? { view: "proposal" } : {}) });
    if (isWhere) {
      bringIntoView();
    } else {
      byId("where-tool").focus();
    }
  };
  byId("where-tool").addEventListener("click", () => turn(!where.isOn));
  byId("where-close").addEventListener("click", () => turn(false));
};
