// The data of a session page as arrays, decoded once. From access15/outputs/pages/session_data.py.

import { readMissing } from "./change/missing.js";
import { decodeBytes, decodeFlags, decodeNumbers } from "./decode.js";
import { rint } from "./numbers.js";
import { RAISED, boxOf, wholeStreets } from "./streets/network.js";
import { buildGrid } from "./walk/snap.js";

// what most facilities are: only what differs is written
const PLAIN = { address: "", hub: false, named: false, counted: true };

/** @param {string} text base64 of little-endian float64 @returns {Doubles} */
const decodeDoubles = (text) => {
  const bytes = decodeBytes(text);
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
};

/** @param {string} text @returns {Ints} */
const decodeInts = (text) => Int32Array.from(decodeNumbers(text));

/** @param {string} text @param {number} count @returns {Bytes} */
const decodeBits = (text, count) => Uint8Array.from(decodeFlags(text, count), Number);

/**
 * Coordinates from the differences between vertices.
 * @param {string} text @param {number} corner_cm @returns {Doubles}
 */
const decodeCoordinates = (text, corner_cm) => {
  let cm = corner_cm;
  return Float64Array.from(decodeNumbers(text), (/** @type {number} */ step) => {
    cm += step;
    return cm / 100;
  });
};

/** Numbers of which most are zero. @param {any} data @param {number} n @returns {Ints} */
const readFew = (data, n) => {
  const numbers = new Int32Array(n);
  const values = decodeInts(data.value);
  let at = 0;
  decodeInts(data.at).forEach((step, i) => {
    at += step;
    numbers[at] = values[i];
  });
  return numbers;
};

/** What is known of sorts of ways: their only direction, their slope. @param {any} data */
const readSorts = ({ n_sorts, told }) => {
  const [oneWay, incline] = [new Uint8Array(n_sorts), new Float64Array(n_sorts).fill(NaN)];
  for (const [sort, direction, slope] of told) {
    oneWay[sort] = direction;
    incline[sort] = slope ?? NaN;
  }
  return { oneWay, incline };
};

/** @param {any} data @returns {Network} */
const readStreets = (data) => {
  let node = 0;
  const u = decodeInts(data.u).map((step) => (node += step));
  const v = decodeInts(data.v).map((step, e) => u[e] + step);
  const n = u.length;
  const counts = decodeInts(data.counts);
  const vertexStart = new Int32Array(n + 1);
  counts.forEach((count, e) => (vertexStart[e + 1] = vertexStart[e] + count));
  const [crossings, kerbs] = [data.crossings, data.kerbs].map((one) => Uint8Array.from(readFew(one, n)));
  const kinds = decodeBytes(data.kinds);
  const part = (/** @type {Bytes} */ bytes, /** @type {number} */ shift, /** @type {number} */ mask) =>
    bytes.map((byte) => (byte >> shift) & mask);
  return {
    nNodes: data.n_nodes,
    nEdges: n,
    u,
    v,
    length_m: Float64Array.from(decodeInts(data.length_cm), (cm) => cm / 100),
    vertexStart,
    x: decodeCoordinates(data.x_cm, data.corner_cm[0]),
    y: decodeCoordinates(data.y_cm, data.corner_cm[1]),
    crossingU: part(crossings, 0, 15),
    crossingV: part(crossings, 4, 15),
    kerbU: part(kerbs, 0, 15),
    kerbV: part(kerbs, 4, 15),
    steps: part(kinds, 0, 1),
    roadClass: part(kinds, 2, 63),
    street: decodeInts(data.street),
    sort: readFew(data.sort, n),
    ...readSorts(data),
    level: readFew(data.level, n),
  };
};

/** @param {any} data @returns {Snapped} */
const readSnapped = (data) => {
  const edge = decodeInts(data.edge);
  return { n: edge.length, edge, fraction: decodeDoubles(data.fraction), snap_m: decodeDoubles(data.snap_m) };
};

/**
 * Where places meet the streets; a door is joined from its facility's own point unless `data` says from where.
 * @param {any} data @param {number} nEdges @param {string} length_cm @param {Facility[]} places @returns {Join}
 */
const readJoin = (data, nEdges, length_cm, places) => {
  const homes = readHomeDoors(data.homes, length_cm);
  const facilities = readSnapped(data.facilities);
  const owner = decodeInts(data.facilities.owner);
  const x = Float64Array.from(owner, (row) => places[row].x ?? NaN);
  const y = Float64Array.from(owner, (row) => places[row].y ?? NaN);
  for (const [door, doorX, doorY] of data.facilities.from) {
    x[door] = doorX;
    y[door] = doorY;
  }
  return {
    isOpen: decodeBits(data.is_open, nEdges),
    isThrough: decodeBits(data.is_through, nEdges),
    homes: { ...homes, owner: Int32Array.from(homes.edge.keys()) },
    facilities: { ...facilities, owner, x, y },
    seats: data.seats && readSnapped(data.seats),
  };
};

/**
 * A projection as polynomials, from access15/outputs/projection_fit.py.
 * @param {any} data @returns {(first: number, second: number) => [number, number]}
 */
const readProjection = ({ middle, half, origin, powers, terms }) => {
  const degree = Math.max(...powers.flat());
  return (first, second) => {
    const [a, b] = [[1], [1]];
    for (let i = 1; i <= degree; i += 1) {
      a.push((a[i - 1] * (first - middle[0])) / half[0]);
      b.push((b[i - 1] * (second - middle[1])) / half[1]);
    }
    let [x, y] = [0, 0];
    for (const [k, [i, j]] of powers.entries()) {
      const power = a[i] * b[j];
      x += terms[k][0] * power;
      y += terms[k][1] * power;
    }
    return [origin[0] + x, origin[1] + y];
  };
};

/**
 * Whole numbers from the differences between them, or from the differences of those.
 * @param {string} text @param {number} order @returns {number[]}
 */
const decodeSteps = (text, order = 1) => {
  const numbers = decodeNumbers(text);
  for (let round = 0; round < order; round += 1) {
    let sum = 0;
    numbers.forEach((step, i) => (numbers[i] = sum += step));
  }
  return numbers;
};

/** Doors of homes, on whole centimetres. @param {any} data @param {string} length_cm @returns {Snapped} */
const readHomeDoors = (data, length_cm) => {
  const lengths = decodeNumbers(length_cm);
  const edge = Int32Array.from(decodeSteps(data.edge));
  const places = decodeSteps(data.at_cm, 2);
  const away = decodeNumbers(data.snap_cm);
  return {
    n: edge.length,
    edge,
    fraction: Float64Array.from(places, (cm, i) => (edge[i] >= 0 && lengths[edge[i]] > 0 ? cm / lengths[edge[i]] : 0)),
    snap_m: Float64Array.from(away, (cm, i) => (edge[i] >= 0 ? cm / 100 : Infinity)),
  };
};

/** Straight pieces of what stands between streets. @param {any} data @returns {BarrierPieces} */
const readBarriers = (data) => {
  const [works, counts] = [decodeInts(data.work), decodeInts(data.n_pieces)];
  const [x, y] = [decodeSteps(data.x_cm), decodeSteps(data.y_cm)];
  const [work, x_cm, y_cm] = [[], [], []].map((list) => /** @type {number[]} */ (list));
  let at = 0;
  counts.forEach((count, line) => {
    for (let i = at; i < at + count; i += 1) {
      work.push(works[line]);
      x_cm.push(x[i], x[i + 1]);
      y_cm.push(y[i], y[i + 1]);
    }
    at += count + 1;
  });
  return { work: Int32Array.from(work), x_cm: Float64Array.from(x_cm), y_cm: Float64Array.from(y_cm) };
};

/** Bridges beneath which nothing is mapped. @param {any} data @returns {BareBridges} */
const readBareBridges = (data) => ({
  edge: Int32Array.from(decodeSteps(data.edge)),
  number: decodeInts(data.number),
});

/** @param {any} data @returns {Homes} */
const readHomes = (data) => {
  const metres = (/** @type {string} */ text, /** @type {number} */ corner) =>
    Float64Array.from(decodeSteps(text, 2), (cm) => (corner + cm) / 100);
  const people = Object.entries(data.people).map(([group, text]) => [
    group,
    Float64Array.from(decodeSteps(text), (units) => units / data.units_per_person),
  ]);
  return {
    n: data.n,
    x: metres(data.x_cm, data.corner_cm[0]),
    y: metres(data.y_cm, data.corner_cm[1]),
    people: Object.fromEntries(people),
    street: readOtherStreets(data.street),
  };
};

/** Homes of which another street is told than the one that their door is on. @param {any} data @returns {Map<number, number>} */
const readOtherStreets = ({ at, name }) => {
  const [homes, names] = [decodeSteps(at), decodeNumbers(name)];
  return new Map(homes.map((home, i) => [home, names[i]]));
};

/**
 * Where a new place could be: the corners of the neighbourhood, or points that were given.
 * @param {number[]} lon7 ten millionths of a degree @param {number[]} lat7 @param {Ints} node of corners, -1 of others
 * @param {string[]} names of others
 * @param {(lon: number, lat: number) => [number, number]} toMetres @returns {Points}
 */
const readPoints = (lon7, lat7, node, names, toMetres) => {
  const places = lon7.map((lon, i) => ({ lon: lon / 1e7, lat: lat7[i] / 1e7 }));
  return { places, node, names, metres: (row) => toMetres(places[row].lon, places[row].lat) };
};

/** @param {any} corners @param {any[]} given @param {(lon: number, lat: number) => [number, number]} toMetres */
const readCandidates = (corners, given, toMetres) => ({
  corners: readPoints(decodeSteps(corners.lon), decodeSteps(corners.lat), Int32Array.from(decodeSteps(corners.node)), [], toMetres),
  given: readPoints(
    given.map((one) => rint(1e7 * one.lon)),
    given.map((one) => rint(1e7 * one.lat)),
    new Int32Array(given.length).fill(-1),
    given.map((one) => one.name),
    toMetres,
  ),
});

/**
 * Decodes everything once.
 * @param {any} data from access15/outputs/session_data.py
 * @returns {Session}
 */
export const readSession = (data) => {
  const streets = readStreets(data.streets);
  const base = wholeStreets(streets);
  const seats = !data.seats ? null : { x: decodeDoubles(data.seats.x), y: decodeDoubles(data.seats.y), n: 0 };
  if (seats) {
    seats.n = seats.x.length;
  }
  const toMetres = readProjection(data.to_metres);
  /** @type {Facility[]} */
  const facilities = data.facilities.map((/** @type {any} */ one) => ({ ...PLAIN, ...one }));
  return {
    data,
    streets,
    base,
    ...readCandidates(data.corners, data.given, toMetres),
    profiles: data.profiles.map((/** @type {any} */ one) => ({ ...one, factors: one.factors.map(decodeDoubles) })),
    barriers: readBarriers(data.barriers),
    bareBridges: readBareBridges(data.bare_bridges),
    missing: readMissing(data.missing, streets),
    metres: null,
    join: readJoin(data.join, streets.nEdges, data.streets.length_cm, facilities),
    homes: readHomes(data.homes),
    facilities,
    hubCategory: data.hub_category ?? null,
    facilityRow: new Map(facilities.map((one, i) => [one.id, i])),
    seats,
    categories: data.categories,
    targets: data.targets,
    cutoffs_min: data.cutoffs_min,
    longest_s: 60 * Math.max(...data.cutoffs_min),
    max_snap_m: data.max_snap_m,
    max_seat_snap_m: data.max_seat_snap_m,
    grid: buildGrid(streets),
    box: boxOf(streets),
    sites: new Map([["", base]]),
    hasSteps: streets.steps.includes(1),
    hasRaisedKerbs: streets.kerbU.includes(RAISED) || streets.kerbV.includes(RAISED),
    needsSeats: seats !== null && data.profiles.some((/** @type {Profile} */ profile) => profile.needs_seat),
    toMetres,
    toUnits: readProjection(data.to_units),
  };
};
