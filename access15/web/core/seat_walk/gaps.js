// Where seats are missing on the way: stretches without one, longer than a walker bears, on the ways of those who would
// arrive in time could they sit anywhere. Drawn, never counted: who is counted is as access15/core/seat_walk says.

import { addPart, mergeParts, newParts } from "../reach/parts.js";
import { along } from "../walk/graph.js";
import { limitOf, listPlainLabels } from "./search.js";

/**
 * The label that the fastest way of a home goes by, -1 where it goes along one piece of street.
 * @typedef {{home: number, label: number, metres: number, to: number}} Stub
 */

/** @param {World} world that needs seats @param {Walk} walk with its sources @param {(home: number) => boolean} isLeftOut @param {number[]} labelAt */
const listStubs = (world, walk, isLeftOut, labelAt, /** @type {ArrayLike<number>} */ seconds) => {
  const { homes, graph } = /** @type {RestSite} */ (world.rest);
  const doors = /** @type {RestPlaces} */ (world.restDoors);
  const { costs, streets } = world.site;
  /** @type {Map<number, number[]>} */
  const sourcesOn = new Map();
  for (const j of walk.sources.subarray(0, walk.nSources)) {
    sourcesOn.set(doors.piece[j], [...(sourcesOn.get(doors.piece[j]) || []), j]);
  }
  /** @type {Map<number, Stub & {seconds: number}>} */
  const best = new Map();
  for (let i = 0; i < homes.n; i += 1) {
    const p = homes.piece[i];
    if (p < 0 || !isLeftOut(homes.owner[i])) {
      continue;
    }
    /** @param {number} s @param {number} label @param {number} metres @param {number} to */
    const offer = (s, label, metres, to) => {
      if (s < (best.get(homes.owner[i])?.seconds ?? Infinity)) {
        best.set(homes.owner[i], { home: i, label, metres, to, seconds: s });
      }
    };
    for (const [node, cost, metres, to] of [
      [homes.nodeA[i], homes.costA[i], homes.metresA[i], graph.begin[p]],
      [homes.nodeB[i], homes.costB[i], homes.metresB[i], graph.end[p]],
    ]) {
      const label = labelAt[node];
      if (label >= 0) {
        offer(seconds[label] + cost, label, metres, to);
      }
    }
    for (const j of sourcesOn.get(p) || []) {
      const e = homes.edge[i];
      const gap = doors.fraction[j] - homes.fraction[i];
      const metres = homes.offset_m[i] + Math.abs(gap) * streets.network.length_m[e] + doors.offset_m[j];
      offer(homes.offset[i] + along(gap, costs.forward[e], costs.backward[e]) + doors.offset[j], -1, metres, doors.fraction[j]);
    }
  }
  return best.values();
};

/**
 * Parts of streets that lie in a gap on the fastest way of somebody who is left out.
 * @param {World} world that needs seats @param {Walk} walk of it @param {(home: number) => boolean} isLeftOut
 * @returns {Parts}
 */
export const findGaps = (world, walk, isLeftOut) => {
  const { graph, homes } = /** @type {RestSite} */ (world.rest);
  const doors = /** @type {RestPlaces} */ (world.restDoors);
  const limit_m = limitOf(world);
  // 1. The fastest way from everywhere, as if there were seats all along.
  const { kept, n, node, seconds, parent, arc } = listPlainLabels(world, walk.sources, walk.nSources, walk.cutoff_s);
  /** @type {number[]} */
  const labelAt = new Array(graph.nNodes).fill(-1);
  const since = new Float64Array(n); // metres from the last seat towards the door, the one here not counted
  const ahead = new Float64Array(n).fill(-1); // metres to the next seat or home away from it; -1 where nobody is
  const sinceAt = (/** @type {number} */ label) => (graph.isSeat[node[label]] ? 0 : since[label]);
  for (const label of kept) {
    labelAt[node[label]] = label;
    const seed = -1 - parent[label];
    const isSeed = parent[label] < 0;
    const ofDoor = seed % 2 === 0 ? doors.metresA : doors.metresB;
    since[label] = isSeed ? ofDoor[seed >> 1] : sinceAt(parent[label]) + graph.metres[arc[label]];
  }
  // 2. From the homes of those who are left out to the ends of their pieces of street.
  const parts = newParts(n + homes.n);
  for (const { home, label, metres, to } of listStubs(world, walk, isLeftOut, labelAt, seconds)) {
    const from = homes.fraction[home];
    if (label >= 0) {
      ahead[label] = Math.max(ahead[label], metres);
    }
    if (metres + (label >= 0 ? sinceAt(label) : 0) > limit_m) {
      addPart(parts, homes.edge[home], Math.min(from, to), Math.max(from, to));
    }
  }
  // 3. From the farthest to the doors: a piece lies in a gap where the seats before and behind it are too far apart.
  for (let i = kept.length - 1; i >= 0; i -= 1) {
    const label = kept[i];
    if (ahead[label] < 0) {
      continue;
    }
    const behind_m = graph.isSeat[node[label]] ? 0 : ahead[label];
    const isGap = since[label] + behind_m > limit_m;
    if (parent[label] < 0) {
      const seed = -1 - parent[label];
      const p = doors.piece[seed >> 1];
      const [at, end] = [doors.fraction[seed >> 1], seed % 2 === 0 ? graph.begin[p] : graph.end[p]];
      if (isGap) {
        addPart(parts, doors.edge[seed >> 1], Math.min(at, end), Math.max(at, end));
      }
      continue;
    }
    const p = graph.piece[arc[label]];
    if (isGap) {
      addPart(parts, graph.pieceEdge[p], graph.begin[p], graph.end[p]);
    }
    ahead[parent[label]] = Math.max(ahead[parent[label]], behind_m + graph.metres[arc[label]]);
  }
  return mergeParts(parts);
};
