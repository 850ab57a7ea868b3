// The key: only signs that can be on the map, as they look there.

import { PAPER } from "../map/paint.js";
import { blend } from "./draw.js";
import { lookOf } from "./marks.js";
import { make } from "../map/elements.js";
import { capital } from "./text.js";

const item = (sign, text) => {
  const one = make("li");
  const holder = make("span", "", "sign");
  holder.append(sign);
  one.append(holder, make("span", text));
  return one;
};

/** The letters on the map now: of hubs with their frame, of other places without. */
const lettersOf = (page) => {
  const seen = new Map();
  for (const { kind, place } of page.marks.list()) {
    if (kind === "place") {
      seen.set(`${place.hub} ${place.category}`, { hub: place.hub, category: place.category });
    }
  }
  return [...seen.values()].sort((a, b) => Number(b.hub) - Number(a.hub));
};

/** @param {any} page */
const rowsOf = (page) => {
  const { speech, model, data, choice } = page;
  const { style, cutoffs_min: cutoffs } = data;
  const isDifference = choice.view === "difference";
  const alpha = choice.isFilled ? style.bands.alpha : 1;
  const swatch = (i) => {
    const sign = make("span", "", "swatch", { id: `swatch-${i}` });
    sign.style.background = blend(style.bands.colours[i], alpha, PAPER);
    sign.style.borderColor = style.bands.outline;
    return sign;
  };
  const disc = ({ hub, category }, className = "") => {
    const { symbol, colour } = lookOf(model, category);
    const sign = make("span", symbol, `a15-disc ${className}`);
    sign.classList.toggle("a15-hub", hub);
    sign.style.backgroundColor = colour;
    return sign;
  };
  const tellLetter = ({ hub, category }) => {
    if (category === "hub") {
      return speech.say("key_hub_new");
    }
    const label = page.tellTarget(category);
    return hub ? speech.say("key_hub_of", { category: label }) : label;
  };
  const letters = lettersOf(page);
  const [shown = { hub: choice.target === "hub", category: choice.target }] = letters.slice(-1);
  const band = (cutoff, i) => item(swatch(i), speech.say(isDifference ? "key_band_today" : "key_band", { minutes: speech.cutoff(cutoff) }));
  const bands = cutoffs.map(band);
  return [
    ...(isDifference ? bands.slice(-1) : bands),
    item(make("span", "+", "a15-gain"), speech.say("key_gained")),
    item(make("span", "−", "a15-gain is-loss"), speech.say("key_lost")),
    ...(isDifference
      ? [
          item(make("span", "", "line-sign gained"), speech.say("key_street_gained")),
          item(make("span", "", "line-sign lost"), speech.say("key_street_lost")),
        ]
      : []),
    ...letters.map((one) => item(disc(one), capital(tellLetter(one)))),
    item(disc(shown, "is-new"), speech.say("key_added")),
    item(disc(shown, "is-gone"), speech.say("key_removed")),
    item(make("span", "", "line-sign closed"), speech.say("key_closed")),
    item(make("span", "", "line-sign link"), speech.say("key_link")),
    ...(model.session.hasSteps ? [item(make("span", "", "sign-steps"), speech.say("key_steps"))] : []),
    item(make("span", "1", "pin"), speech.say("key_note")),
    item(make("span", "", "sign-outline"), speech.say("key_outline")),
  ];
};

/** Writes the key anew where something in it changed. @param {any} page */
export const makeKey = (page) => {
  const rows = rowsOf(page);
  const key = document.getElementById("key");
  const text = rows.map((row) => row.outerHTML).join("");
  if (page.keyText !== text) {
    page.keyText = text;
    key.replaceChildren(...rows);
  }
};
