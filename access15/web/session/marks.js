// Signs one can take hold of: places, changes of streets, notes; with a finger, a mouse or the keyboard.

import { STREET_CHANGES } from "./model.js";
import { rankOf, standOf } from "./notes.js";
import { edits } from "./state.js";
import { make } from "../map/elements.js";
import { figure, shorten } from "./text.js";

const STEP_M = 20;
const LONG_STEP_M = 100;
const METRES_PER_DEGREE = 111_320;
const ARROWS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const PICTURES = { add_link: "link", close_link: "closed", remove_steps: "steps", add_kerb_ramp: "ramp", add_bench: "bench" };

/** @param {any} place @param {number} east_m @param {number} north_m */
export const shifted = (place, east_m, north_m) => ({
  lon: place.lon + east_m / (METRES_PER_DEGREE * Math.cos((place.lat * Math.PI) / 180)),
  lat: place.lat + north_m / METRES_PER_DEGREE,
});

const NEW_HUB = { symbol: "H", colour: "#4b1173" }; // it belongs to no category

/** Letter and colour of a kind of place, on the map as in the key. @param {any} model @param {string} category */
export const lookOf = (model, category) => model.categoryOf.get(category) || NEW_HUB;

/** Where a sign of a change of streets stands: in the middle of a link. */
const middleOf = (change) =>
  change.lon2 === undefined
    ? { lon: change.lon, lat: change.lat }
    : { lon: (change.lon + change.lon2) / 2, lat: (change.lat + change.lat2) / 2 };

export class Marks {
  /** @param {any} page */
  constructor(page) {
    this.page = page;
    /** @type {Map<string, any>} */
    this.markers = new Map();
  }

  /** Everything that has a sign now: {key, lon, lat, ...}. */
  list() {
    const { page } = this;
    const { target } = page.choice;
    const shownChanges = page.choice.view === "today" ? page.model.today : page.shownChanges();
    const places = page.model
      .places(shownChanges)
      .filter((one) => one.hub || one.state !== "today" || one.category === target)
      .map((one) => ({ kind: "place", key: `place ${one.key}`, lon: one.lon, lat: one.lat, place: one }));
    if (page.choice.view === "today") {
      return places;
    }
    const changes = shownChanges
      .filter((one) => STREET_CHANGES.includes(one.change))
      .map((one) => ({ kind: "change", key: `change ${one.id}`, ...middleOf(one), change: one }));
    const notes = page.history.active.notes.map((one, i) => ({
      kind: "note",
      key: `note ${one.id}`,
      lon: one.lon,
      lat: one.lat,
      note: one,
      number: i + 1,
      rank: rankOf(page.history.active.notes, i),
    }));
    return [...places, ...changes, ...notes];
  }

  /** Brings the map's signs in step, keeping those that stay (and the focus on them). */
  sync() {
    const wanted = new Map(this.list().map((one) => [one.key, one]));
    for (const [key, marker] of this.markers) {
      if (!wanted.has(key)) {
        marker.remove();
        this.markers.delete(key);
      }
    }
    for (const [key, sign] of wanted) {
      const marker = this.markers.get(key) || this.#put(sign);
      marker.sign = sign;
      if (!marker.isHeld) {
        marker.setLatLng([sign.lat, sign.lon]);
      }
      const look = JSON.stringify([this.#look(sign), this.page.speech.lang]);
      if (marker.look !== look) {
        marker.look = look;
        this.#dress(marker, sign);
      }
    }
  }

  /** What decides how a sign looks. */
  #look(sign) {
    if (sign.kind === "note") {
      return [sign.number, sign.rank, sign.note.text];
    }
    if (sign.kind === "change") {
      return [sign.change.change, this.page.tellChange(sign.change)];
    }
    const { place } = sign;
    return [place.state, place.name, place.category, place.hub, place.counted, this.#isLost(place)];
  }

  #isLost(place) {
    return place.change !== null && this.page.unplaced().has(place.change.id);
  }

  /** What is small lies on what is large, what is proposed on what is there. */
  #heightOf(sign) {
    if (sign.kind !== "place") {
      return sign.kind === "note" ? 2000 : 1500;
    }
    return sign.place.hub ? 1000 : sign.place.state === "today" ? 0 : 500;
  }

  #put(sign) {
    const canDrag = sign.kind === "note" || sign.kind === "place" || sign.change.change === "add_bench";
    const marker = L.marker([sign.lat, sign.lon], {
      icon: L.divIcon({ className: "a15-marker a15-mark", iconSize: [48, 48] }),
      draggable: canDrag,
      autoPan: true,
      riseOnHover: true,
      zIndexOffset: this.#heightOf(sign),
    });
    this.markers.set(sign.key, marker);
    marker.addTo(this.page.map);
    marker.on("click", (event) => this.#onClick(marker, event.originalEvent));
    marker.on("dragstart", () => {
      marker.isHeld = true;
      this.page.hold(true);
    });
    marker.on("drag", () => this.page.preview(this.#movedTo(marker.sign, marker.getLatLng())));
    marker.on("dragend", () => {
      marker.isHeld = false;
      this.page.hold(false);
      this.move(marker.sign, { lon: marker.getLatLng().lng, lat: marker.getLatLng().lat });
    });
    marker.getElement().addEventListener("keydown", (event) => this.#onKey(marker, event));
    return marker;
  }

  /** A tool in hand is used where one taps, whatever stands there. */
  #onClick(marker, event) {
    const { page } = this;
    if (page.tools.active) {
      const { lng, lat } = page.map.mouseEventToLatLng(event);
      page.tools.tap({ lon: lng, lat });
    } else {
      page.openSign(marker.sign);
    }
  }

  /** The proposals with one sign somewhere else. */
  #movedTo(sign, latLng) {
    return this.#moved(sign, { lon: latLng.lng, lat: latLng.lat });
  }

  #moved(sign, place) {
    const doc = this.page.history.now;
    if (sign.kind === "note") {
      return edits.editNote(doc, sign.note.id, place);
    }
    if (sign.kind === "change") {
      return sign.change.change === "add_bench" ? edits.editChange(doc, sign.change.id, place) : doc;
    }
    const { place: old } = sign;
    if (old.state === "remove_facility") {
      return doc;
    }
    return old.from ? edits.moveFacility(doc, old.from.id, place) : edits.editChange(doc, old.change.id, place);
  }

  /** @param {any} sign @param {{lon: number, lat: number}} place */
  move(sign, place) {
    const isInside = this.page.model.isInside(place);
    if (!isInside) {
      this.page.update();
      this.page.announce(this.page.speech.say("problem_outside"), true);
      return;
    }
    const name = shorten(this.page.nameOfSign(sign));
    this.page.commit(this.#moved(sign, place), this.page.speech.say("did_move", { name }));
  }

  #onKey(marker, event) {
    const { sign } = marker;
    const arrow = ARROWS[event.key];
    if (arrow && !event.altKey && !event.ctrlKey && !event.metaKey) {
      const step_m = event.shiftKey ? LONG_STEP_M : STEP_M;
      event.preventDefault();
      event.stopPropagation(); // the map stays where it is
      if (marker.options.draggable && !(sign.kind === "place" && sign.place.state === "remove_facility")) {
        this.move(sign, shifted(marker.getLatLng().lng === undefined ? sign : { lon: marker.getLatLng().lng, lat: marker.getLatLng().lat }, arrow[0] * step_m, arrow[1] * step_m));
        this.page.keepInSight(marker.getLatLng());
      }
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      event.stopPropagation();
      this.page.removeSign(sign);
      if (!this.markers.has(sign.key)) {
        this.page.map.getContainer().focus();
      }
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      event.stopPropagation();
      if (this.page.tools.active) {
        this.page.tools.tap({ lon: marker.getLatLng().lng, lat: marker.getLatLng().lat }, true);
      } else {
        this.page.openSign(sign);
      }
    }
  }

  #dress(marker, sign) {
    const { holder, away } = sign.kind === "note" ? standOf(sign) : { holder: this.#disc(sign), away: [0, 0] };
    marker.away = away;
    const iconAnchor = [24 - away[0], 24 - away[1]];
    marker.setIcon(L.divIcon({ html: holder, className: "a15-marker a15-mark", iconSize: [48, 48], iconAnchor }));
    const element = marker.getElement();
    element.setAttribute("aria-label", this.page.describeSign(sign));
    element.setAttribute("aria-keyshortcuts", "Enter Delete ArrowUp ArrowDown ArrowLeft ArrowRight");
    marker.unbindTooltip();
    const isNamed = sign.kind === "place" && (sign.place.hub || sign.place.state === "add_facility");
    if (isNamed && sign.place.state !== "remove_facility") {
      const text = make("bdi", shorten(this.page.nameOfSign(sign)));
      marker.bindTooltip(text, { permanent: true, direction: "right", offset: [22, 0], className: "a15-hub-name", interactive: false });
    }
  }

  #disc(sign) {
    if (sign.kind === "change") {
      const disc = make("span", "", "a15-disc is-change");
      disc.append(figure(PICTURES[sign.change.change], "icon"));
      return disc;
    }
    const { place } = sign;
    const category = lookOf(this.page.model, place.category);
    const disc = make("span", category.symbol, "a15-disc");
    disc.style.backgroundColor = category.colour;
    disc.classList.toggle("a15-hub", place.hub);
    disc.classList.toggle("a15-uncertain", place.from !== null && !place.counted);
    disc.classList.toggle("is-new", place.state === "add_facility" || place.state === "move_facility");
    disc.classList.toggle("is-gone", place.state === "remove_facility");
    disc.classList.toggle("is-lost", this.#isLost(place));
    return disc;
  }

  /** @param {string} key */
  focus(key) {
    const marker = this.markers.get(key);
    if (marker && marker.getElement()) {
      this.page.map.setView(marker.getLatLng(), Math.max(this.page.map.getZoom(), 15), { animate: false });
      marker.getElement().focus();
    }
  }

  /** Places whose names and signs nothing else may be written on. */
  taken() {
    return [...this.markers.values()].flatMap((marker) => {
      const { sign } = marker;
      const isNamed = sign.kind === "place" && (sign.place.hub || sign.place.state === "add_facility");
      const latLng = marker.getLatLng();
      const foot = sign.kind === "note" ? [{ latLng, away: [0, 0], name: "" }] : [];
      return [...foot, { latLng, away: marker.away, name: isNamed ? shorten(this.page.nameOfSign(sign)) : "" }];
    });
  }
}
