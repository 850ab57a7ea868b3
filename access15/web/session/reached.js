// What moves on the map: reached streets as filled zones or lines, homes that gain or lose, minutes beside them.

import { inUnits, putOn, sheetLike } from "../map/canvas.js";
import { gatherDots, paintThrough } from "../map/paint.js";
import { findOccupied, isWellInView, writeNames, writeTime } from "../map/writing.js";

const ZONE_M = 25; // a filled zone reaches this far to both sides of a street
const INK = "#1a1a1a";
const GAIN = "#f2920c";

/** How wide reached streets are drawn [units], and their outline. @param {View} view @param {number} unitsPerMetre @param {boolean} isFilled */
const widthOf = (view, unitsPerMetre, isFilled) => {
  const zone = isFilled ? 2 * ZONE_M * unitsPerMetre : 0;
  return { band: Math.max(zone, (isFilled ? 9 : 6) / view.scale), outline: (view.zoom < 14 ? 1 : 1.7) / view.scale };
};

/**
 * Bands from the widest to the nearest, then the whole made transparent once: their colours are those of the key.
 * The line around them stays opaque.
 * @param {BandStyle} style @param {number} unitsPerMetre @param {Record<string, import("../map/canvas.js").Shapes>} roads
 * @param {() => {shapes: PartShape[], colours: string[], isFilled: boolean, isQuick: boolean} | null} shownOf @returns {Paint}
 */
export const paintReached = (style, unitsPerMetre, roads, shownOf) => (context, view) => {
  const shown = shownOf();
  if (!shown) {
    return;
  }
  const { band, outline } = widthOf(view, unitsPerMetre, shown.isFilled);
  /** @param {CanvasRenderingContext2D} sheet @param {PartShape} shape @param {number} width @param {string} colour */
  const stroke = (sheet, shape, width, colour) => {
    inUnits(sheet, view, () => {
      sheet.lineWidth = width;
      sheet.strokeStyle = colour;
      sheet.stroke(shape.path);
    });
  };
  /** @param {number} i */
  const narrowed = (i) => (shown.isFilled ? band : band * (1 - 0.12 * (shown.shapes.length - 1 - i)));
  const fills = sheetLike(context);
  for (let i = shown.shapes.length - 1; i >= 0; i -= 1) {
    stroke(fills, shown.shapes[i], narrowed(i), shown.colours[i]);
  }
  putOn(context, fills, shown.isFilled ? style.alpha : 1);
  if (shown.isQuick) {
    return;
  }
  if (shown.isFilled) {
    paintThrough(context, view, style, roads);
  }
  const widest = shown.shapes.length - 1; // bands are told apart by their colours, in grey as well
  if (widest >= 0) {
    const lines = sheetLike(context);
    stroke(lines, shown.shapes[widest], narrowed(widest) + 2 * outline, style.outline);
    lines.globalCompositeOperation = "destination-out";
    stroke(lines, shown.shapes[widest], narrowed(widest), "#000000");
    putOn(context, lines, 1);
  }
};

/**
 * Streets reached by one and not by the other, within the longest cutoff.
 * @param {() => {before: PartShape, after: PartShape} | null} differenceOf @returns {Paint}
 */
export const paintDifference = (differenceOf) => (context, view) => {
  const found = differenceOf();
  if (!found) {
    return;
  }
  const width = 9 / view.scale;
  /** @param {PartShape} more @param {PartShape} less @param {string} colour @param {number[]} dash */
  const draw = (more, less, colour, dash) => {
    const sheet = sheetLike(context);
    inUnits(sheet, view, (pixels) => {
      /** @type {[number, string][]} */
      const strokes = [[width + pixels(4), INK], [width, colour]];
      for (const [wide, ink] of strokes) {
        sheet.lineWidth = wide;
        sheet.strokeStyle = ink;
        sheet.setLineDash(ink === INK ? dash.map(pixels) : []);
        sheet.lineCap = dash.length && ink === INK ? "butt" : "round";
        sheet.stroke(more.path);
      }
      sheet.setLineDash([]);
      sheet.lineCap = "round";
      sheet.globalCompositeOperation = "destination-out";
      sheet.lineWidth = width + pixels(9);
      sheet.stroke(less.path);
    });
    putOn(context, sheet, 1);
  };
  draw(found.before, found.after, "#ffffff", [5, 5]);
  draw(found.after, found.before, GAIN, []);
};

/**
 * A disc with a sign: gains solid orange with a plus, losses white and dashed with a minus.
 * @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius @param {boolean} isGain
 */
const drawHome = (context, x, y, radius, isGain) => {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = isGain ? GAIN : "#ffffff";
  context.fill();
  context.setLineDash(isGain ? [] : [4, 3]);
  context.lineWidth = 2.5;
  context.strokeStyle = INK;
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  const arm = radius * 0.5;
  context.moveTo(x - arm, y);
  context.lineTo(x + arm, y);
  if (isGain) {
    context.moveTo(x, y - arm);
    context.lineTo(x, y + arm);
  }
  context.lineWidth = 3;
  context.lineCap = "butt";
  context.stroke();
};

/** @param {() => {gained: Dot[], lost: Dot[]} | null} homesOf @returns {Paint} */
export const paintHomes = (homesOf) => (context, view) => {
  const homes = homesOf();
  if (!homes) {
    return;
  }
  for (const kind of /** @type {const} */ (["lost", "gained"])) {
    for (const [x, y, people] of gatherDots(homes[kind], view)) {
      drawHome(context, x, y, Math.min(13, 7 + 0.5 * Math.sqrt(people)), kind === "gained");
    }
  }
};

const TIMES_PER_BAND = 2;
const APART = 260; // pixels between two writings of the same minutes

/**
 * Minutes at the places where they run out, then names of streets where there is room.
 * @param {BandStyle} style @param {NameRun[]} names
 * @param {{isQuick: () => boolean, signs: () => import("../map/writing.js").Sign[], shapes: () => PartShape[],
 *   boxes: () => {x: number, y: number, width: number, height: number}[], times: () => string[]}} shown
 * @returns {Paint}
 */
export const paintWriting = (style, names, shown) => (context, view) => {
  if (shown.isQuick()) {
    return;
  }
  const occupied = findOccupied(context, view, shown.signs(), shown.boxes());
  shown.shapes().forEach((shape, i) => {
    /** @param {[number, number]} end @returns {[number, number]} */
    const onCanvas = ([x, y]) => [view.x + x * view.scale, view.y + y * view.scale];
    let points = shape.ends
      .map(onCanvas)
      .filter(([x, y]) => isWellInView(view, x, y));
    for (let n = 0; n < TIMES_PER_BAND && points.length; n += 1) {
      const at = writeTime(context, style.outline, shown.times()[i], points, occupied, view.window);
      if (!at) {
        return;
      }
      points = points.filter(([a, b]) => Math.hypot(a - at[0], b - at[1]) > APART);
    }
  });
  writeNames(context, view, names, occupied);
};

/** Colour of a band as it is seen on the map's paper, for the key. @param {string} colour @param {number} alpha @param {string} paper */
export const blend = (colour, alpha, paper) => {
  /** @param {string} text @param {number} i */
  const part = (text, i) => parseInt(text.slice(i, i + 2), 16);
  const mixed = [1, 3, 5].map((i) => Math.round(part(colour, i) * alpha + part(paper, i) * (1 - alpha)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
};
