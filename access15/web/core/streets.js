"use strict";
// What proposals change about streets: links, closings, steps and kerbs taken away. As access15/core/changes.py
// and linked.py. Needs core.js and core_snap.js.

(() => {
  const core = access15.core;
  const FAR_M = 30; // from a change's point to what it means
  const [SHORTEST_M, LONGEST_M] = [0.01, 500];
  const MOST_KEPT = 12;
  const STREET_CHANGES = new Set(["add_link", "close_link", "remove_steps", "add_kerb_ramp"]);

  /** @param {number} degrees @returns {number} as it is saved */
  const saved = (degrees) => Number(Number(degrees).toFixed(7));

  /**
   * A point of a change in the study's metres, whole centimetres; NaN where it has none.
   * @param {Session} session @param {any} lon @param {any} lat @returns {[number, number]}
   */
  const placeOf = (session, lon, lat) => {
    if (!Number.isFinite(lon) || !Number.isFinite(lat)) {
      return [NaN, NaN];
    }
    const [x, y] = session.toMetres(saved(lon), saved(lat));
    return [core.wholeCm(x), core.wholeCm(y)];
  };

  /** @param {Session} session @param {(edge: number) => boolean} isOpen @param {[number, number]} point */
  const nearestOf = (session, isOpen, [x, y]) =>
    core.nearestEdge(session.grid, session.streets, session.base.firstPiece, isOpen, x, y, FAR_M).edge;

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
      if (streets.kerbU[e] === core.RAISED) {
        look(streets.u[e], streets.vertexStart[e]);
      }
      if (streets.kerbV[e] === core.RAISED) {
        look(streets.v[e], streets.vertexStart[e + 1] - 1);
      }
    }
    return best;
  };

  /** Metres along an edge to each of its vertices. @param {Network} network @param {number} e @returns {number[]} */
  const metresAlong = (network, e) => {
    const metres = [0];
    for (let i = network.vertexStart[e] + 1; i < network.vertexStart[e + 1]; i += 1) {
      const [dx, dy] = [network.x[i] - network.x[i - 1], network.y[i] - network.y[i - 1]];
      metres.push(metres[metres.length - 1] + Math.sqrt(dx * dx + dy * dy));
    }
    return metres;
  };

  /**
   * Point at a share of an edge's line.
   * @param {Network} network @param {number} e @param {number} share @returns {[number, number]}
   */
  const pointAt = (network, e, share) => {
    const metres = metresAlong(network, e);
    const at_m = share * metres[metres.length - 1];
    const found = metres.findIndex((along_m, i) => i > 0 && along_m >= at_m);
    const after = found < 0 ? metres.length - 1 : found;
    const step_m = metres[after] - metres[after - 1];
    const part = step_m > 0 ? Math.min(Math.max((at_m - metres[after - 1]) / step_m, 0), 1) : 0;
    const b = network.vertexStart[e] + after;
    const between = (/** @type {Doubles} */ of) => of[b - 1] + (of[b] - of[b - 1]) * part;
    return [between(network.x), between(network.y)];
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
    const located = core.locate(session.streets, edge, ...point);
    const fraction = core.roundShare(located, session.streets.length_m[edge]);
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
      const e = nearestOf(session, (edge) => streets.steps[edge] === 1, pointOf(change));
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
      const e = nearestOf(session, () => true, pointOf(change));
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
      const length_m = core.wholeCm(Math.sqrt((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)));
      if (length_m < SHORTEST_M || length_m > LONGEST_M) {
        miss(change, length_m < SHORTEST_M ? "too_short" : "too_long");
      } else {
        found.links.push({ id: change.id, a, b, length_m });
        found.found[change.id] = { line: Float64Array.of(a.x, a.y, b.x, b.y), length_m };
      }
    }
    return found;
  };

  /** Where each edge is cut, rising. @param {any[]} links @returns {Map<number, number[]>} */
  const findCuts = (links) => {
    /** @type {Map<number, number[]>} */
    const cuts = new Map();
    for (const { edge, fraction } of links.flatMap((link) => [link.a, link.b])) {
      const own = cuts.get(edge) || [];
      cuts.set(edge, own);
      if (fraction > 0 && fraction < 1 && !own.includes(fraction)) {
        own.push(fraction);
      }
    }
    cuts.forEach((own) => own.sort((a, b) => a - b));
    return cuts;
  };

  /** Pieces of edges, in the order of the edges and along them. @param {Network} streets @param {any[]} links */
  const cutEdges = (streets, links) => {
    const cuts = findCuts(links);
    const firstPiece = new Int32Array(streets.nEdges + 1);
    /** @type {[number, number, number, number, number][]} */
    const pieces = []; // edge, start, stop, first node, last node
    /** @type {Map<string, number>} */
    const nodeOf = new Map();
    for (let e = 0; e < streets.nEdges; e += 1) {
      firstPiece[e] = pieces.length;
      let [start, node] = [0, streets.u[e]];
      for (const cut of cuts.get(e) || []) {
        const next = streets.nNodes + nodeOf.size;
        nodeOf.set(`${e} ${cut}`, next);
        pieces.push([e, start, cut, node, next]);
        [start, node] = [cut, next];
      }
      pieces.push([e, start, 1, node, streets.v[e]]);
    }
    firstPiece[streets.nEdges] = pieces.length;
    return { pieces, firstPiece, nodeOf };
  };

  /** Vertices of a part of an edge, its new ends on whole centimetres. */
  const cutLine = (
    /** @type {Network} */ network, /** @type {number} */ e, /** @type {number} */ start, /** @type {number} */ stop,
  ) => {
    const metres = metresAlong(network, e);
    const total_m = metres[metres.length - 1];
    const [from, to] = [network.vertexStart[e], network.vertexStart[e + 1] - 1];
    const at = (/** @type {number} */ share) => pointAt(network, e, share).map(core.wholeCm);
    const inner = metres
      .map((along_m, i) => [along_m, from + i])
      .filter(([along_m]) => along_m > start * total_m && along_m < stop * total_m);
    return [
      start === 0 ? [network.x[from], network.y[from]] : at(start),
      ...inner.map(([, vertex]) => [network.x[vertex], network.y[vertex]]),
      stop === 1 ? [network.x[to], network.y[to]] : at(stop),
    ];
  };

  /** @param {Network} streets with steps and kerbs gone @param {Set<number>} mended @param {Set<number>} ramps */
  const mend = (streets, mended, ramps) => {
    const changed = { ...streets };
    for (const name of /** @type {const} */ (["steps", "denied", "kerbU", "kerbV"])) {
      changed[name] = streets[name].slice();
    }
    for (const name of /** @type {const} */ (["slopeForward", "slopeBackward", "slope"])) {
      changed[name] = streets[name].slice();
    }
    for (const e of mended) {
      changed.steps[e] = changed.denied[e] = changed.slope[e] = 0;
      changed.slopeForward[e] = changed.slopeBackward[e] = 1;
    }
    for (let e = 0; e < streets.nEdges && ramps.size > 0; e += 1) {
      if (changed.kerbU[e] === core.RAISED && ramps.has(streets.u[e])) {
        changed.kerbU[e] = 1;
      }
      if (changed.kerbV[e] === core.RAISED && ramps.has(streets.v[e])) {
        changed.kerbV[e] = 1;
      }
    }
    return changed;
  };

  /**
   * Streets cut at the ends of links, and the links.
   * @param {Network} whole @param {any[]} links @param {Bytes} closed per edge @returns {any}
   */
  const addLinks = (whole, links, closed) => {
    const { pieces, firstPiece, nodeOf } = cutEdges(whole, links);
    const n = pieces.length + links.length;
    const nodeAt = (/** @type {any} */ end) => {
      const inner = nodeOf.get(`${end.edge} ${end.fraction}`);
      return inner === undefined ? (end.fraction >= 1 ? whole.v : whole.u)[end.edge] : inner;
    };
    const carry = (/** @type {Bytes | Ints | Doubles} */ values, /** @type {any} */ kind, fill = 0) =>
      kind.from({ length: n }, (/** @type {any} */ _, /** @type {number} */ p) =>
        p < pieces.length ? values[pieces[p][0]] : fill,
      );
    const atEnd = (/** @type {Bytes} */ values, /** @type {number} */ column, /** @type {number} */ end) =>
      Uint8Array.from({ length: n }, (_, p) =>
        p < pieces.length && pieces[p][column] === end ? values[pieces[p][0]] : 0,
      );
    const lines = pieces.map(([e, start, stop]) => cutLine(whole, e, start, stop));
    lines.push(...links.map(({ a, b }) => [a, b].map((end) => [end.x, end.y].map(core.wholeCm))));
    const vertexStart = new Int32Array(n + 1);
    lines.forEach((line, p) => (vertexStart[p + 1] = vertexStart[p] + line.length));
    const column = (/** @type {number} */ k) => pieces.map((piece) => piece[k]);
    const network = {
      nNodes: whole.nNodes + nodeOf.size,
      nEdges: n,
      u: Int32Array.from([...column(3), ...links.map((link) => nodeAt(link.a))]),
      v: Int32Array.from([...column(4), ...links.map((link) => nodeAt(link.b))]),
      length_m: Float64Array.from([
        ...pieces.map(([e, start, stop]) => (stop - start) * whole.length_m[e]),
        ...links.map((link) => link.length_m),
      ]),
      vertexStart,
      x: Float64Array.from(lines.flatMap((line) => line.map(([x]) => x))),
      y: Float64Array.from(lines.flatMap((line) => line.map(([, y]) => y))),
      crossingU: atEnd(whole.crossingU, 1, 0),
      crossingV: atEnd(whole.crossingV, 2, 1),
      kerbU: atEnd(whole.kerbU, 1, 0),
      kerbV: atEnd(whole.kerbV, 2, 1),
      steps: carry(whole.steps, Uint8Array),
      denied: carry(whole.denied, Uint8Array),
      roadClass: carry(whole.roadClass, Uint8Array, core.LINK_CLASS),
      street: carry(whole.street, Int32Array),
      slopeForward: carry(whole.slopeForward, Float64Array, 1),
      slopeBackward: carry(whole.slopeBackward, Float64Array, 1),
      slope: carry(whole.slope, Float64Array),
    };
    return {
      network,
      pieceEdge: Int32Array.from(column(0)),
      pieceStart: Float64Array.from(column(1)),
      pieceStop: Float64Array.from(column(2)),
      firstPiece,
      isLink: Uint8Array.from({ length: n }, (_, p) => Number(p >= pieces.length)),
      isClosed: carry(closed, Uint8Array),
    };
  };

  /**
   * The streets after the changes of a proposal; the same object for the same changes of streets.
   * @param {Session} session @param {Change[]} changes any; those of facilities and benches are left out
   * @returns {Streets}
   */
  const changeStreets = (session, changes) => {
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
    const network = mend(session.streets, mended, ramps);
    const changed = links.length
      ? addLinks(network, links, isClosed)
      : { ...core.wholeStreets(network), isClosed };
    const { pieceEdge, pieceStart, pieceStop } = changed;
    const pieces = {
      edge: Int32Array.from([...pieceEdge, ...links.map((_, k) => -1 - k)]),
      from: Float64Array.from([...pieceStart, ...links.map(() => 0)]),
      to: Float64Array.from([...pieceStop, ...links.map(() => 1)]),
    };
    const lines = links.map((link) => ({ id: link.id, ...found[link.id] }));
    const streets = { ...changed, key, problems, found, pieces, links: lines, sites: new Map() };
    const oldest = [...session.sites.keys()].find((one) => one !== "");
    if (session.sites.size > MOST_KEPT && oldest !== undefined) {
      session.sites.delete(oldest);
    }
    session.sites.set(key, streets);
    return streets;
  };

  Object.assign(core, { LINK_CLASS: 255, STREET_CHANGES, saved, placeOf, pointAt, changeStreets });
})();
