// Tools that put something on the map: chosen, then one tap (or the button for the centre), then laid down again.

import { byId } from "../map/elements.js";
import { signOf } from "./actions.js";
import { figure } from "./pictures.js";
import { rounded } from "./rounded.js";
import { activeOf, edits } from "./state.js";

/** @type {Record<string, string>} */
const CHANGES = { close: "close_link", steps: "remove_steps", ramp: "add_kerb_ramp", bench: "add_bench" };

/** @returns {HTMLElement[]} */
const toolButtons = () => [...document.querySelectorAll("button")].filter((one) => one.dataset.tool !== undefined);

export class Tools {
  /** Where a link begins that somebody is drawing. @type {LonLat | null} */
  #first = null;
  #active = "";

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
    for (const button of toolButtons()) {
      const tool = button.dataset.tool || "";
      button.addEventListener("click", () => (this.#active === tool ? this.stop() : this.start(tool)));
    }
    byId("at-centre").addEventListener("click", () => this.tap(centre(), true));
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
    const offered = { steps: steps.length > 0, ramp: ramp.length > 0, bench: this.model.session.needsSeats };
    for (const button of toolButtons()) {
      button.hidden = offered[button.dataset.tool || ""] === false;
    }
  }

  /** What the tool in hand can be used on. */
  candidates() {
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
    this.map.getContainer().append(this.cross);
    this.onStart(this.candidates());
    this.onChange();
    this.show();
    this.#bringIntoView();
  }

  stop() {
    this.#active = "";
    this.#first = null;
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
    if (this.isActive()) {
      const key = this.#first ? "hint_link_end" : `hint_${this.#active}`;
      this.strip.stand(this.speech.say(key, { category: this.sentences.target(this.store.choice.target) }));
    }
  }

  /** Tells how long the link would be to here. @param {LonLat} place */
  #measure(place) {
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
    } else {
      this.#add({ change: CHANGES[this.#active], ...place }, isKey);
    }
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
    this.stop();
    this.actions.add(doc, added);
    if (isKey) {
      this.onKeyAdded(signOf(added));
    }
  }
}
