// What people do to proposals: each step is taken, shown and said.

import { MAX_CHANGES, MAX_NOTES } from "../core/proposal.js";
import { tellAnswer } from "./answer.js";
import { STREET_CHANGES } from "./model.js";
import { edits } from "./state.js";
import { shorten } from "./text.js";

const LONG_NAME = 200; // of a change of streets, which says where it lies

/** The key of the sign that stands for a change. @param {Change} change */
export const signOf = (change) => {
  const isPlace = change.change === "add_facility";
  const own = isPlace ? `place ${change.id}` : `change ${change.id}`;
  return change.facility_id ? `place ${change.facility_id}` : own;
};

/** The proposals with one sign somewhere else; the same where it cannot be moved. @param {Doc} doc @param {MapSign} sign @param {LonLat} to */
export const moveSign = (doc, sign, { lon, lat }) => {
  if (sign.kind === "note") {
    return edits.editNote(doc, sign.note.id, { lon, lat });
  }
  if (sign.kind === "change") {
    return sign.change.change === "add_bench" ? edits.editChange(doc, sign.change.id, { lon, lat }) : doc;
  }
  if (sign.kind === "door") {
    return edits.setDoor(doc, sign.place.key, { lon, lat });
  }
  const { from, change, state } = sign.place;
  if (state === "remove_facility") {
    return doc;
  }
  if (from) {
    return edits.moveFacility(doc, from.id, { lon, lat });
  }
  return change ? edits.editChange(doc, change.id, { lon, lat }) : doc;
};

export class Actions {
  /**
   * @param {{store: import("./store.js").Store, model: import("./model.js").Model, data: SessionData,
   *   sentences: import("./sentences.js").Sentences, strip: import("./strip.js").Strip}} parts
   */
  constructor({ store, model, data, sentences, strip }) {
    this.data = data;
    this.store = store;
    this.model = model;
    this.sentences = sentences;
    this.speech = sentences.speech;
    this.strip = strip;
  }

  /** Changes that meet no street, for the walker who is looked at. */
  unplaced(changes = this.store.changes) {
    return this.model.unplaced(changes, this.store.choice.profile);
  }

  /** What was done, and what it does; and where that cannot be seen from the target that is looked at. @param {string} text @param {Change[]} before */
  tellDone(text, before) {
    const { changes } = this.store.history.active;
    const other = this.sentences.elsewhere(before, changes);
    const isOther = (/** @type {Change[]} */ some, /** @type {Change} */ one) => STREET_CHANGES.includes(one.change) && !some.includes(one);
    const ofStreets = [...changes.filter((one) => isOther(before, one)), ...before.filter((one) => isOther(changes, one))];
    this.#light(ofStreets, before);
    const answer = ofStreets.length ? tellAnswer(this, before, changes) : "";
    this.strip.tell([text, answer, other ? other.said : ""].filter(Boolean).join(" "), false, other);
  }

  /** The stretches that were changed light up: also those of what is gone. @param {Change[]} changed @param {Change[]} before */
  #light(changed, before) {
    const all = [before, this.store.history.active.changes].map((some) => this.model.streets(some).found);
    const edges = changed.map(({ id }) => (all[1][id] || all[0][id])?.edge);
    this.store.light(edges.filter((e) => e !== undefined), changed.map(({ id }) => id));
  }

  /** Whether there is room for one more of a kind, or a sentence why not. @param {"changes" | "notes"} kind */
  hasRoom(kind) {
    const most = kind === "notes" ? MAX_NOTES : MAX_CHANGES;
    const isRoom = this.store.history.active[kind].length < most;
    if (!isRoom) {
      const key = kind === "notes" ? "full_notes" : "full_changes";
      this.strip.tell(this.speech.say(key, { n: this.speech.number(most) }), true);
    }
    return isRoom;
  }

  /** Takes a step and says it; false where nothing changed. @param {Doc} doc @param {string} [message] */
  commit(doc, message = "") {
    const { history } = this.store;
    const before = history.active;
    if (!this.store.take(doc)) {
      return message !== "" && this.hasRoom("changes");
    }
    const { active } = history;
    const unplaced = this.unplaced();
    const lost = active.changes.filter((one) => unplaced.has(one.id) && !before.changes.includes(one));
    if (message && lost.length) {
      this.strip.tell(this.sentences.unplaced(lost[lost.length - 1]), true);
    } else if (message) {
      this.tellDone(message, active.id === before.id ? before.changes : active.changes);
    } else {
      this.strip.settle();
    }
    return true;
  }

  /** One change more, said by its own name. @param {Doc} doc with it @param {Change} added */
  add(doc, added) {
    const before = this.store.history.active.changes;
    this.commit(doc);
    const isPlace = added.change === "add_facility";
    const name = isPlace ? shorten(added.name) : shorten(this.sentences.change(added), LONG_NAME);
    if (this.unplaced().has(added.id)) {
      this.strip.tell(this.sentences.unplaced(added), true);
    } else {
      this.tellDone(this.speech.say(isPlace ? "did_add" : "did_change", { name }), before);
    }
  }

  /** @param {MapSign} sign @param {LonLat} to */
  move(sign, to) {
    if (!this.model.isInside(to)) {
      this.store.refresh();
      this.strip.tell(this.speech.say("problem_outside"), true);
      return;
    }
    const name = shorten(this.sentences.nameOf(sign));
    this.commit(moveSign(this.store.history.now, sign, to), this.speech.say("did_move", { name }));
  }

  /** @param {MapSign} sign */
  remove(sign) {
    if (sign.kind === "note") {
      this.takeNote(sign.note);
    } else if (sign.kind === "change") {
      this.takeOut(sign.change);
    } else if (sign.kind === "door") {
      this.resetDoor(sign.place);
    } else {
      this.removePlace(sign.place);
    }
  }

  /** The door of today again. @param {Place} place */
  resetDoor(place) {
    const name = shorten(this.sentences.place(place));
    if (place.state === "set_door") {
      this.commit(edits.restoreFacility(this.store.history.now, place.key), this.speech.say("did_restore", { name }));
    }
  }

  /** @param {Place} place */
  removePlace(place) {
    const { now } = this.store.history;
    const message = this.speech.say("did_remove", { name: shorten(this.sentences.place(place)) });
    if (place.state === "add_facility") {
      this.commit(edits.removeChange(now, place.key), message);
    } else if (place.state !== "remove_facility") {
      this.commit(edits.removeFacility(now, place.key), message);
    }
  }

  /** @param {Change} change */
  takeOut(change) {
    const key = change.change === "close_link" ? "did_open_again" : "did_remove";
    const message = this.speech.say(key, { name: this.sentences.change(change) });
    this.commit(edits.removeChange(this.store.history.now, change.id), message);
  }

  /** @param {Note} note */
  takeNote(note) {
    const { active, now } = this.store.history;
    const name = this.speech.say("note", { n: active.notes.indexOf(note) + 1 });
    this.commit(edits.removeNote(now, note.id), this.speech.say("did_remove", { name }));
  }
}
