// Tools that put something on the map: chosen, then one tap (or the button for the centre), then laid down again.

import { isOneInSight } from "./candidates.js";
import { askNote } from "./dialogs.js";
import { byId } from "./panel.js";
import { MAX_CHANGES, MAX_NOTES } from "../core/proposal.js";
import { activeOf, edits, rounded } from "./state.js";
import { figure, shorten } from "./text.js";
import { fit } from "./views.js";

const CHANGES = { close: "close_link", steps: "remove_steps", ramp: "add_kerb_ramp", bench: "add_bench" };

export class Tools {
  /** @param {any} page */
  constructor(page) {
    this.page = page;
    this.active = "";
    /** @type {{lon: number, lat: number} | null} */
    this.first = null;
    this.cross = figure("cross", "a15-cross");
    page.map.on("click", (event) => this.tap({ lon: event.latlng.lng, lat: event.latlng.lat }));
    page.map.on("mousemove", (event) => this.measure({ lon: event.latlng.lng, lat: event.latlng.lat }));
    page.map.on("move", () => this.measure(page.centre()));
    for (const button of document.querySelectorAll("[data-tool]")) {
      button.addEventListener("click", () => (this.active === button.dataset.tool ? this.stop() : this.start(button.dataset.tool)));
    }
    byId("at-centre").addEventListener("click", () => this.tap(page.centre(), true));
    byId("stop-tool").addEventListener("click", () => this.stop());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.active && !document.querySelector("dialog[open]")) {
        const { active } = this;
        this.stop();
        document.querySelector(`[data-tool="${active}"]`).focus();
      }
    });
  }

  /** Only what means something here: no steps tool where none are in the neighbourhood or near it. */
  offer() {
    const { candidates, model } = this.page;
    const offered = { steps: candidates.steps.length > 0, ramp: candidates.ramp.length > 0, bench: model.session.needsSeats };
    for (const button of document.querySelectorAll("[data-tool]")) {
      button.hidden = offered[button.dataset.tool] === false;
    }
  }

  /** What the tool in hand can be used on. */
  candidates() {
    const { page } = this;
    return page.candidates.of(this.active, page.model.streets(page.history.active.changes).found);
  }

  /** Whether there is room for one more of a kind, or a sentence why not. @param {"changes" | "notes"} kind */
  hasRoom(kind) {
    const { page } = this;
    const most = kind === "notes" ? MAX_NOTES : MAX_CHANGES;
    const isRoom = page.history.active[kind].length < most;
    if (!isRoom) {
      page.announce(page.speech.say(kind === "notes" ? "full_notes" : "full_changes", { n: page.speech.number(most) }), true);
    }
    return isRoom;
  }

  /** @param {string} tool */
  start(tool) {
    this.stop();
    if (!this.hasRoom(tool === "note" ? "notes" : "changes")) {
      return;
    }
    if (this.page.choice.view === "today") {
      this.page.choose({ view: "proposal" });
    }
    this.active = tool;
    this.page.map.getContainer().append(this.cross);
    const candidates = this.candidates();
    if (candidates.length && !isOneInSight(this.page, candidates)) {
      fit(this.page);
    }
    this.page.layers.candidates.redraw();
    this.show();
    this.bringIntoView();
  }

  stop() {
    this.active = "";
    this.first = null;
    this.cross.remove();
    this.page.announce("");
    this.page.layers.changes.redraw();
    this.page.layers.candidates.redraw();
    this.show();
  }

  /** Where panel and map stand one below the other, the map comes to where the finger is. */
  bringIntoView() {
    const box = this.page.map.getContainer().getBoundingClientRect();
    if (box.top < 0 || box.bottom > window.innerHeight) {
      this.page.map.getContainer().scrollIntoView({ block: box.height > window.innerHeight ? "start" : "nearest" });
    }
  }

  /** What the tool in hand asks for. */
  tellWanted() {
    const { speech, choice } = this.page;
    return this.active && speech.say(this.first ? "hint_link_end" : `hint_${this.active}`, { category: this.page.tellTarget(choice.target) });
  }

  /** Whether a text is that, and stays while the tool is on. @param {string} text */
  isTold(text) {
    return this.active !== "" && (this.first !== null || text === this.tellWanted());
  }

  show() {
    const { map } = this.page;
    for (const button of document.querySelectorAll("[data-tool]")) {
      button.setAttribute("aria-pressed", String(button.dataset.tool === this.active));
    }
    const isActive = this.active !== "";
    map.getContainer().classList.toggle("a15-placing", isActive);
    for (const id of ["at-centre", "stop-tool"]) {
      byId(id).hidden = !isActive;
    }
    if (isActive) {
      this.page.announce(this.tellWanted());
    }
  }

  /** Tells how long the link would be to here. @param {{lon: number, lat: number}} place */
  measure(place) {
    if (this.first) {
      const metres = this.page.speech.number(Math.round(this.page.model.metres(this.first, place)));
      this.page.announce(this.page.speech.say("hint_link_metres", { metres }));
    }
  }

  /** @param {{lon: number, lat: number}} tapped @param {boolean} [isKey] */
  tap(tapped, isKey = false) {
    const place = { lon: rounded(tapped.lon), lat: rounded(tapped.lat) };
    if (!this.active) {
      return;
    }
    if (!this.page.model.isInside(place)) {
      this.page.announce(this.page.speech.say("problem_outside"), true);
    } else if (this.active === "note") {
      this.stop();
      askNote(this.page, { place });
    } else if (this.active === "link") {
      this.tapLink(place, isKey);
    } else if (this.active === "add") {
      this.add({ change: "add_facility", name: this.freshName(), category: this.page.choice.target, ...place }, isKey);
    } else {
      this.add({ change: CHANGES[this.active], ...place }, isKey);
    }
  }

  tapLink(place, isKey) {
    if (this.first === null) {
      this.first = place;
      this.page.layers.changes.redraw();
      this.show();
      return;
    }
    this.add({ change: "add_link", ...this.first, lon2: place.lon, lat2: place.lat }, isKey);
  }

  freshName() {
    const names = new Set(this.page.history.active.changes.map((one) => one.name));
    let n = 1;
    while (names.has(this.page.speech.say("new_place", { n }))) {
      n += 1;
    }
    return this.page.speech.say("new_place", { n });
  }

  /** One change more, or a sentence why not. */
  add(change, isKey) {
    const { page } = this;
    const code = page.model.problemOf(page.history.active.changes, change);
    if (code) {
      this.first = null;
      this.show();
      page.announce(page.speech.sayOr(`problem_${code}`, "problem_other"), true);
      return;
    }
    const before = page.history.active.changes;
    const doc = edits.addChange(page.history.now, change);
    const added = activeOf(doc).changes.at(-1);
    this.stop();
    page.commit(doc);
    const name = shorten(page.tellChange(added));
    if (page.unplaced().has(added.id)) {
      page.announce(page.tellUnplaced(added), true);
    } else {
      const isPlace = change.change === "add_facility";
      page.announceDone(isPlace ? page.speech.say("did_add", { name: shorten(added.name) }) : page.speech.say("did_change", { name }), before);
    }
    if (isKey) {
      page.marks.focus(page.signOf(added));
    }
  }
}
