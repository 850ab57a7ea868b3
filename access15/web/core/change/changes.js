// What proposals change about streets: links, closings, steps and kerbs taken away. As access15/core/change/changes.py.

import { addLinks, pointAt } from "./linked.js";
import { findWork } from "./works.js";
import { saved, wholeCm } from "../numbers.js";
import { RAISED } from "../streets/network.js";
import { locate, nearestEdge, roundShare } from "../walk/snap.js";

const FAR_M = 30; // from a change's point to what it means

const [SHORTEST_M, LONGEST_M] = [0.01, 500];

const MOST_KEPT = 12;

export const STREET_CHANGES = new Set(["add_link", "close_link", "remove_steps", "add_kerb_ramp"]);

/**
 * A point of a change in the study's metres, whole centimetres; NaN where it has none.
 * @param {Session} session @param {any} lon @param {any} lat @returns {[number, number]}
 */
export const placeOf = (session, lon, lat) => {
  if (!Number.isFinite(lon) || !Number.isFinite(lat)) {
    return [NaN, NaN];
  }
  const [x, y] = session.toMetres(saved(lon), saved(lat));
  return [wholeCm(x), wholeCm(y)];
};

/** @param {Session} session @param {(edge: number) => boolean} isOpen @param {[number, number]} point */
const nearestOf = (session, isOpen, [x, y]) =>
  nearestEdge(session.grid, session.streets, session.base.firstPiece, isOpen, x, y, FAR_M).edge;

/**
 * The stretch of street that a closing, or the removal of steps, means; -1 where there is none.
 * @param {Session} session @param {{change: string, lon?: number | null, lat?: number | null}} change
 */
export const stretchOf = (session, { change, lon, lat }) => {
  const isAsked = (/** @type {number} */ e) => change !== "remove_steps" || session.streets.steps[e] === 1;
  return nearestOf(session, isAsked, placeOf(session, lon, lat));
};

/** The nearest node where some edge ends at a raised kerb. @param {Network} streets @param {[number, number]} point */
const nearestKerb = (streets, [x, y]) => {
  let [best, best_m] = [-1, Infinity];
  const look = (/** @type {number} */ node, /** @type {number} */ vertex) => {
    const [dx, dy] = [streets.x[vertex] - x, streets.y[vertex] - y];
    const away_m = Math.sqrt(dx * dx + dy * dy);
    if (away_m <= FAR_M && (away_m < best_m || (away_m === best_m && node < best))) {
      [best, best_m] = [node, away_m];
    }
  };
  for (let e = 0; e < streets.nEdges; e += 1) {
    if (streets.kerbU[e] === RAISED) {
      look(streets.u[e], streets.vertexStart[e]);
    }
    if (streets.kerbV[e] === RAISED) {
      look(streets.v[e], streets.vertexStart[e + 1] - 1);
    }
  }
  return best;
};

/**
 * A street's end of a link.
 * @param {Session} session @param {Bytes} isClosed @param {[number, number]} point
 * @returns {{edge: number, fraction: number, x: number, y: number} | null}
 */
const linkEnd = (session, isClosed, point) => {
  const edge = nearestOf(session, (e) => isClosed[e] === 0, point);
  if (edge < 0) {
    return null;
  }
  const located = locate(session.streets, edge, ...point);
  const fraction = roundShare(located, session.streets.length_m[edge]);
  const [x, y] = pointAt(session.streets, edge, fraction);
  return { edge, fraction, x, y };
};

/** What changes mean on the streets. @param {Session} session @param {Change[]} changes */
const resolve = (session, changes) => {
  const { streets } = session;
  const isClosed = new Uint8Array(streets.nEdges);
  const found = {
    isClosed,
    mended: /** @type {Set<number>} */ (new Set()),
    ramps: /** @type {Set<number>} */ (new Set()),
    links: /** @type {any[]} */ ([]),
    problems: /** @type {Problem[]} */ ([]),
    found: /** @type {{[id: string]: any}} */ (Object.create(null)), // ids may be "constructor"
  };
  const miss = (/** @type {Change} */ change, /** @type {string} */ code) =>
    found.problems.push({ id: change.id, code });
  const pointOf = (/** @type {Change} */ change) => placeOf(session, change.lon, change.lat);
  const of = (/** @type {string} */ kind) => changes.filter((change) => change.change === kind);
  for (const change of of("remove_steps")) {
    const e = stretchOf(session, change);
    if (e < 0) {
      miss(change, "no_steps");
    } else {
      found.mended.add(e);
      found.found[change.id] = { edge: e };
    }
  }
  for (const change of of("add_kerb_ramp")) {
    const node = nearestKerb(streets, pointOf(change));
    if (node < 0) {
      miss(change, "no_kerb");
    } else {
      found.ramps.add(node);
      found.found[change.id] = { node };
    }
  }
  for (const change of of("close_link")) {
    const e = stretchOf(session, change);
    if (e < 0) {
      miss(change, "no_street");
    } else {
      isClosed[e] = 1;
      found.found[change.id] = { edge: e };
    }
  }
  for (const change of of("add_link")) {
    const a = linkEnd(session, isClosed, pointOf(change));
    const b = linkEnd(session, isClosed, placeOf(session, change.lon2, change.lat2));
    if (!a || !b) {
      miss(change, "no_street");
      continue;
    }
    const length_m = wholeCm(Math.sqrt((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)));
    if (length_m < SHORTEST_M || length_m > LONGEST_M) {
      miss(change, length_m < SHORTEST_M ? "too_short" : "too_long");
    } else {
      found.links.push({ id: change.id, a, b, length_m });
      const work = findWork(session, a, b, length_m);
      found.found[change.id] = { line: Float64Array.of(a.x, a.y, b.x, b.y), length_m, work };
    }
  }
  return found;
};

/** @param {Network} streets with steps and kerbs gone @param {Set<number>} mended @param {Set<number>} ramps */
const mend = (streets, mended, ramps) => {
  const changed = { ...streets };
  for (const name of /** @type {const} */ (["steps", "kerbU", "kerbV"])) {
    changed[name] = streets[name].slice();
  }
  changed.sort = streets.sort.slice();
  for (const e of mended) {
    changed.steps[e] = changed.sort[e] = 0;
  }
  for (let e = 0; e < streets.nEdges && ramps.size > 0; e += 1) {
    if (changed.kerbU[e] === RAISED && ramps.has(streets.u[e])) {
      changed.kerbU[e] = 1;
    }
    if (changed.kerbV[e] === RAISED && ramps.has(streets.v[e])) {
      changed.kerbV[e] = 1;
    }
  }
  return changed;
};

/**
 * The streets after the changes of a proposal; the same object for the same changes of streets.
 * @param {Session} session @param {Change[]} changes any; those of facilities and benches are left out
 * @returns {Streets}
 */
export const changeStreets = (session, changes) => {
  const some = changes.filter((change) => STREET_CHANGES.has(change.change));
  const points = some.map(({ id, change, lon, lat, lon2, lat2 }) => [id, change, lon, lat, lon2, lat2]);
  const key = some.length ? JSON.stringify(points) : "";
  const known = session.sites.get(key);
  if (known) {
    session.sites.delete(key); // the last used goes last
    session.sites.set(key, known);
    return known;
  }
  const { isClosed, mended, ramps, links, problems, found } = resolve(session, some);
  const isMended = mended.size + ramps.size > 0;
  const network = isMended ? mend(session.streets, mended, ramps) : session.streets;
  const changed = links.length
    ? addLinks(network, links, isClosed)
    : { ...session.base, network, isClosed };
  const { pieceEdge, pieceStart, pieceStop } = changed;
  const ofLinks = (/** @type {any} */ values, /** @type {number[]} */ more) => {
    const all = new values.constructor(values.length + more.length);
    all.set(values);
    all.set(more, values.length);
    return all;
  };
  const pieces = {
    edge: ofLinks(pieceEdge, links.map((_, k) => -1 - k)),
    from: ofLinks(pieceStart, links.map(() => 0)),
    to: ofLinks(pieceStop, links.map(() => 1)),
  };
  const lines = links.map((link) => ({ id: link.id, ...found[link.id] }));
  const closedAlone = links.length || isMended ? null : Object.values(found).map((one) => one.edge);
  const streets = { ...changed, key, closedAlone, problems, found, pieces, links: lines, sites: new Map() };
  const oldest = [...session.sites.keys()].find((one) => one !== "");
  if (session.sites.size > MOST_KEPT && oldest !== undefined) {
    session.sites.delete(oldest);
  }
  session.sites.set(key, streets);
  return streets;
};
