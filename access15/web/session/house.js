// "My house": where it is, the ways from it for every walker, today and with the proposal. Nothing of it is saved.

import { doorAt, placeAfter, waysFrom, whatHelps } from "../core/house.js";
import { linksThatMayHelp } from "../core/change/missing.js";
import { tellWay } from "../core/walk/routes.js";
import { rounded } from "./rounded.js";

export const FAR_S = 3600; // how far a place is looked for

/**
 * What one walker's way is in one world.
 * @typedef {{change: Change & Record<"lon" | "lat" | "lon2" | "lat2", number>, changes: Change[], seconds: number}} HouseLink a link that alone helps, with the changes that it stands behind
 * @typedef {{changes: Change[], world: World, door: Doors, ways: Route[], rows: RouteRow[], link?: HouseLink | null}} Found
 */

export class House {
  /** @type {LonLat | null} */
  place = null;
  /** Number of the street it was put half-way along, 0 where it was put by hand. */
  street = 0;
  /** @type {WeakMap<Change[], Map<string, Found>>} */
  #found = new WeakMap();
  /** @type {Set<number> | null} */
  #near = null;

  /**
   * @param {{model: import("./model.js").Model, store: import("./store.js").Store, data: SessionData,
   *   streets: import("./street_shapes.js").StreetShapes}} parts
   */
  constructor({ model, store, data, streets }) {
    this.model = model;
    this.store = store;
    this.data = data;
    this.streets = streets;
  }

  get isOn() {
    return this.store.choice.isHouse;
  }

  /** Changes that the map shows. */
  get changes() {
    return this.store.choice.view === "today" ? this.model.today : this.store.changes;
  }

  /** @param {LonLat | null} place @param {number} [street] */
  put(place, street = 0) {
    this.place = place && { lon: rounded(place.lon), lat: rounded(place.lat) };
    this.street = street;
    this.#found = new WeakMap();
  }

  /** Streets of the neighbourhood, by their numbers; the page's others lie around it. */
  get near() {
    const { street, vertexStart } = this.model.session.streets;
    const { points } = this.streets;
    this.#near = this.#near || new Set(Array.from(street).filter((_, e) => this.#isInside([points[2 * vertexStart[e]], points[2 * vertexStart[e] + 1]])));
    return this.#near;
  }

  /** Half-way along a street: the middle of that piece of it which lies nearest to the middle of all. @param {number} street */
  putOn(street) {
    const { session } = this.model;
    const edges = Array.from(session.streets.street.keys()).filter((e) => session.streets.street[e] === street);
    const middles = edges.map((e) => this.streets.point(session.base, e, 0.5));
    const inside = middles.filter((one) => this.#isInside(one));
    const all = inside.length > 0 ? inside : middles;
    const [x, y] = [0, 1].map((i) => all.reduce((sum, one) => sum + one[i], 0) / all.length);
    const [nearest] = all.sort((a, b) => Math.hypot(a[0] - x, a[1] - y) - Math.hypot(b[0] - x, b[1] - y));
    this.put(this.lonLatOf(nearest), street);
  }

  /** Number of the street that the house is nearest to, 0 where that has no name. */
  nearestStreet() {
    const { session } = this.model;
    const edge = this.place ? doorAt(session, session.base, this.place.lon, this.place.lat).edge[0] : -1;
    return edge < 0 ? 0 : session.streets.street[edge];
  }

  /** @param {[number, number]} units */
  #isInside(units) {
    const { lon, lat } = this.lonLatOf(units);
    const [[south, west], [north, east]] = this.data.bounds;
    return lon >= west && lon <= east && lat >= south && lat <= north;
  }

  /** @param {[number, number]} units @returns {LonLat} */
  lonLatOf([x, y]) {
    const { unit, west, north } = this.data.frame;
    const { lat, lng } = L.Projection.SphericalMercator.unproject(L.point(west + unit * x, north - unit * y));
    return { lon: lng, lat };
  }

  /** @param {Change[]} changes @param {string} profile @param {number} [n] how many places @returns {Found | null} */
  look(changes, profile, n = 2) {
    if (!this.place || !this.model.isKnown(changes, this.store.choice.target)) {
      return null;
    }
    const { target } = this.store.choice;
    const known = this.#found.get(changes) || new Map();
    this.#found.set(changes, known);
    const key = `${profile}|${target}|${n}`;
    if (!known.has(key)) {
      const world = this.model.world(changes, profile);
      const door = this.#door(world);
      const ways = waysFrom(world, door, target, FAR_S, n);
      known.set(key, { changes, world, door, ways, rows: ways.length > 0 ? tellWay(world, ways[0]) : [] });
    }
    return known.get(key) || null;
  }

  /** The house's own. @param {World} world */
  #door({ session, streets }) {
    return doorAt(session, streets, this.place?.lon ?? NaN, this.place?.lat ?? NaN);
  }

  /** What alone would bring a walk within the longest cutoff. @param {Found} found */
  helps({ world, door }) {
    const { session } = this.model;
    const claim = session.profiles.find((one) => one.id === this.data.claim) || world.profile;
    const pace_ms = Math.max(claim.pace_ms, world.profile.pace_ms);
    return whatHelps(world, door, this.store.choice.target, session.longest_s, pace_ms);
  }

  /** The missing link that alone brings a longer walk within the longest cutoff, the easiest of several; null where none does. @param {Found} found */
  link(found) {
    found.link = found.link === undefined ? this.#findLink(found) : found.link;
    return found.link;
  }

  /** Those that may help are put among the changes as somebody would draw them, one by one, until one does. @param {Found} found @returns {HouseLink | null} */
  #findLink({ changes, world, door }) {
    const { session } = this.model;
    const { target } = this.store.choice;
    const { edge, fraction } = session.missing.ends;
    for (const { row } of linksThatMayHelp(world, door, target)) {
      const [from, to] = [row, row + session.missing.metres.length].map((i) => this.lonLatOf(this.streets.point(session.base, edge[i], fraction[i])));
      const drawn = { lon: rounded(from.lon), lat: rounded(from.lat), lon2: rounded(to.lon), lat2: rounded(to.lat) };
      const change = { id: "link", change: "add_link", ...drawn };
      const more = [...changes, change];
      const linked = this.model.world(more, world.profile.id);
      const [way] = waysFrom(linked, this.#door(linked), target, session.longest_s, 1);
      if (way) {
        return { change, changes: more, seconds: way.seconds };
      }
    }
    return null;
  }

  /** Where a longer walk is when its time is up. @param {Found} found */
  runsOut({ world, ways }) {
    return ways.length > 0 ? placeAfter(world, ways[0], this.model.session.longest_s) : null;
  }

  /** What is drawn of one world's way, in units of the page. @param {Change[]} changes */
  drawn(changes) {
    const found = this.isOn ? this.look(changes, this.store.choice.profile) : null;
    if (!found || found.ways.length === 0 || !this.place) {
      return null;
    }
    const { world, ways, rows } = found;
    const [way] = ways;
    const pieces = rows.flatMap((row) => row.pieces);
    const [first, last] = [way.pieces[0], way.pieces[way.pieces.length - 1]];
    const { x, y, category } = world.facilities[way.facility];
    const out = this.runsOut(found);
    const link = out && this.link(found);
    const { session } = this.model;
    const home = session.toUnits(...session.toMetres(this.place.lon, this.place.lat));
    return {
      symbol: this.model.categoryOf.get(category)?.symbol || "",
      corners: pieces.flatMap((one) => [one.from, one.to].map((at) => this.streets.point(world.streets, one.edge, at))),
      shape: this.streets.shape(world.streets, {
        edge: Int32Array.from(pieces, (one) => one.edge),
        from: Float64Array.from(pieces, (one) => Math.min(one.from, one.to)),
        to: Float64Array.from(pieces, (one) => Math.max(one.from, one.to)),
      }),
      aside: [
        [home, this.streets.point(world.streets, first.edge, first.from)],
        [this.streets.point(world.streets, last.edge, last.to), session.toUnits(x ?? NaN, y ?? NaN)],
      ],
      link: link ? [[link.change, { lon: link.change.lon2, lat: link.change.lat2 }].map((one) => session.toUnits(...session.toMetres(one.lon, one.lat)))] : [],
      out: out && this.streets.point(world.streets, out.edge, out.at),
    };
  }
}
