// Names of streets: of a change, of a stretch and what it lies between, of a corner, of a place.

import { placeOf, stretchOf } from "../core/change/changes.js";
import { nearestEdge } from "../core/walk/snap.js";

const FAR_M = 2000; // from a corner to the nearest street that has a name
const MOST_PIECES = 12; // of street, from the end of a stretch to a street that has a name

/** Streets by the nodes they end at. @param {Network} streets */
const endsOf = ({ nNodes, nEdges, u, v }) => {
  const start = new Int32Array(nNodes + 1);
  for (let e = 0; e < nEdges; e += 1) {
    start[u[e] + 1] += 1;
    start[v[e] + 1] += 1;
  }
  for (let node = 0; node < nNodes; node += 1) {
    start[node + 1] += start[node];
  }
  const [next, edge] = [start.slice(), new Int32Array(2 * nEdges)];
  for (let e = 0; e < nEdges; e += 1) {
    edge[next[u[e]]++] = e;
    edge[next[v[e]]++] = e;
  }
  return { start, edge };
};

export class StreetNames {
  /** @type {ReturnType<typeof endsOf> | null} */
  #ends = null;

  /** @param {Session} session @param {SessionData} data */
  constructor(session, data) {
    this.session = session;
    this.data = data;
  }

  /** The stretch that a change means, or that it lies on; -1 where there is none. @param {{edge?: number, node?: number} | undefined} found what it means on the streets @param {Change} change */
  edgeOf(found, change) {
    if (change.change === "add_bench") {
      return this.edgeAt(change);
    }
    const { street } = this.session.streets;
    const meeting = found?.node === undefined ? [] : Array.from(this.#meeting(found.node));
    return found?.edge ?? meeting.find((e) => street[e] > 0) ?? -1;
  }

  /** @param {number} edge -1 for none */
  of(edge) {
    return edge < 0 ? "" : this.data.streets.street_names[this.session.streets.street[edge]];
  }

  /** Names of the streets at the ends of a link: one, two or none. @param {Change} change */
  ofLink({ lon, lat, lon2, lat2 }) {
    const names = [{ lon, lat }, { lon: lon2, lat: lat2 }].map((one) => this.of(this.edgeAt(one)));
    return [...new Set(names.filter(Boolean))];
  }

  /** Streets that end at a node. @param {number} node @returns {Ints} */
  #meeting(node) {
    this.#ends = this.#ends || endsOf(this.session.streets);
    const { start, edge } = this.#ends;
    return edge.subarray(start[node], start[node + 1]);
  }

  /** The stretch a tool would change here, -1 where there is none. @param {{change: string, lon: number, lat: number}} change */
  stretch(change) {
    return stretchOf(this.session, change);
  }

  /** Names of the streets that a stretch lies between: one, two or none. @param {number} edge @returns {string[]} */
  between(edge) {
    const { u, v } = this.session.streets;
    const names = [u[edge], v[edge]].map((node) => this.#nameFrom(node, edge));
    return [...new Set(names.filter(Boolean))];
  }

  /** The nearest street with another name than a stretch, from one of its ends. @param {number} node @param {number} edge */
  #nameFrom(node, edge) {
    const { street, u, v } = this.session.streets;
    const seen = new Set([node]);
    let ends = [node];
    for (let step = 0; step < MOST_PIECES && ends.length > 0; step += 1) {
      const met = ends.flatMap((one) => Array.from(this.#meeting(one))).filter((e) => e !== edge);
      const names = met.filter((e) => street[e] > 0 && street[e] !== street[edge]).map((e) => this.data.streets.street_names[street[e]]);
      if (names.length > 0) {
        return names.sort()[0];
      }
      ends = met.flatMap((e) => [u[e], v[e]]).filter((one) => !seen.has(one) && seen.add(one));
    }
    return "";
  }

  /** The nearest stretch, -1 where none is near. @param {{lon?: number | null, lat?: number | null}} place */
  edgeAt({ lon, lat }) {
    const { session, data } = this;
    return nearestEdge(session.grid, session.streets, session.base.firstPiece, () => true, ...placeOf(session, lon, lat), data.max_seat_snap_m).edge;
  }

  /** Streets that meet at a corner, or the nearest that has a name. @param {Points} points @param {number} row */
  corner(points, row) {
    const { streets, grid, base } = this.session;
    const { street, u, v } = streets;
    const node = points.node[row];
    const met = new Set(Array.from(street).filter((one, e) => one > 0 && node >= 0 && (u[e] === node || v[e] === node)));
    if (met.size > 0) {
      return Array.from(met, (one) => this.data.streets.street_names[one]).sort().join(" / ");
    }
    const isNamed = (/** @type {number} */ e) => street[e] > 0;
    const { edge } = nearestEdge(grid, streets, base.firstPiece, isNamed, ...points.metres(row), FAR_M);
    return edge < 0 ? "" : this.data.streets.street_names[street[edge]];
  }
}
