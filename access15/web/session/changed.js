// Changes of streets on the map, and where moved places stood.

import { inUnits } from "../map/canvas.js";
import { LETTERS } from "../map/writing.js";

const INK = "#1a1a1a";
const LINK = "#00695c";
const HALO_PIXELS = 34;

/** Colour, width in pixels, dashes. @typedef {[string, number, number[]]} Stroke */

/** @type {Stroke[]} */
const CLOSED = [["#ffffff", 11, []], [INK, 7, []], ["#ffdf57", 3, [7, 7]]];
/** @type {Stroke[]} */
const LIT = [[INK, 20, []], ["#ffdf57", 15, []]];
/** @type {Stroke[]} */
const MENDED = [["#ffffff", 10, []], [LINK, 6, []]];
/** @type {Stroke[]} */
const LINKED = [["#ffffff", 11, []], [LINK, 7, [12, 5]]];

/** @param {CanvasRenderingContext2D} context @param {View} view @param {Line} line @param {Stroke[]} layers */
const strokeLine = (context, view, line, layers) => {
  inUnits(context, view, (pixels) => {
    context.beginPath();
    for (let i = 0; i < line.length; i += 2) {
      context[i === 0 ? "moveTo" : "lineTo"](line[i], line[i + 1]);
    }
    for (const [colour, width, dash] of layers) {
      context.strokeStyle = colour;
      context.lineWidth = pixels(width);
      context.setLineDash(dash.map(pixels));
      context.lineCap = "butt";
      context.stroke();
    }
  });
};

/** Around a stretch that its own sign would hide. @param {CanvasRenderingContext2D} context @param {View} view @param {Line} line */
const drawHalo = (context, view, line) => {
  const [x, y] = [0, 1].map((i) => (line[i] + line[line.length - 2 + i]) / 2);
  if (view.scale * Math.hypot(line[0] - x, line[1] - y) > HALO_PIXELS) {
    return;
  }
  context.save();
  context.setLineDash([]);
  context.beginPath();
  context.arc(view.x + x * view.scale, view.y + y * view.scale, HALO_PIXELS, 0, 2 * Math.PI);
  for (const [colour, width] of /** @type {[string, number][]} */ ([[INK, 11], ["#ffdf57", 7]])) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
  }
  context.restore();
};

/** @param {CanvasRenderingContext2D} context @param {L.Point} from @param {L.Point} to */
const drawArrow = (context, from, to) => {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const far = Math.hypot(to.x - from.x, to.y - from.y);
  if (far < 50) {
    return;
  }
  const tip = { x: to.x - 36 * Math.cos(angle), y: to.y - 36 * Math.sin(angle) };
  /** @type {[string, number][]} */
  const strokes = [["#ffffff", 7], [INK, 3.5]];
  for (const [colour, width] of strokes) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(tip.x, tip.y);
    for (const turn of [2.6, -2.6]) {
      context.moveTo(tip.x, tip.y);
      context.lineTo(tip.x + 15 * Math.cos(angle + turn), tip.y + 15 * Math.sin(angle + turn));
    }
    context.stroke();
  }
};

/** Where a moved place stood: its sign, faint and dashed, with an arrow to where it stands now. @param {CanvasRenderingContext2D} context @param {L.Point} place @param {string} symbol */
const drawGhost = (context, place, symbol) => {
  context.save();
  context.beginPath();
  context.arc(place.x, place.y, 15, 0, 2 * Math.PI);
  context.fillStyle = "rgba(255, 255, 255, 0.85)";
  context.fill();
  context.setLineDash([4, 3]);
  context.lineWidth = 2.5;
  context.strokeStyle = INK;
  context.stroke();
  context.setLineDash([]);
  context.font = `700 16px ${LETTERS}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = "#474c55";
  context.fillText(symbol, place.x, place.y + 1);
  context.restore();
};

/** From a place to where it meets the street. @param {CanvasRenderingContext2D} context @param {L.Point} from @param {L.Point} to */
const drawDoorLine = (context, from, to) => {
  context.save();
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.strokeStyle = INK;
  context.lineWidth = 2.5;
  context.setLineDash([3, 4]);
  context.stroke();
  context.restore();
};

/** The first end of a link that somebody is drawing. @param {CanvasRenderingContext2D} context @param {L.Point} place */
const drawStart = (context, { x, y }) => {
  /** @type {[string, number][]} */
  const discs = [["#ffffff", 11], [LINK, 8]];
  for (const [colour, radius] of discs) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
  }
};

/**
 * Changes of streets, and ghosts of places that have moved.
 * @typedef {{lit: Line[], closed: Line[], links: Line[], steps: Line[], start: LonLat | null,
 *   moved: {from: LonLat, to: LonLat, symbol: string}[], doors: {from: LonLat, to: LonLat}[]}} Changed
 * @param {() => Changed} changedOf @returns {Paint}
 */
export const paintChanges = (changedOf) => (context, view) => {
  const changed = changedOf();
  for (const line of changed.lit) {
    drawHalo(context, view, line);
  }
  const drawn = /** @type {[Line[], Stroke[]][]} */ ([
    [changed.lit, LIT],
    [changed.closed, CLOSED],
    [changed.steps, MENDED],
    [changed.links, LINKED],
  ]);
  for (const [lines, strokes] of drawn) {
    for (const line of lines) {
      strokeLine(context, view, line, strokes);
    }
  }
  for (const { from, to } of changed.doors) {
    drawDoorLine(context, view.place([from.lat, from.lon]), view.place([to.lat, to.lon]));
  }
  if (changed.start) {
    drawStart(context, view.place([changed.start.lat, changed.start.lon]));
  }
  for (const { from, to, symbol } of changed.moved) {
    const [a, b] = [view.place([from.lat, from.lon]), view.place([to.lat, to.lon])];
    drawArrow(context, a, b);
    drawGhost(context, a, symbol);
  }
};
