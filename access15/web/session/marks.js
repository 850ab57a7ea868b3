// Signs one can take hold of: places, changes of streets, notes; with a finger, a mouse or the keyboard.

import { make } from "../map/elements.js";
import { moveSign } from "./actions.js";
import { readArrow, shifted, whereIs } from "./keys.js";
import { placeOf, STREET_CHANGES } from "./model.js";
import { rankOf, standOf } from "./notes.js";
import { figure } from "./pictures.js";
import { shorten } from "./text.js";

const [SIGN_PIXELS, DOOR_PIXELS] = [48, 44];
const DOT_PIXELS = 24; // of what is not asked about, with its edge
/** @type {Record<string, string>} */
const PICTURES = { add_link: "link", close_link: "closed", remove_steps: "steps", add_kerb_ramp: "ramp", add_bench: "bench" };
const NEW_HUB = { symbol: "★", colour: "#4b1173" }; // it belongs to no category

/** Letter and colour of a kind of place, on the map as in the key. @param {import("./model.js").Model} model @param {string} category */
export const lookOf = (model, category) => model.categoryOf.get(category) || NEW_HUB;

/** Where a sign of a change of streets stands: in the middle of a link. @param {Change} change @returns {LonLat} */
const middleOf = (change) => {
  const { lon, lat } = placeOf(change);
  const { lon2 = lon, lat2 = lat } = change;
  return { lon: (lon + (lon2 ?? lon)) / 2, lat: (lat + (lat2 ?? lat)) / 2 };
};

/** Everything that has a sign now. @param {import("./model.js").Model} model @param {import("./store.js").Store} store @returns {MapSign[]} */
export const listSigns = (model, store) => {
  const { target, view } = store.choice;
  const changes = view === "today" ? model.today : store.changes;
  /** @type {MapSign[]} */
  const places = model
    .places(changes)
    .filter((one) => one.hub || one.state !== "today" || one.category === target)
    .map((place) => ({ kind: "place", key: `place ${place.key}`, lon: place.lon, lat: place.lat, place }));
  if (view === "today") {
    return places;
  }
  const doors = places.flatMap((sign) => (sign.kind === "place" ? doorSigns(sign.place, target) : []));
  /** @type {MapSign[]} */
  const ofStreets = changes
    .filter((one) => STREET_CHANGES.includes(one.change))
    .map((change) => ({ kind: "change", key: `change ${change.id}`, ...middleOf(change), change }));
  const { notes } = store.history.active;
  /** @type {MapSign[]} */
  const pins = notes.map((note, i) => ({
    kind: "note",
    key: `note ${note.id}`,
    lon: note.lon,
    lat: note.lat,
    note,
    number: i + 1,
    rank: rankOf(notes, i),
  }));
  return [...places, ...doors, ...ofStreets, ...pins];
};

/**
 * The door of a place of the kind that is asked about, of a hub that is proposed, and one that was set; those of
 * all places would hide the map.
 * @param {Place} place
 * @param {string} target
 * @returns {EntrySign[]}
 */
const doorSigns = (place, target) => {
  const isShown = !isDot(place, target) && (place.hub || place.category === target || place.state === "set_door");
  const [door] = isShown ? place.doors : [];
  return door ? [{ kind: "door", key: `door ${place.key}`, ...door, place }] : [];
};

/** Whether a place stands there as ever and is not of the kind that is asked about: a dot, until somebody asks for it. @param {Place} place @param {string} target */
export const isDot = ({ hub, category, state }, target) => state === "today" && !(target === "hub" ? hub : category === target);

/** What is small lies on what is large, what is proposed on what is there. @param {MapSign} sign */
const heightOf = (sign) => {
  if (sign.kind === "door") {
    return -500; // under the sign of its place, which must stay easy to grasp
  }
  if (sign.kind !== "place") {
    return sign.kind === "note" ? 2000 : 1500;
  }
  const plain = sign.place.state === "today" ? 0 : 500;
  return sign.place.hub ? 1000 : plain;
};

/** Whether its name stands beside it. @param {MapSign} sign @param {string} target */
const isNamed = (sign, target) => sign.kind === "place" && !isDot(sign.place, target) && ((sign.place.hub && sign.place.from?.named !== false) || sign.place.state === "add_facility");

/** A sign on the map. @typedef {{marker: L.Marker, sign: MapSign, look: string, away: number[], isHeld: boolean}} Mark */

export class Marks {
  /** @type {Map<string, Mark>} */
  #marks = new Map();

  /**
   * @param {{map: L.Map, model: import("./model.js").Model, store: import("./store.js").Store,
   *   sentences: import("./sentences.js").Sentences, actions: import("./actions.js").Actions,
   *   tools: {isActive: () => boolean, tap: (place: LonLat, isKey?: boolean) => void},
   *   onOpen: (sign: MapSign) => void}} parts
   */
  constructor({ map, model, store, sentences, actions, tools, onOpen }) {
    this.map = map;
    this.model = model;
    this.store = store;
    this.sentences = sentences;
    this.actions = actions;
    this.tools = tools;
    this.onOpen = onOpen;
  }

  /** Brings the map's signs in step, keeping those that stay (and the focus on them). */
  sync() {
    const wanted = new Map(listSigns(this.model, this.store).map((one) => [one.key, one]));
    for (const [key, { marker }] of this.#marks) {
      if (!wanted.has(key)) {
        marker.remove();
        this.#marks.delete(key);
      }
    }
    const unplaced = this.actions.unplaced();
    for (const sign of wanted.values()) {
      const mark = this.#marks.get(sign.key) || this.#put(sign);
      mark.sign = sign;
      if (!mark.isHeld) {
        mark.marker.setLatLng([sign.lat, sign.lon]);
      }
      const look = JSON.stringify([this.#look(sign, unplaced), this.sentences.speech.lang]);
      if (mark.look !== look) {
        mark.look = look;
        this.#dress(mark, unplaced);
      }
    }
  }

  /** What decides how a sign looks. @param {MapSign} sign @param {Set<string>} unplaced */
  #look(sign, unplaced) {
    if (sign.kind === "note") {
      return [sign.number, sign.rank, sign.note.text];
    }
    if (sign.kind === "change") {
      return [sign.change.change, this.sentences.change(sign.change)];
    }
    if (sign.kind === "door") {
      return [sign.kind, sign.place.state, sign.place.name];
    }
    const { state, name, category, hub, counted, change } = sign.place;
    const isSmall = isDot(sign.place, this.store.choice.target);
    return [state, name, category, hub, counted, isSmall, change !== null && unplaced.has(change.id)];
  }

  /** @param {MapSign} sign @returns {Mark} */
  #put(sign) {
    const marker = L.marker([sign.lat, sign.lon], {
      icon: L.divIcon({ className: "a15-marker a15-mark", iconSize: [SIGN_PIXELS, SIGN_PIXELS] }),
      draggable: sign.kind !== "change" || sign.change.change === "add_bench",
      autoPan: true,
      riseOnHover: true,
      zIndexOffset: heightOf(sign),
    });
    /** @type {Mark} */
    const mark = { marker, sign, look: "", away: [0, 0], isHeld: false };
    this.#marks.set(sign.key, mark);
    marker.addTo(this.map);
    marker.on("click", (event) => this.#onClick(mark, event.originalEvent));
    marker.on("dragstart", () => {
      mark.isHeld = true;
      this.store.hold(true);
    });
    marker.on("drag", () => this.store.preview(moveSign(this.store.history.now, mark.sign, whereIs(marker))));
    marker.on("dragend", () => {
      mark.isHeld = false;
      this.store.hold(false);
      this.actions.move(mark.sign, whereIs(marker));
    });
    marker.getElement()?.addEventListener("keydown", (event) => this.#onKey(mark, event));
    return mark;
  }

  /** A tool in hand is used where one taps, whatever stands there. @param {Mark} mark @param {MouseEvent} event */
  #onClick(mark, event) {
    if (this.tools.isActive()) {
      const { lng, lat } = this.map.mouseEventToLatLng(event);
      this.tools.tap({ lon: lng, lat });
    } else {
      this.onOpen(mark.sign);
    }
  }

  /** @param {Mark} mark @param {KeyboardEvent} event */
  #onKey(mark, event) {
    const arrow = readArrow(event);
    const isErased = event.key === "Delete" || event.key === "Backspace";
    const isPressed = event.key === "Enter" || event.key === " ";
    if (!arrow && !isErased && !isPressed) {
      return;
    }
    event.preventDefault();
    event.stopPropagation(); // the map stays where it is
    if (arrow) {
      this.#step(mark, arrow);
    } else if (isErased) {
      this.#erase(mark.sign);
    } else if (this.tools.isActive()) {
      this.tools.tap(whereIs(mark.marker), true);
    } else {
      this.onOpen(mark.sign);
    }
  }

  /** @param {Mark} mark @param {[number, number]} arrow metres east and north */
  #step({ marker, sign }, arrow) {
    const isGone = sign.kind === "place" && sign.place.state === "remove_facility";
    if (marker.options.draggable && !isGone) {
      this.actions.move(sign, shifted(whereIs(marker), arrow));
      if (!this.map.getBounds().pad(-0.1).contains(marker.getLatLng())) {
        this.map.panTo(marker.getLatLng(), { animate: false });
      }
    }
  }

  /** @param {MapSign} sign */
  #erase(sign) {
    this.actions.remove(sign);
    if (!this.#marks.has(sign.key)) {
      this.map.getContainer().focus();
    }
  }

  /** @param {Mark} mark @param {Set<string>} unplaced */
  #dress(mark, unplaced) {
    const { marker, sign } = mark;
    const { holder, away } = sign.kind === "note" ? standOf(sign) : { holder: this.#disc(sign, unplaced), away: [0, 0] };
    mark.away = away;
    const icon = { html: holder, className: "a15-marker a15-mark" };
    const size = sign.kind === "door" ? DOOR_PIXELS : SIGN_PIXELS;
    marker.setIcon(L.divIcon({ ...icon, iconSize: [size, size], iconAnchor: [size / 2 - away[0], size / 2 - away[1]] }));
    const element = marker.getElement();
    element?.setAttribute("aria-label", this.sentences.describe(sign));
    element?.setAttribute("aria-keyshortcuts", "Enter Delete ArrowUp ArrowDown ArrowLeft ArrowRight");
    marker.unbindTooltip();
    const isGone = sign.kind === "place" && sign.place.state === "remove_facility";
    if (isNamed(sign, this.store.choice.target) && !isGone) {
      const text = make("bdi", shorten(this.sentences.nameOf(sign)));
      marker.bindTooltip(text, { permanent: true, direction: "right", offset: [22, 0], className: "a15-hub-name", interactive: false });
    }
  }

  /** @param {PlaceSign | EntrySign | ChangeSign} sign @param {Set<string>} unplaced */
  #disc(sign, unplaced) {
    if (sign.kind === "door") {
      return make("span", "", sign.place.state === "set_door" ? "a15-door is-new" : "a15-door");
    }
    if (sign.kind === "change") {
      const drawn = make("span", "", "a15-disc is-change");
      drawn.append(figure(PICTURES[sign.change.change], "icon"));
      return drawn;
    }
    const { category, hub, from, counted, state, change } = sign.place;
    const { symbol, colour } = lookOf(this.model, category);
    const isSmall = isDot(sign.place, this.store.choice.target);
    const disc = make("span", isSmall ? "" : symbol, "a15-disc");
    disc.style.backgroundColor = colour;
    disc.classList.toggle("a15-dot", isSmall);
    disc.classList.toggle("a15-hub", hub);
    disc.classList.toggle("a15-uncertain", from !== null && !counted);
    disc.classList.toggle("is-new", state === "add_facility" || state === "move_facility");
    disc.classList.toggle("is-gone", state === "remove_facility");
    disc.classList.toggle("is-lost", change !== null && unplaced.has(change.id));
    return disc;
  }

  /** @param {string} key */
  focus(key) {
    const marker = this.#marks.get(key)?.marker;
    const element = marker?.getElement();
    if (marker && element) {
      this.map.setView(marker.getLatLng(), Math.max(this.map.getZoom(), 15), { animate: false });
      element.focus();
    }
  }

  /** The signs as they lie on the map. */
  markers() {
    return [...this.#marks.values()].map(({ marker }) => marker);
  }

  /** Places whose names and signs nothing else may be written on. @returns {import("../map/writing.js").Sign[]} */
  taken() {
    return [...this.#marks.values()].flatMap(({ marker, sign, away }) => {
      const latLng = marker.getLatLng();
      const foot = sign.kind === "note" ? [{ latLng, away: [0, 0], name: "" }] : [];
      const name = isNamed(sign, this.store.choice.target) ? shorten(this.sentences.nameOf(sign)) : "";
      const isSmall = sign.kind === "place" && isDot(sign.place, this.store.choice.target);
      return [...foot, { latLng, away, name, ...(isSmall ? { size: DOT_PIXELS } : {}) }];
    });
  }
}
