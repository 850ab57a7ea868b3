// Whom one more place brings within reach, wherever it is; as access15/core/siting for one place more.

import { placeResting } from "../seat_walk/graph.js";
import { placeDoors } from "../walk/graph.js";
import { walk, walkFrom } from "../walks.js";

/**
 * A walker among candidates: one door of each, none of today.
 * @param {World} world @param {Doors} doors @returns {World}
 */
const worldOf = (world, doors) => {
  const { site, streets, rest } = world;
  return {
    ...world,
    doors: placeDoors(streets.network, site.costs, doors, false),
    restDoors: rest && placeResting(rest.graph, site.costs, streets.network, doors, false),
  };
};

/**
 * People whom each candidate would bring within each cutoff, with what is there already: found one candidate after
 * another, each by one search outwards from it, which is exact.
 */
export class Gains {
  /** @type {Walk | null} */
  #walk = null;

  /** @param {World} world with the places that are there @param {string} target @param {Candidates} candidates */
  constructor(world, target, candidates) {
    const { session } = world;
    this.session = session;
    this.candidates = candidates;
    this.n = candidates.row.length;
    this.nDone = 0;
    this.world = worldOf(world, candidates.doors);
    this.homeTime = walk(world, target).homeTime;
    this.limits = session.cutoffs_min.map((cutoff) => 60 * cutoff);
    this.groups = Object.keys(session.homes.people);
    /** People per group, cutoff and candidate. @type {Record<string, Doubles[]>} */
    this.people = Object.fromEntries(this.groups.map((group) => [group, this.limits.map(() => new Float64Array(this.n))]));
  }

  get isDone() {
    return this.nDone === this.n;
  }

  /** The next candidate. */
  step() {
    const at = this.nDone;
    this.nDone += 1;
    this.#walk = walkFrom(this.world, at, this.session.longest_s, this.#walk);
    const { homeTime } = this.#walk;
    const { people } = this.session.homes;
    for (let i = 0; i < homeTime.length; i += 1) {
      for (let k = this.limits.length - 1; k >= 0 && homeTime[i] <= this.limits[k]; k -= 1) {
        if (!(this.homeTime[i] <= this.limits[k])) {
          for (const group of this.groups) {
            this.people[group][k][at] += people[group][i];
          }
        }
      }
    }
  }

  /** Candidates of which one more place would bring most, best first, of equal ones the first. @param {string} group @param {number} at index of the cutoff */
  rank(group, at) {
    const gained = this.people[group][at];
    const order = Array.from(gained.keys()).filter((row) => gained[row] > 0);
    return order.sort((a, b) => gained[b] - gained[a] || a - b);
  }
}

/**
 * The first of some ranked candidates, and the next ones that are no other way to say the same: each at least so far
 * from those before, as the crow flies.
 * @param {Gains} gains @param {number[]} ranked @param {number} n how many at most @param {number} apart_m
 */
export const takeApart = ({ candidates: { points, row } }, ranked, n, apart_m) => {
  /** @type {number[]} */
  const taken = [];
  for (const one of ranked) {
    const [x, y] = points.metres(row[one]);
    const isOther = taken.every((other) => {
      const [a, b] = points.metres(row[other]);
      return Math.hypot(a - x, b - y) >= apart_m;
    });
    if (isOther) {
      taken.push(one);
    }
    if (taken.length === n) {
      break;
    }
  }
  return taken;
};
