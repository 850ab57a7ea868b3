// Where homes and facilities meet changed streets, as access15/core/change/changes.py does it.

import { placeOf } from "./changes.js";
import { moveDoors } from "./linked.js";
import { nearestEdge, snapNew } from "../walk/snap.js";

/** Box around the pieces that are marked. @param {Network} network @param {Bytes} isMarked */
const boxOf = (network, isMarked) => {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (let e = 0; e < network.nEdges; e += 1) {
    for (let i = network.vertexStart[e]; isMarked[e] && i < network.vertexStart[e + 1]; i += 1) {
      box[0] = Math.min(box[0], network.x[i]);
      box[1] = Math.min(box[1], network.y[i]);
      box[2] = Math.max(box[2], network.x[i]);
      box[3] = Math.max(box[3], network.y[i]);
    }
  }
  return box;
};

/**
 * Doors of today on the changed streets: those on closed edges anew, and second ones on streets that open.
 * @param {Session} session @param {Streets} streets @param {Bytes} isMain @param {Bytes | null} isAdded
 * @param {Snapped} today @param {ArrayLike<number | null>} x @param {ArrayLike<number | null>} y
 * @returns {Doors}
 */
export const openDoors = (session, streets, isMain, isAdded, today, x, y) => {
  const now = streets.key === "" ? today : moveDoors(streets, today);
  const { network, isLink, isClosed } = streets;
  const snap_m = now.snap_m.slice();
  for (let i = 0; i < now.n; i += 1) {
    if (now.edge[i] >= 0 && isClosed[now.edge[i]]) {
      const isOpen = (/** @type {number} */ piece) => isMain[piece] === 1 && isLink[piece] === 0;
      const found = snapNew(session, streets, isOpen, Number(x[i]), Number(y[i]));
      now.edge[i] = found.edge;
      now.fraction[i] = found.fraction;
      snap_m[i] = found.snap_m;
    }
  }
  const doors = [Array.from(now.edge.keys()), Array.from(now.edge), Array.from(now.fraction), Array.from(snap_m)];
  if (isAdded) {
    const [west, south, east, north] = boxOf(network, isAdded);
    for (let i = 0; i < now.n; i += 1) {
      const [px, py] = [x[i] === null ? NaN : Number(x[i]), y[i] === null ? NaN : Number(y[i])];
      const near_m = now.edge[i] >= 0 ? Math.min(snap_m[i], session.max_snap_m) : session.max_snap_m;
      const isNear = px >= west - near_m && px <= east + near_m && py >= south - near_m && py <= north + near_m;
      if (!isNear || !(snap_m[i] > 0)) {
        continue;
      }
      const isOpen = (/** @type {number} */ piece) => isAdded[piece] === 1;
      const near = nearestEdge(session.grid, network, streets.firstPiece, isOpen, px, py, near_m);
      if (near.edge >= 0 && (now.edge[i] < 0 || near.away_m < snap_m[i])) {
        const found = snapNew(session, streets, isOpen, px, py, near_m);
        [i, found.edge, found.fraction, found.snap_m].forEach((value, k) => doors[k].push(value));
      }
    }
  }
  return {
    n: doors[0].length,
    owner: Int32Array.from(doors[0]),
    edge: Int32Array.from(doors[1]),
    fraction: Float64Array.from(doors[2]),
    snap_m: Float64Array.from(doors[3]),
  };
};

/**
 * New doors for points of changes.
 * @param {Session} session @param {Site} site @param {any[]} points @param {number} at owner of the first
 * @param {number} [limit_m] farthest street
 */
export const snapPoints = (session, site, points, at, limit_m = session.max_snap_m) => {
  const { costs, streets } = site;
  const isOpen = (/** @type {number} */ piece) => costs.isMain[piece] === 1 && streets.isLink[piece] === 0;
  const found = points.map(({ lon, lat }) => {
    const [x, y] = placeOf(session, lon, lat);
    const nowhere = { edge: -1, fraction: 0, snap_m: Infinity };
    return { x, y, ...(Number.isNaN(x) ? nowhere : snapNew(session, streets, isOpen, x, y, limit_m)) };
  });
  return {
    points: found,
    doors: {
      n: found.length,
      owner: Int32Array.from(found, (_, i) => at + i),
      edge: Int32Array.from(found, (one) => one.edge),
      fraction: Float64Array.from(found, (one) => one.fraction),
      snap_m: Float64Array.from(found, (one) => one.snap_m),
    },
  };
};
