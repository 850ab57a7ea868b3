// Exact walking times within a cutoff, as access15/core/walk/search.py and kernels.py (nearest_points).

import { along } from "./graph.js";

// A heap of nodes by seconds; one for all searches, grown where one needs more.
export const heap = { key: new Float64Array(1024), node: new Int32Array(1024), size: 0 };

/** @param {number} key @param {number} node */
export const push = (key, node) => {
  if (heap.size === heap.key.length) {
    const [keys, nodes] = [heap.key, heap.node];
    heap.key = new Float64Array(2 * keys.length);
    heap.key.set(keys);
    heap.node = new Int32Array(2 * keys.length);
    heap.node.set(nodes);
  }
  const keys = heap.key;
  let child = heap.size;
  heap.size += 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (keys[parent] <= key) {
      break;
    }
    keys[child] = keys[parent];
    heap.node[child] = heap.node[parent];
    child = parent;
  }
  keys[child] = key;
  heap.node[child] = node;
};

/** Drops the first item. */
export const drop = () => {
  heap.size -= 1;
  const [keys, nodes, size] = [heap.key, heap.node, heap.size];
  const key = keys[size];
  const node = nodes[size];
  let hole = 0;
  let child = 1;
  while (child < size) {
    if (child + 1 < size && keys[child + 1] < keys[child]) {
      child += 1;
    }
    if (keys[child] >= key) {
      break;
    }
    keys[hole] = keys[child];
    nodes[hole] = nodes[child];
    hole = child;
    child = 2 * hole + 1;
  }
  keys[hole] = key;
  nodes[hole] = node;
};

/** @param {Walk} walk @param {number} node @param {number} seconds */
const seed = (walk, node, seconds) => {
  if (node < 0 || !(seconds <= walk.cutoff_s) || seconds === Infinity || !(seconds < walk.nodeTime[node])) {
    return;
  }
  if (walk.nodeTime[node] === Infinity) {
    walk.touched[walk.nTouched] = node;
    walk.nTouched += 1;
  }
  walk.nodeTime[node] = seconds;
  push(seconds, node);
};

/** Settles every node within the cutoff, inclusive. @param {Graph} graph @param {Walk} walk */
const settle = (graph, walk) => {
  const { start, to, cost } = graph;
  const { nodeTime, touched, cutoff_s } = walk;
  let { nTouched } = walk;
  while (heap.size > 0) {
    const here_s = heap.key[0];
    const node = heap.node[0];
    drop();
    if (here_s > nodeTime[node]) {
      continue;
    }
    for (let i = start[node]; i < start[node + 1]; i += 1) {
      const there_s = here_s + cost[i];
      const before_s = nodeTime[to[i]];
      if (there_s < before_s && there_s <= cutoff_s) {
        if (before_s === Infinity) {
          touched[nTouched] = to[i];
          nTouched += 1;
        }
        nodeTime[to[i]] = there_s;
        push(there_s, to[i]);
      }
    }
  }
  walk.nTouched = nTouched;
};

/**
 * Costs from one node to every node within a limit; Infinity beyond.
 * @param {Graph} graph @param {number} nNodes @param {number} node @param {number} limit @returns {Doubles}
 */
export const costsFrom = (graph, nNodes, node, limit) => {
  const nodeTime = new Float64Array(nNodes).fill(Infinity);
  const walk = { nodeTime, touched: new Int32Array(nNodes), nTouched: 0, cutoff_s: limit };
  seed(/** @type {any} */ (walk), node, 0);
  settle(graph, /** @type {any} */ (walk));
  return nodeTime;
};

let nextSource = new Int32Array(64);

/**
 * Hangs the sources of a walk at their edges, or takes them off again.
 * @param {Walk} walk @param {Ints} first per edge, -1 for none @param {boolean} isOn
 */
const hangSources = (walk, first, isOn) => {
  const { edge } = walk.world.doors;
  if (nextSource.length < walk.nSources) {
    nextSource = new Int32Array(2 * walk.nSources);
  }
  for (let k = 0; k < walk.nSources; k += 1) {
    const e = edge[walk.sources[k]];
    if (e >= 0) {
      nextSource[k] = first[e];
      first[e] = isOn ? k : -1;
    }
  }
};

/** Seconds from homes over the ends of their edges or along them, as nearest_points. @param {Walk} walk */
const answerHomes = (walk) => {
  const { world, nodeTime, homeTime, sources, cutoff_s } = walk;
  const { homes, costs, firstSource } = world.site;
  const doors = world.doors;
  homeTime.fill(Infinity);
  hangSources(walk, firstSource, true);
  for (let i = 0; i < homes.n; i += 1) {
    const a = homes.nodeA[i];
    if (a < 0) {
      continue;
    }
    const over_b = homes.costB[i] + nodeTime[homes.nodeB[i]];
    let best_s = homes.costA[i] + nodeTime[a];
    if (over_b < best_s) {
      best_s = over_b;
    }
    const e = homes.edge[i];
    for (let k = firstSource[e]; k >= 0; k = nextSource[k]) {
      const j = sources[k];
      const gap = doors.fraction[j] - homes.fraction[i];
      const direct = homes.offset[i] + along(gap, costs.forward[e], costs.backward[e]) + doors.offset[j];
      if (direct < best_s) {
        best_s = direct;
      }
    }
    if (best_s <= cutoff_s && best_s < homeTime[homes.owner[i]]) {
      homeTime[homes.owner[i]] = best_s;
    }
  }
  hangSources(walk, firstSource, false);
};

/** Walks without looking for seats, into a walk that knows its sources. @param {Walk} walk */
export const walkPlainly = (walk) => {
  const { doors, site } = walk.world;
  for (let k = 0; k < walk.nSources; k += 1) {
    const j = walk.sources[k];
    seed(walk, doors.nodeA[j], doors.costA[j]);
    seed(walk, doors.nodeB[j], doors.costB[j]);
  }
  settle(site.graph, walk);
  answerHomes(walk);
};
