// The session page of one neighbourhood: map, panel and proposals in step.

import { baseProposal } from "../core/proposal.js";
import { askChange, askName, askNote, askPlace, showComparison, showHint } from "./dialogs.js";
import { prepare as prepareFile } from "./file.js";
import { prepare as prepareLayers } from "./layers.js";
import { Marks } from "./marks.js";
import { Model } from "./model.js";
import { stickerOf } from "./notes.js";
import { byId, Panel } from "./panel.js";
import { MAX_PROPOSALS } from "../core/proposal.js";
import { activeOf, edits, History } from "./state.js";
import { Strip } from "./strip.js";
import { nameOfCard, shorten, Speech } from "./text.js";
import { Tools } from "./tools.js";
import { prepare as prepareViews, redraw as redrawViews, show as showView, translate as translateViews } from "./views.js";

class SessionPage {
  /** @param {any} map @param {any} data */
  constructor(map, data) {
    this.map = map;
    this.data = data;
    this.edits = edits;
    this.speech = new Speech(data.texts, data.lang);
    this.model = new Model(data);
    const first = { ...baseProposal("p1", this.speech.say("proposal", { letter: "A" })), votes: 0 };
    const proposals = data.proposals.length ? data.proposals : [first];
    this.history = new History({ proposals, active: proposals[0].id });
    const group = data.groups.find((one) => one.id === data.headline_group) || data.groups[0];
    const profile = this.model.profileOf.has(group.profile) ? group.profile : data.profiles[0].id;
    this.choice = { profile, target: "hub", group: group.id, view: "proposal", isFilled: true };
    /** @type {any[] | null} */
    this.dragged = null;
    this.held = false;
    this.strip = new Strip(this);
    this.marks = new Marks(this);
    this.panel = new Panel(this);
    this.tools = new Tools(this);
    this.layers = prepareLayers(this);
    this.tools.offer();
    prepareViews(this);
    prepareFile(this);
    this.listen();
    this.panel.translate();
    this.update();
  }

  /** The changes on the map now: those of the proposal, or what is being dragged. */
  shownChanges() {
    return this.dragged || this.history.active.changes;
  }

  lastCutoff() {
    return this.data.cutoffs_min.at(-1);
  }

  who() {
    return this.speech.who(this.model.groupOf.get(this.choice.group));
  }

  /** Where something is put by the button. */
  centre() {
    const size = this.map.getSize();
    const share = this.choice.view === "both" ? 0.75 : 0.5;
    const at = this.map.containerPointToLatLng([share * size.x, 0.5 * size.y]);
    return { lon: at.lng, lat: at.lat };
  }

  unplaced(changes = this.shownChanges()) {
    return new Set(this.model.world(changes, this.choice.profile).unplaced);
  }

  // --- what is said of things

  /** A limit of minutes and, in a run at a moment, the moment. @param {string} [minutes] */
  tellWhen(minutes = "") {
    const moment = this.data.moment[this.speech.lang];
    return [minutes, moment].filter(Boolean).join(", ");
  }

  /** Whose walk every number is. @param {string} key */
  tellPace(key) {
    const { profile } = this.choice;
    const who = this.speech.label(this.model.profileOf.get(profile).who);
    return this.speech.say(key, { who, pace: this.data.paces[profile][this.speech.lang] });
  }

  /** @param {string} target */
  tellTarget(target) {
    const category = this.model.categoryOf.get(target);
    return category ? this.speech.label(category.label) : this.speech.say("hub");
  }

  nameOfPlace(place) {
    return place.name || this.tellTarget(place.category);
  }

  nameOfSign(sign) {
    if (sign.kind === "note") {
      return this.speech.say("note", { n: sign.number });
    }
    return sign.kind === "change" ? this.tellChange(sign.change) : this.nameOfPlace(sign.place);
  }

  describeSign(sign) {
    if (sign.kind === "note") {
      const sticker = stickerOf(sign.note.text);
      const name = sticker ? this.speech.say("note_sticker", { n: sign.number, colour: sticker[this.speech.lang] }) : this.nameOfSign(sign);
      return `${name}: ${shorten(sign.note.text, 200)}`;
    }
    if (sign.kind === "change") {
      return this.nameOfSign(sign);
    }
    const { place } = sign;
    const states = { add_facility: "place_added", remove_facility: "place_removed" };
    const kind = [place.hub ? this.speech.say("hub") : "", place.category === "hub" ? "" : this.tellTarget(place.category)].filter(Boolean).join(", ");
    const state = states[place.state] ? `. ${this.speech.say(states[place.state])}` : "";
    return `${shorten(this.nameOfPlace(place), 120)}, ${kind}${state}`;
  }

  tellChange(change) {
    const { speech, model } = this;
    const facility = model.facilityOf.get(change.facility_id);
    const name = shorten(change.name || (facility && this.nameOfPlace(facility)) || (change.facility_id ? speech.say("unknown_place") : ""));
    const street = shorten(model.streetOf(this.history.active.changes, change)) || speech.say("no_street_name");
    const from = change.lon2 === undefined ? facility : { lon: change.lon2, lat: change.lat2 };
    const metres = from && change.lon !== undefined ? speech.number(Math.round(model.metres(from, change))) : "";
    return speech.say(`change_${change.change}`, { name, street, metres, category: this.tellTarget(change.category) });
  }

  tellUnplaced(change) {
    const { speech, data } = this;
    const facility = this.model.facilityOf.get(change.facility_id);
    return speech.say("unplaced", {
      name: shorten(change.name || (facility && facility.name) || this.tellChange(change)),
      metres: speech.number(change.change === "add_bench" ? data.max_seat_snap_m : data.max_snap_m),
      walker: nameOfCard(speech.label(this.model.profileOf.get(this.choice.profile).who)),
    });
  }

  /** The key of the sign that stands for a change. */
  signOf(change) {
    return change.facility_id ? `place ${change.facility_id}` : change.change === "add_facility" ? `place ${change.id}` : `change ${change.id}`;
  }

  announce(text, isProblem = false) {
    this.strip.tell(text, isProblem);
  }

  /** What was done; and where it cannot be seen from the target that is looked at. @param {string} text @param {any[]} before changes */
  announceDone(text, before) {
    const other = this.strip.elsewhere(before, this.history.active.changes);
    this.strip.tell(other ? `${text} ${other.said}` : text, false, other);
  }

  // --- what happens

  /** Takes a step, shows it, says it; false where nothing changed. */
  commit(doc, message = "") {
    this.dragged = null;
    const before = this.history.active;
    const isNew = this.history.take(doc);
    if (isNew && this.choice.view === "today") {
      this.choose({ view: "proposal" });
    } else {
      this.update();
    }
    const { active } = this.history;
    const lost = active.changes.filter((one) => this.unplaced().has(one.id) && !before.changes.includes(one));
    if (!isNew) {
      return message !== "" && this.tools.hasRoom("changes");
    }
    if (message && lost.length) {
      this.announce(this.tellUnplaced(lost.at(-1)), true);
    } else if (message) {
      this.announceDone(message, active.id === before.id ? before.changes : active.changes);
    } else {
      this.strip.settle();
    }
    return true;
  }

  hold(isHeld) {
    if (isHeld && this.choice.view === "today") {
      this.choose({ view: "proposal" }); // today cannot be changed
    }
    this.held = isHeld;
    this.layers.bands.fineness = isHeld ? 0.5 : 1;
    if (!isHeld) {
      this.dragged = null;
    }
    if (isHeld) {
      this.layers.writing.redraw();
    }
  }

  /** While something is being dragged: at most once per picture. */
  preview(doc) {
    this.dragged = activeOf(doc).changes;
    if (!this.waiting) {
      this.waiting = requestAnimationFrame(() => {
        this.waiting = 0;
        if (this.dragged) {
          this.panel.updateQuickly();
          for (const name of ["bands", "difference", "changes", "homes"]) {
            this.layers[name].redraw();
          }
        }
      });
    }
  }

  update() {
    this.marks.sync();
    this.panel.update();
    this.redraw();
  }

  redraw() {
    for (const name of ["bands", "difference", "changes", "homes", "candidates", "writing"]) {
      this.layers[name].redraw();
    }
    redrawViews(this);
  }

  choose(values) {
    const before = this.choice;
    this.choice = { ...this.choice, ...values };
    byId("target").value = this.choice.target;
    byId("group").value = this.choice.group;
    showView(this, before);
    this.strip.settle();
    this.update();
  }

  openSign(sign) {
    if (sign.kind === "note") {
      return askNote(this, { note: sign.note });
    }
    if (sign.kind === "place") {
      return askPlace(this, sign.place);
    }
    return askChange(this, sign.change);
  }

  removeSign(sign) {
    if (sign.kind === "note") {
      this.takeNote(sign.note);
    } else if (sign.kind === "change") {
      this.takeOut(sign.change);
    } else {
      this.removePlace(sign.place);
    }
  }

  removePlace(place) {
    const { now } = this.history;
    const message = this.speech.say("did_remove", { name: shorten(this.nameOfPlace(place)) });
    if (place.state === "add_facility") {
      this.commit(edits.removeChange(now, place.change.id), message);
    } else if (place.state !== "remove_facility") {
      this.commit(edits.removeFacility(now, place.from.id), message);
    }
  }

  takeOut(change) {
    this.commit(edits.removeChange(this.history.now, change.id), this.speech.say("did_remove", { name: this.tellChange(change) }));
  }

  takeNote(note) {
    const n = this.history.active.notes.indexOf(note) + 1;
    this.commit(edits.removeNote(this.history.now, note.id), this.speech.say("did_remove", { name: this.speech.say("note", { n }) }));
  }

  keepInSight(latLng) {
    if (!this.map.getBounds().pad(-0.1).contains(latLng)) {
      this.map.panTo(latLng, { animate: false });
    }
  }

  /** A name for one more proposal: the first letter that nobody has. */
  freshName() {
    const names = new Set(this.history.now.proposals.map((one) => one.name));
    const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
    return this.speech.say("proposal", { letter: letters.find((letter) => !names.has(this.speech.say("proposal", { letter }))) || "?" });
  }

  ifRoom(makeDoc) {
    if (this.history.now.proposals.length >= MAX_PROPOSALS) {
      this.announce(this.speech.say("full", { n: MAX_PROPOSALS }), true);
    } else {
      this.tools.stop();
      this.commit(makeDoc());
    }
  }

  useLanguage(lang) {
    this.speech.use(lang);
    this.panel.translate();
    translateViews(this);
    this.tools.show();
    if (!this.tools.active) {
      this.announce("");
    }
    this.update();
  }

  listen() {
    const { history, speech } = this;
    const step = (id, act, key) =>
      byId(id).addEventListener("click", () => {
        this.tools.stop();
        if (act()) {
          this.update();
          this.announce(speech.say(key));
        }
      });
    step("undo", () => history.undo(), "did_undo");
    step("redo", () => history.redo(), "did_redo");
    step("reset", () => history.take(edits.backToToday(history.now)), "did_reset");
    byId("cards").addEventListener("change", (event) => this.choose({ profile: event.target.value }));
    byId("target").addEventListener("change", (event) => this.choose({ target: event.target.value }));
    byId("group").addEventListener("change", (event) => this.choose({ group: event.target.value }));
    byId("tabs").addEventListener("change", (event) => {
      history.look(event.target.value);
      this.tools.stop();
      this.update();
    });
    byId("new-proposal").addEventListener("click", () => this.ifRoom(() => edits.addProposal(history.now, this.freshName())));
    byId("copy").addEventListener("click", () =>
      this.ifRoom(() => edits.copyProposal(history.now, shorten(speech.say("copy_of", { name: history.active.name }), 200))),
    );
    byId("rename").addEventListener("click", () => askName(this));
    byId("delete").addEventListener("click", () => {
      const name = shorten(history.active.name);
      this.commit(edits.removeProposal(history.now, speech.say("proposal", { letter: "A" })), speech.say("did_delete", { name }));
    });
    for (const [id, more] of [["vote-more", 1], ["vote-less", -1]]) {
      byId(id).addEventListener("click", () => {
        this.commit(edits.vote(history.now, more));
        this.announce(speech.say("did_vote", { name: shorten(history.active.name), n: speech.number(history.active.votes) }));
      });
    }
    for (const button of document.querySelectorAll(".compare")) {
      button.addEventListener("click", () => showComparison(this));
    }
    byId("help").addEventListener("click", () => showHint());
    byId("print").addEventListener("click", () => window.print());
    for (const input of document.querySelectorAll("input[name=language]")) {
      input.addEventListener("change", () => this.useLanguage(input.value));
    }
    document.addEventListener("keydown", (event) => {
      const isField = event.target instanceof HTMLElement && event.target.matches("input[type=text], input[type=number], textarea");
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !isField && !document.querySelector("dialog[open]")) {
        event.preventDefault();
        byId(event.shiftKey ? "redo" : "undo").click();
      }
    });
  }
}

/** @param {any} map a Leaflet map @param {string} dataId */
export const openSession = (map, dataId) => {
  const data = JSON.parse(document.getElementById(dataId).textContent);
  const page = new SessionPage(map, data);
  if (data.proposals.length === 0) {
    showHint();
  }
  return page;
};
