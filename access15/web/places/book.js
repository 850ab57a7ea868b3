// Every place and what was decided about it; which of them are shown, and which one is looked at.

import { decodeLines } from "../core/decode.js";
import { Steps } from "../session/steps.js";
import { isWithin, metresBetween, placeOf, placeOfDoor, unitsOf } from "./ground.js";
import { openDecisions } from "./state.js";

export const STATES = /** @type {const} */ (["all", "open", "changed", "left", "checked", "no_point"]);
const ELSEWHERE = "-";
export const ANY = "*"; // as "-" no id of a kind or a neighbourhood

export class Book {
  /** @param {PlacesData} data */
  constructor(data) {
    this.data = data;
    this.rules = data.rules;
    this.places = data.places;
    /** @type {Steps<Decision[]>} */
    this.steps = new Steps(openDecisions(data.places));
    this.first = this.steps.now;
    this.filter = { kind: ANY, area: ANY, state: "all" };
    this.selected = 0;
    this.zones = data.areas.map(({ id, zones }) => ({ id, rings: decodeLines(zones) }));
    /** @type {(() => void)[]} */
    this.listeners = [];
  }

  /** @param {() => void} listener of whatever is shown */
  onChange(listener) {
    this.listeners.push(listener);
  }

  refresh() {
    this.listeners.forEach((listener) => listener());
  }

  get now() {
    return this.steps.now;
  }

  get place() {
    return this.places[this.selected];
  }

  get decision() {
    return this.now[this.selected];
  }

  /** Takes a step and shows it; false where nothing changed. @param {Decision[]} decisions */
  take(decisions) {
    const isNew = this.steps.take(decisions);
    this.refresh();
    return isNew;
  }

  /** @param {number} at */
  select(at) {
    this.selected = at;
    this.refresh();
  }

  /** Takes a step back or forward, and looks at the place that it was about. @param {"undo" | "redo"} way */
  step(way) {
    const before = this.now;
    if (!this.steps[way]()) {
      return false;
    }
    const at = this.now.findIndex((one, i) => one !== before[i]);
    this.selected = at < 0 ? this.selected : at;
    this.refresh();
    return true;
  }

  /** @param {number} at */
  isChanged(at) {
    const [one, first] = [this.now[at], this.first[at]];
    const told = (/** @type {Decision} */ { isLeft: _, ...rest }) => JSON.stringify(rest);
    return one !== first && told(one) !== told(first);
  }

  /** Whether nobody need look at it any more. @param {number} at */
  isDone(at) {
    return this.now[at].checked !== "" || this.now[at].isLeft;
  }

  /** Whether there is something to look at. @param {number} at */
  isDoubtful(at) {
    return !this.isDone(at) && this.places[at].doubts.it.length > 0;
  }

  /** Neighbourhood that a place stands in now. @param {number} at */
  areaOf(at) {
    const place = placeOf(this.now[at].point);
    if (!place) {
      return "";
    }
    const point = unitsOf(this.data.frame, place);
    return this.zones.find(({ rings }) => isWithin(rings, point))?.id || ELSEWHERE;
  }

  /** @param {number} at @param {string} state */
  #is(at, state) {
    const { checked, isLeft, point } = this.now[at];
    switch (state) {
      case "open":
        return this.isDoubtful(at);
      case "changed":
        return this.isChanged(at);
      case "left":
        return isLeft;
      case "checked":
        return checked !== "";
      case "no_point":
        return point === null;
      default:
        return true;
    }
  }

  /** Places of the chosen kind and neighbourhood; of what stands nowhere yet, all. */
  chosen() {
    const { kind, area } = this.filter;
    return this.places
      .map((_, at) => at)
      .filter((at) => kind === ANY || this.places[at].category === kind)
      .filter((at) => area === ANY || [area, ""].includes(this.areaOf(at)));
  }

  /** Those of them that are in the list. */
  shown() {
    return this.chosen().filter((at) => this.#is(at, this.filter.state));
  }

  /** The next place of the list that has something to look at; the same where there is none. */
  next() {
    const left = this.chosen().filter((at) => this.isDoubtful(at));
    return left.find((at) => at > this.selected) ?? left[0] ?? this.selected;
  }

  /** Why a point may not be there; empty where it may. @param {LonLat} place */
  faultOfPoint(place) {
    const [west, south, east, north] = this.rules.bounds;
    const { lat, lon } = place;
    if (!(lon >= west && lon <= east && lat >= south && lat <= north)) {
      return "outside";
    }
    return this.decision.doors.some((door) => this.#isFar(placeOfDoor(door), place)) ? "doors_far" : "";
  }

  /** Why a door may not be there. @param {LonLat} door */
  faultOfDoor(door) {
    const place = placeOf(this.decision.point);
    if (!place) {
      return "no_place";
    }
    return this.#isFar(door, place) ? "door_far" : "";
  }

  /** @param {LonLat} door @param {LonLat} place */
  #isFar(door, place) {
    return metresBetween(door, place) > this.rules.max_door_m;
  }

  /** Where the place meets the street, as worked out for the point it had; nothing of another point. */
  ways() {
    const { point, doors } = this.decision;
    const [lat, lon] = this.first[this.selected].point || [];
    const isSame = point !== null && point[0] === lat && point[1] === lon;
    return isSame && doors.length === 0 && this.first[this.selected].doors.length === 0 ? this.place.ways : [];
  }
}
