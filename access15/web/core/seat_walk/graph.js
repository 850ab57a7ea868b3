// Streets cut at every seat, as access15/core/seat_walk/graph.py.

import { pick, shareOf, sortArcs } from "../walk/graph.js";

/** Places of seats on edges, sorted along them, each once. @param {Snapped[]} parts */
const sortSeats = (parts) => {
  const all = parts.flatMap((some) =>
    Array.from(some.edge, (e, i) => [e, some.fraction[i]]).filter(([e]) => e >= 0),
  );
  all.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return all.filter(([e, at], i) => i === 0 || e !== all[i - 1][0] || at !== all[i - 1][1]);
};

/** @param {Network} network @param {number[][]} seats sorted @returns {RestGraph} without arcs: all pieces of edges */
const splitEdges = (network, seats) => {
  const n = network.nEdges + seats.length;
  const splitStart = new Int32Array(network.nEdges + 1);
  seats.forEach(([e]) => (splitStart[e + 1] += 1));
  splitStart.forEach((count, e) => (splitStart[e] = e > 0 ? count + splitStart[e - 1] : 0));
  const isSeat = new Uint8Array(network.nNodes + seats.length).fill(1, network.nNodes);
  const graph = {
    nNodes: isSeat.length,
    nPieces: n,
    splitStart,
    splitFraction: Float64Array.from(seats, ([, at]) => at),
    isSeat,
    pieceEdge: new Int32Array(n),
    begin: new Float64Array(n),
    end: new Float64Array(n).fill(1),
    nodeA: new Int32Array(n),
    nodeB: new Int32Array(n),
    atA: new Float64Array(n),
    atB: new Float64Array(n),
    start: new Int32Array(0),
    to: new Int32Array(0),
    cost: new Float64Array(0),
    metres: new Float64Array(0),
    piece: new Int32Array(0),
  };
  for (let e = 0; e < network.nEdges; e += 1) {
    const [first, last] = [splitStart[e], splitStart[e + 1]];
    for (let k = first; k <= last; k += 1) {
      const p = e + k;
      graph.pieceEdge[p] = e;
      graph.nodeA[p] = k === first ? network.u[e] : network.nNodes + k - 1;
      graph.nodeB[p] = k === last ? network.v[e] : network.nNodes + k;
      graph.begin[p] = k === first ? 0 : graph.splitFraction[k - 1];
      graph.end[p] = k === last ? 1 : graph.splitFraction[k];
    }
  }
  return graph;
};

/**
 * Streets cut at every seat.
 * @param {Network} network @param {Costs} costs @param {Snapped[]} seats @returns {RestGraph}
 */
export const buildRestGraph = (network, costs, seats) => {
  const graph = splitEdges(network, sortSeats(seats));
  const { nPieces: n, pieceEdge, begin, end, nodeA, nodeB, atA, atB } = graph;
  const [from, to] = [new Int32Array(2 * n), new Int32Array(2 * n)];
  const [cost, metres] = [new Float64Array(2 * n), new Float64Array(2 * n)];
  for (let p = 0; p < n; p += 1) {
    const e = pieceEdge[p];
    const share = end[p] - begin[p];
    atA[p] = nodeA[p] < network.nNodes ? costs.atU[e] : 0;
    atB[p] = nodeB[p] < network.nNodes ? costs.atV[e] : 0;
    from[p] = to[n + p] = nodeB[p];
    to[p] = from[n + p] = nodeA[p];
    cost[p] = atA[p] + shareOf(share, costs.forward[e]) + atB[p];
    cost[n + p] = atB[p] + shareOf(share, costs.backward[e]) + atA[p];
    metres[p] = metres[n + p] = share * network.length_m[e];
  }
  const { start, row } = sortArcs(graph.nNodes, from, to, cost);
  graph.start = start;
  graph.to = pick(to, row);
  graph.cost = pick(cost, row);
  graph.metres = pick(metres, row);
  graph.piece = row.map((/** @type {number} */ i) => (i < n ? i : i - n));
  return graph;
};

/** @param {RestGraph} graph @param {number} e @param {number} fraction @returns {number} piece of a place */
const pieceAt = ({ splitStart, splitFraction }, e, fraction) => {
  let k = splitStart[e];
  while (k < splitStart[e + 1] && e * 2 + splitFraction[k] <= e * 2 + fraction) {
    k += 1;
  }
  return e + k;
};

/**
 * Doors as starts (leaving) or ends of walks, in seconds and metres, as place_resting.
 * @param {RestGraph} graph @param {Costs} costs @param {Network} network @param {Doors} doors
 * @param {boolean} leaving
 * @returns {RestPlaces}
 */
export const placeResting = (graph, costs, network, doors, leaving) => {
  const { n, owner, edge, fraction } = doors;
  const numbers = () => new Float64Array(n).fill(Infinity);
  const nodes = () => new Int32Array(n).fill(-1);
  const places = {
    n, owner, edge, fraction, piece: nodes(), offset: numbers(), offset_m: numbers(), nodeA: nodes(),
    costA: numbers(), metresA: numbers(), nodeB: nodes(), costB: numbers(), metresB: numbers(),
  };
  const toA = leaving ? costs.backward : costs.forward;
  const toB = leaving ? costs.forward : costs.backward;
  for (let i = 0; i < n; i += 1) {
    const e = edge[i];
    if (e < 0) {
      continue;
    }
    const p = pieceAt(graph, e, fraction[i]);
    const [before, after] = [Math.max(fraction[i] - graph.begin[p], 0), Math.max(graph.end[p] - fraction[i], 0)];
    const offset_m = doors.snap_m[i];
    const offset_s = offset_m / costs.pace_ms;
    places.piece[i] = p;
    places.offset_m[i] = offset_m;
    places.offset[i] = offset_s;
    places.nodeA[i] = graph.nodeA[p];
    places.nodeB[i] = graph.nodeB[p];
    places.costA[i] = offset_s + (shareOf(before, toA[e]) + graph.atA[p]);
    places.costB[i] = offset_s + (shareOf(after, toB[e]) + graph.atB[p]);
    places.metresA[i] = offset_m + before * network.length_m[e];
    places.metresB[i] = offset_m + after * network.length_m[e];
  }
  return places;
};
