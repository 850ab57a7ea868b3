// Signs on the map: every place of the list, and of the one that is looked at what can be dragged or chosen.

import { make } from "../map/elements.js";
import { readArrow, shifted, whereIs } from "../session/keys.js";
import { shorten } from "../session/text.js";
import { letterOf } from "./card.js";
import { latLngOf, placeOf, placeOfDoor } from "./ground.js";
import { stateOf } from "./list.js";

const STEP_M = 5;
const TARGET = 44;
const LINE = { interactive: false, color: "#1a1a1a", weight: 3, dashArray: "3 6", opacity: 1 };

/**
 * What is done by signs.
 * @typedef {{select: (at: number) => void, choose: (answer: Answer) => void, takeWay: (way: Way) => void,
 *   movePoint: (place: LonLat) => boolean, moveDoor: (door: number, place: LonLat) => boolean,
 *   setDoor: (way: Way, place: LonLat) => boolean, removeDoor: (door: number) => void, isPlacing: () => boolean,
 *   tap: (place: LonLat) => void}} MarkActions
 * @typedef {{map: L.Map, book: import("./book.js").Book, speech: import("../session/text.js").Speech, actions: MarkActions}} MarkParts
 */

/** @param {string} name @param {string} [text] */
const iconOf = (name, text = "") => {
  const html = make("span", text, name);
  return L.divIcon({ html, className: "a15-marker a15-mark", iconSize: [TARGET, TARGET] });
};

export class Marks {
  /** Of every place of the list. @type {Map<number, {marker: L.Marker, look: string}>} */
  #all = new Map();
  /** Of the place that is looked at. @type {Map<string, L.Marker>} */
  #own = new Map();
  /** @type {L.Layer[]} */
  #lines = [];
  isHeld = false;

  /** @param {MarkParts} parts */
  constructor({ map, book, speech, actions }) {
    this.map = map;
    this.book = book;
    this.speech = speech;
    this.actions = actions;
  }

  sync() {
    this.#syncAll();
    this.#syncOwn();
  }

  /** Places of the list that are not the one looked at; they are chosen in the list by keys. */
  #syncAll() {
    const { book } = this;
    const wanted = new Set(book.shown().filter((at) => at !== book.selected && book.now[at].point));
    for (const [at, { marker }] of this.#all) {
      if (!wanted.has(at)) {
        marker.remove();
        this.#all.delete(at);
      }
    }
    for (const at of wanted) {
      const place = placeOf(book.now[at].point);
      if (!place) {
        continue;
      }
      const known = this.#all.get(at) || { marker: this.#putOther(at, place), look: "" };
      this.#all.set(at, known);
      known.marker.setLatLng(latLngOf(place));
      const { key } = stateOf(book, at);
      if (known.look !== key) {
        known.look = key;
        known.marker.setIcon(this.#discOf(at, `is-small ${key}`));
      }
    }
  }

  /** @param {number} at @param {LonLat} place */
  #putOther(at, place) {
    const marker = L.marker(latLngOf(place), { keyboard: false, riseOnHover: true, icon: this.#discOf(at, "is-small") });
    marker.on("click", (event) => this.#onPress(event.originalEvent, () => this.actions.select(at)));
    return marker.addTo(this.map);
  }

  /** A tool in hand is used where one taps, whatever stands there. @param {MouseEvent} event @param {() => void} act */
  #onPress(event, act) {
    if (this.actions.isPlacing()) {
      const { lng, lat } = this.map.mouseEventToLatLng(event);
      this.actions.tap({ lon: lng, lat });
    } else {
      act();
    }
  }

  /** @param {number} at @param {string} className */
  #discOf(at, className) {
    const look = this.book.data.categories[this.book.places[at].category];
    const disc = make("span", look?.symbol || "", `a15-disc ${className}`);
    disc.style.backgroundColor = look?.colour || "#4b1173";
    return L.divIcon({ html: disc, className: "a15-marker a15-mark", iconSize: [TARGET, TARGET] });
  }

  /** What belongs to the place that is looked at, drawn anew; the focus stays on what had it. */
  #syncOwn() {
    if (this.isHeld) {
      return;
    }
    const { book, speech } = this;
    const { decision, place, selected } = book;
    const focused = [...this.#own].find(([, marker]) => marker.getElement() === document.activeElement)?.[0];
    this.#own.forEach((marker) => marker.remove());
    this.#own.clear();
    const name = shorten(place.name) || speech.say("no_name");
    const point = placeOf(decision.point);
    place.candidates.forEach((one, i) => {
      const label = `${speech.say("answer", { n: i + 1 })}: ${name}`;
      this.#put(`answer ${i}`, { lat: one.point[0], lon: one.point[1] }, iconOf("a15-fix", `${i + 1}`), label, () => this.actions.choose(one));
    });
    if (point) {
      this.#putDoors(point, name);
      const label = speech.say("point_of", { name });
      const marker = this.#put("point", point, this.#discOf(selected, "is-here"), label, () => {});
      this.#makeDraggable(marker, (to) => this.actions.movePoint(to));
      marker.setZIndexOffset(400);
    }
    this.#drawLines();
    const again = focused === undefined ? undefined : this.#own.get(focused);
    again?.getElement()?.focus();
  }

  /** Doors that were given, else those worked out, each with a letter. @param {LonLat} point @param {string} name */
  #putDoors(point, name) {
    const { book, speech } = this;
    book.decision.doors.forEach((door, i) => {
      const label = speech.say("door_of", { name, n: i + 1 });
      const marker = this.#put(`door ${i}`, placeOfDoor(door), iconOf("a15-door is-new"), label, () => {});
      this.#makeDraggable(marker, (to) => this.actions.moveDoor(i, to), () => this.actions.removeDoor(i));
    });
    book.ways().forEach((way, i) => {
      const label = speech.say("way_of", { name, letter: letterOf(i) });
      const className = way.taken ? "a15-way is-taken" : "a15-way";
      const marker = this.#put(`way ${i}`, placeOfDoor(way.at), iconOf(className, letterOf(i)), label, () => this.actions.takeWay(way));
      if (way.taken) {
        this.#makeDraggable(marker, (to) => this.actions.setDoor(way, to));
      }
    });
  }

  /** @param {string} key @param {LonLat} place @param {L.DivIcon} icon @param {string} label @param {() => void} onPress */
  #put(key, place, icon, label, onPress) {
    const marker = L.marker(latLngOf(place), { icon, riseOnHover: true, autoPan: true, zIndexOffset: 500, draggable: true });
    this.#own.set(key, marker);
    marker.addTo(this.map);
    marker.dragging?.disable();
    const element = marker.getElement();
    element?.setAttribute("aria-label", label);
    marker.on("click", (event) => this.#onPress(event.originalEvent, onPress));
    element?.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        event.stopPropagation();
        onPress();
      }
    });
    return marker;
  }

  /** With a finger, a mouse or the arrow keys. @param {L.Marker} marker @param {(to: LonLat) => boolean} move @param {() => void} [erase] */
  #makeDraggable(marker, move, erase = () => {}) {
    marker.dragging?.enable();
    const element = marker.getElement();
    element?.setAttribute("aria-keyshortcuts", "ArrowUp ArrowDown ArrowLeft ArrowRight");
    marker.on("dragstart", () => {
      this.isHeld = true;
    });
    marker.on("drag", () => this.#drawLines());
    marker.on("dragend", () => {
      this.isHeld = false;
      if (!move(whereIs(marker))) {
        this.sync();
      }
    });
    element?.addEventListener("keydown", (event) => {
      const arrow = readArrow(event, STEP_M);
      const isErased = event.key === "Delete" || event.key === "Backspace";
      if (!arrow && !isErased) {
        return;
      }
      event.preventDefault();
      event.stopPropagation(); // the map stays where it is
      if (arrow) {
        move(shifted(whereIs(marker), arrow));
        this.#keepInView();
      } else {
        erase();
      }
    });
  }

  #keepInView() {
    const marker = this.#own.get("point");
    if (marker && !this.map.getBounds().pad(-0.1).contains(marker.getLatLng())) {
      this.map.panTo(marker.getLatLng(), { animate: false });
    }
  }

  /** From the point to its doors. */
  #drawLines() {
    this.#lines.forEach((one) => one.remove());
    const from = this.#own.get("point")?.getLatLng();
    if (!from) {
      this.#lines = [];
      return;
    }
    const ways = this.book.ways();
    const doors = [...this.#own].filter(([key]) => key.startsWith("door ") || (key.startsWith("way ") && ways[Number(key.slice(4))]?.taken));
    this.#lines = doors.map(([, marker]) => L.polyline([from, marker.getLatLng()], LINE).addTo(this.map));
  }

  /** Every sign, for whoever looks whether anything lies on another. */
  markers() {
    return [...this.#own.values()];
  }

  /** Signs and names that nothing may be written on. @returns {import("../map/writing.js").Sign[]} */
  taken() {
    return [...this.#own.values()].map((marker) => ({ latLng: marker.getLatLng(), name: "" }));
  }
}
