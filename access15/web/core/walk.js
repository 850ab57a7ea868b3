"use strict";
// Searches of the session page: exact walking times within a cutoff, people counted, streets reached.
// As access15/core/kernels.py (nearest_points) and reach.py. Needs core.js.

(() => {
  const core = access15.core;

  // A heap of nodes by seconds; one for all searches, grown where one needs more.
  const heap = { key: new Float64Array(1024), node: new Int32Array(1024), size: 0 };

  /** @param {number} key @param {number} node */
  const push = (key, node) => {
    if (heap.size === heap.key.length) {
      const [keys, nodes] = [heap.key, heap.node];
      heap.key = new Float64Array(2 * keys.length);
      heap.key.set(keys);
      heap.node = new Int32Array(2 * keys.length);
      heap.node.set(nodes);
    }
    const keys = heap.key;
    let child = heap.size;
    heap.size += 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (keys[parent] <= key) {
        break;
      }
      keys[child] = keys[parent];
      heap.node[child] = heap.node[parent];
      child = parent;
    }
    keys[child] = key;
    heap.node[child] = node;
  };

  /** Drops the first item. */
  const pop = () => {
    heap.size -= 1;
    const [keys, nodes, size] = [heap.key, heap.node, heap.size];
    const key = keys[size];
    const node = nodes[size];
    let hole = 0;
    let child = 1;
    while (child < size) {
      if (child + 1 < size && keys[child + 1] < keys[child]) {
        child += 1;
      }
      if (keys[child] >= key) {
        break;
      }
      keys[hole] = keys[child];
      nodes[hole] = nodes[child];
      hole = child;
      child = 2 * hole + 1;
    }
    keys[hole] = key;
    nodes[hole] = node;
  };

  /** @param {Walk} walk @param {number} node @param {number} seconds */
  const seed = (walk, node, seconds) => {
    if (node < 0 || !(seconds <= walk.cutoff_s) || seconds === Infinity || !(seconds < walk.nodeTime[node])) {
      return;
    }
    if (walk.nodeTime[node] === Infinity) {
      walk.touched[walk.nTouched] = node;
      walk.nTouched += 1;
    }
    walk.nodeTime[node] = seconds;
    push(seconds, node);
  };

  /** Settles every node within the cutoff, inclusive. @param {Graph} graph @param {Walk} walk */
  const settle = (graph, walk) => {
    const { start, to, cost } = graph;
    const { nodeTime, touched, cutoff_s } = walk;
    let { nTouched } = walk;
    while (heap.size > 0) {
      const here_s = heap.key[0];
      const node = heap.node[0];
      pop();
      if (here_s > nodeTime[node]) {
        continue;
      }
      for (let i = start[node]; i < start[node + 1]; i += 1) {
        const there_s = here_s + cost[i];
        const before_s = nodeTime[to[i]];
        if (there_s < before_s && there_s <= cutoff_s) {
          if (before_s === Infinity) {
            touched[nTouched] = to[i];
            nTouched += 1;
          }
          nodeTime[to[i]] = there_s;
          push(there_s, to[i]);
        }
      }
    }
    walk.nTouched = nTouched;
  };

  /** @param {number} gap @param {number} forward @param {number} backward @returns {number} */
  const along = (gap, forward, backward) => {
    if (gap > 0) {
      return gap * forward;
    }
    return gap < 0 ? -gap * backward : 0;
  };

  let nextSource = new Int32Array(64);

  /**
   * Hangs the sources of a walk at their edges, or takes them off again.
   * @param {Walk} walk @param {Ints} first per edge, -1 for none @param {boolean} isOn
   */
  const hangSources = (walk, first, isOn) => {
    const { edge } = walk.world.doors;
    if (nextSource.length < walk.nSources) {
      nextSource = new Int32Array(2 * walk.nSources);
    }
    for (let k = 0; k < walk.nSources; k += 1) {
      const e = edge[walk.sources[k]];
      if (e >= 0) {
        nextSource[k] = first[e];
        first[e] = isOn ? k : -1;
      }
    }
  };

  /** Seconds from homes over the ends of their edges or along them, as nearest_points. @param {Walk} walk */
  const answerHomes = (walk) => {
    const { world, nodeTime, homeTime, sources, cutoff_s } = walk;
    const { homes, costs, firstSource } = world.site;
    const doors = world.doors;
    homeTime.fill(Infinity);
    hangSources(walk, firstSource, true);
    for (let i = 0; i < homes.n; i += 1) {
      const a = homes.nodeA[i];
      if (a < 0) {
        continue;
      }
      const over_b = homes.costB[i] + nodeTime[homes.nodeB[i]];
      let best_s = homes.costA[i] + nodeTime[a];
      if (over_b < best_s) {
        best_s = over_b;
      }
      const e = homes.edge[i];
      for (let k = firstSource[e]; k >= 0; k = nextSource[k]) {
        const j = sources[k];
        const gap = doors.fraction[j] - homes.fraction[i];
        const direct = homes.offset[i] + along(gap, costs.forward[e], costs.backward[e]) + doors.offset[j];
        if (direct < best_s) {
          best_s = direct;
        }
      }
      if (best_s <= cutoff_s && best_s < homeTime[homes.owner[i]]) {
        homeTime[homes.owner[i]] = best_s;
      }
    }
    hangSources(walk, firstSource, false);
  };

  /** @param {PlacedFacility} facility @param {string} target @returns {boolean} */
  const isTarget = (facility, target) =>
    facility.counted && (target === "hub" ? facility.hub : facility.category === target);

  /** @param {World} world @param {Walk | null} reuse @returns {Walk} with nothing reached */
  const emptyWalk = (world, reuse) => {
    const { nNodes } = world.streets.network;
    const nHomes = world.session.homes.n;
    if (reuse && reuse.nodeTime.length === nNodes && reuse.homeTime.length === nHomes) {
      for (let i = 0; i < reuse.nTouched; i += 1) {
        reuse.nodeTime[reuse.touched[i]] = Infinity;
      }
      reuse.nTouched = 0;
      reuse.world = world;
      reuse.labels = null;
      if (reuse.sources.length < world.doors.n) {
        reuse.sources = new Int32Array(2 * world.doors.n);
      }
      return reuse;
    }
    return {
      world,
      target: "",
      cutoff_s: 0,
      nodeTime: new Float64Array(nNodes).fill(Infinity),
      homeTime: new Float64Array(nHomes).fill(Infinity),
      touched: new Int32Array(nNodes),
      nTouched: 0,
      sources: new Int32Array(2 * world.doors.n),
      nSources: 0,
      labels: null,
    };
  };

  /**
   * Walks from every home to the nearest facility of a target.
   * @param {World} world @param {string} target "hub" or a category
   * @param {number} [cutoff_s] longest walk, inclusive; by default the study's longest
   * @param {Walk | null} [reuse] an earlier walk that nobody needs any more: its arrays are written over
   * @returns {Walk} `homeTime` and `nodeTime` in seconds, Infinity beyond the cutoff
   */
  const walk = (world, target, cutoff_s = world.session.longest_s, reuse = null) => {
    const found = emptyWalk(world, reuse);
    const { doors, facilities } = world;
    Object.assign(found, { target, cutoff_s, nSources: 0 });
    for (let j = 0; j < doors.n; j += 1) {
      if (doors.edge[j] >= 0 && isTarget(facilities[doors.owner[j]], target)) {
        found.sources[found.nSources] = j;
        found.nSources += 1;
      }
    }
    if (world.rest) {
      core.walkWithSeats(found);
      return found;
    }
    for (let k = 0; k < found.nSources; k += 1) {
      const j = found.sources[k];
      seed(found, doors.nodeA[j], doors.costA[j]);
      seed(found, doors.nodeB[j], doors.costB[j]);
    }
    settle(world.site.graph, found);
    answerHomes(found);
    return found;
  };

  /**
   * People at homes within each cutoff, summed in the order of the homes.
   * @param {Session} session @param {Doubles} homeTime @returns {People}
   */
  const countPeople = (session, homeTime) =>
    countWhere(session, (i, limit_s) => homeTime[i] <= limit_s);

  /** @param {Session} session @param {(home: number, limit_s: number) => boolean} isCounted @returns {People} */
  const countWhere = (session, isCounted) => {
    const limits = session.cutoffs_min.map((cutoff) => 60 * cutoff);
    return Object.fromEntries(
      Object.entries(session.homes.people).map(([group, people]) => [
        group,
        limits.map((limit_s) => {
          let sum = 0;
          for (let i = 0; i < people.length; i += 1) {
            if (isCounted(i, limit_s)) {
              sum += people[i];
            }
          }
          return sum;
        }),
      ]),
    );
  };

  /**
   * Who gains and who loses from one walk to another.
   * @param {Walk} before @param {Walk} after
   * @returns {{gained: People, lost: People}}
   */
  const compare = (before, after) => {
    const [was, is] = [before.homeTime, after.homeTime];
    const { session } = after.world;
    return {
      gained: countWhere(session, (i, limit_s) => is[i] <= limit_s && !(was[i] <= limit_s)),
      lost: countWhere(session, (i, limit_s) => was[i] <= limit_s && !(is[i] <= limit_s)),
    };
  };

  /**
   * How long people of a group walk: half of them at most `median_s`; Infinity where fewer than half arrive.
   * @param {Session} session @param {Doubles} homeTime @param {string} group
   * @returns {{median_s: number, share_reached: number, people: number}}
   */
  const nearestMinutes = (session, homeTime, group) => {
    const people = session.homes.people[group];
    const order = Array.from(people.keys()).sort((i, j) => (homeTime[i] < homeTime[j] ? -1 : +(homeTime[i] > homeTime[j])));
    const total = people.reduce((sum, n) => sum + n, 0);
    let [sum, reached] = [0, 0];
    let median_s = Infinity;
    for (const i of order) {
      sum += people[i];
      median_s = people[i] > 0 && 2 * (sum - people[i]) < total ? homeTime[i] : median_s;
      reached += homeTime[i] < Infinity ? people[i] : 0;
    }
    return { median_s, share_reached: total > 0 ? reached / total : NaN, people: total };
  };

  Object.assign(core, { walk, along, isTarget, countPeople, compare, nearestMinutes });
})();
