// Reached parts of streets, cut exactly where the time runs out, as access15/core/reach/parts.py.

/** Share of an edge walked in the time left. @param {number} left_s @param {number} full_s @returns {number} */
const shareWalked = (left_s, full_s) => {
  if (!(full_s < Infinity) || !(left_s >= 0)) {
    return 0;
  }
  return full_s > 0 ? Math.min(Math.max(left_s / full_s, 0), 1) : 1;
};

/** A list of parts that grows. @param {number} room */
export const newParts = (room) => ({
  n: 0,
  edge: new Int32Array(room),
  from: new Float64Array(room),
  to: new Float64Array(room),
});

/** @param {ReturnType<typeof newParts>} parts @param {number} edge @param {number} from @param {number} to */
export const addPart = (parts, edge, from, to) => {
  if (to > from) {
    parts.edge[parts.n] = edge;
    parts.from[parts.n] = from;
    parts.to[parts.n] = to;
    parts.n += 1;
  }
};

/**
 * Joins parts of the same edge that touch or overlap, as merge_parts.
 * @param {ReturnType<typeof newParts>} parts @returns {Parts} sorted by edge, then along it
 */
export const mergeParts = ({ n, edge, from, to }) => {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  order.sort((i, j) => edge[i] - edge[j] || from[i] - from[j] || i - j);
  const merged = newParts(n);
  let reach = -Infinity; // the farthest end so far, each edge shifted apart
  for (const i of order) {
    const last = merged.n - 1;
    const isSame = last >= 0 && merged.edge[last] === edge[i];
    if (isSame && !(from[i] > reach - 2 * edge[i])) {
      merged.to[last] = Math.max(merged.to[last], to[i]);
    } else {
      addPart(merged, edge[i], from[i], to[i]);
    }
    reach = Math.max(reach, to[i] + 2 * edge[i]);
  }
  const { n: count } = merged;
  return {
    edge: merged.edge.slice(0, count),
    from: merged.from.slice(0, count),
    to: merged.to.slice(0, count),
  };
};

/**
 * Parts of streets from which the target is reached without looking for seats.
 * @param {World} world @param {Walk} walk with at least this cutoff
 * @param {number} cutoff_s inclusive
 * @returns {Parts} fractions of the edges of `world.streets.network`, at most a few per edge
 */
export const plainParts = (world, walk, cutoff_s) => {
  const { network } = world.streets;
  const { costs } = world.site;
  const { nodeTime } = walk;
  const parts = newParts(2 * network.nEdges + walk.nSources);
  for (let e = 0; e < network.nEdges; e += 1) {
    const [u, v] = [nodeTime[network.u[e]], nodeTime[network.v[e]]];
    const head = shareWalked(cutoff_s - (u + costs.atU[e]), costs.backward[e]);
    const tail = 1 - shareWalked(cutoff_s - (v + costs.atV[e]), costs.forward[e]);
    if (head >= tail) {
      addPart(parts, e, 0, 1);
    } else {
      addPart(parts, e, 0, head);
      addPart(parts, e, tail, 1);
    }
  }
  for (let k = 0; k < walk.nSources; k += 1) {
    const j = walk.sources[k];
    const e = world.doors.edge[j];
    const left_s = cutoff_s - world.doors.offset[j];
    const up = world.doors.fraction[j] + shareWalked(left_s, costs.backward[e]);
    const down = world.doors.fraction[j] - shareWalked(left_s, costs.forward[e]);
    addPart(parts, e, Math.max(down, 0), Math.min(up, 1));
  }
  return mergeParts(parts);
};
