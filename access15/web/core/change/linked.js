// Streets cut where links end, and what lay on them moved onto the pieces, as access15/core/change/linked.py.

import { wholeCm } from "../numbers.js";
import { LINK_CLASS } from "../streets/network.js";

/** Metres along an edge to each of its vertices. @param {Network} network @param {number} e @returns {number[]} */
const metresAlong = (network, e) => {
  const metres = [0];
  for (let i = network.vertexStart[e] + 1; i < network.vertexStart[e + 1]; i += 1) {
    const [dx, dy] = [network.x[i] - network.x[i - 1], network.y[i] - network.y[i - 1]];
    metres.push(metres[metres.length - 1] + Math.sqrt(dx * dx + dy * dy));
  }
  return metres;
};

/**
 * Point at a share of an edge's line.
 * @param {Network} network @param {number} e @param {number} share @returns {[number, number]}
 */
export const pointAt = (network, e, share) => {
  const metres = metresAlong(network, e);
  const at_m = share * metres[metres.length - 1];
  const found = metres.findIndex((along_m, i) => i > 0 && along_m >= at_m);
  const after = found < 0 ? metres.length - 1 : found;
  const step_m = metres[after] - metres[after - 1];
  const part = step_m > 0 ? Math.min(Math.max((at_m - metres[after - 1]) / step_m, 0), 1) : 0;
  const b = network.vertexStart[e] + after;
  const between = (/** @type {Doubles} */ of) => of[b - 1] + (of[b] - of[b - 1]) * part;
  return [between(network.x), between(network.y)];
};

/** Where each edge is cut, rising. @param {any[]} links @returns {Map<number, number[]>} */
const findCuts = (links) => {
  /** @type {Map<number, number[]>} */
  const cuts = new Map();
  for (const { edge, fraction } of links.flatMap((link) => [link.a, link.b])) {
    const own = cuts.get(edge) || [];
    cuts.set(edge, own);
    if (fraction > 0 && fraction < 1 && !own.includes(fraction)) {
      own.push(fraction);
    }
  }
  cuts.forEach((own) => own.sort((a, b) => a - b));
  return cuts;
};

/** Pieces of edges, in the order of the edges and along them. @param {Network} streets @param {any[]} links */
const cutEdges = (streets, links) => {
  const cuts = findCuts(links);
  const firstPiece = new Int32Array(streets.nEdges + 1);
  /** @type {[number, number, number, number, number][]} */
  const pieces = []; // edge, start, stop, first node, last node
  /** @type {Map<string, number>} */
  const nodeOf = new Map();
  for (let e = 0; e < streets.nEdges; e += 1) {
    firstPiece[e] = pieces.length;
    let [start, node] = [0, streets.u[e]];
    for (const cut of cuts.get(e) || []) {
      const next = streets.nNodes + nodeOf.size;
      nodeOf.set(`${e} ${cut}`, next);
      pieces.push([e, start, cut, node, next]);
      [start, node] = [cut, next];
    }
    pieces.push([e, start, 1, node, streets.v[e]]);
  }
  firstPiece[streets.nEdges] = pieces.length;
  return { pieces, firstPiece, nodeOf };
};

/** Vertices of a part of an edge, its new ends on whole centimetres. */
const cutLine = (
  /** @type {Network} */ network, /** @type {number} */ e, /** @type {number} */ start, /** @type {number} */ stop,
) => {
  const metres = metresAlong(network, e);
  const total_m = metres[metres.length - 1];
  const [from, to] = [network.vertexStart[e], network.vertexStart[e + 1] - 1];
  const at = (/** @type {number} */ share) => pointAt(network, e, share).map(wholeCm);
  const inner = metres
    .map((along_m, i) => [along_m, from + i])
    .filter(([along_m]) => along_m > start * total_m && along_m < stop * total_m);
  return [
    start === 0 ? [network.x[from], network.y[from]] : at(start),
    ...inner.map(([, vertex]) => [network.x[vertex], network.y[vertex]]),
    stop === 1 ? [network.x[to], network.y[to]] : at(stop),
  ];
};

/**
 * Streets cut at the ends of links, and the links.
 * @param {Network} whole @param {any[]} links @param {Bytes} closed per edge @returns {any}
 */
export const addLinks = (whole, links, closed) => {
  const { pieces, firstPiece, nodeOf } = cutEdges(whole, links);
  const n = pieces.length + links.length;
  const nodeAt = (/** @type {any} */ end) => {
    const inner = nodeOf.get(`${end.edge} ${end.fraction}`);
    return inner === undefined ? (end.fraction >= 1 ? whole.v : whole.u)[end.edge] : inner;
  };
  const carry = (/** @type {Bytes | Ints | Doubles} */ values, /** @type {any} */ kind, fill = 0) =>
    kind.from({ length: n }, (/** @type {any} */ _, /** @type {number} */ p) =>
      p < pieces.length ? values[pieces[p][0]] : fill,
    );
  const atEnd = (/** @type {Bytes} */ values, /** @type {number} */ column, /** @type {number} */ end) =>
    Uint8Array.from({ length: n }, (_, p) =>
      p < pieces.length && pieces[p][column] === end ? values[pieces[p][0]] : 0,
    );
  const lines = pieces.map(([e, start, stop]) => cutLine(whole, e, start, stop));
  lines.push(...links.map(({ a, b }) => [a, b].map((end) => [end.x, end.y].map(wholeCm))));
  const vertexStart = new Int32Array(n + 1);
  lines.forEach((line, p) => (vertexStart[p + 1] = vertexStart[p] + line.length));
  const column = (/** @type {number} */ k) => pieces.map((piece) => piece[k]);
  const network = {
    nNodes: whole.nNodes + nodeOf.size,
    nEdges: n,
    u: Int32Array.from([...column(3), ...links.map((link) => nodeAt(link.a))]),
    v: Int32Array.from([...column(4), ...links.map((link) => nodeAt(link.b))]),
    length_m: Float64Array.from([
      ...pieces.map(([e, start, stop]) => (stop - start) * whole.length_m[e]),
      ...links.map((link) => link.length_m),
    ]),
    vertexStart,
    x: Float64Array.from(lines.flatMap((line) => line.map(([x]) => x))),
    y: Float64Array.from(lines.flatMap((line) => line.map(([, y]) => y))),
    crossingU: atEnd(whole.crossingU, 1, 0),
    crossingV: atEnd(whole.crossingV, 2, 1),
    kerbU: atEnd(whole.kerbU, 1, 0),
    kerbV: atEnd(whole.kerbV, 2, 1),
    steps: carry(whole.steps, Uint8Array),
    roadClass: carry(whole.roadClass, Uint8Array, LINK_CLASS),
    street: carry(whole.street, Int32Array),
    sort: carry(whole.sort, Int32Array),
    oneWay: whole.oneWay,
    incline: whole.incline,
  };
  return {
    network,
    pieceEdge: Int32Array.from(column(0)),
    pieceStart: Float64Array.from(column(1)),
    pieceStop: Float64Array.from(column(2)),
    firstPiece,
    isLink: Uint8Array.from({ length: n }, (_, p) => Number(p >= pieces.length)),
    isClosed: carry(closed, Uint8Array),
  };
};

/**
 * Points of the original streets on the pieces, as LinkedStreets.move.
 * @param {Streets} streets @param {Snapped} snapped @returns {Snapped}
 */
export const moveDoors = (streets, snapped) => {
  const { firstPiece, pieceStart, pieceStop } = streets;
  const edge = snapped.edge.slice();
  const fraction = snapped.fraction.slice();
  for (let i = 0; i < snapped.n; i += 1) {
    const e = edge[i];
    if (e < 0) {
      fraction[i] = 0;
      continue;
    }
    const wanted = e * 2 + fraction[i];
    let piece = firstPiece[e + 1] - 1;
    while (piece > firstPiece[e] && e * 2 + pieceStart[piece] > wanted) {
      piece -= 1;
    }
    const share = (fraction[i] - pieceStart[piece]) / (pieceStop[piece] - pieceStart[piece]);
    edge[i] = piece;
    fraction[i] = Math.min(Math.max(share, 0), 1);
  }
  return { n: snapped.n, edge, fraction, snap_m: snapped.snap_m };
};
