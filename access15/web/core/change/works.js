// What a new way of a proposal would take. As access15/core/change/works.py, to the last centimetre.

import { rint } from "../numbers.js";
import { isBridged } from "./way_round.js";

/** From the easiest to the hardest, as access15/core/change/links.py. */
export const WORKS = ["mapping_fault", "missing_link", "gate", "lift_or_ramp", "bridge"];
const [LINK, LIFT, BRIDGE] = ["missing_link", "lift_or_ramp", "bridge"].map((work) => WORKS.indexOf(work));
const [TRIM_SHARE, MAX_TRIM_M] = [0.02, 0.5]; // the very ends stand on streets

/**
 * Above zero where a, b, c turn left, 0 where they lie on one line.
 * @param {number} ax @param {number} ay @param {number} bx @param {number} by @param {number} cx @param {number} cy
 */
const turn = (ax, ay, bx, by, cx, cy) => Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));

/** Whether [a, b] and [c, d] have no place in common. @param {number} a @param {number} b @param {number} c @param {number} d */
const areApart = (a, b, c, d) => Math.max(a, b) < Math.min(c, d) || Math.min(a, b) > Math.max(c, d);

/**
 * @typedef {{edge: number, fraction: number, x: number, y: number}} End
 * @param {Session} session @param {End} a @param {End} b @param {number} length_m
 * @returns {string} one of WORKS, never a fault of the map
 */
export const findWork = (session, a, b, length_m) => {
  const { streets, barriers } = session;
  const trim = Math.min(TRIM_SHARE, MAX_TRIM_M / length_m);
  const [from, to] = [a, b].map(({ x, y }) => [rint(100 * x) / 100, rint(100 * y) / 100]);
  const step = [(to[0] - from[0]) * trim, (to[1] - from[1]) * trim];
  const [ax, ay] = [rint(100 * (from[0] + step[0])), rint(100 * (from[1] + step[1]))];
  const [bx, by] = [rint(100 * (to[0] - step[0])), rint(100 * (to[1] - step[1]))];
  let work = streets.level[a.edge] === streets.level[b.edge] ? LINK : LIFT;
  for (let i = 0; i < barriers.work.length; i += 1) {
    const [cx, dx] = [barriers.x_cm[2 * i], barriers.x_cm[2 * i + 1]];
    const [cy, dy] = [barriers.y_cm[2 * i], barriers.y_cm[2 * i + 1]];
    if (barriers.work[i] <= work || areApart(ax, bx, cx, dx) || areApart(ay, by, cy, dy)) {
      continue;
    }
    const ofWay = turn(ax, ay, bx, by, cx, cy) * turn(ax, ay, bx, by, dx, dy);
    const ofPiece = turn(cx, cy, dx, dy, ax, ay) * turn(cx, cy, dx, dy, bx, by);
    if (ofWay <= 0 && ofPiece <= 0) {
      work = barriers.work[i];
    }
  }
  // what no map shows is told by the way round; a lift may lead to that very bridge
  return WORKS[work < LIFT && isBridged(session, a, b) ? BRIDGE : work];
};
