// Notes as pins on stems, beside what they are about and never below it; those of stickers in the sticker's colour.

import { make } from "../map/elements.js";

const STEM_PIXELS = 46; // from the place to the middle of the pin: above the sign that stands there
const PIN_PIXELS = 36; // pins at the same place stand side by side
const SAME_DEGREES = 0.0002;
const IS_STICKER = /\b(bollin|adesiv|sticker|dot\b)/i;
// what a sticker's colour is called, and how it is shown
const COLOURS = [
  { colour: "#d3202a", name: { it: "rosso", en: "red" }, is: /\b(ross[oaie]|red)\b/i },
  { colour: "#1f8f3a", name: { it: "verde", en: "green" }, is: /\b(verd[ei]|green)\b/i },
  { colour: "#f2c500", name: { it: "giallo", en: "yellow" }, is: /\b(giall[oaie]|yellow)\b/i },
  { colour: "#1f5fd0", name: { it: "blu", en: "blue" }, is: /\b(blu|azzurr[oaie]|blue)\b/i },
  { colour: "#ef7d00", name: { it: "arancione", en: "orange" }, is: /\b(arancion[ei]|arancio|orange)\b/i },
  { colour: "#d94a9b", name: { it: "rosa", en: "pink" }, is: /\b(rosa|pink)\b/i },
  { colour: "#7a3fb0", name: { it: "viola", en: "purple" }, is: /\b(viola|purple|violet)\b/i },
  { colour: "#1a1a1a", name: { it: "nero", en: "black" }, is: /\b(ner[oaie]|black)\b/i },
];

/** The colour of the sticker that a note tells of, or undefined. @param {string} text */
export const stickerOf = (text) => (IS_STICKER.test(text) ? COLOURS.find((one) => one.is.test(text)) : undefined);

/** How many of the notes before it stand at the same place. @param {Note[]} notes @param {number} i */
export const rankOf = (notes, i) =>
  notes.slice(0, i).filter((one) => Math.abs(one.lon - notes[i].lon) < SAME_DEGREES && Math.abs(one.lat - notes[i].lat) < SAME_DEGREES).length;

/** A numbered pin. @param {string} number @param {string} text */
export const pinOf = (number, text) => {
  const pin = make("span", number, "pin");
  const sticker = stickerOf(text);
  if (sticker) {
    pin.classList.add("is-sticker");
    pin.style.setProperty("--sticker", sticker.colour);
  }
  return pin;
};

/** The pin on the map: its element, and where its middle stands from the place. @param {NoteSign} sign */
export const standOf = (sign) => {
  const away = [sign.rank * PIN_PIXELS, -STEM_PIXELS];
  const holder = make("span", "", "a15-flag");
  const stem = make("span", "", "a15-stem");
  stem.style.width = `${Math.hypot(...away)}px`;
  stem.style.transform = `rotate(${Math.atan2(-away[1], -away[0])}rad)`;
  holder.append(stem, pinOf(String(sign.number), sign.note.text));
  return { holder, away };
};
