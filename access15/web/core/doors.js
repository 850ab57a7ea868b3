"use strict";
// One walker on the streets of a proposal: where homes and facilities meet them. As access15/core/changes.py and
// doors.py. Needs core.js, core_snap.js and core_streets.js.

(() => {
  const core = access15.core;

  /**
   * Strongly connected component of each node (Tarjan, without recursion).
   * @param {number} n @param {Graph} graph @returns {{label: Ints, count: number}}
   */
  const labelNodes = (n, { start, to }) => {
    const label = new Int32Array(n).fill(-1);
    const [index, low] = [new Int32Array(n).fill(-1), new Int32Array(n)];
    const [stack, path, next] = [new Int32Array(n), new Int32Array(n), start.slice(0, n)];
    let [count, counter, size] = [0, 0, 0];
    for (let root = 0; root < n; root += 1) {
      if (index[root] >= 0) {
        continue;
      }
      let depth = 0;
      path[0] = root;
      while (depth >= 0) {
        const node = path[depth];
        if (index[node] < 0) {
          index[node] = low[node] = counter;
          counter += 1;
          stack[size] = node;
          size += 1;
        }
        if (next[node] < start[node + 1]) {
          const other = to[next[node]];
          next[node] += 1;
          if (index[other] < 0) {
            depth += 1;
            path[depth] = other;
          } else if (label[other] < 0) {
            low[node] = Math.min(low[node], index[other]);
          }
          continue;
        }
        if (low[node] === index[node]) {
          let member = -1;
          while (member !== node) {
            size -= 1;
            member = stack[size];
            label[member] = count;
          }
          count += 1;
        }
        depth -= 1;
        if (depth >= 0) {
          low[path[depth]] = Math.min(low[path[depth]], low[node]);
        }
      }
    }
    return { label, count };
  };

  /**
   * Edges with a usable end on the strongly connected component with most metres, as impedance._main_edges.
   * @param {Network} network @param {Costs} costs @param {Graph} graph @returns {Bytes}
   */
  const findMain = (network, costs, graph) => {
    const { label, count } = labelNodes(network.nNodes, graph);
    const metres = new Float64Array(count);
    const { u, v } = network;
    const isFinite = (/** @type {number} */ seconds) => seconds < Infinity;
    for (let e = 0; e < network.nEdges; e += 1) {
      const ends_s = costs.atU[e] + costs.atV[e];
      if (label[u[e]] === label[v[e]] && isFinite(ends_s + costs.forward[e]) && isFinite(ends_s + costs.backward[e])) {
        metres[label[u[e]]] += network.length_m[e];
      }
    }
    let main = -1;
    metres.forEach((sum, k) => {
      if (sum > 0 && (main < 0 || sum > metres[main])) {
        main = k;
      }
    });
    return Uint8Array.from(u, (_, e) => {
      const touches =
        (label[u[e]] === main && isFinite(costs.atU[e])) || (label[v[e]] === main && isFinite(costs.atV[e]));
      return Number(touches && isFinite(costs.forward[e]) && isFinite(costs.backward[e]));
    });
  };

  /**
   * Points of the original streets on the pieces, as LinkedStreets.move.
   * @param {Streets} streets @param {Snapped} snapped @returns {Snapped}
   */
  const moveDoors = (streets, snapped) => {
    const { firstPiece, pieceStart, pieceStop } = streets;
    const edge = snapped.edge.slice();
    const fraction = snapped.fraction.slice();
    for (let i = 0; i < snapped.n; i += 1) {
      const e = edge[i];
      if (e < 0) {
        fraction[i] = 0;
        continue;
      }
      const wanted = e * 2 + fraction[i];
      let piece = firstPiece[e + 1] - 1;
      while (piece > firstPiece[e] && e * 2 + pieceStart[piece] > wanted) {
        piece -= 1;
      }
      const share = (fraction[i] - pieceStart[piece]) / (pieceStop[piece] - pieceStart[piece]);
      edge[i] = piece;
      fraction[i] = Math.min(Math.max(share, 0), 1);
    }
    return { n: snapped.n, edge, fraction, snap_m: snapped.snap_m };
  };

  /** Box around the pieces that are marked. @param {Network} network @param {Bytes} isMarked */
  const boxOf = (network, isMarked) => {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (let e = 0; e < network.nEdges; e += 1) {
      for (let i = network.vertexStart[e]; isMarked[e] && i < network.vertexStart[e + 1]; i += 1) {
        box[0] = Math.min(box[0], network.x[i]);
        box[1] = Math.min(box[1], network.y[i]);
        box[2] = Math.max(box[2], network.x[i]);
        box[3] = Math.max(box[3], network.y[i]);
      }
    }
    return box;
  };

  /**
   * Doors of today on the changed streets: those on closed edges anew, and second ones on streets that open.
   * @param {Session} session @param {Streets} streets @param {Bytes} isMain @param {Bytes | null} isAdded
   * @param {Snapped} today @param {ArrayLike<number | null>} x @param {ArrayLike<number | null>} y
   * @returns {Doors}
   */
  const openDoors = (session, streets, isMain, isAdded, today, x, y) => {
    const now = streets.key === "" ? today : moveDoors(streets, today);
    const { network, isLink, isClosed } = streets;
    const snap_m = now.snap_m.slice();
    for (let i = 0; i < now.n; i += 1) {
      if (now.edge[i] >= 0 && isClosed[now.edge[i]]) {
        const isOpen = (/** @type {number} */ piece) => isMain[piece] === 1 && isLink[piece] === 0;
        const found = core.snapNew(session, streets, isOpen, Number(x[i]), Number(y[i]));
        now.edge[i] = found.edge;
        now.fraction[i] = found.fraction;
        snap_m[i] = found.snap_m;
      }
    }
    const doors = [Array.from(now.edge.keys()), Array.from(now.edge), Array.from(now.fraction), Array.from(snap_m)];
    if (isAdded) {
      const [west, south, east, north] = boxOf(network, isAdded);
      for (let i = 0; i < now.n; i += 1) {
        const [px, py] = [x[i] === null ? NaN : Number(x[i]), y[i] === null ? NaN : Number(y[i])];
        const near_m = now.edge[i] >= 0 ? Math.min(snap_m[i], session.max_snap_m) : session.max_snap_m;
        const isNear = px >= west - near_m && px <= east + near_m && py >= south - near_m && py <= north + near_m;
        if (!isNear || !(snap_m[i] > 0)) {
          continue;
        }
        const isOpen = (/** @type {number} */ piece) => isAdded[piece] === 1;
        const near = core.nearestEdge(session.grid, network, streets.firstPiece, isOpen, px, py, near_m);
        if (near.edge >= 0 && (now.edge[i] < 0 || near.away_m < snap_m[i])) {
          const found = core.snapNew(session, streets, isOpen, px, py, near_m);
          [i, found.edge, found.fraction, found.snap_m].forEach((value, k) => doors[k].push(value));
        }
      }
    }
    return {
      n: doors[0].length,
      owner: Int32Array.from(doors[0]),
      edge: Int32Array.from(doors[1]),
      fraction: Float64Array.from(doors[2]),
      snap_m: Float64Array.from(doors[3]),
    };
  };

  /**
   * One walker on streets, whatever the facilities; kept with the streets.
   * @param {Session} session @param {Streets} streets @param {Profile} profile @returns {Site}
   */
  const siteOf = (session, streets, profile) => {
    const known = streets.sites.get(profile.id);
    if (known) {
      return known;
    }
    const { network, isLink, pieceEdge } = streets;
    const join = session.joins[profile.join];
    const costs = core.buildCosts(network, profile, streets.isClosed);
    const graph = core.buildGraph(network, costs);
    costs.isMain = streets.key === "" ? join.isMain : findMain(network, costs, graph);
    const isAdded = Uint8Array.from(costs.isMain, (main, piece) =>
      Number(main && !isLink[piece] && !join.isMain[pieceEdge[piece]]),
    );
    const hasAdded = isAdded.includes(1);
    const open = (/** @type {Snapped} */ today, /** @type {any} */ x, /** @type {any} */ y) =>
      openDoors(session, streets, costs.isMain, hasAdded ? isAdded : null, today, x, y);
    const homeDoors = open(join.homes, session.homes.x, session.homes.y);
    const facilityDoors = open(
      join.facilities,
      session.facilities.map((one) => one.x),
      session.facilities.map((one) => one.y),
    );
    /** @type {Site} */
    const site = {
      profile,
      streets,
      costs,
      graph,
      homeDoors,
      facilityDoors,
      homes: core.placeDoors(network, costs, homeDoors, true),
      facilities: core.placeDoors(network, costs, facilityDoors, false),
      isAdded,
      hasAdded,
      placed: session.facilities.map((one, row) => ({
        ...one,
        change: "",
        status: statusOf(one, facilityDoors.edge[row] >= 0),
      })),
      firstSource: new Int32Array(network.nEdges).fill(-1),
      rests: new Map(),
    };
    streets.sites.set(profile.id, site);
    return site;
  };

  /** @param {any[]} parts @param {string} name */
  const joined = (parts, name) => {
    const values = new parts[0][name].constructor(parts.reduce((sum, part) => sum + part.n, 0));
    let at = 0;
    for (const part of parts) {
      values.set(part[name], at);
      at += part.n;
    }
    return values;
  };

  /**
   * Places one after the other.
   * @template {{n: number}} T @param {T[]} parts @returns {T}
   */
  const joinPlaces = (parts) => {
    const names = Object.keys(parts[0]).filter((name) => name !== "n");
    const all = Object.fromEntries(names.map((name) => [name, joined(parts, name)]));
    return /** @type {any} */ ({ n: parts.reduce((sum, part) => sum + part.n, 0), ...all });
  };

  /**
   * Facilities of a proposal: those of today, some removed, some at a new place, then the added ones.
   * @param {Session} session @param {Change[]} changes
   */
  const listFacilities = (session, changes) => {
    /** @type {Map<string, Change>} */
    const last = new Map();
    /** @type {Problem[]} */
    const problems = [];
    for (const change of changes) {
      if (change.change === "move_facility" || change.change === "remove_facility") {
        if (session.facilityRow.has(String(change.facility_id))) {
          last.set(String(change.facility_id), change);
        } else {
          problems.push({ id: change.id, code: "no_facility" });
        }
      }
    }
    const kept = Array.from(session.facilities.keys()).filter((row) => !last.has(session.facilities[row].id));
    const moved = [...last.values()].filter((change) => change.change === "move_facility");
    const added = changes.filter((change) => change.change === "add_facility");
    const fresh = [
      ...moved.map((change) => ({
        ...session.facilities[/** @type {number} */ (session.facilityRow.get(String(change.facility_id)))],
        lon: change.lon,
        lat: change.lat,
        change: "moved",
      })),
      ...added.map((change) => ({
        id: change.id,
        name: change.name || "",
        category: change.category || "",
        hub: change.category === "hub",
        counted: true,
        lon: change.lon,
        lat: change.lat,
        change: "added",
      })),
    ];
    return { kept, fresh, problems };
  };

  /**
   * New doors for points of changes.
   * @param {Session} session @param {Site} site @param {any[]} points @param {number} at owner of the first
   * @param {number} [limit_m] farthest street
   */
  const snapPoints = (session, site, points, at, limit_m = session.max_snap_m) => {
    const { costs, streets } = site;
    const isOpen = (/** @type {number} */ piece) => costs.isMain[piece] === 1 && streets.isLink[piece] === 0;
    const found = points.map(({ lon, lat }) => {
      const [x, y] = core.placeOf(session, lon, lat);
      const nowhere = { edge: -1, fraction: 0, snap_m: Infinity };
      return { x, y, ...(Number.isNaN(x) ? nowhere : core.snapNew(session, streets, isOpen, x, y, limit_m)) };
    });
    return {
      points: found,
      doors: {
        n: found.length,
        owner: Int32Array.from(found, (_, i) => at + i),
        edge: Int32Array.from(found, (one) => one.edge),
        fraction: Float64Array.from(found, (one) => one.fraction),
        snap_m: Float64Array.from(found, (one) => one.snap_m),
      },
    };
  };

  /** @param {any} places @param {Ints} ownerOf new owner of each old one, -1 for gone @returns {any} */
  const takePlaces = (places, ownerOf) => {
    if (!ownerOf.includes(-1)) {
      return places;
    }
    /** @type {number[]} */
    const rows = [];
    for (let j = 0; j < places.n; j += 1) {
      if (ownerOf[places.owner[j]] >= 0) {
        rows.push(j);
      }
    }
    const names = Object.keys(places).filter((name) => name !== "n");
    const take = (/** @type {any} */ values) => values.constructor.from(rows, (/** @type {number} */ j) => values[j]);
    const all = Object.fromEntries(names.map((name) => [name, take(places[name])]));
    return { n: rows.length, ...all, owner: Int32Array.from(all.owner, (/** @type {number} */ row) => ownerOf[row]) };
  };

  /** @param {Facility} one @param {boolean} isOn @returns {string} */
  const statusOf = (one, isOn) => {
    if (one.x === null || one.y === null || Number.isNaN(one.x)) {
      return "not_geocoded";
    }
    return isOn ? "ok" : "too_far_from_network";
  };

  /**
   * One walker in the world of a proposal, ready to be searched. Streets and homes are kept from one call to the
   * next: when only facilities change, only they are placed.
   * @param {Session} session @param {Streets} streets from changeStreets @param {Change[]} changes
   * @param {string} profileId
   * @returns {World}
   */
  const buildWorld = (session, streets, changes, profileId) => {
    const profile = session.profiles.find((one) => one.id === profileId);
    if (!profile) {
      throw new RangeError(`there is no profile ${profileId}`);
    }
    const site = siteOf(session, streets, profile);
    const { kept, fresh, problems } = listFacilities(session, changes);
    const ownerOf = new Int32Array(session.facilities.length).fill(-1);
    kept.forEach((row, i) => (ownerOf[row] = i));
    const snapped = snapPoints(session, site, fresh, kept.length);
    const rest = profile.needs_seat ? core.restSiteOf(session, site, changes) : null;
    const seated = (/** @type {RestGraph} */ graph) =>
      core.placeResting(graph, site.costs, streets.network, snapped.doors, false);
    const place = (/** @type {Doors} */ doors) => core.placeDoors(streets.network, site.costs, doors, false);
    const facilities = [
      ...kept.map((row) => site.placed[row]),
      ...fresh.map((one, i) => ({
        ...one,
        x: snapped.points[i].x,
        y: snapped.points[i].y,
        status: snapped.points[i].edge >= 0 ? "ok" : "too_far_from_network",
      })),
    ];
    return /** @type {World} */ ({
      session,
      streets,
      profile,
      site,
      facilities,
      doors: joinPlaces([takePlaces(site.facilities, ownerOf), place(snapped.doors)]),
      rest,
      restDoors: rest && joinPlaces([takePlaces(rest.facilities, ownerOf), seated(rest.graph)]),
      unplaced: [
        ...facilities.filter((one) => one.change && one.status !== "ok").map((one) => one.id),
        ...(rest ? rest.unplaced : []),
      ],
      problems: [...streets.problems, ...problems],
    });
  };

  Object.assign(core, { labelNodes, findMain, moveDoors, siteOf, joinPlaces, takePlaces, snapPoints, buildWorld });
})();
