// From proposals to numbers: asks core.js, remembers what was asked already, counts people whole.

import { changeStreets } from "../core/change/changes.js";
import { compare, countPeople, nearestMinutes } from "../core/measures/coverage.js";
import { readSession } from "../core/session.js";
import { reachedParts, walk as walkAll } from "../core/walks.js";
import { buildWorld } from "../core/world.js";
import { addUp, whole } from "./text.js";

const FAR_S = 3600; // how far "half of them need at most" is looked for
const NOTHING = Object.freeze([]);
export const STREET_CHANGES = ["add_link", "close_link", "remove_steps", "add_kerb_ramp", "add_bench"];

/** Today and proposals, walked by everybody. */
export class Model {
  /** @param {any} data */
  constructor(data) {
    this.data = data;
    this.session = readSession(data);
    this.today = NOTHING;
    this.profileOf = new Map(data.profiles.map((one) => [one.id, one]));
    this.groupOf = new Map(data.groups.map((one) => [one.id, one]));
    this.categoryOf = new Map(data.categories.map((one) => [one.id, one]));
    this.facilityOf = new Map(data.facilities.map((one) => [one.id, one]));
    this.known = new Set(data.known);
    this.totals = Object.fromEntries(
      data.groups.map(({ id }) => [id, whole(this.session.homes.people[id].reduce((sum, n) => sum + n, 0))]),
    );
    this.remembered = new WeakMap();
  }

  /** What is computed of one list of changes, by key. @param {readonly any[]} changes @param {string} key @param {() => any} compute */
  remember(changes, key, compute) {
    const found = this.remembered.get(changes) || new Map();
    this.remembered.set(changes, found);
    if (!found.has(key)) {
      found.set(key, compute());
    }
    return found.get(key);
  }

  streets(changes) {
    return this.remember(changes, "streets", () => changeStreets(this.session, changes));
  }

  world(changes, profile) {
    return this.remember(changes, `world|${profile}`, () =>
      buildWorld(this.session, this.streets(changes), changes, profile),
    );
  }

  walk(changes, profile, target) {
    return this.remember(changes, `walk|${profile}|${target}`, () => walkAll(this.world(changes, profile), target));
  }

  /** Whole people per group and cutoff; null where nothing is known. */
  counts(changes, profile, target) {
    return this.remember(changes, `counts|${profile}|${target}`, () => {
      if (!this.isKnown(changes, target)) {
        return null;
      }
      const found = countPeople(this.session, this.walk(changes, profile, target).homeTime);
      return Object.fromEntries(Object.entries(found).map(([group, n]) => [group, Array.from(n, whole)]));
    });
  }

  /** Minutes that half of a group need at most: infinite beyond an hour, null where nothing is known. */
  median(changes, profile, target, group) {
    return this.remember(changes, `median|${profile}|${target}|${group}`, () => {
      if (!this.isKnown(changes, target)) {
        return null;
      }
      const far = walkAll(this.world(changes, profile), target, FAR_S);
      return nearestMinutes(this.session, far.homeTime, group).median_s / 60;
    });
  }

  parts(changes, profile, target) {
    return this.remember(changes, `parts|${profile}|${target}`, () => {
      const walk = this.walk(changes, profile, target);
      return this.data.cutoffs_min.map((cutoff) => reachedParts(this.world(changes, profile), walk, 60 * cutoff));
    });
  }

  /** Why nobody knows who gets to a target. @param {string} target @param {string} lang */
  whyUnknown(target, lang) {
    return (this.data.unknown[target] || {})[lang] || "";
  }

  isKnown(changes, target) {
    return this.known.has(target) || changes.some((one) => one.change === "add_facility" && one.category === target);
  }

  /** Today and the proposal side by side. @returns {{before: number | null, after: number | null, difference: number | null}} */
  cell(changes, profile, target, group, at) {
    const [before, after] = [this.today, changes].map((one) => {
      const counts = this.counts(one, profile, target);
      return counts && counts[group][at];
    });
    return { before, after, difference: before === null || after === null ? null : after - before };
  }

  /** Whole people who come within a cutoff and who fall out of it; their difference is the one shown. */
  exchange(changes, profile, target, group, at) {
    const [before, after] = [this.today, changes].map((one) => this.walk(one, profile, target));
    const { gained, lost } = compare(before, after);
    const { difference } = this.cell(changes, profile, target, group, at);
    return addUp(gained[group][at], lost[group][at], difference || 0);
  }

  /** Homes that come within the longest cutoff, or fall out of it: [x, y, people] in units of the page. */
  homesThat(changes, profile, target, group) {
    const [before, after] = [this.today, changes].map((one) => this.walk(one, profile, target).homeTime);
    const limit_s = this.session.longest_s;
    const people = this.session.homes.people[group];
    const gained = [];
    const lost = [];
    for (let i = 0; i < people.length; i += 1) {
      const [was, is] = [before[i] <= limit_s, after[i] <= limit_s];
      if (was !== is && people[i] > 0) {
        (is ? gained : lost).push([...this.homeUnits(i), people[i]]);
      }
    }
    return { gained, lost };
  }

  /** @param {number} i */
  homeUnits(i) {
    return this.session.toUnits(this.session.homes.x[i], this.session.homes.y[i]);
  }

  /** Why a change cannot be made where it was put, or "". */
  problemOf(changes, change) {
    const tried = [...changes, { ...change, id: "tried" }];
    const found = changeStreets(this.session, tried).problems.find((one) => one.id === "tried");
    if (found) {
      return found.code;
    }
    return this.isInside(change) ? "" : "outside";
  }

  /** Whether a file with this place could be opened: on the streets that are loaded, or not far beside them. @param {any} place */
  isInside({ lon, lat, lon2 = lon, lat2 = lat }) {
    const { west, south, east, north } = this.session.box;
    const beyond = this.data.beyond_m;
    return [[lon, lat], [lon2, lat2]].every(([right, up]) => {
      const [x, y] = this.session.toMetres(right, up);
      return x >= west - beyond && y >= south - beyond && x <= east + beyond && y <= north + beyond;
    });
  }

  /** Metres between two places. */
  metres(from, to) {
    const [a, b] = [from, to].map((one) => this.session.toMetres(one.lon, one.lat));
    return Math.hypot(a[0] - b[0], a[1] - b[1]);
  }

  /** Name of the street a change of a street means, or "". */
  streetOf(changes, change) {
    const found = this.streets(changes).found[change.id];
    if (!found) {
      return "";
    }
    const { street, u, v } = this.session.streets;
    let edge = found.edge;
    if (edge === undefined && found.node !== undefined) {
      edge = u.findIndex((node, e) => (node === found.node || v[e] === found.node) && street[e] > 0);
    }
    return edge === undefined || edge < 0 ? "" : this.data.streets.street_names[street[edge]];
  }

  /** A facility of today or of a proposal, as it stands there. @returns {any} */
  places(changes) {
    return this.remember(changes, "places", () => {
      const touched = new Map(changes.filter((one) => one.facility_id).map((one) => [one.facility_id, one]));
      const old = this.data.facilities.map((one) => {
        const change = touched.get(one.id);
        const moved = change && change.change === "move_facility" ? { lon: change.lon, lat: change.lat } : {};
        return { ...one, key: one.id, ...moved, from: one, change: change || null, state: change ? change.change : "today" };
      });
      const added = changes
        .filter((one) => one.change === "add_facility")
        .map((one) => ({ ...one, key: one.id, hub: one.category === "hub", counted: true, from: null, change: one, state: "add_facility" }));
      return [...old, ...added];
    });
  }
}
