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

// Lists that a drawing fills and then cuts to what is in them: made once, grown where one needs more.
let [borrowed, merged] = [newParts(0), newParts(0)];

/** An empty list for the next drawing; whatever was in it is gone. @param {number} room */
export const borrowParts = (room) => {
  if (borrowed.edge.length < room) {
    borrowed = newParts(2 * room);
  }
  borrowed.n = 0;
  return borrowed;
};

/** Whether parts come by edge, then along it. @param {ReturnType<typeof newParts>} parts */
const areSorted = ({ n, edge, from }) => {
  for (let i = 1; i < n; i += 1) {
    if (edge[i] < edge[i - 1] || (edge[i] === edge[i - 1] && from[i] < from[i - 1])) {
      return false;
    }
  }
  return true;
};

/** @param {ReturnType<typeof newParts>} parts @param {number} edge @param {number} from @param {number} to */
export const addPart = (parts, edge, from, to) => {
  if (to > from) {
    parts.edge[parts.n] = edge;
    parts.from[parts.n] = from;
    parts.to[parts.n] = to;
    parts.n += 1;
  }
};

/** Puts the last part before those of its edge that begin later. @param {ReturnType<typeof newParts>} parts */
const moveBack = ({ n, edge, from, to }) => {
  for (let i = n - 1; i > 0 && edge[i - 1] === edge[i] && from[i - 1] > from[i]; i -= 1) {
    [from[i - 1], from[i]] = [from[i], from[i - 1]];
    [to[i - 1], to[i]] = [to[i], to[i - 1]];
  }
};

/** Rows of parts by edge, then along it. @param {ReturnType<typeof newParts>} parts @returns {Uint32Array} */
const sortParts = ({ n, edge, from }) => {
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i += 1) {
    order[i] = i;
  }
  return order.sort((i, j) => edge[i] - edge[j] || from[i] - from[j] || i - j);
};

/**
 * Joins parts of the same edge that touch or overlap, as merge_parts.
 * @param {ReturnType<typeof newParts>} parts @returns {Parts} sorted by edge, then along it
 */
export const mergeParts = (parts) => {
  const { n, edge, from, to } = parts;
  const order = areSorted(parts) ? null : sortParts(parts);
  if (merged.edge.length < n) {
    merged = newParts(2 * n);
  }
  merged.n = 0;
  let reach = -Infinity; // the farthest end so far, each edge shifted apart
  for (let k = 0; k < n; k += 1) {
    const i = order ? order[k] : k;
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
  const parts = borrowParts(2 * network.nEdges + walk.nSources);
  const sources = walk.sources.slice(0, walk.nSources).sort((i, j) => world.doors.edge[i] - world.doors.edge[j]);
  let k = sources.findIndex((j) => world.doors.edge[j] >= 0); // of the sources, which are drawn with their edges
  for (let e = 0; e < network.nEdges; e += 1) {
    const fromU_s = cutoff_s - (nodeTime[network.u[e]] + costs.atU[e]);
    const fromV_s = cutoff_s - (nodeTime[network.v[e]] + costs.atV[e]);
    if (fromU_s >= 0 || fromV_s >= 0) {
      const head = shareWalked(fromU_s, costs.backward[e]);
      const tail = 1 - shareWalked(fromV_s, costs.forward[e]);
      addPart(parts, e, 0, head >= tail ? 1 : head);
      addPart(parts, e, head >= tail ? 1 : tail, 1);
    }
    for (; k >= 0 && k < sources.length && world.doors.edge[sources[k]] === e; k += 1) {
      const j = sources[k];
      const left_s = cutoff_s - world.doors.offset[j];
      const up = world.doors.fraction[j] + shareWalked(left_s, costs.backward[e]);
      const down = world.doors.fraction[j] - shareWalked(left_s, costs.forward[e]);
      addPart(parts, e, Math.max(down, 0), Math.min(up, 1));
      moveBack(parts);
    }
  }
  return mergeParts(parts);
};
