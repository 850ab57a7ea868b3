// The key: only signs that can be on the map, as they look there.

import { byId, make } from "../map/elements.js";
import { PAPER } from "../map/paint.js";
import { isDot, listSigns, lookOf } from "./marks.js";
import { blend } from "./reached.js";
import { capital } from "./text.js";

/** A letter on the map. @typedef {{hub: boolean, category: string, isSmall?: boolean}} Letter */
/**
 * @typedef {{speech: import("./text.js").Speech, model: import("./model.js").Model, data: SessionData,
 *   store: import("./store.js").Store, sentences: import("./sentences.js").Sentences}} KeyParts
 */

/** @param {HTMLElement} sign @param {string} text */
const item = (sign, text) => {
  const one = make("li");
  const holder = make("span", "", "sign");
  holder.append(sign);
  one.append(holder, make("span", text));
  return one;
};

/** The letters on the map now: of hubs with their frame, of other places without. @param {KeyParts} parts */
const listLetters = ({ model, store }) => {
  /** @type {Map<string, Letter>} */
  const seen = new Map();
  for (const sign of listSigns(model, store)) {
    if (sign.kind === "place") {
      const { hub, category } = sign.place;
      const isSmall = isDot(sign.place, store.choice.target) && seen.get(`${hub} ${category}`)?.isSmall !== false;
      seen.set(`${hub} ${category}`, { hub, category, isSmall });
    }
  }
  return [...seen.values()].sort((a, b) => Number(b.hub) - Number(a.hub));
};

/** @param {KeyParts} parts @param {Letter} letter @param {string} [className] */
const disc = ({ model }, { hub, category, isSmall = false }, className = "") => {
  const { symbol, colour } = lookOf(model, category);
  const sign = make("span", isSmall ? "" : symbol, `a15-disc ${className}`);
  sign.classList.toggle("a15-dot", isSmall);
  sign.classList.toggle("a15-hub", hub);
  sign.style.backgroundColor = colour;
  return sign;
};

/** @param {KeyParts} parts @param {Letter} letter */
const describeLetter = ({ speech, sentences }, { hub, category }) => {
  if (category === "hub") {
    return speech.say("key_hub_new");
  }
  const label = sentences.target(category);
  return hub ? speech.say("key_hub_of", { category: label }) : label;
};

/** The bands, in the colours that are seen on the map. @param {KeyParts} parts @param {boolean} isDifference */
const listBands = ({ speech, data, store }, isDifference) => {
  const { colours, alpha, outline } = data.style.bands;
  return data.cutoffs_min.map((cutoff, i) => {
    const sign = make("span", "", "swatch", { id: `swatch-${i}` });
    sign.style.background = blend(colours[i], store.choice.isFilled ? alpha : 1, PAPER);
    sign.style.borderColor = outline;
    const key = isDifference ? "key_band_today" : "key_band";
    return item(sign, speech.say(key, { minutes: speech.cutoff(cutoff) }));
  });
};

/** @param {KeyParts} parts */
const listRows = (parts) => {
  const { speech, model, store } = parts;
  const isDifference = store.choice.view === "difference";
  /** @param {string} className @param {string} key @param {string} [text] */
  const plain = (className, key, text = "") => item(make("span", text, className), speech.say(key));
  const letters = listLetters(parts);
  const { target, profile } = store.choice;
  const { needs_seat: isSitting, rest_every_m } = /** @type {PageProfile} */ (model.profileOf.get(profile));
  const metres = speech.number(rest_every_m || 0);
  const [shown = { hub: target === "hub", category: target }] = letters.slice(-1);
  const bands = store.choice.isWhere ? [] : listBands(parts, isDifference);
  const homes = [plain("a15-gain", "key_gained", "+"), plain("a15-gain is-loss", "key_lost", "−")];
  const streets = [plain("line-sign gained", "key_street_gained"), plain("line-sign lost", "key_street_lost")];
  return [
    ...(isDifference ? bands.slice(-1) : bands),
    ...(store.choice.isWhere ? [] : homes),
    ...(isDifference ? streets : []),
    ...letters.map((one) => item(disc(parts, one), capital(describeLetter(parts, one)))),
    item(disc(parts, shown, "is-new"), speech.say("key_added")),
    item(disc(parts, shown, "is-gone"), speech.say("key_removed")),
    ...(isSitting ? [plain("sign-seat", "key_seat"), item(make("span", "", "line-sign gap"), speech.say("key_gap", { metres }))] : []),
    plain("line-sign closed", "key_closed"),
    plain("line-sign link", "key_link"),
    ...(model.session.hasSteps ? [plain("sign-steps", "key_steps")] : []),
    plain("pin", "key_note", "1"),
    plain("sign-outline", "key_outline"),
  ];
};

/** Writes the key anew where something in it has changed. @param {KeyParts} parts */
export const keyWriter = (parts) => {
  let written = "";
  return () => {
    const rows = listRows(parts);
    const text = rows.map((row) => row.outerHTML).join("");
    if (text !== written) {
      written = text;
      byId("key").replaceChildren(...rows);
    }
  };
};
