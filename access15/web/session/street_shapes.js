// Streets in the page's units, and the parts of them that are reached.

import { Shapes } from "../map/canvas.js";

/** Streets in the page's units, and parts of them as paths. */
export class StreetShapes {
  /** @param {import("./model.js").Model} model */
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
    /** @type {WeakMap<Parts, PartShape>} */
    this.remembered = new WeakMap();
  }

  /** @param {number} e */
  line(e) {
    return this.points.subarray(2 * this.start[e], 2 * this.start[e + 1]);
  }

  /** @param {Doubles} metres */
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
    /** @type {Line[][]} */
    const lines = classes.map(() => []);
    for (let e = 0; e < nEdges; e += 1) {
      lines[roadClass[e]].push(this.line(e));
    }
    return Object.fromEntries(classes.map((name, i) => [name, new Shapes(lines[i], { closed: false })]));
  }

  /** A place on a piece of changed streets. @param {Streets} streets @param {number} piece @param {number} at share @returns {[number, number]} */
  point(streets, piece, at) {
    const { edge, from, to } = streets.pieces;
    const whole = edge[piece];
    if (whole < 0) {
      const line = this.lineOf(streets.links[-1 - whole].line);
      return spot(line, lengthsOf(line), at);
    }
    const along = this.along.subarray(this.start[whole], this.start[whole + 1]);
    return spot(this.line(whole), along, from[piece] + at * (to[piece] - from[piece]));
  }

  /**
   * One path of all parts, and the places where time runs out.
   * @param {Streets} streets @param {Parts} parts @returns {PartShape}
   */
  shape(streets, parts) {
    const known = this.remembered.get(parts);
    if (known) {
      return known;
    }
    const { edge, from, to } = streets.pieces;
    /** @type {PartShape} */
    const shape = { path: new Path2D(), ends: [], isEmpty: parts.edge.length === 0 };
    for (let i = 0; i < parts.edge.length; i += 1) {
      const piece = parts.edge[i];
      const [a, b] = [parts.from[i], parts.to[i]];
      const whole = edge[piece];
      const span = whole < 0 ? 1 : to[piece] - from[piece];
      const start = whole < 0 ? 0 : from[piece];
      const line = whole < 0 ? this.lineOf(streets.links[-1 - whole].line) : this.line(whole);
      const along = whole < 0 ? lengthsOf(line) : this.along.subarray(this.start[whole], this.start[whole + 1]);
      const [head, tail] = trace(shape.path, line, along, start + a * span, start + b * span);
      if (a > 0) {
        shape.ends.push(head);
      }
      if (b < 1) {
        shape.ends.push(tail);
      }
    }
    this.remembered.set(parts, shape);
    return shape;
  }
}

/** Where a share of a line is. @param {Line} line @param {Doubles} along @param {number} at */
const spot = (line, along, at) => trace(new Path2D(), line, along, at, 1)[0];

/** Metres to the ends of a straight line. @param {Line} line */
const lengthsOf = (line) => Float64Array.of(0, Math.hypot(line[2] - line[0], line[3] - line[1]));

/**
 * Adds a part of a line to a path.
 * @param {Path2D} path @param {Line} line @param {Doubles} along metres to each vertex
 * @param {number} from share @param {number} to share @returns {[number, number][]} its two ends
 */
const trace = (path, line, along, from, to) => {
  const n = line.length / 2;
  const [a, b] = [from * along[n - 1], to * along[n - 1]];
  /** @param {number} far @returns {[number, number]} */
  const at = (far) => {
    let k = 1;
    while (k < n - 1 && along[k] < far) {
      k += 1;
    }
    const share = along[k] > along[k - 1] ? (far - along[k - 1]) / (along[k] - along[k - 1]) : 0;
    const [x, y] = [line[2 * k - 2], line[2 * k - 1]];
    return [x + share * (line[2 * k] - x), y + share * (line[2 * k + 1] - y)];
  };
  /** @type {[number, number]} */
  const head = from > 0 ? at(a) : [line[0], line[1]];
  /** @type {[number, number]} */
  const tail = to < 1 ? at(b) : [line[2 * n - 2], line[2 * n - 1]];
  path.moveTo(...head);
  for (let k = 1; k < n - 1; k += 1) {
    if (along[k] > a && along[k] < b) {
      path.lineTo(line[2 * k], line[2 * k + 1]);
    }
  }
  path.lineTo(...tail);
  return [head, tail];
};
