// Whether a new way crosses what the map leaves out, told by the bridges on the way round. As access15/core/change/way_round.py.

import { buildGraph } from "../walk/graph.js";
import { costsFrom } from "../walk/search.js";

const MAX_WAY_ROUND_M = 2000; // each way; what is farther round is not looked at
const FIRST_LOOK_M = 250; // doubled until the way round is found
const SAME_M = 1e-6; // lengths added up in another order

/** Streets that cost their metres, whoever walks; made once. @param {Session} session @returns {Graph} */
const metresGraph = (session) => {
  if (!session.metres) {
    const { streets } = session;
    const none = new Float64Array(streets.nEdges);
    const costs = { pace_ms: 1, forward: streets.length_m, backward: streets.length_m, atU: none, atV: none };
    session.metres = buildGraph(streets, costs);
  }
  return session.metres;
};

/**
 * Metres along streets from a place to any node; Infinity where it is too far.
 * @param {Session} session @param {{edge: number, fraction: number}} place @param {number} limit_m @returns {(node: number) => number}
 */
const metresFrom = (session, { edge, fraction }, limit_m) => {
  const { u, v, length_m, nNodes } = session.streets;
  const graph = metresGraph(session);
  const [fromU, fromV] = [u[edge], v[edge]].map((node) => costsFrom(graph, nNodes, node, limit_m));
  const [toU_m, toV_m] = [fraction * length_m[edge], (1 - fraction) * length_m[edge]];
  return (node) => Math.min(fromU[node] + toU_m, fromV[node] + toV_m);
};

/**
 * Whether the shortest way round leads over an odd number of bridges with nothing mapped beneath them.
 * @param {Session} session @param {{edge: number, fraction: number}} a @param {{edge: number, fraction: number}} b
 * @returns {boolean}
 */
export const isBridged = (session, a, b) => {
  const { streets, bareBridges } = session;
  if (!bareBridges.edge.length) {
    return false;
  }
  const { u, v, length_m } = streets;
  // the way round is looked for near by first; nothing farther away than it is long can lie on it
  const direct_m = a.edge === b.edge ? Math.abs(a.fraction - b.fraction) * length_m[b.edge] : Infinity;
  let [around_m, limit_m] = [Infinity, FIRST_LOOK_M];
  let fromA = metresFrom(session, a, limit_m);
  for (;;) {
    around_m = Math.min(
      direct_m,
      fromA(u[b.edge]) + b.fraction * length_m[b.edge],
      fromA(v[b.edge]) + (1 - b.fraction) * length_m[b.edge],
    );
    if (around_m + SAME_M <= limit_m || limit_m >= MAX_WAY_ROUND_M) {
      break;
    }
    limit_m *= 2;
    fromA = metresFrom(session, a, limit_m);
  }
  const fromB = metresFrom(session, b, limit_m);
  const crossed = new Set();
  bareBridges.edge.forEach((e, i) => {
    const over_m = Math.min(fromA(u[e]) + length_m[e] + fromB(v[e]), fromA(v[e]) + length_m[e] + fromB(u[e]));
    if (over_m < Infinity && over_m <= around_m + SAME_M) {
      crossed.add(bareBridges.number[i]);
    }
  });
  return crossed.size % 2 === 1;
};
