// Where a new place could be, as access15/area/sites.py lists it and puts it on the streets.

import { snapPoints } from "../change/doors.js";

/**
 * Corners and ends of streets on which somebody may have a door, of those of the neighbourhood: rows of
 * `session.corners`, rising, as list_corners.
 * @param {Session} session @param {Site} site @returns {number[]}
 */
export const listCorners = (session, { streets, costs }) => {
  const { network, pieceEdge, isLink } = streets;
  const isCorner = new Uint8Array(network.nNodes);
  for (let p = 0; p < network.nEdges; p += 1) {
    const isStreet = isLink[p] === 0 && session.join.isOpen[pieceEdge[p]] === 1;
    if (isStreet && (costs.forward[p] < Infinity || costs.backward[p] < Infinity)) {
      isCorner[network.u[p]] = isCorner[network.v[p]] = 1;
    }
  }
  return Array.from(session.corners.node.keys()).filter((row) => isCorner[session.corners.node[row]] === 1);
};

/** Doors of candidates on streets, kept with the streets. @type {WeakMap<Streets, WeakMap<Points, Doors>>} */
const known = new WeakMap();

/**
 * Where each of some points would be entered, -1 where no street is near enough; owners are their rows.
 * @param {Session} session @param {Streets} streets @param {Points} points @returns {Doors}
 */
const snapAll = (session, streets, points) => {
  const kept = known.get(streets) || new WeakMap();
  known.set(streets, kept);
  const found = kept.get(points) || snapPoints(session, streets, points.places, 0).doors;
  kept.set(points, found);
  return found;
};

/**
 * Candidates with a street near enough, entered as what a proposal adds is, as put_on_streets: corners, or points
 * that were given.
 * @param {Session} session @param {Site} site @param {"corners" | "given"} kind @returns {Candidates}
 */
export const putOnStreets = (session, site, kind) => {
  const points = kind === "corners" ? session.corners : session.given;
  const all = snapAll(session, site.streets, points);
  const listed = kind === "corners" ? listCorners(session, site) : Array.from(points.places.keys());
  const row = Int32Array.from(listed.filter((one) => all.edge[one] >= 0));
  return {
    points,
    row,
    doors: {
      n: row.length,
      owner: Int32Array.from(row.keys()),
      edge: Int32Array.from(row, (one) => all.edge[one]),
      fraction: Float64Array.from(row, (one) => all.fraction[one]),
      snap_m: Float64Array.from(row, (one) => all.snap_m[one]),
    },
  };
};
