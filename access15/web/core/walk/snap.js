// Points to the nearest place on a street, as access15/core/walk/snap.py with the arithmetic of GEOS.

import { rint, wholeCm } from "../numbers.js";
import { boxOf } from "../streets/network.js";

const CELL_M = 50;

const MOST_CELLS = 1 << 20;

const THROUGH_MARGIN_M = 50; // how much farther than a dead-end service way a street may be that is taken for it

/**
 * Cells that a segment may touch: those of its box.
 * @param {Grid} grid @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1
 * @param {(cell: number) => void} visit
 */
const visitBox = (grid, x0, y0, x1, y1, visit) => {
  const column = (/** @type {number} */ at) => Math.floor((at - grid.x0) / grid.size_m);
  const row = (/** @type {number} */ at) => Math.floor((at - grid.y0) / grid.size_m);
  const [west, east] = [column(Math.min(x0, x1)), column(Math.max(x0, x1))];
  const north = row(Math.max(y0, y1));
  for (let r = row(Math.min(y0, y1)); r <= north; r += 1) {
    for (let c = west; c <= east; c += 1) {
      visit(r * grid.columns + c);
    }
  }
};

/**
 * Which cells of a grid each edge may touch, every cell of an edge once.
 * @param {Network} network @param {Grid} grid @param {(cell: number, edge: number) => void} visit
 */
const visitCells = (network, grid, visit) => {
  const { x, y, vertexStart } = network;
  const last = new Int32Array(grid.columns * grid.rows).fill(-1);
  for (let e = 0; e < network.nEdges; e += 1) {
    const look = (/** @type {number} */ cell) => {
      if (last[cell] !== e) {
        last[cell] = e;
        visit(cell, e);
      }
    };
    for (let i = vertexStart[e] + 1; i < vertexStart[e + 1]; i += 1) {
      visitBox(grid, x[i - 1], y[i - 1], x[i], y[i], look);
    }
  }
};

/**
 * Index of edges by the cells they run through.
 * @param {Network} network @returns {Grid}
 */
export const buildGrid = (network) => {
  const { west, south, east, north } = boxOf(network);
  const [width, height] = network.x.length ? [east - west, north - south] : [0, 0];
  let size_m = CELL_M;
  while ((width / size_m + 1) * (height / size_m + 1) > MOST_CELLS) {
    size_m *= 2;
  }
  /** @type {Grid} */
  const grid = {
    x0: network.x.length ? west : 0,
    y0: network.x.length ? south : 0,
    size_m,
    columns: Math.floor(width / size_m) + 1,
    rows: Math.floor(height / size_m) + 1,
    start: new Int32Array(0),
    edges: new Int32Array(0),
    seen: new Int32Array(network.nEdges),
    round: 0,
  };
  grid.start = new Int32Array(grid.columns * grid.rows + 1);
  visitCells(network, grid, (cell) => (grid.start[cell + 1] += 1));
  for (let i = 0; i < grid.start.length - 1; i += 1) {
    grid.start[i + 1] += grid.start[i];
  }
  grid.edges = new Int32Array(grid.start[grid.start.length - 1]);
  const next = grid.start.slice(0, -1);
  visitCells(network, grid, (cell, e) => {
    grid.edges[next[cell]] = e;
    next[cell] += 1;
  });
  return grid;
};

/** Metres from a point to a segment, as GEOS Distance::pointToSegment. */
const toSegment = (
  /** @type {number} */ px, /** @type {number} */ py,
  /** @type {number} */ ax, /** @type {number} */ ay, /** @type {number} */ bx, /** @type {number} */ by,
) => {
  const [dx, dy] = [bx - ax, by - ay];
  const squared = dx * dx + dy * dy;
  const r = squared === 0 ? 0 : ((px - ax) * dx + (py - ay) * dy) / squared;
  if (r <= 0 || squared === 0) {
    return Math.sqrt((px - ax) * (px - ax) + (py - ay) * (py - ay));
  }
  if (r >= 1) {
    return Math.sqrt((px - bx) * (px - bx) + (py - by) * (py - by));
  }
  return Math.abs(((ay - py) * dx - (ax - px) * dy) / squared) * Math.sqrt(squared);
};

/** @param {Network} network @param {number} e @param {number} px @param {number} py @returns {number} metres */
const toEdge = (network, e, px, py) => {
  const { x, y, vertexStart } = network;
  let least = Infinity;
  for (let i = vertexStart[e] + 1; i < vertexStart[e + 1]; i += 1) {
    least = Math.min(least, toSegment(px, py, x[i - 1], y[i - 1], x[i], y[i]));
  }
  return least;
};

/** Where on an edge the nearest place is, 0 at u, as GEOS line_locate_point, normalized. */
export const locate = (
  /** @type {Network} */ network, /** @type {number} */ e, /** @type {number} */ px, /** @type {number} */ py,
) => {
  const { x, y, vertexStart } = network;
  let [least, along, begin] = [Infinity, 0, 0];
  for (let i = vertexStart[e] + 1; i < vertexStart[e + 1]; i += 1) {
    const [ax, ay, bx, by] = [x[i - 1], y[i - 1], x[i], y[i]];
    const [dx, dy] = [bx - ax, by - ay];
    const length = Math.sqrt(dx * dx + dy * dy);
    const away = toSegment(px, py, ax, ay, bx, by);
    if (away < least) {
      least = away;
      along = begin + shareAlong(px - ax, py - ay, dx, dy) * length;
    }
    begin += length;
  }
  return begin > 0 ? Math.min(Math.max(along / begin, 0), 1) : 0;
};

/** @param {number} px @param {number} py @param {number} dx @param {number} dy @returns {number} from 0 to 1 */
const shareAlong = (px, py, dx, dy) => {
  const squared = dx * dx + dy * dy;
  const r = squared > 0 ? (px * dx + py * dy) / squared : 0;
  return r > 0 ? Math.min(r, 1) : 0;
};

/**
 * The nearest edge that `isOpen`, the lowest of equally near ones; -1 where none lies within the limit, inclusive.
 * `edgesOf(e)` names the first and the last + 1 edge of `network` that edge `e` of the grid was cut into.
 * @param {Grid} grid @param {Network} network @param {Ints} first pieces of each edge of the grid
 * @param {(piece: number) => boolean} isOpen @param {number} px @param {number} py @param {number} limit_m
 * @returns {{edge: number, away_m: number}}
 */
export const nearestEdge = (grid, network, first, isOpen, px, py, limit_m) => {
  let [best, best_m] = [-1, Infinity];
  const look = (/** @type {number} */ cell) => {
    for (let k = grid.start[cell]; k < grid.start[cell + 1]; k += 1) {
      const e = grid.edges[k];
      if (grid.seen[e] === grid.round) {
        continue;
      }
      grid.seen[e] = grid.round;
      for (let piece = first[e]; piece < first[e + 1]; piece += 1) {
        if (isOpen(piece)) {
          const away_m = toEdge(network, piece, px, py);
          if (away_m < best_m || (away_m === best_m && piece < best)) {
            [best, best_m] = [piece, away_m];
          }
        }
      }
    }
  };
  grid.round += 1;
  const [c0, r0] = [Math.floor((px - grid.x0) / grid.size_m), Math.floor((py - grid.y0) / grid.size_m)];
  const farthest = Math.ceil((limit_m + 1) / grid.size_m) + 1;
  for (let ring = 0; ring <= farthest; ring += 1) {
    // all within (ring - 1) cells has been seen; pieces may lie a centimetre beside their edge
    if ((ring - 1) * grid.size_m - 0.02 > best_m) {
      break;
    }
    for (let r = Math.max(r0 - ring, 0); r <= Math.min(r0 + ring, grid.rows - 1); r += 1) {
      const isWhole = r === r0 - ring || r === r0 + ring;
      const step = isWhole || ring === 0 ? 1 : 2 * ring;
      for (let c = c0 - ring; c <= c0 + ring; c += step) {
        if (c >= 0 && c < grid.columns) {
          look(r * grid.columns + c);
        }
      }
    }
  }
  return best_m <= limit_m ? { edge: best, away_m: best_m } : { edge: -1, away_m: best_m };
};

/** Share of an edge in whole centimetres of its length. @param {number} fraction @param {number} length_m */
export const roundShare = (fraction, length_m) => {
  const cm = rint(100 * length_m);
  return cm > 0 ? rint(fraction * cm) / cm : 0;
};

/**
 * Where a piece of changed streets may take a door: at the ground, neither closed nor a link.
 * @param {Bytes} ofEdge of the streets as they are @param {Streets} streets @returns {(piece: number) => boolean}
 */
const takesDoors = (ofEdge, { isLink, isClosed, pieceEdge }) => (piece) =>
  isLink[piece] === 0 && isClosed[piece] === 0 && ofEdge[pieceEdge[piece]] === 1;

/**
 * A place on its street, its share and its distance in whole centimetres.
 * @param {Network} network @param {{edge: number, away_m: number}} found @param {number} px @param {number} py
 * @returns {{edge: number, fraction: number, snap_m: number}}
 */
const putOn = (network, found, px, py) => {
  if (found.edge < 0) {
    return { edge: -1, fraction: 0, snap_m: Infinity };
  }
  const fraction = roundShare(locate(network, found.edge, px, py), network.length_m[found.edge]);
  return { edge: found.edge, fraction, snap_m: wholeCm(found.away_m) };
};

/**
 * The door of a new place on changed streets, as snap_doors of access15/core/walk/doors.py.
 * @param {Session} session @param {Streets} streets @param {number} px @param {number} py
 * @returns {{edge: number, fraction: number, snap_m: number}}
 */
export const snapDoor = (session, streets, px, py) => {
  const { network, firstPiece } = streets;
  const limit_m = session.max_snap_m;
  const look = (/** @type {Bytes} */ ofEdge) =>
    nearestEdge(session.grid, network, firstPiece, takesDoors(ofEdge, streets), px, py, limit_m);
  const [first, through] = [look(session.join.isOpen), look(session.join.isThrough)];
  const takes = through.edge >= 0 && through.away_m <= first.away_m + THROUGH_MARGIN_M;
  return putOn(network, takes ? through : first, px, py);
};

/**
 * At the nearest of all streets at the ground: a seat, or a door that somebody sets.
 * @param {number} limit_m
 * @returns {(session: Session, streets: Streets, px: number, py: number) => {edge: number, fraction: number, snap_m: number}}
 */
export const snapNearest = (limit_m) => (session, streets, px, py) => {
  const isOpen = takesDoors(session.join.isOpen, streets);
  const found = nearestEdge(session.grid, streets.network, streets.firstPiece, isOpen, px, py, limit_m);
  return putOn(streets.network, found, px, py);
};
