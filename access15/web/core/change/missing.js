// Links that streets lack, as access15/core/change/links.py finds them, and which of them may bring a door near enough.

import { decodeNumbers } from "../decode.js";
import { moveDoors, pointAt } from "./linked.js";
import { placeDoors } from "../walk/graph.js";
import { secondsTo } from "../walk/routes.js";
import { locate } from "../walk/snap.js";
import { walk } from "../walks.js";

const SLACK_S = 2; // a link that is drawn lies on whole centimetres, and so does all that it cuts

/** From a vertex of one street to the nearest place of another, the easiest first. @param {any} data @param {Network} streets @returns {Missing} */
export const readMissing = ({ counts, vertex, other }, streets) => {
  const { x, y, vertexStart } = streets;
  let at = 0;
  const begins = decodeNumbers(vertex).map((step) => (at += step));
  const steps = decodeNumbers(other);
  const from = begins.map((one) => vertexStart.findIndex((start) => start > one) - 1);
  const edge = Int32Array.of(...from, ...from.map((one, i) => one + steps[i]));
  const n = edge.length;
  const fraction = Float64Array.from(edge, (e, i) => locate(streets, e, x[begins[i % from.length]], y[begins[i % from.length]]));
  const metres = begins.map((one, i) => {
    const [toX, toY] = pointAt(streets, edge[from.length + i], fraction[from.length + i]);
    return Math.hypot(toX - x[one], toY - y[one]);
  });
  const work = counts.flatMap((/** @type {number} */ many, /** @type {number} */ kind) => new Array(many).fill(kind));
  return { ends: { n, owner: Int32Array.from(edge.keys()), edge, fraction, snap_m: new Float64Array(n) }, metres, work };
};

/** Ends of streets are corners, on no street of those that meet there. @param {Places} places */
const atCorners = (places) => {
  const { edge, fraction, costA, costB } = places;
  fraction.forEach((share, i) => {
    if (share === 0 || share === 1) {
      [costA[i], costB[i]] = share === 0 ? [0, Infinity] : [Infinity, 0];
      edge[i] = -1;
    }
  });
  return places;
};

/**
 * Links of which each alone may bring a door within the longest minutes, what takes least first, then the shortest walk.
 * None for who must sit, whom benches help: as in Python, single works are not searched from seat to seat.
 * @param {World} world @param {Doors} door one @param {string} target @returns {{row: number, seconds: number}[]}
 */
export const linksThatMayHelp = (world, door, target) => {
  const { profile, session, site, streets } = world;
  const { ends, metres, work } = session.missing;
  if (world.rest) {
    return [];
  }
  const there = { ...moveDoors(streets, ends), owner: ends.owner };
  const [arriving, homes] = [false, true].map((leaving) => atCorners(placeDoors(streets.network, site.costs, { ...there, edge: there.edge.slice() }, leaving)));
  const to = secondsTo(world, door, arriving, session.longest_s);
  // the ends are homes for once
  const asHomes = { ...world, session: { ...session, homes: { ...session.homes, n: ends.n } }, site: { ...site, homes } };
  const from = walk(asHomes, target).homeTime;
  return metres
    .map((gap_m, row) => {
      const other = row + metres.length;
      const gap_s = gap_m * (1 / profile.pace_ms + profile.rest_per_m_s);
      return { row, seconds: gap_s + Math.min(to[row] + from[other], to[other] + from[row]) };
    })
    .filter(({ seconds }) => seconds <= session.longest_s + SLACK_S)
    .sort((one, other) => work[one.row] - work[other.row] || one.seconds - other.seconds);
};
