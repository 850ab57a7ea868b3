// Tools that put something on the map: chosen, then one tap (or the button for the centre), then laid down again.

import { byId } from "../map/elements.js";
import { signOf } from "./actions.js";
import { figure } from "./pictures.js";
import { rounded } from "./rounded.js";
import { activeOf, edits } from "./state.js";

/** @type {Record<string, string>} */
const CHANGES = { close: "close_link", steps: "remove_steps", ramp: "add_kerb_ramp", bench: "add_bench" };
const OF_STRETCHES = ["close", "steps"]; // the stretch that would be changed lights up
const SAME_PIXELS = 2; // the map's centre is where it was asked for

/** @returns {HTMLElement[]} */
const toolButtons = () => [...document.querySelectorAll("button")].filter((one) => one.dataset.tool !== undefined);

export class Tools {
  /** Where a link begins that somebody is drawing. @type {LonLat | null} */
  #first = null;
  #active = "";
  /** The stretch that the tool in hand would change, -1 where there is none. */
  #stretch = -1;
  /** Where a bench is proposed to be tried. @type {LonLat | null} */
  #aim = null;
  /** What was chosen before a tool chose a walker. @type {Pick<Choice, "profile" | "isOne"> | null} */
  #before = null;

  /**
   * @param {{map: L.Map, model: import("./model.js").Model, store: import("./store.js").Store,
   *   sentences: import("./sentences.js").Sentences, actions: import("./actions.js").Actions,
   *   strip: import("./strip.js").Strip, candidates: import("./candidates.js").Candidates, centre: () => LonLat,
   *   onNote: (place: LonLat) => void, onStart: (candidates: Candidate[]) => void, onChange: () => void,
   *   onKeyAdded: (key: string) => void, onIdle: (place: LonLat) => void}} parts
   */
  constructor({ map, model, store, sentences, actions, strip, candidates, centre, onNote, onStart, onChange, onKeyAdded, onIdle }) {
    this.map = map;
    this.model = model;
    this.store = store;
    this.sentences = sentences;
    this.speech = sentences.speech;
    this.actions = actions;
    this.strip = strip;
    this.ground = candidates;
    this.onNote = onNote;
    this.onStart = onStart;
    this.onChange = onChange;
    this.onKeyAdded = onKeyAdded;
    this.onIdle = onIdle;
    this.cross = figure("cross", "a15-cross");
    map.on("click", (event) => this.tap({ lon: event.latlng.lng, lat: event.latlng.lat }));
    map.on("mousemove", (event) => this.#measure({ lon: event.latlng.lng, lat: event.latlng.lat }));
    map.on("move", () => this.#measure(centre()));
    this.centre = centre;
    for (const button of toolButtons()) {
      const tool = button.dataset.tool || "";
      button.addEventListener("click", () => (this.#active === tool ? this.stop() : this.start(tool)));
    }
    byId("best-bench").addEventListener("click", () => {
      const { bench } = this.model.data;
      this.aimBench(bench && { lon: bench[0], lat: bench[1] });
    });
    byId("at-centre").addEventListener("click", () => this.tap(this.#aimed() || centre(), true));
    byId("stop-tool").addEventListener("click", () => this.stop());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.isActive() && !document.querySelector("dialog[open]")) {
        const tool = this.#active;
        this.stop();
        toolButtons()
          .find((one) => one.dataset.tool === tool)
          ?.focus();
      }
    });
    this.#offer();
  }

  isActive() {
    return this.#active !== "";
  }

  /** Where a link begins that somebody is drawing. */
  linkStart() {
    return this.#first;
  }

  /** Only what means something here: no steps tool where none are in the neighbourhood or near it. */
  #offer() {
    const { steps, ramp } = this.ground;
    /** @type {Record<string, boolean>} */
    const offered = { steps: steps.length > 0, ramp: ramp.length > 0, bench: this.model.sitter !== undefined };
    for (const button of toolButtons()) {
      button.hidden = offered[button.dataset.tool || ""] === false;
    }
  }

  /** Stretches that light up: the one that would be changed, else those that were. */
  lit() {
    return this.#stretch < 0 ? this.store.lit : { edges: [this.#stretch], ids: [] };
  }

  /** A bench at a place that somebody was shown: the map goes there, and one press of the button puts it. @param {LonLat | null} place */
  aimBench(place) {
    this.start("bench");
    if (place && this.isActive()) {
      this.map.setView([place.lat, place.lon], 17, { animate: false });
      this.#aim = { lon: rounded(place.lon), lat: rounded(place.lat) };
      this.onChange();
      this.show();
      byId("at-centre").focus();
    }
  }

  /** Whether it is known where a bench helps those most who are looked at: the first one, on the way to a hub. */
  #isBenchKnown() {
    const { data } = this.model;
    const { target, group } = this.store.choice;
    const isFirst = this.#active === "bench" && this.#aim === null && !this.store.history.active.changes.some((one) => one.change === "add_bench");
    return isFirst && data.bench !== null && target === "hub" && group === data.headline_group;
  }

  /** The place that was shown, while it is the map's centre. */
  #aimed() {
    const [a, b] = [this.#aim, this.centre()].map((one) => one && this.map.latLngToContainerPoint([one.lat, one.lon]));
    return a && b && a.distanceTo(b) <= SAME_PIXELS ? this.#aim : null;
  }

  /** What the tool in hand can be used on. */
  candidates() {
    if (this.#aim) {
      const { session } = this.model;
      return [{ place: session.toUnits(...session.toMetres(this.#aim.lon, this.#aim.lat)), line: null }];
    }
    return this.ground.of(this.#active, this.model.streets(this.store.history.active.changes).found);
  }

  /** @param {string} tool */
  start(tool) {
    this.stop();
    if (!this.actions.hasRoom(tool === "note" ? "notes" : "changes")) {
      return;
    }
    if (this.store.choice.view === "today") {
      this.store.choose({ view: "proposal" });
    }
    this.#active = tool;
    this.#seat();
    this.map.getContainer().append(this.cross);
    this.onStart(this.candidates());
    this.onChange();
    this.show();
    this.#bringIntoView();
  }

  /** The tool for benches is for who must sit down: nobody else gains by one. */
  #seat() {
    const { sitter } = this.model;
    const { profile, isOne } = this.store.choice;
    if (this.#active === "bench" && sitter && !this.model.profileOf.get(profile)?.needs_seat) {
      this.#before = { profile, isOne };
      this.store.choose({ profile: sitter.id });
    }
  }

  stop() {
    this.#active = "";
    this.#first = this.#aim = null;
    this.#stretch = -1;
    if (this.#before) {
      const before = this.#before;
      this.#before = null;
      this.store.choose(before);
    }
    this.cross.remove();
    this.strip.stand("");
    this.onChange();
    this.show();
  }

  /** Where panel and map stand one below the other, the map comes to where the finger is. */
  #bringIntoView() {
    const box = this.map.getContainer().getBoundingClientRect();
    if (box.top < 0 || box.bottom > window.innerHeight) {
      this.map.getContainer().scrollIntoView({ block: box.height > window.innerHeight ? "start" : "nearest" });
    }
  }

  /** What the tool in hand asks for. */
  show() {
    for (const button of toolButtons()) {
      button.setAttribute("aria-pressed", String(button.dataset.tool === this.#active));
    }
    this.map.getContainer().classList.toggle("a15-placing", this.isActive());
    for (const id of ["at-centre", "stop-tool"]) {
      byId(id).hidden = !this.isActive();
    }
    byId("best-bench").hidden = !this.#isBenchKnown();
    if (this.isActive()) {
      const key = this.#first ? "hint_link_end" : `hint_${this.#active}`;
      const metres = this.speech.number(this.model.sitter?.rest_every_m || 0);
      this.strip.stand(this.speech.say(key, { category: this.sentences.target(this.store.choice.target), metres }));
    }
  }

  /** Tells which stretch would be changed here, and lights it up; or how long the link would be to here. @param {LonLat} place */
  #measure(place) {
    const isOfStretches = OF_STRETCHES.includes(this.#active) && this.model.isInside(place);
    const edge = isOfStretches ? this.model.names.stretch({ change: CHANGES[this.#active], ...place }) : -1;
    if (edge !== this.#stretch) {
      this.#stretch = edge;
      this.onChange();
      const street = this.sentences.stretch(edge);
      this.strip.stand(edge < 0 ? this.speech.say(`hint_${this.#active}`) : this.speech.say("hint_stretch", { street }));
    }
    if (this.#first) {
      const metres = this.speech.number(Math.round(this.model.metres(this.#first, place)));
      this.strip.stand(this.speech.say("hint_link_metres", { metres }));
    }
  }

  /** @param {LonLat} tapped @param {boolean} [isKey] */
  tap(tapped, isKey = false) {
    const place = { lon: rounded(tapped.lon), lat: rounded(tapped.lat) };
    if (!this.isActive()) {
      this.onIdle(place);
      return;
    }
    if (!this.model.isInside(place)) {
      this.strip.tell(this.speech.say("problem_outside"), true);
    } else if (this.#active === "note") {
      this.stop();
      this.onNote(place);
    } else if (this.#active === "link") {
      this.#tapLink(place, isKey);
    } else if (this.#active === "add") {
      const { target } = this.store.choice;
      this.#add({ change: "add_facility", name: this.#freshName(), category: target, ...place }, isKey);
    } else if (!this.#open(place)) {
      this.#add({ change: CHANGES[this.#active], ...place }, isKey);
    }
  }

  /** A stretch that this proposal closed is opened again by the same tool. @param {LonLat} place @returns {boolean} whether it was one */
  #open(place) {
    const { changes } = this.store.history.active;
    const { found } = this.model.streets(changes);
    const edge = this.#active === "close" ? this.model.names.stretch({ change: "close_link", ...place }) : -1;
    const closed = changes.find((one) => one.change === "close_link" && found[one.id]?.edge === edge);
    if (closed) {
      this.stop();
      this.actions.takeOut(closed);
    }
    return closed !== undefined;
  }

  /** @param {LonLat} place @param {boolean} isKey */
  #tapLink(place, isKey) {
    if (this.#first === null) {
      this.#first = place;
      this.onChange();
      this.show();
      return;
    }
    this.#add({ change: "add_link", ...this.#first, lon2: place.lon, lat2: place.lat }, isKey);
  }

  /** A place of the chosen kind where somebody was shown it. @param {LonLat} place */
  put({ lon, lat }) {
    if (this.actions.hasRoom("changes")) {
      this.#add({ change: "add_facility", name: this.#freshName(), category: this.store.choice.target, lon, lat }, true);
    }
  }

  /** A link between two places that somebody was shown. @param {LonLat & {lon2?: number | null, lat2?: number | null}} places */
  join({ lon, lat, lon2, lat2 }) {
    if (this.actions.hasRoom("changes")) {
      this.#add({ change: "add_link", lon, lat, lon2, lat2 }, true);
    }
  }

  #freshName() {
    const names = new Set(this.store.history.active.changes.map((one) => one.name));
    let n = 1;
    while (names.has(this.speech.say("new_place", { n }))) {
      n += 1;
    }
    return this.speech.say("new_place", { n });
  }

  /** One change more, or a sentence why not. @param {Omit<Change, "id"> & LonLat} change @param {boolean} isKey */
  #add(change, isKey) {
    const { history } = this.store;
    const code = this.model.problemOf(history.active.changes, change);
    if (code) {
      this.#first = null;
      this.show();
      this.strip.tell(this.speech.sayOr(`problem_${code}`, "problem_other"), true);
      return;
    }
    const doc = edits.addChange(history.now, change);
    const { changes } = activeOf(doc);
    const added = changes[changes.length - 1];
    this.#before = null; // what was put is looked at as it was asked for
    this.stop();
    this.actions.add(doc, added);
    if (isKey) {
      this.onKeyAdded(signOf(added));
    }
  }
}
