// The canvas layers of a neighbourhood's map.

import { decodeFlags, decodeLines } from "../core/decode.js";
import { writeBandTimes } from "./band_times.js";
import { CanvasLayer, Shapes } from "./canvas.js";
import { keyOf } from "./choice.js";
import { listDoors, paintDoors } from "./doors.js";
import { paintBands, paintBase, paintOutline, paintResidents, paintVeil } from "./paint.js";
import { buttonBoxes, findOccupied, writeNames } from "./writing.js";

const PANES = { base: 150, veil: 250, bands: 350, outline: 380, dots: 420, doors: 430, writing: 450 };

/** Room for layers on a map, one above the other. @param {L.Map} map @param {Record<string, number>} panes */
export const addPanes = (map, panes) => {
  for (const [name, height] of Object.entries(panes)) {
    const pane = map.createPane(`a15-${name}`);
    pane.style.zIndex = String(height);
    pane.style.pointerEvents = "none";
  }
};

/** Shapes of what lies below everything. @param {Backdrop} backdrop @param {Record<string, Shapes>} roads */
export const baseShapes = (backdrop, roads) => ({
  rail: new Shapes(backdrop.rail, { closed: false }),
  water: new Shapes(backdrop.water, { closed: true }),
  streams: new Shapes(backdrop.streams, { closed: false }),
  green: new Shapes(backdrop.green, { closed: true }),
  buildings: new Shapes(backdrop.buildings, { closed: true }),
  blocks: new Shapes(backdrop.blocks, { closed: true }),
  roads,
});

/** Shapes of the bands of the chosen walker and place, decoded once. @param {MapData} data @param {() => MapChoice} choiceOf */
const readBands = (data, choiceOf) => {
  /** @type {Map<string, Shapes[]>} */
  const known = new Map();
  return () => {
    const key = keyOf(choiceOf());
    const texts = data.bands.shapes[key] || [];
    const bands = known.get(key) || texts.map((text) => new Shapes(text, { closed: true }));
    known.set(key, bands);
    return bands;
  };
};

/** Residents left out. @param {MapData} data @param {MapChoice} choice @returns {Dot[]} */
const listUncovered = ({ residents }, choice) => {
  const { dots, people, covered } = residents;
  const [line = []] = decodeLines(dots);
  const flags = covered[keyOf(choice)];
  if (flags === undefined) {
    return [];
  }
  const isCovered = decodeFlags(flags, people.length);
  /** @type {Dot[]} */
  const all = people.map((n, i) => [line[2 * i], line[2 * i + 1], n]);
  return all.filter((dot, i) => dot[2] > 0 && !isCovered[i]);
};

/**
 * Every canvas of a map; those that people may switch off lie in groups that the map's control offers.
 * @param {L.Map} map @param {MapData} data @param {() => MapChoice} choiceOf
 * @param {import("./facilities.js").Placed[]} placed
 */
export const drawLayers = (map, data, choiceOf, placed) => {
  addPanes(map, PANES);
  /** @param {Paint} paint @param {keyof typeof PANES} pane */
  const canvas = (paint, pane) => new CanvasLayer(data.frame, paint, { pane: `a15-${pane}` });
  const read = Object.entries(data.base.roads).map(([kind, text]) => [kind, new Shapes(text, { closed: false })]);
  /** @type {Record<string, Shapes>} */
  const roads = Object.fromEntries(read);
  const zones = new Shapes(data.zones, { closed: true });
  const bandsOf = readBands(data, choiceOf);
  const bands = canvas(paintBands(data.bands, bandsOf, roads), "bands");
  const writing = canvas((context, view) => {
    const hubs = placed.filter(({ facility, marker }) => facility.named && map.hasLayer(marker));
    const signs = hubs.map(({ facility, marker }) => ({ latLng: marker.getLatLng(), name: facility.name }));
    const occupied = findOccupied(context, view, signs, buttonBoxes(map));
    writeBandTimes(context, view, data.bands, map.hasLayer(bands) ? bandsOf() : [], occupied);
    writeNames(context, view, data.names, occupied);
  }, "writing");
  bands.on("add remove", () => writing.redraw());
  const uncovered = () => listUncovered(data, choiceOf());
  const closed = () => listDoors(data, choiceOf());
  return {
    base: canvas(paintBase(baseShapes(data.base, roads)), "base").addTo(map),
    writing: writing.addTo(map),
    veil: canvas(paintVeil(zones.lines), "veil"),
    outline: canvas(paintOutline(zones), "outline"),
    bands,
    residents: canvas(paintResidents(data.residents.style, uncovered), "dots"),
    doors: canvas(paintDoors(data.doors.signs, data.residents.style, closed), "doors"),
  };
};
