// Streets and doors as a search meets them, as access15/core/walk/graph.py.

/**
 * Arcs sorted by their first node, from lists of ends; infinite ones and those back to the same node left out.
 * @param {number} nNodes @param {Ints} from @param {Ints} to @param {Doubles} cost
 * @returns {{start: Ints, row: Ints}}
 */
export const sortArcs = (nNodes, from, to, cost) => {
  const start = new Int32Array(nNodes + 1);
  const isUsed = (/** @type {number} */ i) => cost[i] < Infinity && from[i] !== to[i];
  let used = 0;
  for (let i = 0; i < from.length; i += 1) {
    if (isUsed(i)) {
      start[from[i] + 1] += 1;
      used += 1;
    }
  }
  for (let i = 0; i < nNodes; i += 1) {
    start[i + 1] += start[i];
  }
  const next = start.slice(0, nNodes);
  const row = new Int32Array(used);
  for (let i = 0; i < from.length; i += 1) {
    if (isUsed(i)) {
      row[next[from[i]]] = i;
      next[from[i]] += 1;
    }
  }
  return { start, row };
};

/**
 * Some of the values, in another order; a loop, as `from` of typed arrays takes ten times as long.
 * @template {Bytes | Ints | Doubles} T @param {T} values @param {Ints} rows @returns {T}
 */
export const pick = (values, rows) => {
  const picked = new /** @type {any} */ (values).constructor(rows.length);
  for (let i = 0; i < rows.length; i += 1) {
    picked[i] = values[rows[i]];
  }
  return picked;
};

/**
 * Adjacency from the facilities outwards: an arc from a to b costs the walk from b to a.
 * Parallel edges are all kept; a search takes the cheapest anyway.
 * @param {Network} network @param {Costs} costs @returns {Graph}
 */
export const buildGraph = (network, costs) => {
  const n = network.nEdges;
  const [from, to, cost] = [new Int32Array(2 * n), new Int32Array(2 * n), new Float64Array(2 * n)];
  for (let e = 0; e < n; e += 1) {
    from[e] = network.u[e];
    to[e] = network.v[e];
    cost[e] = costs.atV[e] + costs.backward[e] + costs.atU[e];
    from[n + e] = network.v[e];
    to[n + e] = network.u[e];
    cost[n + e] = costs.atU[e] + costs.forward[e] + costs.atV[e];
  }
  const { start, row } = sortArcs(network.nNodes, from, to, cost);
  return { start, row, to: pick(to, row), cost: pick(cost, row) };
};

/** The same streets with some edges that nobody passes. @param {Graph} graph @param {Network} network @param {number[]} closed @returns {Graph} */
export const closeArcs = (graph, network, closed) => {
  const cost = graph.cost.slice();
  for (const e of closed) {
    for (const node of [network.u[e], network.v[e]]) {
      for (let i = graph.start[node]; i < graph.start[node + 1]; i += 1) {
        if (graph.row[i] % network.nEdges === e) {
          cost[i] = Infinity;
        }
      }
    }
  }
  return { ...graph, cost };
};

/** @param {number} share @param {number} full @returns {number} standing still takes none */
export const shareOf = (share, full) => (share > 0 ? share * full : 0);

/**
 * Doors as starts (leaving) or ends of walks, as place_points.
 * @param {Network} network @param {Costs} costs @param {Doors} doors @param {boolean} leaving @returns {Places}
 */
export const placeDoors = (network, costs, doors, leaving) => {
  const { n, owner, edge, fraction } = doors;
  const [offset, costA, costB] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const [nodeA, nodeB] = [new Int32Array(n).fill(-1), new Int32Array(n).fill(-1)];
  const toU = leaving ? costs.backward : costs.forward;
  const toV = leaving ? costs.forward : costs.backward;
  for (let i = 0; i < n; i += 1) {
    const e = edge[i];
    if (e < 0) {
      offset[i] = costA[i] = costB[i] = Infinity;
      continue;
    }
    offset[i] = doors.snap_m[i] / costs.pace_ms;
    nodeA[i] = network.u[e];
    nodeB[i] = network.v[e];
    costA[i] = offset[i] + (shareOf(fraction[i], toU[e]) + costs.atU[e]);
    costB[i] = offset[i] + (shareOf(1 - fraction[i], toV[e]) + costs.atV[e]);
  }
  return { n, owner, edge, fraction, offset, nodeA, costA, nodeB, costB };
};

/** @param {any[]} parts @param {string} name */
const joined = (parts, name) => {
  const values = new parts[0][name].constructor(parts.reduce((sum, part) => sum + part.n, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part[name], at);
    at += part.n;
  }
  return values;
};

/**
 * Places one after the other.
 * @template {{n: number}} T @param {T[]} parts @returns {T}
 */
export const joinPlaces = (parts) => {
  const names = Object.keys(parts[0]).filter((name) => name !== "n");
  const all = Object.fromEntries(names.map((name) => [name, joined(parts, name)]));
  return /** @type {any} */ ({ n: parts.reduce((sum, part) => sum + part.n, 0), ...all });
};

/** @param {any} places @param {Ints} ownerOf new owner of each old one, -1 for gone @returns {any} */
export const takePlaces = (places, ownerOf) => {
  if (!ownerOf.includes(-1)) {
    return places;
  }
  /** @type {number[]} */
  const rows = [];
  for (let j = 0; j < places.n; j += 1) {
    if (ownerOf[places.owner[j]] >= 0) {
      rows.push(j);
    }
  }
  const names = Object.keys(places).filter((name) => name !== "n");
  const take = (/** @type {any} */ values) => values.constructor.from(rows, (/** @type {number} */ j) => values[j]);
  const all = Object.fromEntries(names.map((name) => [name, take(places[name])]));
  return { n: rows.length, ...all, owner: Int32Array.from(all.owner, (/** @type {number} */ row) => ownerOf[row]) };
};

/** @param {number} gap @param {number} forward @param {number} backward @returns {number} */
export const along = (gap, forward, backward) => {
  if (gap > 0) {
    return gap * forward;
  }
  return gap < 0 ? -gap * backward : 0;
};
