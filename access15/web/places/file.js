// The review file, as `access15 geocode --review` reads it: what was decided, and the answers that nobody chose yet.

import { download, plain } from "../session/download.js";

/** @param {string} text */
const cell = (text) => (/[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** @param {Door[]} doors @param {ReviewPlace} place @param {ReviewRules} rules @returns {[string, string]} */
const doorCells = (doors, place, rules) => {
  if (doors.length) {
    return [doors.map(([lat]) => lat).join(";"), doors.map(([, lon]) => lon).join(";")];
  }
  return place.own_doors ? [rules.no_door, rules.no_door] : ["", ""];
};

/** A place's rows: its own where something was decided or found, else its answers. @param {import("./book.js").Book} book @param {number} at */
const rowsOf = (book, at) => {
  const { places, rules, now } = book;
  const [place, decision] = [places[at], now[at]];
  const [id, name, address, table] = place.cells;
  /** @param {string} mark @param {Answer | Decision} one @param {string[]} rest */
  const row = (mark, { point, precision, match, provider, date, within }, rest) => {
    const [lat, lon] = point || ["", ""];
    return [mark, id, name, address, `${lat}`, `${lon}`, precision, match, provider, date, table, ...rest, within];
  };
  if (decision.point && (place.differs || book.isChanged(at))) {
    return [row("x", decision, [...doorCells(decision.doors, place, rules), decision.checked])];
  }
  return place.candidates.map((one) => row("", one, ["", "", ""]));
};

/** @param {import("./book.js").Book} book */
export const writeReview = (book) => {
  const rows = book.places.flatMap((_, at) => rowsOf(book, at));
  return `\ufeff${[book.rules.columns, ...rows].map((row) => row.map(cell).join(",")).join("\n")}\n`;
};

/** @param {import("./book.js").Book} book @param {string} day @returns {string} its name */
export const saveReview = (book, day) => {
  const name = `access15_${plain(book.data.study)}_places_${day}.csv`;
  download(writeReview(book), name, "text/csv");
  book.steps.markSaved();
  book.refresh();
  return name;
};
