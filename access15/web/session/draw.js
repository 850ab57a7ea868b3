// What moves on the map: reached streets as filled zones or lines, homes that gain or lose, changes of streets.

import { inUnits, Shapes } from "../map/canvas.js";
import { gatherDots } from "../map/paint.js";
import { findOccupied, isWellInView, writeNames, writeTime } from "../map/writing.js";

const ZONE_M = 25; // a filled zone reaches this far to both sides of a street
const INK = "#16181d";
const GAIN = "#f2920c";
const LINK = "#00695c";

/** Streets in the page's units, and parts of them as paths. */
export class Streets {
  /** @param {any} model */
  constructor(model) {
    const { session, data } = model;
    const { x, y, vertexStart } = session.streets;
    this.session = session;
    this.unitsPerMetre = 1 / (data.frame.unit * Math.cos((data.bounds[0][0] * Math.PI) / 180));
    this.start = vertexStart;
    this.points = new Float64Array(2 * x.length);
    this.along = new Float64Array(x.length);
    for (let e = 0; e < session.streets.nEdges; e += 1) {
      for (let i = vertexStart[e]; i < vertexStart[e + 1]; i += 1) {
        const [ux, uy] = session.toUnits(x[i], y[i]);
        this.points[2 * i] = ux;
        this.points[2 * i + 1] = uy;
        this.along[i] = i === vertexStart[e] ? 0 : this.along[i - 1] + Math.hypot(ux - this.points[2 * i - 2], uy - this.points[2 * i - 1]);
      }
    }
    this.remembered = new WeakMap();
  }

  /** @param {number} e */
  line(e) {
    return this.points.subarray(2 * this.start[e], 2 * this.start[e + 1]);
  }

  /** @param {Float64Array} metres */
  lineOf(metres) {
    const line = new Float64Array(metres.length);
    for (let i = 0; i < metres.length; i += 2) {
      line.set(this.session.toUnits(metres[i], metres[i + 1]), i);
    }
    return line;
  }

  /** Roads by class, for the basemap. @param {string[]} classes */
  roads(classes) {
    const { roadClass, nEdges } = this.session.streets;
    const lines = classes.map(() => []);
    for (let e = 0; e < nEdges; e += 1) {
      lines[roadClass[e]].push(this.line(e));
    }
    return Object.fromEntries(classes.map((name, i) => [name, new Shapes(lines[i], { closed: false })]));
  }

  /** One path of all parts, and the places where time runs out. @param {any} streets @param {any} parts */
  shape(streets, parts) {
    if (!this.remembered.has(parts)) {
      const { edge, from, to } = streets.pieces;
      const path = new Path2D();
      const ends = [];
      for (let i = 0; i < parts.edge.length; i += 1) {
        const piece = parts.edge[i];
        const [a, b] = [parts.from[i], parts.to[i]];
        const whole = edge[piece];
        if (whole < 0) {
          this.#trace(path, ends, this.lineOf(streets.links[-1 - whole].line), null, a, b, a > 0, b < 1);
        } else {
          const span = to[piece] - from[piece];
          this.#trace(path, ends, this.line(whole), this.start[whole], from[piece] + a * span, from[piece] + b * span, a > 0, b < 1);
        }
      }
      this.remembered.set(parts, { path, ends, isEmpty: parts.edge.length === 0 });
    }
    return this.remembered.get(parts);
  }

  #trace(path, ends, line, first, from, to, isCutBefore, isCutAfter) {
    const n = line.length / 2;
    const along = first === null ? [0, Math.hypot(line[2] - line[0], line[3] - line[1])] : this.along.subarray(first, first + n);
    const [a, b] = [from * along[n - 1], to * along[n - 1]];
    const at = (far) => {
      let k = 1;
      while (k < n - 1 && along[k] < far) {
        k += 1;
      }
      const share = along[k] > along[k - 1] ? (far - along[k - 1]) / (along[k] - along[k - 1]) : 0;
      return [line[2 * k - 2] + share * (line[2 * k] - line[2 * k - 2]), line[2 * k - 1] + share * (line[2 * k + 1] - line[2 * k - 1])];
    };
    const [head, tail] = [from > 0 ? at(a) : [line[0], line[1]], to < 1 ? at(b) : [line[2 * n - 2], line[2 * n - 1]]];
    path.moveTo(head[0], head[1]);
    for (let k = 1; k < n - 1; k += 1) {
      if (along[k] > a && along[k] < b) {
        path.lineTo(line[2 * k], line[2 * k + 1]);
      }
    }
    path.lineTo(tail[0], tail[1]);
    if (isCutBefore) {
      ends.push(head);
    }
    if (isCutAfter) {
      ends.push(tail);
    }
  }
}

/** A sheet of the same size to put something together on. */
const sheetLike = (context) => {
  const canvas = document.createElement("canvas");
  canvas.width = context.canvas.width;
  canvas.height = context.canvas.height;
  const sheet = canvas.getContext("2d");
  sheet.setTransform(context.getTransform());
  sheet.lineCap = "round";
  sheet.lineJoin = "round";
  return sheet;
};

const putOn = (context, sheet, alpha) => {
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalAlpha = alpha;
  context.drawImage(sheet.canvas, 0, 0);
  context.restore();
};

/** How wide reached streets are drawn [units], and their outline. */
const widthOf = (view, streets, isFilled) => {
  const zone = isFilled ? 2 * ZONE_M * streets.unitsPerMetre : 0;
  return { band: Math.max(zone, (isFilled ? 9 : 6) / view.scale), outline: (view.zoom < 14 ? 1 : 1.7) / view.scale };
};

/**
 * Bands from the widest to the nearest, then the whole made transparent once: their colours are those of the key.
 * Outlines stay opaque. `shownOf()`: {shapes, isFilled, isQuick} or null.
 */
export const paintReached = (style, streets, shownOf) => (context, view) => {
  const shown = shownOf();
  if (!shown) {
    return;
  }
  const { band, outline } = widthOf(view, streets, shown.isFilled);
  const stroke = (sheet, shape, width, colour) => {
    inUnits(sheet, view, () => {
      sheet.lineWidth = width;
      sheet.strokeStyle = colour;
      sheet.stroke(shape.path);
    });
  };
  const narrowed = (i) => (shown.isFilled ? band : band * (1 - 0.12 * (shown.shapes.length - 1 - i)));
  const fills = sheetLike(context);
  for (let i = shown.shapes.length - 1; i >= 0; i -= 1) {
    stroke(fills, shown.shapes[i], narrowed(i), (shown.colours || style.colours)[i]);
  }
  putOn(context, fills, shown.isFilled ? style.alpha : 1);
  if (shown.isQuick) {
    return;
  }
  for (let i = shown.shapes.length - 1; i >= 0; i -= 1) {
    const lines = sheetLike(context);
    stroke(lines, shown.shapes[i], narrowed(i) + 2 * outline, style.outline);
    lines.globalCompositeOperation = "destination-out";
    stroke(lines, shown.shapes[i], narrowed(i), "#000000");
    putOn(context, lines, 1);
  }
};

/** Streets reached by one and not by the other: `gainedOf()` gives {after, before} shapes of the longest cutoff. */
export const paintDifference = (streets, differenceOf) => (context, view) => {
  const found = differenceOf();
  if (!found) {
    return;
  }
  const width = 9 / view.scale;
  const draw = (more, less, colour, dash) => {
    const sheet = sheetLike(context);
    inUnits(sheet, view, (pixels) => {
      for (const [wide, ink] of [[width + pixels(4), INK], [width, colour]]) {
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

/** A disc with a sign: gains solid orange with a plus, losses white and dashed with a minus. */
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

/** `homesOf()`: {gained, lost} lists of [x, y, people], or null. */
export const paintHomes = (homesOf) => (context, view) => {
  const homes = homesOf();
  if (!homes) {
    return;
  }
  for (const kind of ["lost", "gained"]) {
    for (const [x, y, people] of gatherDots(homes[kind], view)) {
      drawHome(context, x, y, Math.min(13, 7 + 0.5 * Math.sqrt(people)), kind === "gained");
    }
  }
};

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

const drawArrow = (context, from, to) => {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const far = Math.hypot(to.x - from.x, to.y - from.y);
  if (far < 50) {
    return;
  }
  const tip = { x: to.x - 36 * Math.cos(angle), y: to.y - 36 * Math.sin(angle) };
  for (const [colour, width] of [["#ffffff", 7], [INK, 3.5]]) {
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

/** Where a moved place stood: its sign, faint and dashed, with an arrow to where it stands now. */
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
  context.font = "700 16px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = "#474c55";
  context.fillText(symbol, place.x, place.y + 1);
  context.restore();
};

/** Changes of streets and ghosts. `changedOf()`: {closed, links, steps: lines; moved: [{from, to, symbol}]}. */
export const paintChanges = (changedOf) => (context, view) => {
  const changed = changedOf();
  if (!changed) {
    return;
  }
  for (const line of changed.closed) {
    strokeLine(context, view, line, [["#ffffff", 11, []], [INK, 7, []], ["#ffdf57", 3, [7, 7]]]);
  }
  for (const line of changed.steps) {
    strokeLine(context, view, line, [["#ffffff", 10, []], [LINK, 6, []]]);
  }
  for (const line of changed.links) {
    strokeLine(context, view, line, [["#ffffff", 11, []], [LINK, 7, [12, 5]]]);
  }
  if (changed.start) {
    const { x, y } = view.place(changed.start);
    for (const [colour, radius] of [["#ffffff", 11], [LINK, 8]]) {
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fillStyle = colour;
      context.fill();
    }
  }
  for (const { from, to, symbol } of changed.moved) {
    const [a, b] = [view.place(from), view.place(to)];
    drawArrow(context, a, b);
    drawGhost(context, a, symbol);
  }
};

const TIMES_PER_BAND = 2;
const APART = 260; // pixels between two writings of the same minutes

/** Minutes at the places where they run out, then names of streets where there is room. */
export const paintWriting = (style, names, shown) => (context, view) => {
  if (shown.isQuick()) {
    return;
  }
  const occupied = findOccupied(context, view, shown.signs(), shown.boxes());
  shown.shapes().forEach((shape, i) => {
    let points = shape.ends
      .map(([x, y]) => [view.x + x * view.scale, view.y + y * view.scale])
      .filter(([x, y]) => isWellInView(view, x, y));
    for (let n = 0; n < TIMES_PER_BAND && points.length; n += 1) {
      const at = writeTime(context, style.outline, shown.times()[i], points, occupied);
      if (!at) {
        return;
      }
      points = points.filter(([a, b]) => Math.hypot(a - at[0], b - at[1]) > APART);
    }
  });
  writeNames(context, view, names, occupied);
};

/** Colour of a band as it is seen on the map's paper, for the key. */
export const blend = (colour, alpha, paper) => {
  const part = (text, i) => parseInt(text.slice(i, i + 2), 16);
  const mixed = [1, 3, 5].map((i) => Math.round(part(colour, i) * alpha + part(paper, i) * (1 - alpha)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
};
