// A walker's seconds on every street, as access15/core/walk/impedance.py: the same float64 operations in the same order.

import { RAISED } from "../streets/network.js";

/** @param {Bytes} crossing @param {Bytes} kerb @param {Profile} profile @returns {Doubles} */
const endSeconds = (crossing, kerb, profile) => {
  const stops = profile.raised_kerb === "impassable";
  return Float64Array.from(crossing, (kind, e) =>
    stops && kerb[e] === RAISED ? Infinity : profile.crossings[kind] / 2,
  );
};

/**
 * Seconds per edge and direction for one walker, as build_impedance.
 * @param {Network} network @param {Profile} profile @param {Bytes} isClosed nobody passes these
 * @returns {Costs} without the main component: nothing is main
 */
export const buildCosts = (network, profile, isClosed) => {
  const n = network.nEdges;
  const [forward, backward] = [new Float64Array(n), new Float64Array(n)];
  const stopsAtSteps = profile.steps === "impassable";
  const onSlopes = profile.incline !== "ignored";
  const steepest = onSlopes && profile.max_incline !== null ? profile.max_incline : Infinity;
  for (let e = 0; e < n; e += 1) {
    const flat_s = network.length_m[e] / profile.pace_ms;
    if (isClosed[e] || (stopsAtSteps && (network.denied[e] || network.steps[e]))) {
      forward[e] = Infinity;
      backward[e] = Infinity;
    } else if (network.steps[e]) {
      forward[e] = flat_s * profile.steps_factor;
      backward[e] = forward[e];
    } else if (network.slope[e] > steepest) {
      forward[e] = Infinity;
      backward[e] = Infinity;
    } else {
      forward[e] = onSlopes ? flat_s * Math.max(network.slopeForward[e], 1) : flat_s;
      backward[e] = onSlopes ? flat_s * Math.max(network.slopeBackward[e], 1) : flat_s;
    }
    if (profile.rest_per_m_s > 0) {
      const rests_s = network.length_m[e] * profile.rest_per_m_s;
      forward[e] += rests_s;
      backward[e] += rests_s;
    }
  }
  return {
    pace_ms: profile.pace_with_rests_ms,
    forward,
    backward,
    atU: endSeconds(network.crossingU, network.kerbU, profile),
    atV: endSeconds(network.crossingV, network.kerbV, profile),
    isMain: new Uint8Array(n),
  };
};

/**
 * Strongly connected component of each node (Tarjan, without recursion).
 * @param {number} n @param {Graph} graph @returns {{label: Ints, count: number}}
 */
const labelNodes = (n, { start, to }) => {
  const label = new Int32Array(n).fill(-1);
  const [index, low] = [new Int32Array(n).fill(-1), new Int32Array(n)];
  const [stack, path, next] = [new Int32Array(n), new Int32Array(n), start.slice(0, n)];
  let [count, counter, size] = [0, 0, 0];
  for (let root = 0; root < n; root += 1) {
    if (index[root] >= 0) {
      continue;
    }
    let depth = 0;
    path[0] = root;
    while (depth >= 0) {
      const node = path[depth];
      if (index[node] < 0) {
        index[node] = low[node] = counter;
        counter += 1;
        stack[size] = node;
        size += 1;
      }
      if (next[node] < start[node + 1]) {
        const other = to[next[node]];
        next[node] += 1;
        if (index[other] < 0) {
          depth += 1;
          path[depth] = other;
        } else if (label[other] < 0) {
          low[node] = Math.min(low[node], index[other]);
        }
        continue;
      }
      if (low[node] === index[node]) {
        let member = -1;
        while (member !== node) {
          size -= 1;
          member = stack[size];
          label[member] = count;
        }
        count += 1;
      }
      depth -= 1;
      if (depth >= 0) {
        low[path[depth]] = Math.min(low[path[depth]], low[node]);
      }
    }
  }
  return { label, count };
};

/**
 * Edges with a usable end on the strongly connected component with most metres, as impedance._main_edges.
 * @param {Network} network @param {Costs} costs @param {Graph} graph @returns {Bytes}
 */
export const findMain = (network, costs, graph) => {
  const { label, count } = labelNodes(network.nNodes, graph);
  const metres = new Float64Array(count);
  const { u, v } = network;
  const isFinite = (/** @type {number} */ seconds) => seconds < Infinity;
  for (let e = 0; e < network.nEdges; e += 1) {
    const ends_s = costs.atU[e] + costs.atV[e];
    if (label[u[e]] === label[v[e]] && isFinite(ends_s + costs.forward[e]) && isFinite(ends_s + costs.backward[e])) {
      metres[label[u[e]]] += network.length_m[e];
    }
  }
  let main = -1;
  metres.forEach((sum, k) => {
    if (sum > 0 && (main < 0 || sum > metres[main])) {
      main = k;
    }
  });
  return Uint8Array.from(u, (_, e) => {
    const touches =
      (label[u[e]] === main && isFinite(costs.atU[e])) || (label[v[e]] === main && isFinite(costs.atV[e]));
    return Number(touches && isFinite(costs.forward[e]) && isFinite(costs.backward[e]));
  });
};
