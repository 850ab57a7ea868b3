// What is drawn on the canvas layers: streets, zones, residents, names.

import { inUnits, putOn, sheetLike } from "./canvas.js";

/** @typedef {import("./canvas.js").Shapes} Shapes */

export const PAPER = "#f6f3ec";

/** @type {Record<string, [number, string, string | null, number]>} */
const ROADS = {
  // class: [width at zoom 15 in pixels, fill, casing, from which zoom on]
  foot: [1.2, "#b7a488", null, 14],
  service: [2.2, "#ffffff", "#cfc8bb", 14],
  minor: [4.2, "#ffffff", "#bdb4a5", 0],
  medium: [6.4, "#fffaf0", "#a99d88", 0],
  major: [8.4, "#fdeccb", "#9c8a68", 0],
};

/** Classes of streets that a zoom shows, from below to above. @param {View} view */
const roadsAt = (view) => Object.entries(ROADS).filter(([, [, , , from]]) => view.zoom >= from);

/** @param {number} width @param {number} zoom */
const widthAt = (width, zoom) => Math.max(0.8, width * 1.42 ** (zoom - 15));

/** Shapes below everything, and streets by class. @typedef {Record<"green" | "water" | "streams" | "buildings" | "blocks" | "rail", Shapes> & {roads: Record<string, Shapes>}} Base */

/** Green, water, blocks or buildings, rails and streets. @param {Base} shapes @returns {Paint} */
export const paintBase = (shapes) => (context, view) => {
  /** @param {"green" | "water" | "buildings" | "blocks"} kind @param {string} colour @param {string} [edge] */
  const fill = (kind, colour, edge) => {
    inUnits(context, view, (pixels) => {
      context.fillStyle = colour;
      context.strokeStyle = edge || colour;
      context.lineWidth = pixels(0.8);
      for (const path of shapes[kind].within(view)) {
        context.fill(path);
        context.stroke(path);
      }
    });
  };
  /** @param {Shapes} lines @param {string} colour @param {number} width @param {number[]} [dash] */
  const stroke = (lines, colour, width, dash = []) => {
    inUnits(context, view, (pixels) => {
      context.strokeStyle = colour;
      context.lineWidth = pixels(width);
      context.setLineDash(dash.map(pixels));
      context.lineCap = dash.length ? "butt" : "round";
      for (const path of lines.within(view)) {
        context.stroke(path);
      }
    });
  };
  fill("blocks", "#ece6da");
  fill("green", "#d5e5c8", "#bdd3ab");
  fill("water", "#b7d6e4", "#8db8cc");
  stroke(shapes.streams, "#8db8cc", widthAt(3.4, view.zoom) + 1);
  stroke(shapes.streams, "#b7d6e4", widthAt(3.4, view.zoom));
  if (view.zoom >= 14) {
    fill("buildings", "#e3dacb", view.zoom >= 15 ? "#c9bda9" : "#e3dacb");
  }
  if (view.zoom >= 14) {
    stroke(shapes.rail, "#8b867e", 2.2);
    stroke(shapes.rail, "#f6f3ec", 1, [6, 6]);
  } else {
    stroke(shapes.rail, "#a19c94", 0.8);
  }
  const roads = roadsAt(view);
  for (const [kind, [width, , casing]] of roads) {
    if (casing) {
      stroke(shapes.roads[kind], casing, widthAt(width, view.zoom) + 1.6);
    }
  }
  for (const [kind, [width, colour]] of roads) {
    stroke(shapes.roads[kind], colour, widthAt(width, view.zoom));
  }
  stroke(shapes.roads.steps, "#c0261c", Math.max(3, widthAt(3.5, view.zoom)), [2.5, 2]);
};

/** Everything but the zones under a thin sheet of paper. @param {Line[]} zones @returns {Paint} */
export const paintVeil = (zones) => (context, view) => {
  inUnits(context, view, () => {
    context.beginPath();
    context.rect(view.box[0], view.box[1], view.box[2] - view.box[0], view.box[3] - view.box[1]);
    for (const ring of zones) {
      for (let i = 0; i < ring.length; i += 2) {
        context[i === 0 ? "moveTo" : "lineTo"](ring[i], ring[i + 1]);
      }
      context.closePath();
    }
    context.globalAlpha = 0.5;
    context.fillStyle = PAPER;
    context.fill("evenodd");
  });
};

/** @param {Shapes} zones @returns {Paint} */
export const paintOutline = (zones) => (context, view) => {
  for (const { colour, width, dash } of [
    { colour: "#ffffff", width: 7, dash: [] },
    { colour: "#1d2a3a", width: 3.5, dash: [14, 8] },
  ]) {
    inUnits(context, view, (pixels) => {
      context.strokeStyle = colour;
      context.lineWidth = pixels(width);
      context.setLineDash(dash.map(pixels));
      context.lineCap = "butt";
      for (const path of zones.within(view)) {
        context.stroke(path);
      }
    });
  }
};

/**
 * Streets as they are seen through bands: paler than the band, with a darker edge; the nearer one looks, the more. Nothing
 * is drawn beside the bands that are on the canvas already.
 * @param {CanvasRenderingContext2D} context @param {View} view @param {BandStyle} style @param {Record<string, Shapes>} roads
 */
export const paintThrough = (context, view, style, roads) => {
  const near = Math.min(1, Math.max(0, (view.zoom - 13) / 4));
  /** @param {number} alpha @param {string} colour @param {number} more @param {(casing: string | null) => boolean} isDrawn */
  const stroke = (alpha, colour, more, isDrawn) => {
    const sheet = sheetLike(context); // where streets cross they are no paler
    inUnits(sheet, view, (pixels) => {
      sheet.strokeStyle = colour;
      for (const [kind, [width]] of roadsAt(view).filter(([, [, , casing]]) => isDrawn(casing))) {
        sheet.lineWidth = pixels(widthAt(width, view.zoom) + more);
        for (const path of roads[kind].within(view)) {
          sheet.stroke(path);
        }
      }
    });
    putOn(context, sheet, alpha, "source-atop");
  };
  stroke(0.2 + 0.15 * near, style.outline, 0, (casing) => !casing);
  stroke(0.2 + 0.15 * near, style.outline, 1.4, Boolean);
  stroke(0.3 + 0.3 * near, "#ffffff", 0, Boolean);
};

/**
 * Zones opaque from the largest to the smallest, then the whole made transparent once: the colour of each band is
 * the one in the key. Their edge stays opaque, and streets are seen through them.
 * @param {BandStyle} style @param {() => Shapes[]} bandsOf @param {Record<string, Shapes>} roads @returns {Paint}
 */
export const paintBands = (style, bandsOf, roads) => (context, view) => {
  const bands = bandsOf();
  inUnits(context, view, () => {
    for (let i = bands.length - 1; i >= 0; i -= 1) {
      context.fillStyle = style.colours[i];
      for (const path of bands[i].within(view)) {
        context.fill(path);
      }
    }
  });
  context.save();
  context.globalCompositeOperation = "destination-in";
  context.globalAlpha = style.alpha;
  context.fillRect(0, 0, view.width, view.height);
  context.restore();
  if (bands.length) {
    paintThrough(context, view, style, roads);
  }
  // the edge of all that is reached; between the bands their colours tell them apart, in grey as well
  inUnits(context, view, (pixels) => {
    context.strokeStyle = style.outline;
    context.lineWidth = pixels(Math.min(1.6, widthAt(1.3, view.zoom))); // narrow strips stay coloured when seen from afar
    for (const path of bands.slice(-1).flatMap((widest) => [...widest.within(view)])) {
      context.stroke(path);
    }
  });
};

const GATHER_PIXELS = 28; // people whose dots would touch are drawn as one circle

/**
 * Circles at the middle of neighbouring dots, in pixels, the largest first.
 * @param {Dot[]} dots @param {View} view @returns {Dot[]}
 */
export const gatherDots = (dots, view) => {
  /** @type {Map<string, Dot>} */
  const squares = new Map();
  const size = GATHER_PIXELS / view.scale;
  for (const [x, y, people] of dots) {
    const key = `${Math.floor(x / size)},${Math.floor(y / size)}`;
    const sum = squares.get(key) || [0, 0, 0];
    squares.set(key, [sum[0] + x * people, sum[1] + y * people, sum[2] + people]);
  }
  /** @param {Dot} sum @returns {Dot} */
  const middleOf = ([x, y, people]) => [view.x + (x / people) * view.scale, view.y + (y / people) * view.scale, people];
  return [...squares.values()].map(middleOf).sort((a, b) => b[2] - a[2]);
};

/** The key shows circles of the same size. @param {DotStyle} style @param {() => Dot[]} dotsOf @returns {Paint} */
export const paintResidents = (style, dotsOf) => (context, view) => {
  context.fillStyle = style.fill;
  context.strokeStyle = style.edge;
  context.lineWidth = 1.5;
  for (const [x, y, people] of gatherDots(dotsOf(), view)) {
    context.beginPath();
    context.arc(x, y, Math.max(2, style.per_root * Math.sqrt(people)), 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
};
