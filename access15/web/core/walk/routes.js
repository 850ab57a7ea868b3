// The fastest ways from one door to the places of a target, nearest first, with the streets they take:
// as access15/core/walk/routes.py.

import { buildCosts } from "./impedance.js";
import { along, placeDoors, shareOf } from "./graph.js";
import { drop, heap, push } from "./search.js";

const [LIFT, BACKWARD] = [5, 2]; // indices into CROSSINGS and ONE_WAY of core/streets/network.py

/** @type {WeakMap<Network, {start: Ints, edge: Ints}>} */
const known = new WeakMap();

/** Streets that meet at every node, those back to the same node left out. @param {Network} network */
const streetsAt = (network) => {
  const { nNodes, nEdges, u, v } = network;
  const found = known.get(network) || { start: new Int32Array(nNodes + 1), edge: new Int32Array(2 * nEdges) };
  if (known.has(network)) {
    return found;
  }
  known.set(network, found);
  const { start, edge } = found;
  for (let e = 0; e < nEdges; e += 1) {
    start[u[e] + 1] += Number(u[e] !== v[e]);
    start[v[e] + 1] += Number(u[e] !== v[e]);
  }
  for (let i = 0; i < nNodes; i += 1) {
    start[i + 1] += start[i];
  }
  const next = start.slice(0, nNodes);
  for (let e = 0; e < nEdges; e += 1) {
    for (const node of u[e] === v[e] ? [] : [u[e], v[e]]) {
      edge[next[node]] = e;
      next[node] += 1;
    }
  }
  return found;
};

/** @param {World} world @param {Costs} costs @returns {Places} doors of its facilities, as ends of walks */
export const endsOf = (world, costs) => {
  if (costs === world.site.costs) {
    return world.doors;
  }
  const { edge, fraction, owner, snap_m } = world.entries();
  return placeDoors(world.streets.network, costs, { n: edge.length, edge, fraction, owner, snap_m }, false);
};

/** The nodes of one search: seconds, and metres on that fastest way. */
class Search {
  /** @param {Network} network @param {Costs} costs @param {Places} start of one door, leaving */
  constructor(network, costs, start) {
    this.network = network;
    this.costs = costs;
    this.seconds = new Float64Array(network.nNodes).fill(Infinity);
    this.metres = new Float64Array(network.nNodes).fill(Infinity);
    const [e, f] = [start.edge[0], start.fraction[0]];
    const length_m = e < 0 ? 0 : network.length_m[e];
    this.seeds = [
      { node: start.nodeA[0], seconds: start.costA[0], metres: f * length_m },
      { node: start.nodeB[0], seconds: start.costB[0], metres: (1 - f) * length_m },
    ];
    this.seeds.forEach(({ node, seconds, metres }) => this.#offer(node, seconds, metres));
  }

  /** Of equally fast ways the shortest. @param {number} node @param {number} s @param {number} m */
  #offer(node, s, m) {
    const before = node < 0 ? -Infinity : this.seconds[node];
    if (s < before || (s === before && s < Infinity && m < this.metres[node])) {
      this.seconds[node] = s;
      this.metres[node] = m;
      push(s, node);
    }
  }

  /** From one end of a street to the other. @param {number} e @param {boolean} isUp from u to v */
  #cost(e, isUp) {
    const { atU, forward, backward, atV } = this.costs;
    return isUp ? atU[e] + forward[e] + atV[e] : atV[e] + backward[e] + atU[e];
  }

  /** Settles nodes up to a bound, which `visit` may lower. @param {(node: number) => number} visit @param {number} bound */
  run(visit, bound) {
    const { u, v, length_m } = this.network;
    const { start, edge } = streetsAt(this.network);
    let most = bound;
    while (heap.size > 0 && heap.key[0] <= most) {
      const [here_s, node] = [heap.key[0], heap.node[0]];
      drop();
      if (here_s > this.seconds[node]) {
        continue;
      }
      most = Math.min(most, visit(node));
      for (let i = start[node]; i < start[node + 1]; i += 1) {
        const e = edge[i];
        const isUp = u[e] === node;
        this.#offer(isUp ? v[e] : u[e], here_s + this.#cost(e, isUp), this.metres[node] + length_m[e]);
      }
    }
    heap.size = 0;
  }

  /** Streets over which the fastest way to a node may have come, the lowest first. @param {number} node @param {boolean} isExact */
  #before(node, isExact) {
    const { u, v, length_m } = this.network;
    const { start, edge } = streetsAt(this.network);
    return Array.from(edge.subarray(start[node], start[node + 1]))
      .map((e) => ({ e, isUp: v[e] === node, from: v[e] === node ? u[e] : v[e] }))
      .filter(({ e, isUp, from }) => {
        const isFast = this.seconds[from] + this.#cost(e, isUp) === this.seconds[node];
        return isFast && (!isExact || this.metres[from] + length_m[e] === this.metres[node]);
      });
  }

  /**
   * Pieces from the first door to a node, read backwards as `_climb_back` of access15/core/walk/routes.py does.
   * @param {number} node @param {Places} start @param {boolean} isExact whether metres must agree @returns {RoutePiece[]}
   */
  trace(node, start, isExact = true) {
    const seen = new Set([node]);
    const path = [{ e: -1, isUp: true, here: node, left: this.#before(node, isExact) }];
    while (path.length > 0) {
      const { here, left } = path[path.length - 1];
      const begun = this.seeds.findIndex(
        (one) => one.node === here && one.seconds === this.seconds[here] && (!isExact || one.metres === this.metres[here]),
      );
      if (begun >= 0) {
        const walked = path.slice(1).reverse();
        const head = { edge: start.edge[0], from: start.fraction[0], to: begun, isCorner: [false, true] };
        return [head, ...walked.map(({ e, isUp }) => ({ edge: e, from: isUp ? 0 : 1, to: isUp ? 1 : 0, isCorner: [true, true] }))];
      }
      const next = left.find(({ from }) => !seen.has(from));
      if (next) {
        seen.add(next.from);
        path.push({ e: next.e, isUp: next.isUp, here: next.from, left: this.#before(next.from, isExact) });
      } else {
        path.pop(); // a circle of streets without length: another leads out of it
      }
    }
    return isExact ? this.trace(node, start, false) : [];
  }
}

/** The ways to one door: along the same street, over its first end, over its second. @param {Search} search @param {Places} start @param {Places} ends @param {number} j */
const waysTo = ({ network, costs, seconds, metres }, start, ends, j) => {
  const e = ends.edge[j];
  if (e < 0) {
    return [];
  }
  const [f, g] = [ends.fraction[j], start.fraction[0]];
  const length_m = network.length_m[e];
  const direct = start.edge[0] === e ? along(f - g, costs.forward[e], costs.backward[e]) + ends.offset[j] + start.offset[0] : Infinity;
  return [
    { over: -1, seconds: direct, metres: Math.abs(g - f) * length_m },
    { over: 0, seconds: ends.costA[j] + seconds[ends.nodeA[j]], metres: f * length_m + metres[ends.nodeA[j]] },
    { over: 1, seconds: ends.costB[j] + seconds[ends.nodeB[j]], metres: (1 - f) * length_m + metres[ends.nodeB[j]] },
  ];
};

/** @param {{seconds: number, metres: number}} a @param {{seconds: number, metres: number}} b */
const isBetter = (a, b) => a.seconds < b.seconds || (a.seconds === b.seconds && a.metres < b.metres);

/** Pieces of streets in the order walked. @param {Search} search @param {Places} start @param {Places} ends @param {number} j @param {number} over @returns {RoutePiece[]} */
const piecesOf = (search, start, ends, j, over) => {
  const [from, to] = [start.fraction[0], ends.fraction[j]];
  if (over < 0) {
    return [{ edge: start.edge[0], from, to, isCorner: [false, false] }];
  }
  const last = { edge: ends.edge[j], from: over, to, isCorner: [true, false] };
  return [...search.trace(over === 0 ? ends.nodeA[j] : ends.nodeB[j], start), last];
};

/**
 * The fastest ways from one door, one to each of the `n` nearest places, as `find_ways` of Python.
 * @param {World} world @param {Doors} door where the walk starts, one
 * @param {(facility: number) => boolean} isTarget @param {number} n how many places @param {number} limit_s longest walk, inclusive
 * @param {Costs} [costs] of another walker on these streets @returns {Route[]} nearest first
 */
export const findWays = (world, door, isTarget, n, limit_s, costs = world.site.costs) => {
  const { network } = world.streets;
  const start = placeDoors(network, costs, door, true);
  const ends = endsOf(world, costs);
  const search = new Search(network, costs, start);
  // 1. Doors by the nodes they are come to over; how near the n-th place is, as far as that is known.
  /** @type {Map<number, number[]>} */
  const at = new Map();
  /** @type {Map<number, number>} */
  const nearest = new Map();
  const doors = Array.from({ length: ends.n }, (_, j) => j).filter((j) => ends.edge[j] >= 0 && isTarget(ends.owner[j]));
  const look = (/** @type {number} */ j) => {
    const s = Math.min(...waysTo(search, start, ends, j).map((one) => one.seconds));
    nearest.set(ends.owner[j], Math.min(s, nearest.get(ends.owner[j]) ?? Infinity));
  };
  for (const j of doors) {
    for (const node of [ends.nodeA[j], ends.nodeB[j]]) {
      at.set(node, [...(at.get(node) || []), j]);
    }
    look(j);
  }
  const bound = () => [...nearest.values()].sort((a, b) => a - b)[n - 1] ?? Infinity;
  // 2. Search until nothing nearer can come.
  search.run((node) => {
    const here = at.get(node);
    here?.forEach(look);
    return here ? bound() : Infinity;
  }, Math.min(limit_s, bound()));
  // 3. The fastest way to each place; of equally fast ones the shortest.
  /** @type {Map<number, {door: number, over: number, seconds: number, metres: number}>} */
  const best = new Map();
  for (const j of doors) {
    for (const way of waysTo(search, start, ends, j)) {
      const before = best.get(ends.owner[j]);
      if (way.seconds <= limit_s && way.seconds < Infinity && (!before || isBetter(way, before))) {
        best.set(ends.owner[j], { door: j, ...way });
      }
    }
  }
  return [...best.entries()]
    .sort(([i, a], [k, b]) => a.seconds - b.seconds || i - k)
    .slice(0, n)
    .map(([facility, { door: j, over, seconds, metres }]) => ({
      facility,
      seconds,
      metres,
      aside_s: [start.offset[0], ends.offset[j]],
      end: { edge: ends.edge[j], fraction: ends.fraction[j] },
      pieces: piecesOf(search, start, ends, j, over),
    }));
};

/**
 * Seconds from one door to places, Infinity beyond a limit.
 * @param {World} world @param {Doors} door where the walk starts, one @param {Places} ends @param {number} limit_s @returns {Doubles}
 */
export const secondsTo = ({ streets, site }, door, ends, limit_s) => {
  const start = placeDoors(streets.network, site.costs, door, true);
  const search = new Search(streets.network, site.costs, start);
  search.run(() => Infinity, limit_s);
  const overNodes = (/** @type {number} */ j) => Math.min(ends.costA[j] + search.seconds[ends.nodeA[j]], ends.costB[j] + search.seconds[ends.nodeB[j]]);
  return Float64Array.from(ends.edge, (_, j) => Math.min(overNodes(j), ...waysTo(search, start, ends, j).map((one) => one.seconds)));
};

/** A share of a street, walked from one place on it to another. @param {Network} network @param {Costs} costs @param {RoutePiece} piece */
const walkPiece = (network, costs, { edge, from, to, isCorner }) => {
  const share = Math.abs(to - from);
  const ends = [from, to].map((at, i) => {
    const isU = at === 0;
    const wait = isU ? costs.atU[edge] : costs.atV[edge];
    return isCorner[i] ? { wait, crossing: isU ? network.crossingU[edge] : network.crossingV[edge] } : { wait: 0, crossing: 0 };
  });
  return {
    metres: share * network.length_m[edge],
    seconds: shareOf(share, to > from ? costs.forward[edge] : costs.backward[edge]),
    wait_s: ends[0].wait + ends[1].wait,
    // half of each at each end that is met
    waits: ends.filter(({ wait }) => wait > 0).length / 2,
    lifts: ends.filter(({ crossing }) => crossing === LIFT).length / 2,
  };
};

/** Rise in the direction walked, NaN where nobody says [m]. @param {World} world @param {RoutePiece} piece */
const riseOf = ({ streets: { network } }, { edge, from, to }) =>
  network.incline[network.sort[edge]] * network.length_m[edge] * (to - from);

/**
 * A way told street by street: pieces of one street one after the other are one row, steps their own.
 * @param {World} world @param {Route} way @returns {RouteRow[]}
 */
export const tellWay = (world, way) => {
  const { network } = world.streets;
  /** @type {RouteRow[]} */
  const rows = [];
  for (const piece of way.pieces) {
    const { metres, seconds, wait_s, waits, lifts } = walkPiece(network, world.site.costs, piece);
    const street = network.street[piece.edge];
    const isSteps = network.steps[piece.edge] === 1;
    const isStill = metres === 0 && wait_s === 0;
    let row = rows[rows.length - 1];
    if ((!row || row.street !== street || row.isSteps !== isSteps) && !isStill) {
      row = { street, metres: 0, seconds: 0, wait_s: 0, rest_s: 0, waits: 0, lifts: 0, isSteps, climb_m: 0, known_m: 0, pieces: [] };
      rows.push(row);
    }
    if (!row) {
      continue;
    }
    const rise = riseOf(world, piece);
    row.metres += metres;
    row.seconds += seconds + wait_s;
    row.wait_s += wait_s;
    row.rest_s += metres * world.profile.rest_per_m_s;
    row.waits += waits;
    row.lifts += lifts;
    row.climb_m += Number.isNaN(rise) ? 0 : Math.max(rise, 0);
    row.known_m += Number.isNaN(rise) ? 0 : metres;
    row.pieces.push(piece);
  }
  return rows;
};

/** @param {Network} network @returns {Set<number>} sorts of ways that are steps */
const sortsOfSteps = ({ steps, sort }) => new Set(Array.from(sort).filter((_, e) => steps[e] === 1));

/** Each class of obstacles taken away everywhere, all else equal, as `lift_classes` of access15/core/change/explain.py. */
export const LIFTED = /** @type {const} */ (["crossings", "kerbs", "rests", "seats", "steps", "pace"]);

/**
 * A walker's costs with one class of obstacles lifted; null where that changes nothing for this walker.
 * @param {World} world @param {typeof LIFTED[number]} name but not "seats", which are no costs @param {number} pace_ms that stands for "no lack of pace"
 * @returns {Costs | null}
 */
export const liftCosts = (world, name, pace_ms) => {
  const { profile, streets, session } = world;
  /** @param {Partial<Profile>} values */
  const build = (values) => buildCosts(streets.network, { ...profile, ...values }, streets.isClosed);
  if (name === "crossings") {
    return build({ crossings: profile.crossings.map((seconds, kind) => (kind === LIFT ? seconds : 0)) });
  }
  if (name === "kerbs") {
    return profile.raised_kerb === "impassable" && session.hasRaisedKerbs ? build({ raised_kerb: "ignored" }) : null;
  }
  if (name === "rests") {
    return profile.rest_per_m_s > 0 && !profile.needs_seat ? build({ rest_per_m_s: 0, pace_with_rests_ms: profile.pace_ms }) : null;
  }
  if (name === "pace") {
    const { rest_per_m_s } = profile;
    const with_rests = rest_per_m_s === 0 ? pace_ms : 1 / (1 / pace_ms + rest_per_m_s);
    return pace_ms > profile.pace_ms ? build({ pace_ms, pace_with_rests_ms: with_rests }) : null;
  }
  const isSteps = sortsOfSteps(streets.network);
  const { oneWay } = streets.network;
  /** @param {Doubles} factors @param {number} against */
  const flat = (factors, against) => factors.map((factor, sort) => (isSteps.has(sort) ? [1, Infinity][Number(oneWay[sort] === against)] : factor));
  const [forth, back] = profile.factors;
  return session.hasSteps ? build({ factors: [flat(forth, BACKWARD), flat(back, BACKWARD - 1)] }) : null;
};
