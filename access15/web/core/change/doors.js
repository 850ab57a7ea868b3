// Where homes and facilities meet changed streets, whoever walks, as access15/core/change/changes.py does it.

import { placeOf } from "./changes.js";
import { moveDoors } from "./linked.js";
import { snapDoor, snapNearest } from "../walk/snap.js";

/**
 * Doors of today on the changed streets: those on closed edges anew.
 * @param {Session} session @param {Streets} streets @param {Doors} today
 * @param {ArrayLike<number | null>} x of what is joined to the street at each door @param {ArrayLike<number | null>} y
 * @returns {Doors}
 */
export const moveAll = (session, streets, today, x, y) => {
  const { closedAlone } = streets;
  if (streets.key === "" || (closedAlone && !today.edge.some((e) => closedAlone.includes(e)))) {
    return today;
  }
  const now = moveDoors(streets, today);
  const snap_m = now.snap_m.slice();
  for (let i = 0; i < now.n; i += 1) {
    if (now.edge[i] >= 0 && streets.isClosed[now.edge[i]]) {
      const found = snapDoor(session, streets, Number(x[i]), Number(y[i]));
      now.edge[i] = found.edge;
      now.fraction[i] = found.fraction;
      snap_m[i] = found.snap_m;
    }
  }
  return { ...now, snap_m, owner: today.owner };
};

/**
 * New doors for points of changes.
 * @param {Session} session @param {Streets} streets @param {any[]} points @param {number} at owner of the first
 * @param {boolean} [isSeat] whether they are seats, which stand at any street at the ground
 */
export const snapPoints = (session, streets, points, at, isSeat = false) => {
  const found = points.map(({ lon, lat, change }) => {
    const [x, y] = placeOf(session, lon, lat);
    const nowhere = { edge: -1, fraction: 0, snap_m: Infinity };
    const { max_snap_m, max_seat_snap_m } = session;
    // whoever sets a door means the nearest street, also a dead end
    const isNearest = isSeat || change === "entered";
    const snap = isNearest ? snapNearest(isSeat ? max_seat_snap_m : max_snap_m) : snapDoor;
    return { x, y, ...(Number.isNaN(x) ? nowhere : snap(session, streets, x, y)) };
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
