// Where one more place would help most, on the map: streets shaded by people, and the best places as pins.

import { inUnits } from "../map/canvas.js";
import { make } from "../map/elements.js";
import { whole } from "./text.js";

const [INK, PIN_PIXELS] = ["#1a1a1a", 48];
/** Colour and width [pixels] of each class, the least first: a class is told by both. @type {[string, number][]} */
export const SHADES = [["#fdebd0", 4], ["#f9bd6b", 7], ["#dd7210", 10], ["#7d2f00", 13]];

/**
 * Halves of streets by the class of their corners: rows of `classesOf`, -1 where nobody is gained.
 * @param {Session} session @param {Gains} gains @param {(candidate: number) => number} classOf @param {number} n
 * @returns {Parts[]}
 *
 * @typedef {import("../core/siting/cover.js").Gains} Gains
 */
const shadeHalves = (session, { world, candidates }, classOf, n) => {
  const { network, isLink, pieceEdge } = world.streets;
  const { points, row } = candidates;
  const ofNode = new Int8Array(network.nNodes).fill(-1);
  row.forEach((one, i) => {
    if (points.node[one] >= 0) {
      ofNode[points.node[one]] = classOf(i);
    }
  });
  const parts = Array.from({ length: n }, () => ({ edge: [], from: [], to: [] })).map(
    (one) => /** @type {Record<string, number[]>} */ (one),
  );
  for (let p = 0; p < network.nEdges; p += 1) {
    if (isLink[p] || !session.join.isOpen[pieceEdge[p]]) {
      continue;
    }
    const ends = [ofNode[network.u[p]], ofNode[network.v[p]]];
    ends.forEach((own, end) => {
      if (own >= 0 && (end === 0 || own !== ends[0])) {
        const isWhole = ends[0] === ends[1];
        parts[own].edge.push(p);
        parts[own].from.push(end === 0 ? 0 : 0.5);
        parts[own].to.push(end === 1 || isWhole ? 1 : 0.5);
      }
    });
  }
  return parts.map(({ edge, from, to }) => ({
    edge: Int32Array.from(edge),
    from: Float64Array.from(from),
    to: Float64Array.from(to),
  }));
};

/** Which of the four looks a class has: the dearest the last, where there are fewer. @param {number} k @param {number} n */
export const shadeOf = (k, n) => SHADES[SHADES.length - n + k];

/**
 * Streets and given places, the least first so that the most lies on top.
 * @param {() => {shapes: PartShape[], spots: {at: [number, number], own: number}[]} | null} shownOf @returns {Paint}
 */
export const paintWhere = (shownOf) => (context, view) => {
  const shown = shownOf();
  const n = shown ? shown.shapes.length : 0;
  for (const isEdge of [true, false]) {
    shown?.shapes.forEach(({ path }, k) => {
      const [colour, width] = shadeOf(k, n);
      inUnits(context, view, (pixels) => {
        context.lineCap = isEdge ? "butt" : "round";
        context.strokeStyle = isEdge ? INK : colour;
        context.lineWidth = pixels(isEdge ? width + 2.5 : width);
        context.stroke(path);
      });
    });
  }
  for (const { at, own } of shown?.spots || []) {
    const [colour, width] = shadeOf(own, n);
    context.beginPath();
    context.arc(view.x + at[0] * view.scale, view.y + at[1] * view.scale, width, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = INK;
    context.stroke();
  }
};

/**
 * What is shaded now: halves of streets, or the places that were given; nothing while it is computed.
 * @param {import("./where.js").Where} where @param {import("./street_shapes.js").StreetShapes} streets
 * @param {(most: number) => number[]} classesOf
 */
export const shadedBy = (where, streets, classesOf) => {
  const { gains, model } = where;
  if (!gains) {
    return null;
  }
  const people = where.people();
  const from = classesOf(whole(people.reduce((most, one) => Math.max(most, one), 0))).reverse();
  /** @param {number} candidate */
  const classOf = (candidate) => from.filter((least) => whole(people[candidate]) >= least).length - 1;
  const { points, row } = gains.candidates;
  const halves = shadeHalves(model.session, gains, classOf, from.length);
  const spots = Array.from(row.keys()).flatMap((candidate) => {
    const own = classOf(candidate);
    const isSpot = points.node[row[candidate]] < 0 && own >= 0;
    return isSpot ? [{ at: model.session.toUnits(...points.metres(row[candidate])), own }] : [];
  });
  return { shapes: halves.map((parts) => streets.shape(gains.world.streets, parts)), spots };
};

/** Pins of the best places; a tap opens the card of one. */
export class WherePins {
  /** @type {L.Marker[]} */
  #pins = [];

  /**
   * @param {{map: L.Map, tools: import("./tools.js").Tools, describe: (spot: import("./where.js").Spot, i: number) => string,
   *   tell: (spot: import("./where.js").Spot) => string, onOpen: (spot: import("./where.js").Spot, i: number) => void}} parts
   */
  constructor({ map, tools, describe, tell, onOpen }) {
    this.map = map;
    this.tools = tools;
    this.describe = describe;
    this.tell = tell;
    this.onOpen = onOpen;
  }

  /** @param {import("./where.js").Spot[]} spots */
  sync(spots) {
    this.#pins.forEach((pin) => pin.remove());
    this.#pins = spots.map((spot, i) => this.#put(spot, i));
  }

  /** @param {import("./where.js").Spot} spot @param {number} i */
  #put(spot, i) {
    const told = make("span", "", "a15-site");
    told.append(make("strong", String(i + 1)), make("span", this.tell(spot)));
    const icon = L.divIcon({ html: told, className: "a15-marker a15-mark", iconSize: [PIN_PIXELS, PIN_PIXELS] });
    const pin = L.marker([spot.lat, spot.lon], { icon, zIndexOffset: 6000 - 1000 * i, riseOnHover: true }).addTo(this.map);
    pin.on("click", ({ originalEvent }) => this.#tap(spot, i, originalEvent));
    const element = pin.getElement();
    element?.setAttribute("aria-label", this.describe(spot, i));
    element?.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        event.stopPropagation();
        this.onOpen(spot, i);
      }
    });
    return pin;
  }

  /** A tool in hand is used where one taps. @param {import("./where.js").Spot} spot @param {number} i @param {MouseEvent} event */
  #tap(spot, i, event) {
    if (this.tools.isActive()) {
      const { lng, lat } = this.map.mouseEventToLatLng(event);
      this.tools.tap({ lon: lng, lat });
    } else {
      this.onOpen(spot, i);
    }
  }

  /** Where one of them cannot be seen, the map comes to it. @param {number} i */
  bringIntoView(i) {
    const pin = this.#pins[i];
    if (pin && !this.map.getBounds().pad(-0.1).contains(pin.getLatLng())) {
      this.map.panTo(pin.getLatLng(), { animate: false });
    }
  }

  /** Where nothing else may be written. @returns {import("../map/writing.js").Sign[]} */
  taken() {
    return this.#pins.map((pin) => ({ latLng: pin.getLatLng(), away: [0, 0], name: "" }));
  }
}
