// "My house": the ways of one walker from one door, what alone would shorten them, and the next place if one closes.

import { placeOf } from "./change/changes.js";
import { buildRestGraph, placeResting } from "./seat_walk/graph.js";
import { wayWithSeats } from "./seat_walk/search.js";
import { snapDoor } from "./walk/snap.js";
import { LIFTED, endsOf, findWays, liftCosts } from "./walk/routes.js";
import { isTarget } from "./walks.js";

/** A door at a place of the map, as that of a home. @param {Session} session @param {Streets} streets @param {number} lon @param {number} lat @returns {Doors} */
export const doorAt = (session, streets, lon, lat) => {
  const { edge, fraction, snap_m } = snapDoor(session, streets, ...placeOf(session, lon, lat));
  return { n: 1, owner: Int32Array.of(0), edge: Int32Array.of(edge), fraction: Float64Array.of(fraction), snap_m: Float64Array.of(snap_m) };
};

/**
 * From seat to seat to the nearest place: the way, or null.
 * @param {World} world @param {Doors} door @param {(facility: number) => boolean} isAsked @param {number} limit_s @returns {Route | null}
 */
const wayOfWhoSits = (world, door, isAsked, limit_s) => {
  const { network } = world.streets;
  const rest = /** @type {RestSite} */ (world.rest);
  const doors = /** @type {RestPlaces} */ (world.restDoors);
  const place = placeResting(rest.graph, world.site.costs, network, door, true);
  const sources = Array.from({ length: doors.n }, (_, j) => j).filter((j) => doors.edge[j] >= 0 && isAsked(doors.owner[j]));
  const found = wayWithSeats(world, place, sources, limit_s);
  return (
    found && {
      facility: doors.owner[found.door],
      seconds: found.seconds,
      metres: found.pieces.reduce((sum, { edge, from, to }) => sum + Math.abs(to - from) * network.length_m[edge], 0),
      aside_s: [place.offset[0], doors.offset[found.door]],
      end: { edge: doors.edge[found.door], fraction: doors.fraction[found.door] },
      pieces: found.pieces,
    }
  );
};

/**
 * Ways to the nearest place of a target and to the next one, nearest first.
 * @param {World} world @param {Doors} door one @param {string} target @param {number} limit_s longest walk, inclusive
 * @param {number} [n] how many places @returns {Route[]}
 */
export const waysFrom = (world, door, target, limit_s, n = 2) => {
  const isAsked = (/** @type {number} */ row) => isTarget(world.facilities[row], target);
  if (!world.rest) {
    return findWays(world, door, isAsked, n, limit_s);
  }
  /** @type {Route[]} */
  const ways = [];
  const isTaken = (/** @type {number} */ row) => ways.some((one) => one.facility === row);
  for (let i = 0; i < n; i += 1) {
    const isOther = (/** @type {number} */ row) => isAsked(row) && !isTaken(row);
    // most walks are short, and a short search is soon done
    const way = wayOfWhoSits(world, door, isOther, Math.min(limit_s, world.session.longest_s)) || wayOfWhoSits(world, door, isOther, limit_s);
    ways.push(...(way ? [way] : []));
  }
  return ways;
};

/** The same walker at other costs. @param {World} world @param {Costs} costs @returns {World} */
const atCosts = (world, costs) => {
  const { network } = world.streets;
  if (!world.rest) {
    return { ...world, site: { ...world.site, costs }, doors: endsOf(world, costs) };
  }
  const graph = buildRestGraph(network, costs, world.rest.seats);
  const restDoors = placeResting(graph, costs, network, world.entries(), false);
  return { ...world, site: { ...world.site, costs }, rest: { ...world.rest, graph }, restDoors };
};

/** The world with one class of obstacles lifted; null where that changes nothing. @param {World} world @param {typeof LIFTED[number]} name @param {number} pace_ms @returns {World | null} */
const liftOne = (world, name, pace_ms) => {
  if (name === "seats") {
    return world.rest && { ...world, rest: null };
  }
  const { lifted } = world.site;
  const key = `${name} ${pace_ms}`;
  const costs = lifted.get(key) || (lifted.has(key) ? null : liftCosts(world, name, pace_ms));
  lifted.set(key, costs);
  return costs && atCosts(world, costs);
};

/**
 * Which obstacles would let this door in, each lifted alone everywhere, and how long the walk would then be.
 * @param {World} world @param {Doors} door @param {string} target @param {number} limit_s @param {number} pace_ms that stands for "no lack of pace"
 * @returns {{name: string, seconds: number}[]} in the order of `LIFTED`
 */
export const whatHelps = (world, door, target, limit_s, pace_ms) =>
  LIFTED.flatMap((name) => {
    const lifted = liftOne(world, name, pace_ms);
    const [way] = lifted ? waysFrom(lifted, door, target, limit_s, 1) : [];
    return way ? [{ name: /** @type {string} */ (name), seconds: way.seconds }] : [];
  });

/**
 * Where on a way time runs out, nothing where it does not.
 * @param {World} world @param {Route} way @param {number} limit_s @returns {{edge: number, at: number, metres: number} | null}
 */
export const placeAfter = ({ streets, site }, way, limit_s) => {
  const { costs } = site;
  const { length_m } = streets.network;
  let [left_s, metres] = [limit_s - way.aside_s[0], 0];
  for (const { edge, from, to, isCorner } of way.pieces) {
    const wait = (/** @type {number} */ at) => (at === 0 ? costs.atU[edge] : costs.atV[edge]);
    const share = Math.abs(to - from);
    const walk_s = share > 0 ? share * (to > from ? costs.forward[edge] : costs.backward[edge]) : 0;
    left_s -= isCorner[0] ? wait(from) : 0;
    if (left_s < walk_s) {
      const done = walk_s > 0 ? Math.max(left_s, 0) / walk_s : 0;
      return { edge, at: from + done * (to - from), metres: metres + done * share * length_m[edge] };
    }
    left_s -= walk_s + (isCorner[1] ? wait(to) : 0);
    metres += share * length_m[edge];
  }
  return null;
};
