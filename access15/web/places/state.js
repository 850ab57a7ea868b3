// What was decided about each place: plain values, changed only by making new ones, so that every step can be taken
// back. Knows nothing of maps or pages.

import { rounded } from "../session/rounded.js";

/** A place as Python handed it over. @param {ReviewPlace} place @returns {Decision} */
const firstOf = ({ point, precision, match, provider, date, within, doors, checked }) => ({
  point,
  precision,
  match,
  provider,
  date,
  within,
  doors,
  checked,
  isLeft: false,
});

/** @param {ReviewPlace[]} places @returns {Decision[]} */
export const openDecisions = (places) => places.map(firstOf);

/** @param {Decision[]} all @param {number} at @param {Partial<Decision>} values @returns {Decision[]} */
const change = (all, at, values) => all.map((one, i) => (i === at ? { ...one, isLeft: false, ...values } : one));

/** A door as a table writes it. @param {LonLat} place @returns {Door} */
const doorAt = ({ lat, lon }) => [rounded(lat).toFixed(7), rounded(lon).toFixed(7)];

export const edits = {
  /**
   * The point is where a person put it: whoever looked at it before looked at another one.
   * @param {Decision[]} all @param {number} at @param {LonLat} place @param {ReviewRules} rules @param {string} day
   */
  putPoint(all, at, { lat, lon }, rules, day) {
    /** @type {[number, number]} */
    const point = [rounded(lat), rounded(lon)];
    const { point: before } = all[at];
    const isSame = before !== null && before[0] === point[0] && before[1] === point[1];
    const whence = { precision: rules.confirmed, match: "", provider: rules.by_hand, date: day, within: "" };
    const values = { point, ...whence, checked: "" };
    return isSame ? all : change(all, at, values);
  },

  /** An answer is the right one: somebody looked. @param {Decision[]} all @param {number} at @param {Answer} answer @param {ReviewRules} rules @param {string} day */
  choose(all, at, { point, precision, match, provider, date, within }, rules, day) {
    const known = precision === "place" ? rules.confirmed : precision; // as geocode reads a choice
    return change(all, at, { point, precision: known, match, provider, date, within, checked: day });
  },

  /** The point is right as it stands. @param {Decision[]} all @param {number} at @param {ReviewRules} rules @param {string} day */
  check(all, at, rules, day) {
    const isUsable = rules.usable.includes(all[at].precision);
    return change(all, at, isUsable ? { checked: day } : { precision: rules.confirmed, within: "", checked: day });
  },

  /** Nothing is decided: the place is as it was. @param {Decision[]} all @param {number} at @param {ReviewPlace} place */
  leave(all, at, place) {
    return change(all, at, { ...firstOf(place), isLeft: true });
  },

  /** @param {Decision[]} all @param {number} at @param {LonLat} place */
  addDoor(all, at, place) {
    return change(all, at, { doors: [...all[at].doors, doorAt(place)] });
  },

  /** @param {Decision[]} all @param {number} at @param {number} door @param {LonLat} place */
  moveDoor(all, at, door, place) {
    const moved = doorAt(place);
    const [lat, lon] = all[at].doors[door];
    const doors = all[at].doors.map((one, i) => (i === door ? moved : one));
    return lat === moved[0] && lon === moved[1] ? all : change(all, at, { doors });
  },

  /** @param {Decision[]} all @param {number} at @param {number} door */
  removeDoor(all, at, door) {
    return change(all, at, { doors: all[at].doors.filter((_, i) => i !== door) });
  },

  /** @param {Decision[]} all @param {number} at @param {Door[]} doors */
  takeDoors(all, at, doors) {
    return change(all, at, { doors });
  },
};
