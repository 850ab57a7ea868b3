// Streets reached from seat to seat, as access15/core/seat_walk/reach.py.

import { addPart, borrowParts, mergeParts } from "../reach/parts.js";
import { limitOf } from "./search.js";

/** Share of a piece that may still be walked, -1 for none. @param {number} room @param {number} full */
const shareLeft = (room, full) => {
  if (!(room >= 0)) {
    return -1;
  }
  if (full === Infinity) {
    return 0;
  }
  return full <= room ? 1 : room / full;
};

/** Share beside a destination. @param {number} left @param {number} full @returns {number} */
const shareBeside = (left, full) => {
  if (full === Infinity) {
    return 0;
  }
  return full > 0 ? left / full : 1;
};

/** The largest share that some label at a node leaves. */
const bestShare = (
  /** @type {RestLabels} */ labels, /** @type {number} */ node, /** @type {number} */ at_s,
  /** @type {number} */ full_s, /** @type {number} */ full_m, /** @type {number} */ cutoff_s,
  /** @type {number} */ limit_m,
) => {
  let best = -1;
  for (let j = labels.atNode[node]; j < labels.atNode[node + 1]; j += 1) {
    const byMetres = shareLeft(limit_m - labels.metres[j], full_m);
    const bySeconds = shareLeft(cutoff_s - labels.seconds[j] - at_s, full_s);
    best = Math.max(best, Math.min(byMetres, bySeconds));
  }
  return best;
};

/**
 * Parts of streets from which the target is reached from seat to seat within the cutoff.
 * @param {World} world @param {Walk} walk @param {number} cutoff_s @returns {Parts}
 */
export const partsWithSeats = (world, walk, cutoff_s) => {
  const { graph } = /** @type {RestSite} */ (world.rest);
  const doors = /** @type {RestPlaces} */ (world.restDoors);
  const labels = /** @type {RestLabels} */ (walk.labels);
  const { costs, streets } = world.site;
  const { begin, end, pieceEdge } = graph;
  const limit_m = limitOf(world);
  const parts = borrowParts(2 * graph.nPieces + walk.nSources);
  const full = (/** @type {number} */ p, /** @type {Doubles} */ of) =>
    end[p] - begin[p] > 0 ? (end[p] - begin[p]) * of[pieceEdge[p]] : 0;
  for (let p = 0; p < graph.nPieces; p += 1) {
    const [a, b] = [graph.nodeA[p], graph.nodeB[p]];
    if (labels.atNode[a] === labels.atNode[a + 1] && labels.atNode[b] === labels.atNode[b + 1]) {
      continue;
    }
    const width = end[p] - begin[p];
    const full_m = full(p, streets.network.length_m);
    const head = bestShare(labels, a, graph.atA[p], full(p, costs.backward), full_m, cutoff_s, limit_m);
    const tail = bestShare(labels, b, graph.atB[p], full(p, costs.forward), full_m, cutoff_s, limit_m);
    addPart(parts, pieceEdge[p], begin[p], Math.min(begin[p] + Math.max(head, 0) * width, 1));
    addPart(parts, pieceEdge[p], Math.max(end[p] - Math.max(tail, 0) * width, 0), end[p]);
  }
  for (let k = 0; k < walk.nSources; k += 1) {
    const j = walk.sources[k];
    const p = doors.piece[j];
    const width = end[p] - begin[p];
    const share = width > 0 ? Math.min(Math.max((doors.fraction[j] - begin[p]) / width, 0), 1) : 0;
    const [left_s, left_m] = [cutoff_s - doors.offset[j], limit_m - doors.offset_m[j]];
    if (left_s >= 0 && left_m >= 0) {
      const byMetres = shareBeside(left_m, full(p, streets.network.length_m));
      const stop = Math.min(share + Math.min(byMetres, shareBeside(left_s, full(p, costs.backward))), 1);
      const start = Math.max(share - Math.min(byMetres, shareBeside(left_s, full(p, costs.forward))), 0);
      addPart(parts, pieceEdge[p], Math.max(begin[p] + start * width, 0), Math.min(begin[p] + stop * width, 1));
    }
  }
  return mergeParts(parts);
};
