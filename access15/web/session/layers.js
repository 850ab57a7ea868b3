// The canvas layers of the session page's maps: what lies on what, and which of it a view shows.

import { CanvasLayer, Shapes } from "../map/canvas.js";
import { addPanes, baseShapes } from "../map/layers.js";
import { paintBase, paintOutline, paintVeil } from "../map/paint.js";
import { buttonBoxes } from "../map/writing.js";
import { paintCandidates } from "./candidates.js";
import { paintChanges } from "./changed.js";
import { paintDifference, paintHomes, paintReached, paintWriting } from "./reached.js";
import { StreetShapes } from "./street_shapes.js";
import { classesOf } from "./where.js";
import { paintWay } from "./house_map.js";
import { paintSeats } from "./seats.js";
import { paintWhere, shadedBy } from "./where_map.js";

const PANES = { base: 150, veil: 250, bands: 350, where: 355, difference: 360, outline: 380, way: 405, seats: 407, changes: 410, homes: 420, candidates: 430, writing: 450 };

/** Seats of today that a street is near enough to, in units of the page. @param {import("./model.js").Model} model @returns {[number, number][]} */
const listSeats = ({ session }) => {
  const { seats, join } = session;
  const rows = seats ? Array.from(seats.x.keys()).filter((i) => join.seats && join.seats.edge[i] >= 0) : [];
  return seats ? rows.map((i) => session.toUnits(seats.x[i], seats.y[i])) : [];
};

/** What never changes below the layers. @param {import("./model.js").Model} model @param {SessionData} data */
export const readGround = (model, data) => {
  const streets = new StreetShapes(model);
  return {
    streets,
    base: baseShapes(data.backdrop, streets.roads(data.streets.road_classes)),
    zones: new Shapes(data.zones, { closed: true }),
    seats: listSeats(model),
  };
};

/**
 * What a map shows of its own, beside what all share.
 * @typedef {{view: () => string, signs: () => import("../map/writing.js").Sign[], candidates: () => Candidate[],
 *   linkStart: () => LonLat | null, lit: () => {edges: number[], ids: string[]} | null, where: import("./where.js").Where | null,
 *   house: import("./house.js").House}} Shown
 */

/**
 * What can be drawn of a view: reached streets, who gains, what was changed.
 * @param {{model: import("./model.js").Model, data: SessionData, store: import("./store.js").Store,
 *   ground: ReturnType<typeof readGround>}} parts
 * @param {Shown} shown
 */
const seenBy = ({ model, data, store, ground }, { view, linkStart, lit, where, house }) => {
  const isWhere = () => where !== null && where.isOn;
  const changes = () => (view() === "today" ? model.today : store.changes);
  /** @param {Change[]} some */
  const shapesOf = (some) => {
    const { profile, target } = store.choice;
    return model.parts(some, profile, target).map((parts) => ground.streets.shape(model.streets(some), parts));
  };
  const isKnownToday = () => model.isKnown(model.today, store.choice.target);
  const reached = () => {
    if (isWhere() || !model.isKnown(changes(), store.choice.target)) {
      return null;
    }
    // for comparison only the widest band of today, pale
    const from = view() === "difference" ? -1 : 0;
    return {
      shapes: shapesOf(view() === "difference" ? model.today : changes()).slice(from),
      colours: data.style.bands.colours.slice(from),
      isFilled: store.choice.isFilled,
      isQuick: store.isHeld,
    };
  };
  const difference = () => {
    if (view() !== "difference" || !isKnownToday()) {
      return null;
    }
    const [before, after] = [model.today, store.changes].map((one) => shapesOf(one).slice(-1)[0]);
    return { before, after };
  };
  const homes = () => {
    const { profile, target, group } = store.choice;
    const isShown = !isWhere() && view() !== "today" && isKnownToday();
    return isShown ? model.homesThat(store.changes, profile, target, group) : null;
  };
  const changed = () => {
    const start = view() === "today" ? null : linkStart();
    return { ...listChanged(model, ground.streets, changes(), start, store.choice.target), lit: listLit(model, ground.streets, changes(), lit()) };
  };
  const seats = () => {
    const { profile, target, group } = store.choice;
    if (isWhere() || !model.profileOf.get(profile)?.needs_seat) {
      return null;
    }
    const gaps = model.gaps(changes(), profile, target, group);
    return { seats: ground.seats, gaps: gaps && ground.streets.shape(model.streets(changes()), gaps) };
  };
  const shaded = () => where && shadedBy(where, ground.streets, classesOf);
  const ways = () => (view() === "difference" ? [model.today, store.changes] : [changes()]).map((one) => house.drawn(one));
  return { reached, difference, homes, changed, seats, shaded, ways };
};

/** Stretches and links that light up. @param {import("./model.js").Model} model @param {StreetShapes} streets @param {Change[]} changes @param {ReturnType<Shown["lit"]>} lit */
const listLit = (model, streets, changes, lit) => {
  const { found } = model.streets(changes);
  const links = (lit ? lit.ids : []).flatMap((id) => (found[id]?.line ? [streets.lineOf(found[id].line)] : []));
  return [...links, ...(lit ? lit.edges : []).map((e) => streets.line(e))];
};

/**
 * Lines and ghosts of what was changed, and from places to their doors.
 * @param {import("./model.js").Model} model @param {StreetShapes} streets @param {Change[]} changes @param {LonLat | null} start
 * @param {string} target whose doors are shown beside those of hubs
 */
const listChanged = (model, streets, changes, start, target) => {
  const { found } = model.streets(changes);
  /** @param {string} kind */
  const lines = (kind) =>
    changes
      .filter((one) => one.change === kind && found[one.id])
      .map(({ id }) => {
        const { line, edge = -1 } = found[id];
        return line ? streets.lineOf(line) : streets.line(edge);
      });
  const moved = model.places(changes).flatMap(({ from, state, category, lon, lat }) => {
    const symbol = model.categoryOf.get(category)?.symbol || "";
    return from && state === "move_facility" ? [{ from: { lon: from.lon, lat: from.lat }, to: { lon, lat }, symbol }] : [];
  });
  const doors = model.places(changes).flatMap((place) =>
    place.hub || place.category === target || place.state === "set_door"
      ? place.doors.map((door) => ({ from: { lon: place.lon, lat: place.lat }, to: door }))
      : [],
  );
  return { closed: lines("close_link"), links: lines("add_link"), steps: lines("remove_steps"), moved, doors, start };
};

/**
 * The canvas layers of a map that shows one view.
 * @param {L.Map} map
 * @param {Parameters<typeof seenBy>[0] & {speech: import("./text.js").Speech}} parts
 * @param {Shown} shown
 */
export const drawLayers = (map, parts, shown) => {
  const { data, speech, store, ground } = parts;
  const { bands } = data.style;
  const seen = seenBy(parts, shown);
  const writing = {
    isQuick: () => store.isHeld,
    signs: shown.signs,
    boxes: () => buttonBoxes(map),
    shapes: () => (shown.view() === "difference" ? [] : seen.reached()?.shapes || []),
    times: () => data.cutoffs_min.map((n) => speech.say("minutes_short", { n: speech.number(n) })),
  };
  addPanes(map, PANES);
  /** @param {keyof typeof PANES} name @param {Paint} paint */
  const layer = (name, paint) => new CanvasLayer(data.frame, paint, { pane: `a15-${name}` }).addTo(map);
  return {
    base: layer("base", paintBase(ground.base)),
    veil: layer("veil", paintVeil(ground.zones.lines)),
    bands: layer("bands", paintReached(bands, ground.streets.unitsPerMetre, ground.base.roads, seen.reached)),
    where: layer("where", paintWhere(seen.shaded)),
    difference: layer("difference", paintDifference(seen.difference)),
    outline: layer("outline", paintOutline(ground.zones)),
    way: layer("way", paintWay(seen.ways)),
    seats: layer("seats", paintSeats(seen.seats)),
    changes: layer("changes", paintChanges(seen.changed)),
    homes: layer("homes", paintHomes(seen.homes)),
    candidates: layer("candidates", paintCandidates(shown.candidates)),
    writing: layer("writing", paintWriting(bands, data.names, writing)),
  };
};
