"use strict";
// Walks from seat to seat: no gap without a seat longer than the walker bears. As access15/core/rests.py,
// rest_graph.py, rest_kernels.py and rest_reach.py, with nothing lifted. Needs core.js and core_world.js.

(() => {
  const core = access15.core;
  const SLACK_M = 1e-6; // what sums of lengths are off by rounding

  /** Places of seats on edges, sorted along them, each once. @param {Snapped[]} parts */
  const sortSeats = (parts) => {
    const all = parts.flatMap((some) =>
      Array.from(some.edge, (e, i) => [e, some.fraction[i]]).filter(([e]) => e >= 0),
    );
    all.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    return all.filter(([e, at], i) => i === 0 || e !== all[i - 1][0] || at !== all[i - 1][1]);
  };

  /** @param {Network} network @param {number[][]} seats sorted @returns {RestGraph} without arcs: all pieces of edges */
  const splitEdges = (network, seats) => {
    const n = network.nEdges + seats.length;
    const splitStart = new Int32Array(network.nEdges + 1);
    seats.forEach(([e]) => (splitStart[e + 1] += 1));
    splitStart.forEach((count, e) => (splitStart[e] = e > 0 ? count + splitStart[e - 1] : 0));
    const isSeat = new Uint8Array(network.nNodes + seats.length).fill(1, network.nNodes);
    const graph = {
      nNodes: isSeat.length,
      nPieces: n,
      splitStart,
      splitFraction: Float64Array.from(seats, ([, at]) => at),
      isSeat,
      pieceEdge: new Int32Array(n),
      begin: new Float64Array(n),
      end: new Float64Array(n).fill(1),
      nodeA: new Int32Array(n),
      nodeB: new Int32Array(n),
      atA: new Float64Array(n),
      atB: new Float64Array(n),
      start: new Int32Array(0),
      to: new Int32Array(0),
      cost: new Float64Array(0),
      metres: new Float64Array(0),
    };
    for (let e = 0; e < network.nEdges; e += 1) {
      const [first, last] = [splitStart[e], splitStart[e + 1]];
      for (let k = first; k <= last; k += 1) {
        const p = e + k;
        graph.pieceEdge[p] = e;
        graph.nodeA[p] = k === first ? network.u[e] : network.nNodes + k - 1;
        graph.nodeB[p] = k === last ? network.v[e] : network.nNodes + k;
        graph.begin[p] = k === first ? 0 : graph.splitFraction[k - 1];
        graph.end[p] = k === last ? 1 : graph.splitFraction[k];
      }
    }
    return graph;
  };

  /**
   * Streets cut at every seat.
   * @param {Network} network @param {Costs} costs @param {Snapped[]} seats @returns {RestGraph}
   */
  const buildRestGraph = (network, costs, seats) => {
    const graph = splitEdges(network, sortSeats(seats));
    const { nPieces: n, pieceEdge, begin, end, nodeA, nodeB, atA, atB } = graph;
    const [from, to] = [new Int32Array(2 * n), new Int32Array(2 * n)];
    const [cost, metres] = [new Float64Array(2 * n), new Float64Array(2 * n)];
    for (let p = 0; p < n; p += 1) {
      const e = pieceEdge[p];
      const share = end[p] - begin[p];
      atA[p] = nodeA[p] < network.nNodes ? costs.atU[e] : 0;
      atB[p] = nodeB[p] < network.nNodes ? costs.atV[e] : 0;
      from[p] = to[n + p] = nodeB[p];
      to[p] = from[n + p] = nodeA[p];
      cost[p] = atA[p] + core.shareOf(share, costs.forward[e]) + atB[p];
      cost[n + p] = atB[p] + core.shareOf(share, costs.backward[e]) + atA[p];
      metres[p] = metres[n + p] = share * network.length_m[e];
    }
    const { start, row } = core.sortArcs(graph.nNodes, from, to, cost);
    graph.start = start;
    graph.to = Int32Array.from(row, (/** @type {number} */ i) => to[i]);
    graph.cost = Float64Array.from(row, (/** @type {number} */ i) => cost[i]);
    graph.metres = Float64Array.from(row, (/** @type {number} */ i) => metres[i]);
    return graph;
  };

  /** @param {RestGraph} graph @param {number} e @param {number} fraction @returns {number} piece of a place */
  const pieceAt = ({ splitStart, splitFraction }, e, fraction) => {
    let k = splitStart[e];
    while (k < splitStart[e + 1] && e * 2 + splitFraction[k] <= e * 2 + fraction) {
      k += 1;
    }
    return e + k;
  };

  /**
   * Doors as starts (leaving) or ends of walks, in seconds and metres, as place_resting.
   * @param {RestGraph} graph @param {Costs} costs @param {Network} network @param {Doors} doors
   * @param {boolean} leaving
   * @returns {RestPlaces}
   */
  const placeResting = (graph, costs, network, doors, leaving) => {
    const { n, owner, edge, fraction } = doors;
    const numbers = () => new Float64Array(n).fill(Infinity);
    const nodes = () => new Int32Array(n).fill(-1);
    const places = {
      n, owner, edge, fraction, piece: nodes(), offset: numbers(), offset_m: numbers(), nodeA: nodes(),
      costA: numbers(), metresA: numbers(), nodeB: nodes(), costB: numbers(), metresB: numbers(),
    };
    const toA = leaving ? costs.backward : costs.forward;
    const toB = leaving ? costs.forward : costs.backward;
    for (let i = 0; i < n; i += 1) {
      const e = edge[i];
      if (e < 0) {
        continue;
      }
      const p = pieceAt(graph, e, fraction[i]);
      const [before, after] = [Math.max(fraction[i] - graph.begin[p], 0), Math.max(graph.end[p] - fraction[i], 0)];
      const offset_m = doors.snap_m[i];
      const offset_s = offset_m / costs.pace_ms;
      places.piece[i] = p;
      places.offset_m[i] = offset_m;
      places.offset[i] = offset_s;
      places.nodeA[i] = graph.nodeA[p];
      places.nodeB[i] = graph.nodeB[p];
      places.costA[i] = offset_s + (core.shareOf(before, toA[e]) + graph.atA[p]);
      places.costB[i] = offset_s + (core.shareOf(after, toB[e]) + graph.atB[p]);
      places.metresA[i] = offset_m + before * network.length_m[e];
      places.metresB[i] = offset_m + after * network.length_m[e];
    }
    return places;
  };

  /**
   * Streets with seats, those of today and added benches; kept for the same benches.
   * @param {Session} session @param {Site} site @param {Change[]} changes @returns {RestSite}
   */
  const restSiteOf = (session, site, changes) => {
    const benches = changes.filter((change) => change.change === "add_bench");
    const key = JSON.stringify(benches.map(({ id, lon, lat }) => [id, lon, lat]));
    const known = site.rests.get(key);
    if (known) {
      return known;
    }
    const { streets, costs, profile } = site;
    const { network } = streets;
    const today = session.joins[profile.join].seats;
    const moved = today && streets.key !== "" ? core.moveDoors(streets, today) : today;
    const added = core.snapPoints(session, site, benches, 0, session.max_seat_snap_m).doors;
    const graph = buildRestGraph(network, costs, moved ? [moved, added] : [added]);
    const rest = {
      graph,
      homes: placeResting(graph, costs, network, site.homeDoors, true),
      facilities: placeResting(graph, costs, network, site.facilityDoors, false),
      firstSource: new Int32Array(graph.nPieces).fill(-1),
      unplaced: benches.filter((_, i) => added.edge[i] < 0).map((bench) => bench.id),
    };
    if (site.rests.size > 4) {
      site.rests.clear();
    }
    site.rests.set(key, rest);
    return rest;
  };

  // Labels of the search under way, and a heap of them by seconds, then metres; grown where one needs more.
  const labels = {
    n: 0,
    node: new Int32Array(1024),
    seconds: new Float64Array(1024),
    metres: new Float64Array(1024),
    heap: new Int32Array(1024),
    size: 0,
    kept: new Int32Array(1024),
    nKept: 0,
  };
  const marks = { least_m: new Float64Array(0), last_s: new Float64Array(0), last_m: new Float64Array(0) };

  const grow = () => {
    for (const name of /** @type {const} */ (["node", "heap", "kept"])) {
      const larger = new Int32Array(2 * labels[name].length);
      larger.set(labels[name]);
      labels[name] = larger;
    }
    for (const name of /** @type {const} */ (["seconds", "metres"])) {
      const larger = new Float64Array(2 * labels[name].length);
      larger.set(labels[name]);
      labels[name] = larger;
    }
  };

  /** @param {number} a @param {number} b @returns {boolean} whether label a is taken before label b */
  const isFirst = (a, b) => {
    const [s, t] = [labels.seconds[a], labels.seconds[b]];
    return s < t || (s === t && labels.metres[a] < labels.metres[b]);
  };

  /** @param {number} label */
  const push = (label) => {
    const { heap } = labels;
    let child = labels.size;
    labels.size += 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!isFirst(label, heap[parent])) {
        break;
      }
      heap[child] = heap[parent];
      child = parent;
    }
    heap[child] = label;
  };

  /** @returns {number} the first label */
  const pop = () => {
    const { heap } = labels;
    const top = heap[0];
    labels.size -= 1;
    const { size } = labels;
    const label = heap[size];
    let hole = 0;
    let child = 1;
    while (child < size) {
      if (child + 1 < size && isFirst(heap[child + 1], heap[child])) {
        child += 1;
      }
      if (!isFirst(heap[child], label)) {
        break;
      }
      heap[hole] = heap[child];
      hole = child;
      child = 2 * hole + 1;
    }
    heap[hole] = label;
    return top;
  };

  /**
   * A label for a node, unless it is beaten.
   * @param {RestGraph} graph @param {number} to @param {number} s @param {number} m
   * @param {number} limit_m @param {number} cutoff_s
   */
  const offer = (graph, to, s, m, limit_m, cutoff_s) => {
    if (!(s <= cutoff_s) || s === Infinity || m > limit_m) {
      return;
    }
    const metres = graph.isSeat[to] ? 0 : m;
    const { least_m, last_s, last_m } = marks;
    if (least_m[to] <= metres || (last_s[to] <= s && last_m[to] <= metres)) {
      return;
    }
    last_s[to] = s;
    last_m[to] = metres;
    if (labels.n === labels.node.length) {
      grow();
    }
    labels.node[labels.n] = to;
    labels.seconds[labels.n] = s;
    labels.metres[labels.n] = metres;
    push(labels.n);
    labels.n += 1;
  };

  /** @param {RestGraph} graph @param {number} limit_m @param {number} cutoff_s */
  const settle = (graph, limit_m, cutoff_s) => {
    while (labels.size > 0) {
      const taken = pop();
      const node = labels.node[taken];
      const m = labels.metres[taken];
      if (marks.least_m[node] <= m) {
        continue;
      }
      marks.least_m[node] = m;
      labels.kept[labels.nKept] = taken;
      labels.nKept += 1;
      const s = labels.seconds[taken];
      for (let i = graph.start[node]; i < graph.start[node + 1]; i += 1) {
        offer(graph, graph.to[i], s + graph.cost[i], m + graph.metres[i], limit_m, cutoff_s);
      }
    }
  };

  /** Kept labels by node, each node's in the order of their seconds. @param {number} nNodes @returns {RestLabels} */
  const sortLabels = (nNodes) => {
    const atNode = new Int32Array(nNodes + 1);
    const { kept, nKept, node } = labels;
    for (let i = 0; i < nKept; i += 1) {
      atNode[node[kept[i]] + 1] += 1;
    }
    for (let i = 0; i < nNodes; i += 1) {
      atNode[i + 1] += atNode[i];
    }
    const next = atNode.slice(0, nNodes);
    const sorted = { atNode, seconds: new Float64Array(nKept), metres: new Float64Array(nKept) };
    for (let i = 0; i < nKept; i += 1) {
      const at = next[node[kept[i]]]++;
      sorted.seconds[at] = labels.seconds[kept[i]];
      sorted.metres[at] = labels.metres[kept[i]];
    }
    return sorted;
  };

  /** @param {number} nNodes nothing is known of any of them */
  const forget = (nNodes) => {
    for (const name of /** @type {const} */ (["least_m", "last_s", "last_m"])) {
      if (marks[name].length < nNodes) {
        marks[name] = new Float64Array(nNodes);
      }
      marks[name].fill(Infinity, 0, nNodes);
    }
    labels.n = labels.size = labels.nKept = 0;
  };

  let nextSource = new Int32Array(64);

  /** @param {Walk} walk @param {RestPlaces} doors @param {Ints} first per piece @param {boolean} isOn */
  const hangSources = (walk, doors, first, isOn) => {
    if (nextSource.length < walk.nSources) {
      nextSource = new Int32Array(2 * walk.nSources);
    }
    for (let k = 0; k < walk.nSources; k += 1) {
      const p = doors.piece[walk.sources[k]];
      nextSource[k] = first[p];
      first[p] = isOn ? k : -1;
    }
  };

  /** @param {Walk} walk @param {RestSite} rest @param {RestPlaces} doors @param {number} limit_m */
  const answerHomes = (walk, rest, doors, limit_m) => {
    const { homeTime, sources, cutoff_s } = walk;
    const { atNode, seconds, metres } = /** @type {RestLabels} */ (walk.labels);
    const { costs, streets } = walk.world.site;
    const { homes } = rest;
    for (let i = 0; i < homes.n; i += 1) {
      const e = homes.edge[i];
      if (homes.piece[i] < 0) {
        continue;
      }
      let best_s = Infinity;
      for (let end = 0; end < 2; end += 1) {
        const node = end === 0 ? homes.nodeA[i] : homes.nodeB[i];
        const more_s = end === 0 ? homes.costA[i] : homes.costB[i];
        const more_m = end === 0 ? homes.metresA[i] : homes.metresB[i];
        for (let j = atNode[node]; j < atNode[node + 1]; j += 1) {
          if (metres[j] + more_m <= limit_m) {
            best_s = Math.min(best_s, seconds[j] + more_s);
          }
        }
      }
      for (let k = rest.firstSource[homes.piece[i]]; k >= 0; k = nextSource[k]) {
        const j = sources[k];
        const gap = doors.fraction[j] - homes.fraction[i];
        const s = homes.offset[i] + core.along(gap, costs.forward[e], costs.backward[e]) + doors.offset[j];
        if (homes.offset_m[i] + Math.abs(gap) * streets.network.length_m[e] + doors.offset_m[j] <= limit_m) {
          best_s = Math.min(best_s, s);
        }
      }
      if (best_s <= cutoff_s && best_s < homeTime[homes.owner[i]]) {
        homeTime[homes.owner[i]] = best_s;
      }
    }
  };

  /** @param {World} world @returns {number} longest gap between seats, with what rounding may take [m] */
  const limitOf = (world) => Number(world.profile.rest_every_m) + SLACK_M;

  /** Walks from seat to seat, into a walk that knows its sources. @param {Walk} walk */
  const walkWithSeats = (walk) => {
    const { world, cutoff_s } = walk;
    const rest = /** @type {RestSite} */ (world.rest);
    const doors = /** @type {RestPlaces} */ (world.restDoors);
    const { graph } = rest;
    const limit_m = limitOf(world);
    forget(graph.nNodes);
    for (let k = 0; k < walk.nSources; k += 1) {
      const j = walk.sources[k];
      offer(graph, doors.nodeA[j], doors.costA[j], doors.metresA[j], limit_m, cutoff_s);
      offer(graph, doors.nodeB[j], doors.costB[j], doors.metresB[j], limit_m, cutoff_s);
    }
    settle(graph, limit_m, cutoff_s);
    const sorted = sortLabels(graph.nNodes);
    walk.labels = sorted;
    for (let node = 0; node < walk.nodeTime.length; node += 1) {
      if (sorted.atNode[node] < sorted.atNode[node + 1]) {
        walk.nodeTime[node] = sorted.seconds[sorted.atNode[node]];
        walk.touched[walk.nTouched] = node;
        walk.nTouched += 1;
      }
    }
    walk.homeTime.fill(Infinity);
    hangSources(walk, doors, rest.firstSource, true);
    answerHomes(walk, rest, doors, limit_m);
    hangSources(walk, doors, rest.firstSource, false);
  };

  Object.assign(core, { SLACK_M, buildRestGraph, placeResting, restSiteOf, limitOf, walkWithSeats });
})();
