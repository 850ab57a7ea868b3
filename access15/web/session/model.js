// From proposals to numbers: asks web/core, remembers what was asked already, counts people whole.

import { changeStreets } from "../core/change/changes.js";
import { compare, countPeople, exchangeOf, nearestMinutes } from "../core/measures/coverage.js";
import { findGaps } from "../core/seat_walk/gaps.js";
import { readSession } from "../core/session.js";
import { reachedParts, walk as walkAll } from "../core/walks.js";
import { buildWorld } from "../core/world.js";
import { StreetNames } from "./street_names.js";
import { addUp, whole } from "./text.js";

const FAR_S = 3600; // how far "half of them need at most" is looked for
/** @type {Change[]} */
const NOTHING = [];
Object.freeze(NOTHING);
export const STREET_CHANGES = ["add_link", "close_link", "remove_steps", "add_kerb_ramp", "add_bench"];

/** Today and proposals, walked by everybody. */
export class Model {
  /** @param {SessionData} data */
  constructor(data) {
    this.data = data;
    this.session = readSession(data);
    this.facilities = /** @type {PageFacility[]} */ (this.session.facilities);
    this.today = NOTHING;
    this.names = new StreetNames(this.session, data);
    this.profileOf = new Map(data.profiles.map((one) => [one.id, one]));
    this.groupOf = new Map(data.groups.map((one) => [one.id, one]));
    this.categoryOf = new Map(data.categories.map((one) => [one.id, one]));
    this.facilityOf = new Map(this.facilities.map((one) => [one.id, one]));
    this.known = new Set(data.known);
    /** Who must sit down on the way, where seats are known. */
    this.sitter = this.session.needsSeats ? data.profiles.find((one) => one.needs_seat) : undefined;
    this.totals = Object.fromEntries(
      data.groups.map(({ id }) => [id, whole(this.session.homes.people[id].reduce((sum, n) => sum + n, 0))]),
    );
    /** @type {WeakMap<Change[], Map<string, any>>} */
    this.remembered = new WeakMap();
  }

  /** Whether a walker's shares are the most there may be. @param {string} profile */
  isAtMost(profile) {
    return this.profileOf.get(profile)?.is_at_most === true;
  }

  /** As whom the people of a group walk. @param {string} group */
  ownWalker(group) {
    const own = this.groupOf.get(group)?.profile || "";
    return this.profileOf.has(own) ? own : this.data.profiles[0].id;
  }

  /** Whose walk a number of a group is, wherever it stands: their own, unless all are looked at as one walker. @param {Choice} choice @param {string} group */
  walkerOf({ isOne, profile }, group) {
    return isOne ? profile : this.ownWalker(group);
  }

  /** Groups whose shares are one finding, each list a row: spread alike, and walking alike. @param {Choice} choice @returns {Group[][]} */
  rows(choice) {
    /** @type {Map<string, Group[]>} */
    const rows = new Map();
    for (const one of this.data.groups) {
      const key = `${one.spread_like}|${this.walkerOf(choice, one.id)}`;
      rows.set(key, [...(rows.get(key) || []), one]);
    }
    return [...rows.values()];
  }

  /** Whom a share is of. @param {string} profile @param {string} group */
  peopleOf(profile, group) {
    return { all: this.totals[group], isAtMost: this.isAtMost(profile) };
  }

  /**
   * What is computed of one list of changes, by key.
   * @template T
   * @param {Change[]} changes @param {string} key @param {() => T} compute @returns {T}
   */
  remember(changes, key, compute) {
    const found = this.remembered.get(changes) || new Map();
    this.remembered.set(changes, found);
    if (!found.has(key)) {
      found.set(key, compute());
    }
    return found.get(key);
  }

  /** @param {Change[]} changes */
  streets(changes) {
    return this.remember(changes, "streets", () => changeStreets(this.session, changes));
  }

  /** @param {Change[]} changes @param {string} profile */
  world(changes, profile) {
    return this.remember(changes, `world|${profile}`, () =>
      buildWorld(this.session, this.streets(changes), changes, profile),
    );
  }

  /** @param {Change[]} changes @param {string} profile @param {string} target */
  walk(changes, profile, target) {
    return this.remember(changes, `walk|${profile}|${target}`, () => walkAll(this.world(changes, profile), target));
  }

  /**
   * Whole people per group and cutoff; null where nothing is known.
   * @param {Change[]} changes @param {string} profile @param {string} target @returns {People | null}
   */
  counts(changes, profile, target) {
    return this.remember(changes, `counts|${profile}|${target}`, () => {
      if (!this.isKnown(changes, target)) {
        return null;
      }
      const found = countPeople(this.session, this.walk(changes, profile, target).homeTime);
      return Object.fromEntries(Object.entries(found).map(([group, n]) => [group, Array.from(n, whole)]));
    });
  }

  /**
   * Minutes that half of a group need at most: infinite beyond an hour, null where nothing is known.
   * @param {Change[]} changes @param {string} profile @param {string} target @param {string} group
   */
  median(changes, profile, target, group) {
    return this.remember(changes, `median|${profile}|${target}|${group}`, () => {
      if (!this.isKnown(changes, target)) {
        return null;
      }
      const far = walkAll(this.world(changes, profile), target, FAR_S);
      return nearestMinutes(this.session, far.homeTime, group).median_s / 60;
    });
  }

  /**
   * What one list of changes does that another did not: whole people who come within the longest cutoff and fall out of
   * it, and who walks longer or shorter; null where nothing is known.
   * @param {Change[]} before @param {Change[]} after @param {string} profile @param {string} target @param {string} group
   */
  exchangeFrom(before, after, profile, target, group) {
    const counts = [before, after].map((one) => this.counts(one, profile, target));
    if (!counts[0] || !counts[1]) {
      return null;
    }
    const [was, is] = [before, after].map((one) => this.walk(one, profile, target).homeTime);
    const found = exchangeOf(was, is, this.session.homes.people[group], this.session.longest_s);
    const at = this.data.cutoffs_min.length - 1;
    const difference = counts[1][group][at] - counts[0][group][at];
    return { ...found, ...addUp(found.gained, found.lost, difference), difference, longer: whole(found.longer), shorter: whole(found.shorter) };
  }

  /** The walk of who must sit down, could they sit anywhere. @param {Change[]} changes @param {string} profile @param {string} target */
  seatless(changes, profile, target) {
    return this.remember(changes, `seatless|${profile}|${target}`, () => walkAll({ ...this.world(changes, profile), rest: null }, target));
  }

  /** Whole people within the longest cutoff, could they sit anywhere. @param {Change[]} changes @param {string} profile @param {string} target @param {string} group */
  countSeatless(changes, profile, target, group) {
    return this.remember(changes, `sit|${profile}|${target}|${group}`, () =>
      whole(countPeople(this.session, this.seatless(changes, profile, target).homeTime)[group][this.data.cutoffs_min.length - 1]),
    );
  }

  /** Where seats are missing on the ways of those whom that alone leaves out. @param {Change[]} changes @param {string} profile @param {string} target @param {string} group @returns {Parts | null} */
  gaps(changes, profile, target, group) {
    return this.remember(changes, `gaps|${profile}|${target}|${group}`, () => {
      const world = this.world(changes, profile);
      if (!world.rest || !this.isKnown(changes, target)) {
        return null;
      }
      const walk = this.walk(changes, profile, target);
      const [plain, people, limit_s] = [this.seatless(changes, profile, target).homeTime, this.session.homes.people[group], this.session.longest_s];
      return findGaps(world, walk, (home) => people[home] > 0 && plain[home] <= limit_s && !(walk.homeTime[home] <= limit_s));
    });
  }

  /** Parts of streets reached within each cutoff. @param {Change[]} changes @param {string} profile @param {string} target */
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

  /** @param {Change[]} changes @param {string} target */
  isKnown(changes, target) {
    return this.known.has(target) || changes.some((one) => one.change === "add_facility" && one.category === target);
  }

  /**
   * Today and the proposal side by side.
   * @param {Change[]} changes @param {string} profile @param {string} target @param {string} group @param {number} at
   * @returns {Cell}
   */
  cell(changes, profile, target, group, at) {
    const [before, after] = [this.today, changes].map((one) => {
      const counts = this.counts(one, profile, target);
      return counts && counts[group][at];
    });
    return { before, after, difference: before === null || after === null ? null : after - before };
  }

  /**
   * Whole people who come within a cutoff and who fall out of it; their difference is the one shown.
   * @param {Change[]} changes @param {string} profile @param {string} target @param {string} group @param {number} at
   */
  exchange(changes, profile, target, group, at) {
    const [before, after] = [this.today, changes].map((one) => this.walk(one, profile, target));
    const { gained, lost } = compare(before, after);
    const { difference } = this.cell(changes, profile, target, group, at);
    return addUp(gained[group][at], lost[group][at], difference || 0);
  }

  /**
   * Homes that come within the longest cutoff, or fall out of it, in units of the page.
   * @param {Change[]} changes @param {string} profile @param {string} target @param {string} group
   */
  homesThat(changes, profile, target, group) {
    const [before, after] = [this.today, changes].map((one) => this.walk(one, profile, target).homeTime);
    const limit_s = this.session.longest_s;
    const people = this.session.homes.people[group];
    /** @type {Dot[]} */
    const gained = [];
    /** @type {Dot[]} */
    const lost = [];
    for (let i = 0; i < people.length; i += 1) {
      const [was, is] = [before[i] <= limit_s, after[i] <= limit_s];
      if (was !== is && people[i] > 0) {
        (is ? gained : lost).push([...this.homeUnits(i), people[i]]);
      }
    }
    return { gained, lost };
  }

  /** Name of the street somebody lives in, or "". @param {number} i */
  homeStreet(i) {
    const { join, streets, homes } = this.session;
    return this.data.streets.street_names[homes.street.get(i) ?? streets.street[join.homes.edge[i]]] || "";
  }

  /** @param {number} i */
  homeUnits(i) {
    return this.session.toUnits(this.session.homes.x[i], this.session.homes.y[i]);
  }

  /** Why a change cannot be made where it was put, or "". @param {Change[]} changes @param {Omit<Change, "id"> & LonLat} change */
  problemOf(changes, change) {
    const tried = [...changes, { ...change, id: "tried" }];
    const found = changeStreets(this.session, tried).problems.find((one) => one.id === "tried");
    if (found) {
      return found.code;
    }
    return this.isInside(change) ? "" : "outside";
  }

  /** Whether a file with this place could be opened: on the streets that are loaded, or not far beside them. @param {LonLat & {lon2?: number | null, lat2?: number | null}} place */
  isInside({ lon, lat, lon2, lat2 }) {
    const { west, south, east, north } = this.session.box;
    const beyond = this.data.beyond_m;
    return [[lon, lat], [lon2 ?? lon, lat2 ?? lat]].every(([right, up]) => {
      const [x, y] = this.session.toMetres(right, up);
      return x >= west - beyond && y >= south - beyond && x <= east + beyond && y <= north + beyond;
    });
  }

  /** Metres between two places. @param {LonLat} from @param {LonLat} to */
  metres(from, to) {
    const [a, b] = [from, to].map((one) => this.session.toMetres(one.lon, one.lat));
    return Math.hypot(a[0] - b[0], a[1] - b[1]);
  }

  /** What a new way would take, where it is more than a way: gate, lift_or_ramp or bridge. @param {Change[]} changes @param {Change} change */
  workOf(changes, change) {
    const found = change.change === "add_link" ? this.streets(changes).found[change.id] : null;
    return found && found.work !== "missing_link" ? found.work || "" : "";
  }

  /**
   * People of every group whom one more place brings within a cutoff.
   * @param {Change[]} changes @param {LonLat} place @param {Choice} choice @param {number} at index of the cutoff
   * @returns {Record<string, number>}
   */
  gainedBy(changes, { lon, lat }, choice, at) {
    const { target } = choice;
    /** @type {Change[]} */
    const more = [...changes, { id: "tried", change: "add_facility", category: target, lon, lat }];
    return Object.fromEntries(
      this.data.groups.map(({ id }) => {
        const profile = this.walkerOf(choice, id);
        const { gained } = compare(this.walk(changes, profile, target), this.walk(more, profile, target));
        return [id, gained[id][at]];
      }),
    );
  }

  /** Changes that meet no street, by the walker's own streets. @param {Change[]} changes @param {string} profile */
  unplaced(changes, profile) {
    return new Set(this.world(changes, profile).unplaced);
  }

  /** Facilities of today and of a proposal, as they stand there. @param {Change[]} changes @returns {Place[]} */
  places(changes) {
    return this.remember(changes, "places", () => {
      const touched = new Map(changes.map((one) => [one.facility_id, one]));
      const old = this.facilities.map((one) => stillThere(one, touched.get(one.id) || null));
      const added = changes.filter((one) => one.change === "add_facility").map((one) => newlyThere(one, this.data.hub_category));
      return [...old, ...added];
    });
  }
}

/** @param {Change} change @returns {LonLat} where it is; nowhere for what has no place of its own */
export const placeOf = ({ lon, lat }) => ({ lon: lon ?? NaN, lat: lat ?? NaN });

/** @param {PageFacility} facility @param {Change | null} change @returns {Place} */
const stillThere = (facility, change) => ({
  key: facility.id,
  name: facility.name,
  category: facility.category,
  hub: facility.hub,
  counted: facility.counted,
  address: facility.address,
  capacity: null,
  lon: facility.lon,
  lat: facility.lat,
  ...(change && change.change === "move_facility" ? placeOf(change) : {}),
  from: facility,
  change,
  state: change ? change.change : "today",
  doors: doorsOf(facility, change),
});

/** Where a facility meets the street, as far as that is known without walking. @param {PageFacility} facility @param {Change | null} change @returns {LonLat[]} */
const doorsOf = (facility, change) => {
  if (change) {
    return change.change === "set_door" ? [placeOf(change)] : [];
  }
  return facility.doors.map(([lat, lon]) => ({ lon, lat }));
};

/** @param {Change} change @param {string | null} hubCategory @returns {Place} */
const newlyThere = (change, hubCategory) => ({
  key: change.id,
  name: change.name || "",
  category: change.category || "",
  hub: change.category === "hub" || change.category === hubCategory,
  counted: true,
  address: "",
  capacity: change.capacity ?? null,
  ...placeOf(change),
  from: null,
  change,
  state: "add_facility",
  doors: [],
});
