// What is drawn on the canvas layers: streets, zones, residents, names.

import { inUnits } from "./canvas.js";

/** @typedef {import("./canvas.js").Shapes} Shapes */

export const PAPER = "#f6f3ec";

/** @type {Record<string, [number, string, string | null]>} */
const ROADS = {
  // class: [width at zoom 15 in pixels, fill, casing]
  foot: [1.6, "#b59b78", null],
  service: [2.4, "#ffffff", "#c9c1b3"],
  minor: [4.2, "#ffffff", "#b8afa0"],
  medium: [6.0, "#fff3c4", "#a89878"],
  major: [7.5, "#fbdc93", "#a08352"],
};

/** @param {number} width @param {number} zoom */
const widthAt = (width, zoom) => Math.max(0.8, width * 1.42 ** (zoom - 15));

/**
 * Green, water, buildings, rails and streets.
 * @param {Record<"green" | "water" | "buildings" | "rail", Shapes> & {roads: Record<string, Shapes>}} shapes @returns {Paint}
 */
export const paintBase = (shapes) => (context, view) => {
  /** @param {"green" | "water" | "buildings"} kind @param {string} colour @param {string} edge */
  const fill = (kind, colour, edge) => {
    inUnits(context, view, (pixels) => {
      context.fillStyle = colour;
      context.strokeStyle = edge;
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
  fill("green", "#d3e6c3", "#b4cf9f");
  fill("water", "#b3d6e6", "#7fb0c8");
  if (view.zoom >= 14) {
    fill("buildings", "#e2dacd", "#bfb5a5");
  }
  stroke(shapes.rail, "#77736c", 2.4);
  stroke(shapes.rail, "#f6f3ec", 1.2, [6, 6]);
  for (const [kind, [width, , casing]] of Object.entries(ROADS)) {
    if (casing) {
      stroke(shapes.roads[kind], casing, widthAt(width, view.zoom) + 1.8);
    }
  }
  for (const [kind, [width, colour]] of Object.entries(ROADS)) {
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
 * Zones opaque from the largest to the smallest, then the whole made transparent once: the colour of each band is
 * the one in the key. Their edge stays opaque.
 * @param {BandStyle} style @param {() => Shapes[]} bandsOf @returns {Paint}
 */
export const paintBands = (style, bandsOf) => (context, view) => {
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
