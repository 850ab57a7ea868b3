// Streets cut where links end, and what lay on them moved onto the pieces, as access15/core/change/linked.py.

import { wholeCm } from "../numbers.js";
import { LINK_CLASS } from "../streets/network.js";
import { pick } from "../walk/graph.js";

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

/**
 * Pieces of edges, in the order of the edges and along them.
 * @param {Network} streets @param {Map<number, number[]>} cuts
 */
const cutEdges = (streets, cuts) => {
  let n = streets.nEdges;
  cuts.forEach((own) => (n += own.length));
  const pieces = {
    n,
    edge: new Int32Array(n),
    start: new Float64Array(n),
    stop: new Float64Array(n).fill(1),
    from: new Int32Array(n),
    to: new Int32Array(n),
    first: new Int32Array(streets.nEdges + 1),
  };
  /** @type {Map<string, number>} */
  const nodeOf = new Map();
  let p = 0;
  for (let e = 0; e < streets.nEdges; e += 1) {
    pieces.first[e] = p;
    pieces.edge[p] = e;
    pieces.from[p] = streets.u[e];
    const own = cuts.size > 0 ? cuts.get(e) : undefined;
    for (let k = 0; own && k < own.length; k += 1) {
      const next = streets.nNodes + nodeOf.size;
      nodeOf.set(`${e} ${own[k]}`, next);
      pieces.stop[p] = own[k];
      pieces.to[p] = next;
      p += 1;
      pieces.edge[p] = e;
      pieces.start[p] = own[k];
      pieces.from[p] = next;
    }
    pieces.to[p] = streets.v[e];
    p += 1;
  }
  pieces.first[streets.nEdges] = p;
  return { pieces, nodeOf };
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
 * Lines of pieces and links one after the other: those of whole edges as they are, run by run.
 * @param {Network} whole @param {ReturnType<typeof cutEdges>["pieces"]} pieces @param {any[]} links
 */
const drawLines = (whole, pieces, links) => {
  const oldStart = whole.vertexStart;
  /** @type {Map<number, number[][]>} */
  const drawn = new Map();
  const vertexStart = new Int32Array(pieces.n + links.length + 1);
  for (let p = 0; p < pieces.n; p += 1) {
    const e = pieces.edge[p];
    let count = oldStart[e + 1] - oldStart[e];
    if (pieces.start[p] > 0 || pieces.stop[p] < 1) {
      const line = cutLine(whole, e, pieces.start[p], pieces.stop[p]);
      drawn.set(p, line);
      count = line.length;
    }
    vertexStart[p + 1] = vertexStart[p] + count;
  }
  links.forEach(({ a, b }, k) => {
    drawn.set(pieces.n + k, [a, b].map((end) => [end.x, end.y].map(wholeCm)));
    vertexStart[pieces.n + k + 1] = vertexStart[pieces.n + k] + 2;
  });
  const [x, y] = [0, 1].map(() => new Float64Array(vertexStart[pieces.n + links.length]));
  let from = 0; // the first piece that is not drawn yet
  for (const [p, line] of drawn) {
    if (p > from) {
      const run = [oldStart[pieces.edge[from]], oldStart[pieces.edge[p - 1] + 1]];
      x.set(whole.x.subarray(...run), vertexStart[from]);
      y.set(whole.y.subarray(...run), vertexStart[from]);
    }
    line.forEach(([atX, atY], i) => {
      x[vertexStart[p] + i] = atX;
      y[vertexStart[p] + i] = atY;
    });
    from = p + 1;
  }
  return { vertexStart, x, y };
};

/**
 * Streets cut at the ends of links, and the links.
 * @param {Network} whole @param {any[]} links @param {Bytes} closed per edge @returns {any}
 */
export const addLinks = (whole, links, closed) => {
  const { pieces, nodeOf } = cutEdges(whole, findCuts(links));
  const n = pieces.n + links.length;
  const nodeAt = (/** @type {any} */ end) => {
    const inner = nodeOf.get(`${end.edge} ${end.fraction}`);
    return inner === undefined ? (end.fraction >= 1 ? whole.v : whole.u)[end.edge] : inner;
  };
  /** @template {Bytes | Ints | Doubles} T @param {T} values of pieces @param {number[]} ofLinks @returns {T} */
  const withLinks = (values, ofLinks) => {
    const all = new /** @type {any} */ (values).constructor(n);
    all.set(values);
    all.set(ofLinks, pieces.n);
    return all;
  };
  const carry = (/** @type {Bytes | Ints} */ values, fill = 0) => withLinks(pick(values, pieces.edge), links.map(() => fill));
  /** Crossings and kerbs stay at the ends of the whole edge. @param {Bytes} values @param {Doubles} at @param {number} end */
  const atEnd = (values, at, end) => {
    const all = new Uint8Array(n);
    for (let p = 0; p < pieces.n; p += 1) {
      all[p] = at[p] === end ? values[pieces.edge[p]] : 0;
    }
    return all;
  };
  const length_m = pick(whole.length_m, pieces.edge);
  for (let p = 0; p < pieces.n; p += 1) {
    length_m[p] *= pieces.stop[p] - pieces.start[p];
  }
  const network = {
    nNodes: whole.nNodes + nodeOf.size,
    nEdges: n,
    u: withLinks(pieces.from, links.map((link) => nodeAt(link.a))),
    v: withLinks(pieces.to, links.map((link) => nodeAt(link.b))),
    length_m: withLinks(length_m, links.map((link) => link.length_m)),
    ...drawLines(whole, pieces, links),
    crossingU: atEnd(whole.crossingU, pieces.start, 0),
    crossingV: atEnd(whole.crossingV, pieces.stop, 1),
    kerbU: atEnd(whole.kerbU, pieces.start, 0),
    kerbV: atEnd(whole.kerbV, pieces.stop, 1),
    steps: carry(whole.steps),
    roadClass: carry(whole.roadClass, LINK_CLASS),
    street: carry(whole.street),
    sort: carry(whole.sort),
    oneWay: whole.oneWay,
    incline: whole.incline,
  };
  return {
    network,
    pieceEdge: pieces.edge,
    pieceStart: pieces.start,
    pieceStop: pieces.stop,
    firstPiece: pieces.first,
    isLink: new Uint8Array(n).fill(1, pieces.n),
    isClosed: carry(closed),
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
