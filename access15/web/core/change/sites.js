// One walker on the streets of a proposal, whatever the facilities; kept with the streets.

import { openDoors, snapPoints } from "./doors.js";
import { moveDoors } from "./linked.js";
import { buildRestGraph, placeResting } from "../seat_walk/graph.js";
import { buildGraph, placeDoors } from "../walk/graph.js";
import { buildCosts, findMain } from "../walk/impedance.js";

/**
 * One walker on streets, whatever the facilities; kept with the streets.
 * @param {Session} session @param {Streets} streets @param {Profile} profile @returns {Site}
 */
export const siteOf = (session, streets, profile) => {
  const known = streets.sites.get(profile.id);
  if (known) {
    return known;
  }
  const { network, isLink, pieceEdge } = streets;
  const join = session.joins[profile.join];
  const costs = buildCosts(network, profile, streets.isClosed);
  const graph = buildGraph(network, costs);
  costs.isMain = streets.key === "" ? join.isMain : findMain(network, costs, graph);
  const isAdded = Uint8Array.from(costs.isMain, (main, piece) =>
    Number(main && !isLink[piece] && !join.isMain[pieceEdge[piece]]),
  );
  const hasAdded = isAdded.includes(1);
  const open = (/** @type {Snapped} */ today, /** @type {any} */ x, /** @type {any} */ y) =>
    openDoors(session, streets, costs.isMain, hasAdded ? isAdded : null, today, x, y);
  const homeDoors = open(join.homes, session.homes.x, session.homes.y);
  const facilityDoors = open(
    join.facilities,
    session.facilities.map((one) => one.x),
    session.facilities.map((one) => one.y),
  );
  /** @type {Site} */
  const site = {
    profile,
    streets,
    costs,
    graph,
    homeDoors,
    facilityDoors,
    homes: placeDoors(network, costs, homeDoors, true),
    facilities: placeDoors(network, costs, facilityDoors, false),
    isAdded,
    hasAdded,
    placed: session.facilities.map((one, row) => ({
      ...one,
      change: "",
      status: statusOf(one, facilityDoors.edge[row] >= 0),
    })),
    firstSource: new Int32Array(network.nEdges).fill(-1),
    rests: new Map(),
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
  const { streets, costs, profile } = site;
  const { network } = streets;
  const today = session.joins[profile.join].seats;
  const moved = today && streets.key !== "" ? moveDoors(streets, today) : today;
  const added = snapPoints(session, site, benches, 0, session.max_seat_snap_m).doors;
  const graph = buildRestGraph(network, costs, moved ? [moved, added] : [added]);
  const rest = {
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
