// One walker on the streets of a proposal, whatever the facilities; kept with the streets.

import { moveAll, snapPoints } from "./doors.js";
import { moveDoors } from "./linked.js";
import { buildRestGraph, placeResting } from "../seat_walk/graph.js";
import { buildGraph, closeArcs, placeDoors } from "../walk/graph.js";
import { buildCosts, closeCosts } from "../walk/impedance.js";

/**
 * One walker on streets, whatever the facilities; kept with the streets.
 * @param {Session} session @param {Streets} streets @param {Profile} profile @returns {Site}
 */
export const siteOf = (session, streets, profile) => {
  const known = streets.sites.get(profile.id);
  if (known) {
    return known;
  }
  const { network } = streets;
  const { join } = session;
  const today = session.base.sites.get(profile.id);
  // what is only closed leaves all else as it was: the same arcs, and the same doors unless they were on it
  const closed = today ? streets.closedAlone : null;
  const costs = today && closed ? closeCosts(today.costs, closed) : buildCosts(network, profile, streets.isClosed);
  const graph = today && closed ? closeArcs(today.graph, network, closed) : buildGraph(network, costs);
  const homeDoors = moveAll(session, streets, join.homes, session.homes.x, session.homes.y);
  const facilityDoors = moveAll(session, streets, join.facilities, join.facilities.x, join.facilities.y);
  const isMet = new Uint8Array(session.facilities.length);
  facilityDoors.owner.forEach((row, door) => (isMet[row] |= Number(facilityDoors.edge[door] >= 0)));
  /** @type {Site} */
  const site = {
    profile,
    streets,
    costs,
    graph,
    homeDoors,
    facilityDoors,
    homes: today?.homeDoors === homeDoors ? today.homes : placeDoors(network, costs, homeDoors, true),
    facilities: today?.facilityDoors === facilityDoors ? today.facilities : placeDoors(network, costs, facilityDoors, false),
    placed: session.facilities.map((one, row) => {
      const [status, found] = [statusOf(one, isMet[row] === 1), today?.placed[row]];
      return found && found.status === status ? found : { ...one, change: "", status };
    }),
    firstSource: new Int32Array(network.nEdges).fill(-1),
    rests: new Map(),
    lifted: new Map(),
  };
  streets.sites.set(profile.id, site);
  return site;
};

/** @param {Facility} one @param {boolean} isOn @returns {string} */
const statusOf = (one, isOn) => {
  if (one.x === null || one.y === null || Number.isNaN(one.x)) {
    return "not_geocoded";
  }
  return isOn ? "ok" : "too_far_from_network";
};

/**
 * Streets with seats, those of today and added benches; kept for the same benches.
 * @param {Session} session @param {Site} site @param {Change[]} changes @returns {RestSite}
 */
export const restSiteOf = (session, site, changes) => {
  const benches = changes.filter((change) => change.change === "add_bench");
  const key = JSON.stringify(benches.map(({ id, lon, lat }) => [id, lon, lat]));
  const known = site.rests.get(key);
  if (known) {
    return known;
  }
  const { streets, costs } = site;
  const { network } = streets;
  const today = session.join.seats;
  const moved = today && streets.key !== "" ? moveDoors(streets, today) : today;
  const added = snapPoints(session, streets, benches, 0, true).doors;
  const seats = moved ? [moved, added] : [added];
  const graph = buildRestGraph(network, costs, seats);
  const rest = {
    seats,
    graph,
    homes: placeResting(graph, costs, network, site.homeDoors, true),
    facilities: placeResting(graph, costs, network, site.facilityDoors, false),
    firstSource: new Int32Array(graph.nPieces).fill(-1),
    unplaced: benches.filter((_, i) => added.edge[i] < 0).map((bench) => bench.id),
  };
  if (site.rests.size > 4) {
    site.rests.clear();
  }
  site.rests.set(key, rest);
  return rest;
};
