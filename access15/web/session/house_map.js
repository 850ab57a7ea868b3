// "My house" on the map: its pin, which fingers and arrow keys move, and the way.

import { inUnits } from "../map/canvas.js";
import { make } from "../map/elements.js";
import { paintBase } from "../map/paint.js";
import { readArrow, shifted, whereIs } from "./keys.js";
import { figure } from "./pictures.js";

const INK = "#1a1a1a";
const PIN_PIXELS = 48;
const [PAPER_PIXELS, PAPER_EDGE, PAPER_FINENESS] = [230, 22, 3];
const SMALLEST_M = 250; // land that a small map shows at least
const EQUATOR_M = 2 * Math.PI * 6378137;

/** Ways, the last one on top; the others dashed. @param {() => (ReturnType<import("./house.js").House["drawn"]>)[]} waysOf @returns {Paint} */
export const paintWay = (waysOf) => (context, view) => {
  const ways = waysOf();
  ways.forEach((way, i) => {
    if (!way) {
      return;
    }
    const isDashed = i < ways.length - 1;
    inUnits(context, view, (pixels) => {
      for (const [width, colour] of /** @type {[number, string][]} */ ([[10, "#ffffff"], [5, INK]])) {
        context.lineWidth = pixels(width);
        context.strokeStyle = colour;
        context.setLineDash(isDashed && colour === INK ? [pixels(9), pixels(9)] : []);
        context.stroke(way.shape.path);
        context.setLineDash([pixels(1), pixels(9)]);
        for (const [from, to] of [...way.aside, ...way.link]) {
          context.beginPath();
          context.moveTo(from[0], from[1]);
          context.lineTo(to[0], to[1]);
          context.stroke();
        }
      }
      context.setLineDash([]);
      if (way.out) {
        context.beginPath();
        context.arc(way.out[0], way.out[1], pixels(8), 0, 2 * Math.PI);
        context.fillStyle = "#ffffff";
        context.fill();
        context.lineWidth = pixels(4);
        context.stroke();
      }
    });
  });
};

/**
 * A small map of one way, for paper: the streets, the way, the house and the place.
 * @param {NonNullable<ReturnType<import("./house.js").House["drawn"]>>} way
 * @param {{base: Parameters<typeof paintBase>[0], frame: Frame, title: string}} parts
 */
export const drawOnPaper = (way, { base, frame, title }) => {
  const places = [...way.corners, ...way.aside.flat()].filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  const [[west, east], [north, south]] = [0, 1].map((i) => [Math.min(...places.map((one) => one[i])), Math.max(...places.map((one) => one[i]))]);
  const inner = PAPER_PIXELS - 2 * PAPER_EDGE;
  const scale = inner / Math.max(east - west, south - north, SMALLEST_M / frame.unit);
  const [x, y] = [PAPER_PIXELS / 2 - (scale * (west + east)) / 2, PAPER_PIXELS / 2 - (scale * (north + south)) / 2];
  const size = PAPER_PIXELS;
  const zoom = Math.log2((scale / frame.unit) * EQUATOR_M) - 8;
  const box = /** @type {Box} */ ([-x / scale, -y / scale, (size - x) / scale, (size - y) / scale]);
  const view = { window: /** @type {Box} */ ([0, 0, size, size]), zoom, place: () => L.point(0, 0), width: size, height: size, scale, x, y, box };
  const sheet = /** @type {HTMLCanvasElement} */ (make("canvas", "", "", { role: "img", "aria-label": title }));
  sheet.width = PAPER_FINENESS * size;
  sheet.height = PAPER_FINENESS * size;
  const context = sheet.getContext("2d");
  if (context) {
    context.scale(PAPER_FINENESS, PAPER_FINENESS);
    context.lineCap = "round";
    context.lineJoin = "round";
    paintBase(base)(context, view);
    paintWay(() => [way])(context, view);
  }
  const map = make("div", "", "house-map");
  map.append(sheet);
  for (const [symbol, spot] of /** @type {[string, [number, number]][]} */ ([["", way.aside[0][0]], [way.symbol, way.aside[1][1]]])) {
    const sign = make("span", symbol, "house-map-sign");
    sign.append(...(symbol ? [] : [figure("house", "icon")]));
    sign.style.left = `${(100 * (x + scale * spot[0])) / size}%`;
    sign.style.top = `${(100 * (y + scale * spot[1])) / size}%`;
    map.append(sign);
  }
  return map;
};

export class HousePin {
  /** @type {L.Marker | null} */
  #marker = null;

  /** @param {{map: L.Map, speech: import("./text.js").Speech, onMove: (place: LonLat | null) => void}} parts */
  constructor({ map, speech, onMove }) {
    this.map = map;
    this.speech = speech;
    this.onMove = onMove;
  }

  /** Stands where the house is, or nowhere. @param {LonLat | null} place */
  sync(place) {
    if (!place) {
      this.#marker?.remove();
      this.#marker = null;
      return;
    }
    this.#marker = this.#marker || this.#make(place);
    this.#marker.setLatLng([place.lat, place.lon]);
    this.#marker.getElement()?.setAttribute("aria-label", this.speech.say("house_pin"));
  }

  /** @param {LonLat} place */
  #make(place) {
    const sign = make("span", "", "a15-disc a15-my-house");
    sign.append(figure("house", "icon"));
    const icon = L.divIcon({ html: sign, className: "a15-marker a15-mark", iconSize: [PIN_PIXELS, PIN_PIXELS] });
    const marker = L.marker([place.lat, place.lon], { icon, draggable: true, autoPan: true, zIndexOffset: 9000 }).addTo(this.map);
    marker.on("drag", () => this.onMove(whereIs(marker)));
    const element = marker.getElement();
    element?.setAttribute("aria-keyshortcuts", "Delete ArrowUp ArrowDown ArrowLeft ArrowRight");
    element?.addEventListener("keydown", (event) => {
      const arrow = readArrow(event);
      const isErased = event.key === "Delete" || event.key === "Backspace";
      if (arrow || isErased) {
        event.preventDefault();
        event.stopPropagation(); // the map stays where it is
        this.onMove(arrow ? shifted(whereIs(marker), arrow) : null);
      }
    });
    return marker;
  }

  /** Where nothing else may be written. @returns {import("../map/writing.js").Sign[]} */
  taken() {
    return this.#marker ? [{ latLng: this.#marker.getLatLng(), away: [0, 0], name: "" }] : [];
  }
}
