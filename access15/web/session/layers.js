// The canvas layers of the session page's maps: what lies on what, and which of it a view shows.

import { CanvasLayer, Shapes } from "../map/canvas.js";
import { paintBase, paintOutline, paintVeil } from "../map/paint.js";
import { buttonBoxes } from "../map/writing.js";
import { Candidates, paintCandidates } from "./candidates.js";
import { paintChanges, paintDifference, paintHomes, paintReached, paintWriting, Streets } from "./draw.js";

const PANES = { base: 150, veil: 250, bands: 350, difference: 360, outline: 380, changes: 410, homes: 420, candidates: 430, writing: 450 };

/** Room for the layers on a map, one above the other. @param {any} map */
export const addPanes = (map) => {
  for (const [name, height] of Object.entries(PANES)) {
    map.createPane(`a15-${name}`).style.zIndex = String(height);
    map.getPane(`a15-${name}`).style.pointerEvents = "none";
  }
};

export const prepare = (page) => {
  const { map, data } = page;
  addPanes(map);
  page.streets = new Streets(page.model);
  const shapes = { rail: new Shapes(data.backdrop.rail, { closed: false }), roads: page.streets.roads(data.streets.road_classes) };
  for (const kind of ["water", "green", "buildings"]) {
    shapes[kind] = new Shapes(data.backdrop[kind], { closed: true });
  }
  page.shapes = shapes;
  page.zones = new Shapes(data.zones, { closed: true });
  page.candidates = new Candidates(page.model);
  return layersOf(page, map, () => page.choice.view);
};

/** The canvas layers of a map that shows one view. @param {any} page @param {any} map @param {() => string} view */
export const layersOf = (page, map, view) => {
  const { style } = page.data;
  const changes = () => (view() === "today" ? page.model.today : page.shownChanges());
  const reached = () => {
    const { profile, target, isFilled } = page.choice;
    if (!page.model.isKnown(changes(), target)) {
      return null;
    }
    if (view() === "difference") {
      // for comparison only the widest band of today, pale
      const shapes = reachedOf(page, page.model.today, profile, target).slice(-1);
      return { shapes, colours: style.bands.colours.slice(-1), isFilled, isQuick: page.held };
    }
    return { shapes: reachedOf(page, changes(), profile, target), isFilled, isQuick: page.held };
  };
  const hasProposal = () => view() !== "today" && page.model.isKnown(page.model.today, page.choice.target);
  const homes = () => {
    const { profile, target, group } = page.choice;
    return hasProposal() ? page.model.homesThat(page.shownChanges(), profile, target, group) : null;
  };
  const difference = () => {
    const { profile, target } = page.choice;
    if (view() !== "difference" || !page.model.isKnown(page.model.today, target)) {
      return null;
    }
    const [before, after] = [page.model.today, page.shownChanges()].map((one) => reachedOf(page, one, profile, target).at(-1));
    return { before, after };
  };
  const writing = {
    isQuick: () => page.held,
    signs: () => (map === page.map ? page.marks.taken() : []),
    boxes: () => buttonBoxes(map),
    shapes: () => (view() === "difference" ? [] : (reached() || { shapes: [] }).shapes),
    times: () => page.data.cutoffs_min.map((n) => page.speech.say("minutes_short", { n: page.speech.number(n) })),
  };
  const paints = {
    base: paintBase(page.shapes),
    veil: paintVeil(page.zones.lines),
    bands: paintReached(style.bands, page.streets, reached),
    difference: paintDifference(page.streets, difference),
    outline: paintOutline(page.zones),
    changes: paintChanges(() => (view() === "today" ? null : changedOf(page))),
    homes: paintHomes(homes),
    candidates: paintCandidates(() => (map === page.map ? page.tools.candidates() : [])),
    writing: paintWriting(style.bands, page.data.names, writing),
  };
  return Object.fromEntries(
    Object.entries(paints).map(([name, paint]) => [name, new CanvasLayer(page.data.frame, paint, { pane: `a15-${name}` }).addTo(map)]),
  );
};

const reachedOf = (page, changes, profile, target) =>
  page.model.parts(changes, profile, target).map((parts) => page.streets.shape(page.model.streets(changes), parts));

/** Lines and ghosts of what was changed. */
const changedOf = (page) => {
  const changes = page.shownChanges();
  const { found } = page.model.streets(changes);
  const lines = (kind) =>
    changes
      .filter((one) => one.change === kind && found[one.id])
      .map((one) => (found[one.id].line ? page.streets.lineOf(found[one.id].line) : page.streets.line(found[one.id].edge)));
  const moved = page.model
    .places(changes)
    .filter((one) => one.state === "move_facility")
    .map((one) => ({
      from: [one.from.lat, one.from.lon],
      to: [one.lat, one.lon],
      symbol: (page.model.categoryOf.get(one.category) || { symbol: "" }).symbol,
    }));
  const start = page.tools && page.tools.first ? [page.tools.first.lat, page.tools.first.lon] : null;
  return { closed: lines("close_link"), links: lines("add_link"), steps: lines("remove_steps"), moved, start };
};
