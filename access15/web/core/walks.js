// One walker on the streets of a proposal, plain or from seat to seat: times of homes, and streets reached.

import { plainParts } from "./reach/parts.js";
import { partsWithSeats } from "./seat_walk/reach.js";
import { walkWithSeats } from "./seat_walk/search.js";
import { walkPlainly } from "./walk/search.js";

/** @param {PlacedFacility} facility @param {string} target @returns {boolean} */
export const isTarget = (facility, target) =>
  facility.counted && (target === "hub" ? facility.hub : facility.category === target);

/** @param {World} world @param {Walk | null} reuse @returns {Walk} with nothing reached */
const emptyWalk = (world, reuse) => {
  const { nNodes } = world.streets.network;
  const nHomes = world.session.homes.n;
  if (reuse && reuse.nodeTime.length === nNodes && reuse.homeTime.length === nHomes) {
    for (let i = 0; i < reuse.nTouched; i += 1) {
      reuse.nodeTime[reuse.touched[i]] = Infinity;
    }
    reuse.nTouched = 0;
    reuse.world = world;
    reuse.labels = null;
    if (reuse.sources.length < world.doors.n) {
      reuse.sources = new Int32Array(2 * world.doors.n);
    }
    return reuse;
  }
  return {
    world,
    target: "",
    cutoff_s: 0,
    nodeTime: new Float64Array(nNodes).fill(Infinity),
    homeTime: new Float64Array(nHomes).fill(Infinity),
    touched: new Int32Array(nNodes),
    nTouched: 0,
    sources: new Int32Array(2 * world.doors.n),
    nSources: 0,
    labels: null,
  };
};

/**
 * Walks from every home to the nearest facility of a target.
 * @param {World} world @param {string} target "hub" or a category
 * @param {number} [cutoff_s] longest walk, inclusive; by default the study's longest
 * @param {Walk | null} [reuse] an earlier walk that nobody needs any more: its arrays are written over
 * @returns {Walk} `homeTime` and `nodeTime` in seconds, Infinity beyond the cutoff
 */
export const walk = (world, target, cutoff_s = world.session.longest_s, reuse = null) => {
  const found = emptyWalk(world, reuse);
  const { doors, facilities } = world;
  Object.assign(found, { target, cutoff_s, nSources: 0 });
  for (let j = 0; j < doors.n; j += 1) {
    if (doors.edge[j] >= 0 && isTarget(facilities[doors.owner[j]], target)) {
      found.sources[found.nSources] = j;
      found.nSources += 1;
    }
  }
  return search(found);
};

/** @param {Walk} found that knows its sources @returns {Walk} */
const search = (found) => {
  if (found.world.rest) {
    walkWithSeats(found);
  } else {
    walkPlainly(found);
  }
  return found;
};

/**
 * Walks from every home to one door, whatever it is of.
 * @param {World} world @param {number} door of `world.doors` @param {number} cutoff_s longest walk, inclusive
 * @param {Walk | null} reuse as of `walk` @returns {Walk}
 */
export const walkFrom = (world, door, cutoff_s, reuse) => {
  const found = emptyWalk(world, reuse);
  found.sources[0] = door;
  Object.assign(found, { target: "", cutoff_s, nSources: world.doors.edge[door] >= 0 ? 1 : 0 });
  return search(found);
};

/**
 * Parts of streets from which the target is reached within the cutoff.
 * @param {World} world @param {Walk} walked with at least this cutoff
 * @param {number} cutoff_s inclusive
 * @returns {Parts} fractions of the edges of `world.streets.network`, at most a few per edge
 */
export const reachedParts = (world, walked, cutoff_s) =>
  world.rest ? partsWithSeats(world, walked, cutoff_s) : plainParts(world, walked, cutoff_s);
