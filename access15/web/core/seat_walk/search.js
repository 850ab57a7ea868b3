// Walks from seat to seat: no gap without a seat longer than the walker bears. As access15/core/seat_walk/search.py
// and kernels.py, with nothing lifted.

import { along } from "../walk/graph.js";

const SLACK_M = 1e-6; // what sums of lengths are off by rounding

// Labels of the search under way, and a heap of them by seconds, then metres; grown where one needs more.
const labels = {
  n: 0,
  node: new Int32Array(1024),
  seconds: new Float64Array(1024),
  metres: new Float64Array(1024),
  parent: new Int32Array(1024), // the label it was offered from; of a source -1 - twice its number, less 1 over its second end
  arc: new Int32Array(1024),
  heap: new Int32Array(1024),
  size: 0,
  kept: new Int32Array(1024),
  nKept: 0,
};
const marks = { least_m: new Float64Array(0), last_s: new Float64Array(0), last_m: new Float64Array(0) };

const grow = () => {
  for (const name of /** @type {const} */ (["node", "parent", "arc", "heap", "kept"])) {
    const larger = new Int32Array(2 * labels[name].length);
    larger.set(labels[name]);
    labels[name] = larger;
  }
  for (const name of /** @type {const} */ (["seconds", "metres"])) {
    const larger = new Float64Array(2 * labels[name].length);
    larger.set(labels[name]);
    labels[name] = larger;
  }
};

/** @param {number} a @param {number} b @returns {boolean} whether label a is taken before label b */
const isFirst = (a, b) => {
  const [s, t] = [labels.seconds[a], labels.seconds[b]];
  return s < t || (s === t && labels.metres[a] < labels.metres[b]);
};

/** @param {number} label */
const push = (label) => {
  const { heap } = labels;
  let child = labels.size;
  labels.size += 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (!isFirst(label, heap[parent])) {
      break;
    }
    heap[child] = heap[parent];
    child = parent;
  }
  heap[child] = label;
};

/** @returns {number} the first label */
const pop = () => {
  const { heap } = labels;
  const top = heap[0];
  labels.size -= 1;
  const { size } = labels;
  const label = heap[size];
  let hole = 0;
  let child = 1;
  while (child < size) {
    if (child + 1 < size && isFirst(heap[child + 1], heap[child])) {
      child += 1;
    }
    if (!isFirst(heap[child], label)) {
      break;
    }
    heap[hole] = heap[child];
    hole = child;
    child = 2 * hole + 1;
  }
  heap[hole] = label;
  return top;
};

/**
 * A label for a node, unless it is beaten.
 * @param {RestGraph} graph @param {number} to @param {number} s @param {number} m
 * @param {number} limit_m @param {number} cutoff_s @param {number} parent @param {number} arc
 */
const offer = (graph, to, s, m, limit_m, cutoff_s, parent, arc) => {
  if (!(s <= cutoff_s) || s === Infinity || m > limit_m) {
    return;
  }
  const metres = graph.isSeat[to] ? 0 : m;
  const { least_m, last_s, last_m } = marks;
  if (least_m[to] <= metres || (last_s[to] <= s && last_m[to] <= metres)) {
    return;
  }
  last_s[to] = s;
  last_m[to] = metres;
  if (labels.n === labels.node.length) {
    grow();
  }
  labels.node[labels.n] = to;
  labels.seconds[labels.n] = s;
  labels.metres[labels.n] = metres;
  labels.parent[labels.n] = parent;
  labels.arc[labels.n] = arc;
  push(labels.n);
  labels.n += 1;
};

/** @param {RestGraph} graph @param {number} limit_m @param {number} cutoff_s */
const settle = (graph, limit_m, cutoff_s) => {
  while (labels.size > 0) {
    const taken = pop();
    const node = labels.node[taken];
    const m = labels.metres[taken];
    if (marks.least_m[node] <= m) {
      continue;
    }
    marks.least_m[node] = m;
    labels.kept[labels.nKept] = taken;
    labels.nKept += 1;
    const s = labels.seconds[taken];
    for (let i = graph.start[node]; i < graph.start[node + 1]; i += 1) {
      offer(graph, graph.to[i], s + graph.cost[i], m + graph.metres[i], limit_m, cutoff_s, taken, i);
    }
  }
};

/** Kept labels by node, each node's in the order of their seconds. @param {number} nNodes @returns {RestLabels} */
const sortLabels = (nNodes) => {
  const atNode = new Int32Array(nNodes + 1);
  const { kept, nKept, node } = labels;
  for (let i = 0; i < nKept; i += 1) {
    atNode[node[kept[i]] + 1] += 1;
  }
  for (let i = 0; i < nNodes; i += 1) {
    atNode[i + 1] += atNode[i];
  }
  const next = atNode.slice(0, nNodes);
  const sorted = { atNode, seconds: new Float64Array(nKept), metres: new Float64Array(nKept) };
  for (let i = 0; i < nKept; i += 1) {
    const at = next[node[kept[i]]]++;
    sorted.seconds[at] = labels.seconds[kept[i]];
    sorted.metres[at] = labels.metres[kept[i]];
  }
  return sorted;
};

/** @param {number} nNodes nothing is known of any of them */
const forget = (nNodes) => {
  for (const name of /** @type {const} */ (["least_m", "last_s", "last_m"])) {
    if (marks[name].length < nNodes) {
      marks[name] = new Float64Array(nNodes);
    }
    marks[name].fill(Infinity, 0, nNodes);
  }
  labels.n = labels.size = labels.nKept = 0;
};

let nextSource = new Int32Array(64);

/** @param {Walk} walk @param {RestPlaces} doors @param {Ints} first per piece @param {boolean} isOn */
const hangSources = (walk, doors, first, isOn) => {
  if (nextSource.length < walk.nSources) {
    nextSource = new Int32Array(2 * walk.nSources);
  }
  for (let k = 0; k < walk.nSources; k += 1) {
    const p = doors.piece[walk.sources[k]];
    nextSource[k] = first[p];
    first[p] = isOn ? k : -1;
  }
};

/** @param {Walk} walk @param {RestSite} rest @param {RestPlaces} doors @param {number} limit_m */
const answerHomes = (walk, rest, doors, limit_m) => {
  const { homeTime, sources, cutoff_s } = walk;
  const { atNode, seconds, metres } = /** @type {RestLabels} */ (walk.labels);
  const { costs, streets } = walk.world.site;
  const { homes } = rest;
  for (let i = 0; i < homes.n; i += 1) {
    const e = homes.edge[i];
    if (homes.piece[i] < 0) {
      continue;
    }
    let best_s = Infinity;
    for (let end = 0; end < 2; end += 1) {
      const node = end === 0 ? homes.nodeA[i] : homes.nodeB[i];
      const more_s = end === 0 ? homes.costA[i] : homes.costB[i];
      const more_m = end === 0 ? homes.metresA[i] : homes.metresB[i];
      for (let j = atNode[node]; j < atNode[node + 1]; j += 1) {
        if (metres[j] + more_m <= limit_m) {
          best_s = Math.min(best_s, seconds[j] + more_s);
        }
      }
    }
    for (let k = rest.firstSource[homes.piece[i]]; k >= 0; k = nextSource[k]) {
      const j = sources[k];
      const gap = doors.fraction[j] - homes.fraction[i];
      const s = homes.offset[i] + along(gap, costs.forward[e], costs.backward[e]) + doors.offset[j];
      if (homes.offset_m[i] + Math.abs(gap) * streets.network.length_m[e] + doors.offset_m[j] <= limit_m) {
        best_s = Math.min(best_s, s);
      }
    }
    if (best_s <= cutoff_s && best_s < homeTime[homes.owner[i]]) {
      homeTime[homes.owner[i]] = best_s;
    }
  }
};

/** @param {World} world @returns {number} longest gap between seats, with what rounding may take [m] */
export const limitOf = (world) => Number(world.profile.rest_every_m) + SLACK_M;

/** Labels of every node from which a source is come to. @param {World} world @param {ArrayLike<number>} sources @param {number} n of them @param {number} cutoff_s */
const searchFrom = (world, sources, n, cutoff_s) => {
  const { graph } = /** @type {RestSite} */ (world.rest);
  const doors = /** @type {RestPlaces} */ (world.restDoors);
  const limit_m = limitOf(world);
  forget(graph.nNodes);
  for (let k = 0; k < n; k += 1) {
    const j = sources[k];
    offer(graph, doors.nodeA[j], doors.costA[j], doors.metresA[j], limit_m, cutoff_s, -1 - 2 * j, -1);
    offer(graph, doors.nodeB[j], doors.costB[j], doors.metresB[j], limit_m, cutoff_s, -2 - 2 * j, -1);
  }
  settle(graph, limit_m, cutoff_s);
};

/**
 * The fastest ways from everywhere to some doors, as if there were seats all along: labels in the order of their seconds.
 * What is handed out is written over by the next search.
 * @param {World} world @param {ArrayLike<number>} sources @param {number} n of them @param {number} cutoff_s
 */
export const listPlainLabels = (world, sources, n, cutoff_s) => {
  const { graph } = /** @type {RestSite} */ (world.rest);
  const doors = /** @type {RestPlaces} */ (world.restDoors);
  forget(graph.nNodes);
  for (let k = 0; k < n; k += 1) {
    const j = sources[k];
    offer(graph, doors.nodeA[j], doors.costA[j], 0, 0, cutoff_s, -1 - 2 * j, -1);
    offer(graph, doors.nodeB[j], doors.costB[j], 0, 0, cutoff_s, -2 - 2 * j, -1);
  }
  settle({ ...graph, metres: new Float64Array(graph.metres.length) }, 0, cutoff_s);
  const { node, seconds, parent, arc } = labels;
  return { kept: labels.kept.subarray(0, labels.nKept), n: labels.n, node, seconds, parent, arc };
};

/** Pieces of the way that a label stands for, in the order walked, and the door at its end. @param {World} world @param {number} label */
const followLabel = (world, label) => {
  const { graph } = /** @type {RestSite} */ (world.rest);
  const doors = /** @type {RestPlaces} */ (world.restDoors);
  const nStreets = world.streets.network.nNodes;
  /** @type {RoutePiece[]} */
  const pieces = [];
  let at = label;
  for (; labels.parent[at] >= 0; at = labels.parent[at]) {
    const p = graph.piece[labels.arc[at]];
    const nodes = [labels.node[at], labels.node[labels.parent[at]]];
    const [from, to] = nodes.map((node) => (node === graph.nodeA[p] ? graph.begin[p] : graph.end[p]));
    pieces.push({ edge: graph.pieceEdge[p], from, to, isCorner: nodes.map((node) => node < nStreets) });
  }
  const [seed, node] = [-1 - labels.parent[at], labels.node[at]];
  const door = seed >> 1;
  const from = seed % 2 === 0 ? graph.begin[doors.piece[door]] : graph.end[doors.piece[door]];
  pieces.push({ edge: doors.edge[door], from, to: doors.fraction[door], isCorner: [node < nStreets, false] });
  return { pieces, door };
};

/**
 * The way from one place to the nearest of some doors, as homes are answered for; null where there is none.
 * @param {World} world @param {RestPlaces} place where it starts, one @param {number[]} sources @param {number} cutoff_s
 */
export const wayWithSeats = (world, place, sources, cutoff_s) => {
  const { graph } = /** @type {RestSite} */ (world.rest);
  const doors = /** @type {RestPlaces} */ (world.restDoors);
  const { costs, streets } = world.site;
  const [limit_m, p, fraction] = [limitOf(world), place.piece[0], place.fraction[0]];
  searchFrom(world, sources, sources.length, cutoff_s);
  /** @type {{seconds: number, door: number, pieces: RoutePiece[]} | null} */
  let best = null;
  // 1. Over the ends of the piece of street.
  for (const end of p < 0 ? [] : [0, 1]) {
    const node = end === 0 ? place.nodeA[0] : place.nodeB[0];
    const more_s = end === 0 ? place.costA[0] : place.costB[0];
    const more_m = end === 0 ? place.metresA[0] : place.metresB[0];
    const head = { edge: place.edge[0], from: fraction, to: end === 0 ? graph.begin[p] : graph.end[p], isCorner: [false, node < streets.network.nNodes] };
    for (const label of labels.kept.subarray(0, labels.nKept)) {
      const seconds = labels.seconds[label] + more_s;
      if (labels.node[label] === node && labels.metres[label] + more_m <= limit_m && seconds < (best?.seconds ?? Infinity)) {
        const { pieces, door } = followLabel(world, label);
        best = { seconds, door, pieces: [head, ...pieces] };
      }
    }
  }
  // 2. Along it, where the door is on the same piece.
  for (const j of sources) {
    const [e, gap] = [place.edge[0], doors.fraction[j] - fraction];
    const seconds = place.offset[0] + along(gap, costs.forward[e], costs.backward[e]) + doors.offset[j];
    const metres = place.offset_m[0] + Math.abs(gap) * streets.network.length_m[e] + doors.offset_m[j];
    if (p >= 0 && doors.piece[j] === p && metres <= limit_m && seconds < (best?.seconds ?? Infinity)) {
      best = { seconds, door: j, pieces: [{ edge: e, from: fraction, to: doors.fraction[j], isCorner: [false, false] }] };
    }
  }
  return best && best.seconds <= cutoff_s ? best : null;
};

/** Walks from seat to seat, into a walk that knows its sources. @param {Walk} walk */
export const walkWithSeats = (walk) => {
  const { world, cutoff_s } = walk;
  const rest = /** @type {RestSite} */ (world.rest);
  const doors = /** @type {RestPlaces} */ (world.restDoors);
  const { graph } = rest;
  const limit_m = limitOf(world);
  searchFrom(world, walk.sources, walk.nSources, cutoff_s);
  const sorted = sortLabels(graph.nNodes);
  walk.labels = sorted;
  for (let node = 0; node < walk.nodeTime.length; node += 1) {
    if (sorted.atNode[node] < sorted.atNode[node + 1]) {
      walk.nodeTime[node] = sorted.seconds[sorted.atNode[node]];
      walk.touched[walk.nTouched] = node;
      walk.nTouched += 1;
    }
  }
  walk.homeTime.fill(Infinity);
  hangSources(walk, doors, rest.firstSource, true);
  answerHomes(walk, rest, doors, limit_m);
  hangSources(walk, doors, rest.firstSource, false);
};
