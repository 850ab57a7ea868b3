// "5 min" at the outer edges of the bands of a map.

import { ringArea } from "./canvas.js";
import { isWellInView, writeTime } from "./writing.js";

const WRITTEN_RINGS = 3; // parts of one band that carry its time
const SMALL_RING = 60; // pixels

/** @param {[number, number][]} points */
const extent = (points) => {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
};

/** Corners of a ring that are well in view, in pixels. @param {Line} ring @param {View} view */
const cornersInView = (ring, view) => {
  /** @type {[number, number][]} */
  const points = [];
  for (let at = 0; at < ring.length; at += 2) {
    const [x, y] = [view.x + ring[at] * view.scale, view.y + ring[at + 1] * view.scale];
    if (isWellInView(view, x, y)) {
      points.push([x, y]);
    }
  }
  return points;
};

/** A band's outer edges in view, the ring with most corners first. @param {Line[]} rings @param {View} view */
const edgesInView = (rings, view) =>
  rings
    .filter((ring) => ringArea(ring) < 0)
    .map((ring) => cornersInView(ring, view))
    .filter((points) => points.length > 0)
    .sort((a, b) => b.length - a.length)
    .slice(0, WRITTEN_RINGS)
    .filter((points, i) => i === 0 || extent(points) > SMALL_RING);

/**
 * @param {CanvasRenderingContext2D} context @param {View} view @param {{outline: string, times: string[]}} style
 * @param {{lines: Line[]}[]} bands @param {import("./writing.js").Occupied} occupied
 */
export const writeBandTimes = (context, view, style, bands, occupied) => {
  bands.forEach((band, i) => {
    for (const points of edgesInView(band.lines, view)) {
      writeTime(context, style.outline, style.times[i], points, occupied, view.window);
    }
  });
};
