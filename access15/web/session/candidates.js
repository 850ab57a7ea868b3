// What some tools can be used on: steps that could go, raised kerbs that could have a ramp; ringed while the tool is on.

import { RAISED } from "../core/streets/network.js";
import { Shapes } from "../map/canvas.js";

const NEAR_M = 200; // so far beside the neighbourhood they still matter to it
const RING_PIXELS = 17;
/** @type {[string, number][]} */
const RING_STROKES = [["#ffffff", 8], ["#000000", 4]];

/** @param {Line} ring @param {number} x @param {number} y whether inside, and the square of how far from the ring */
const lieTo = (ring, x, y) => {
  let isInside = false;
  let least = Infinity;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const [ax, ay, bx, by] = [ring[i], ring[i + 1], ring[j], ring[j + 1]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) {
      isInside = !isInside;
    }
    const along = (bx - ax) ** 2 + (by - ay) ** 2;
    const share = along > 0 ? Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / along)) : 0;
    least = Math.min(least, (ax + share * (bx - ax) - x) ** 2 + (ay + share * (by - ay) - y) ** 2);
  }
  return { isInside, least };
};

/** @param {[number, number][]} line @returns {[number, number]} */
const middleOf = (line) => {
  const [a, b] = [line[Math.floor((line.length - 1) / 2)], line[Math.ceil((line.length - 1) / 2)]];
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
};

/** Steps (lines) and raised kerbs (places) within or near the neighbourhood, in units of the page. */
export class Candidates {
  /** @param {import("./model.js").Model} model */
  constructor(model) {
    const { session, data } = model;
    const { x, y, vertexStart, steps, kerbU, kerbV, u, v, nEdges } = session.streets;
    const rings = new Shapes(data.zones, { closed: true }).lines;
    const near = NEAR_M / (data.frame.unit * Math.cos((data.bounds[0][0] * Math.PI) / 180));
    /** @param {[number, number]} place */
    const isNear = ([right, down]) => {
      const found = rings.map((ring) => lieTo(ring, right, down));
      return found.filter((one) => one.isInside).length % 2 === 1 || found.some((one) => one.least <= near * near);
    };
    /** @param {number} i */
    const unitsOf = (i) => session.toUnits(x[i], y[i]);
    /** @type {Candidate[]} */
    this.steps = [];
    /** @type {Candidate[]} */
    this.ramp = [];
    const seen = new Set();
    /** @param {number} node @param {number} i */
    const look = (node, i) => {
      const place = unitsOf(i);
      if (!seen.has(node) && isNear(place)) {
        this.ramp.push({ node, place, line: null });
      }
      seen.add(node);
    };
    for (let e = 0; e < nEdges; e += 1) {
      const [first, last] = [vertexStart[e], vertexStart[e + 1] - 1];
      if (steps[e]) {
        const line = Array.from({ length: last - first + 1 }, (_, k) => unitsOf(first + k));
        if (line.some(isNear)) {
          this.steps.push({ edge: e, line, place: middleOf(line) });
        }
      }
      if (kerbU[e] === RAISED) {
        look(u[e], first);
      }
      if (kerbV[e] === RAISED) {
        look(v[e], last);
      }
    }
  }

  /** Those of a tool that the proposal has not changed yet. @param {string} tool @param {Streets["found"]} found @returns {Candidate[]} */
  of(tool, found) {
    const done = Object.values(found);
    if (tool === "steps") {
      return this.steps.filter((one) => !done.some((other) => other.edge === one.edge));
    }
    return tool === "ramp" ? this.ramp.filter((one) => !done.some((other) => other.node === one.node)) : [];
  }
}

/** Whether one of them can be seen on the map. @param {L.Map} map @param {Frame} frame @param {Candidate[]} candidates */
export const isOneInSight = (map, { unit, west, north }, candidates) => {
  const bounds = map.getBounds();
  return candidates.some(({ place: [x, y] }) =>
    bounds.contains(L.Projection.SphericalMercator.unproject(L.point(west + unit * x, north - unit * y))),
  );
};

/** @param {() => Candidate[]} candidatesOf @returns {Paint} */
export const paintCandidates = (candidatesOf) => (context, view) => {
  /** @param {[number, number]} place @returns {[number, number]} */
  const at = ([x, y]) => [view.x + x * view.scale, view.y + y * view.scale];
  for (const { place, line } of candidatesOf()) {
    for (const [colour, width] of RING_STROKES) {
      context.beginPath();
      context.arc(...at(place), RING_PIXELS, 0, 2 * Math.PI);
      (line || []).forEach((one, i) => context[i === 0 ? "moveTo" : "lineTo"](...at(one)));
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.stroke();
    }
  }
};
