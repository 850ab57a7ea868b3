"use strict";
// What the session page computes: the session's data as arrays, and a walker's costs on the streets.
// As access15/core/impedance.py and graph.py, the same float64 operations in the same order, so that page and
// Python give the same counts. Knows nothing of maps or pages. Needs decode.js.

globalThis.access15 = globalThis.access15 || {};
access15.core = access15.core || /** @type {any} */ ({});

(() => {
  const core = access15.core;
  const RAISED = 2; // index into KERBS of core/network.py

  /** Nearest whole number, halves to even, as numpy.rint. @param {number} value @returns {number} */
  const rint = (value) => {
    const floor = Math.floor(value);
    const rest = value - floor;
    if (rest !== 0.5) {
      return rest < 0.5 ? floor : floor + 1;
    }
    return floor % 2 === 0 ? floor : floor + 1;
  };

  /** @param {number} value @returns {number} whole centimetres, in metres */
  const wholeCm = (value) => rint(100 * value) / 100;

  /** @param {string} text base64 of little-endian float64 @returns {Doubles} */
  const decodeDoubles = (text) => {
    const bytes = access15.decodeBytes(text);
    const view = new DataView(bytes.buffer);
    return Float64Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
  };

  /** @param {string} text @returns {Ints} */
  const decodeInts = (text) => Int32Array.from(access15.decodeNumbers(text));

  /** @param {string} text @param {number} count @returns {Bytes} */
  const decodeBits = (text, count) => Uint8Array.from(access15.decodeFlags(text, count), Number);

  /**
   * Coordinates from the differences between vertices.
   * @param {string} text @param {number} corner_cm @returns {Doubles}
   */
  const decodeCoordinates = (text, corner_cm) => {
    let cm = corner_cm;
    return Float64Array.from(access15.decodeNumbers(text), (/** @type {number} */ step) => {
      cm += step;
      return cm / 100;
    });
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
    const [ends, kinds] = [access15.decodeBytes(data.ends), access15.decodeBytes(data.kinds)];
    const part = (/** @type {Bytes} */ bytes, /** @type {number} */ shift, /** @type {number} */ mask) =>
      bytes.map((byte) => (byte >> shift) & mask);
    const slopeForward = new Float64Array(n).fill(1);
    const slopeBackward = new Float64Array(n).fill(1);
    const slope = new Float64Array(n);
    for (const [e, forward, backward, incline] of data.slopes) {
      slopeForward[e] = forward;
      slopeBackward[e] = backward;
      slope[e] = incline;
    }
    return {
      nNodes: data.n_nodes,
      nEdges: n,
      u,
      v,
      length_m: Float64Array.from(decodeInts(data.length_cm), (cm) => cm / 100),
      vertexStart,
      x: decodeCoordinates(data.x_cm, data.corner_cm[0]),
      y: decodeCoordinates(data.y_cm, data.corner_cm[1]),
      crossingU: part(ends, 0, 3),
      crossingV: part(ends, 2, 3),
      kerbU: part(ends, 4, 3),
      kerbV: part(ends, 6, 3),
      steps: part(kinds, 0, 1),
      denied: part(kinds, 1, 1),
      roadClass: part(kinds, 2, 63),
      street: decodeInts(data.street),
      slopeForward,
      slopeBackward,
      slope,
    };
  };

  /** @param {any} data @returns {Snapped} */
  const readSnapped = (data) => {
    const edge = decodeInts(data.edge);
    return { n: edge.length, edge, fraction: decodeDoubles(data.fraction), snap_m: decodeDoubles(data.snap_m) };
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

  /** @param {any} data @returns {Homes} */
  const readHomes = (data) => ({
    n: data.n,
    x: decodeDoubles(data.x),
    y: decodeDoubles(data.y),
    zone: access15.decodeNumbers(data.zone),
    street: access15.decodeNumbers(data.street),
    street_names: data.street_names,
    zone_names: data.zone_names,
    people: Object.fromEntries(Object.entries(data.people).map(([group, text]) => [group, decodeDoubles(text)])),
  });

  /** @param {Network} network @returns {{west: number, south: number, east: number, north: number}} metres */
  const boxOf = ({ x, y }) => {
    const least = (/** @type {Doubles} */ of) => of.reduce((low, value) => Math.min(low, value), Infinity);
    const most = (/** @type {Doubles} */ of) => of.reduce((high, value) => Math.max(high, value), -Infinity);
    return { west: least(x), south: least(y), east: most(x), north: most(y) };
  };

  /** Streets as they are: every edge its own piece. @param {Network} network @returns {Streets} */
  const wholeStreets = (network) => {
    const n = network.nEdges;
    const pieceEdge = Int32Array.from({ length: n }, (_, e) => e);
    const [pieceStart, pieceStop] = [new Float64Array(n), new Float64Array(n).fill(1)];
    return {
      key: "",
      network,
      pieceEdge,
      pieceStart,
      pieceStop,
      pieces: { edge: pieceEdge, from: pieceStart, to: pieceStop },
      links: [],
      found: {},
      firstPiece: Int32Array.from({ length: n + 1 }, (_, e) => e),
      isLink: new Uint8Array(n),
      isClosed: new Uint8Array(n),
      problems: [],
      sites: new Map(),
    };
  };

  /**
   * Decodes everything once.
   * @param {any} data from access15/outputs/session_data.py
   * @returns {Session}
   */
  const readSession = (data) => {
    const streets = readStreets(data.streets);
    const base = wholeStreets(streets);
    const seats = !data.seats ? null : { x: decodeDoubles(data.seats.x), y: decodeDoubles(data.seats.y), n: 0 };
    if (seats) {
      seats.n = seats.x.length;
    }
    return {
      data,
      streets,
      base,
      profiles: data.profiles,
      joins: data.joins.map((/** @type {any} */ join) => ({
        isMain: decodeBits(join.is_main, streets.nEdges),
        homes: readSnapped(join.homes),
        facilities: readSnapped(join.facilities),
        seats: join.seats && readSnapped(join.seats),
      })),
      homes: readHomes(data.homes),
      facilities: data.facilities,
      facilityRow: new Map(data.facilities.map((/** @type {Facility} */ one, /** @type {number} */ i) => [one.id, i])),
      seats,
      categories: data.categories,
      targets: data.targets,
      cutoffs_min: data.cutoffs_min,
      longest_s: 60 * Math.max(...data.cutoffs_min),
      max_snap_m: data.max_snap_m,
      max_seat_snap_m: data.max_seat_snap_m,
      grid: core.buildGrid(streets),
      box: boxOf(streets),
      sites: new Map([["", base]]),
      hasSteps: streets.steps.includes(1),
      hasRaisedKerbs: streets.kerbU.includes(RAISED) || streets.kerbV.includes(RAISED),
      needsSeats: seats !== null && data.profiles.some((/** @type {Profile} */ profile) => profile.needs_seat),
      toMetres: readProjection(data.to_metres),
      toUnits: readProjection(data.to_units),
    };
  };

  /** @param {Bytes} crossing @param {Bytes} kerb @param {Profile} profile @returns {Doubles} */
  const endSeconds = (crossing, kerb, profile) => {
    const stops = profile.raised_kerb === "impassable";
    return Float64Array.from(crossing, (kind, e) =>
      stops && kerb[e] === RAISED ? Infinity : profile.crossings[kind] / 2,
    );
  };

  /**
   * Seconds per edge and direction for one walker, as build_impedance.
   * @param {Network} network @param {Profile} profile @param {Bytes} isClosed nobody passes these
   * @returns {Costs} without the main component: nothing is main
   */
  const buildCosts = (network, profile, isClosed) => {
    const n = network.nEdges;
    const [forward, backward] = [new Float64Array(n), new Float64Array(n)];
    const stopsAtSteps = profile.steps === "impassable";
    const onSlopes = profile.incline !== "ignored";
    const steepest = onSlopes && profile.max_incline !== null ? profile.max_incline : Infinity;
    for (let e = 0; e < n; e += 1) {
      const flat_s = network.length_m[e] / profile.pace_ms;
      if (isClosed[e] || (stopsAtSteps && (network.denied[e] || network.steps[e]))) {
        forward[e] = Infinity;
        backward[e] = Infinity;
      } else if (network.steps[e]) {
        forward[e] = flat_s * profile.steps_factor;
        backward[e] = forward[e];
      } else if (network.slope[e] > steepest) {
        forward[e] = Infinity;
        backward[e] = Infinity;
      } else {
        forward[e] = onSlopes ? flat_s * Math.max(network.slopeForward[e], 1) : flat_s;
        backward[e] = onSlopes ? flat_s * Math.max(network.slopeBackward[e], 1) : flat_s;
      }
      if (profile.rest_per_m_s > 0) {
        const rests_s = network.length_m[e] * profile.rest_per_m_s;
        forward[e] += rests_s;
        backward[e] += rests_s;
      }
    }
    return {
      pace_ms: profile.pace_with_rests_ms,
      forward,
      backward,
      atU: endSeconds(network.crossingU, network.kerbU, profile),
      atV: endSeconds(network.crossingV, network.kerbV, profile),
      isMain: new Uint8Array(n),
    };
  };

  /**
   * Arcs sorted by their first node, from lists of ends; infinite ones and those back to the same node left out.
   * @param {number} nNodes @param {Ints} from @param {Ints} to @param {Doubles} cost
   * @returns {{start: Ints, row: Ints}}
   */
  const sortArcs = (nNodes, from, to, cost) => {
    const start = new Int32Array(nNodes + 1);
    const isUsed = (/** @type {number} */ i) => cost[i] < Infinity && from[i] !== to[i];
    let used = 0;
    for (let i = 0; i < from.length; i += 1) {
      if (isUsed(i)) {
        start[from[i] + 1] += 1;
        used += 1;
      }
    }
    for (let i = 0; i < nNodes; i += 1) {
      start[i + 1] += start[i];
    }
    const next = start.slice(0, nNodes);
    const row = new Int32Array(used);
    for (let i = 0; i < from.length; i += 1) {
      if (isUsed(i)) {
        row[next[from[i]]] = i;
        next[from[i]] += 1;
      }
    }
    return { start, row };
  };

  /**
   * Adjacency from the facilities outwards: an arc from a to b costs the walk from b to a.
   * Parallel edges are all kept; a search takes the cheapest anyway.
   * @param {Network} network @param {Costs} costs @returns {Graph}
   */
  const buildGraph = (network, costs) => {
    const n = network.nEdges;
    const [from, to, cost] = [new Int32Array(2 * n), new Int32Array(2 * n), new Float64Array(2 * n)];
    for (let e = 0; e < n; e += 1) {
      from[e] = network.u[e];
      to[e] = network.v[e];
      cost[e] = costs.atV[e] + costs.backward[e] + costs.atU[e];
      from[n + e] = network.v[e];
      to[n + e] = network.u[e];
      cost[n + e] = costs.atU[e] + costs.forward[e] + costs.atV[e];
    }
    const { start, row } = sortArcs(network.nNodes, from, to, cost);
    return {
      start,
      to: Int32Array.from(row, (i) => to[i]),
      cost: Float64Array.from(row, (i) => cost[i]),
    };
  };

  /** @param {number} share @param {number} full @returns {number} standing still takes none */
  const shareOf = (share, full) => (share > 0 ? share * full : 0);

  /**
   * Doors as starts (leaving) or ends of walks, as place_points.
   * @param {Network} network @param {Costs} costs @param {Doors} doors @param {boolean} leaving @returns {Places}
   */
  const placeDoors = (network, costs, doors, leaving) => {
    const { n, owner, edge, fraction } = doors;
    const [offset, costA, costB] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
    const [nodeA, nodeB] = [new Int32Array(n).fill(-1), new Int32Array(n).fill(-1)];
    const toU = leaving ? costs.backward : costs.forward;
    const toV = leaving ? costs.forward : costs.backward;
    for (let i = 0; i < n; i += 1) {
      const e = edge[i];
      if (e < 0) {
        offset[i] = costA[i] = costB[i] = Infinity;
        continue;
      }
      offset[i] = doors.snap_m[i] / costs.pace_ms;
      nodeA[i] = network.u[e];
      nodeB[i] = network.v[e];
      costA[i] = offset[i] + (shareOf(fraction[i], toU[e]) + costs.atU[e]);
      costB[i] = offset[i] + (shareOf(1 - fraction[i], toV[e]) + costs.atV[e]);
    }
    return { n, owner, edge, fraction, offset, nodeA, costA, nodeB, costB };
  };

  Object.assign(core, {
    /** @param {Session} session @param {number} lon @param {number} lat @returns {[number, number]} metres */
    toMetres: (session, lon, lat) => session.toMetres(lon, lat),
    /** @param {Session} session @param {number} x @param {number} y @returns {[number, number]} units of the page */
    toUnits: (session, x, y) => session.toUnits(x, y),
    RAISED,
    rint,
    wholeCm,
    decodeDoubles,
    readSession,
    boxOf,
    wholeStreets,
    buildCosts,
    sortArcs,
    buildGraph,
    shareOf,
    placeDoors,
  });
})();
