// What opens over the page: a place's card, a note, a name, the hint at the beginning.

import { byId, find, make } from "../map/elements.js";
import { ask } from "./asking.js";
import { edits } from "./state.js";
import { shorten } from "./text.js";

export class Dialogs {
  /**
   * @param {{map: L.Map, model: import("./model.js").Model, store: import("./store.js").Store,
   *   sentences: import("./sentences.js").Sentences, actions: import("./actions.js").Actions}} parts
   */
  constructor({ map, model, store, sentences, actions }) {
    this.map = map;
    this.model = model;
    this.history = store.history;
    this.sentences = sentences;
    this.speech = sentences.speech;
    this.actions = actions;
  }

  /** @param {MapSign} sign */
  open(sign) {
    if (sign.kind === "note") {
      return this.editNote(sign.note);
    }
    return sign.kind === "change" ? this.editChange(sign.change) : this.editPlace(sign);
  }

  async rename() {
    const input = find("name-input", HTMLInputElement);
    input.value = this.history.active.name;
    const answer = ask("name-dialog");
    input.select();
    if ((await answer) === "done") {
      this.actions.commit(edits.renameProposal(this.history.now, input.value));
    }
  }

  /** @param {LonLat} place */
  async addNote(place) {
    if (!this.actions.hasRoom("notes")) {
      return;
    }
    const number = this.history.active.notes.length + 1;
    const { said, text, name } = await this.#askNote(number, null);
    if (said === "done" && text) {
      this.actions.commit(edits.addNote(this.history.now, { ...place, text }), this.speech.say("did_change", { name }));
    }
  }

  /** @param {Note} note */
  async editNote(note) {
    const number = this.history.active.notes.indexOf(note) + 1;
    const { said, text, name } = await this.#askNote(number, note);
    const { now } = this.history;
    if (said === "delete") {
      this.actions.takeNote(note);
    } else if (said === "done" && text) {
      const doc = note.text === text ? now : edits.editNote(now, note.id, { text });
      this.actions.commit(doc, this.speech.say("did_change", { name }));
    }
  }

  /** @param {number} number @param {Note | null} note one that is there */
  async #askNote(number, note) {
    const input = find("note-input", HTMLTextAreaElement);
    const name = this.speech.say("note", { n: this.speech.number(number) });
    byId("note-title").textContent = name;
    byId("note-delete").hidden = note === null;
    byId("note-empty").hidden = true;
    input.value = note ? note.text : "";
    for (const form of byId("note-dialog").querySelectorAll("form")) {
      form.onsubmit = (event) => {
        const isDone = event.submitter instanceof HTMLButtonElement && event.submitter.value === "done";
        const isEmpty = isDone && input.value.trim() === "";
        byId("note-empty").hidden = !isEmpty;
        if (isEmpty) {
          event.preventDefault();
          input.focus();
        }
      };
    }
    const answer = ask("note-dialog");
    input.focus();
    const said = await answer;
    return { said, text: input.value.trim(), name };
  }

  /** @param {Place} place */
  #describeState(place) {
    const { change, from, counted, state } = place;
    if (change && this.actions.unplaced().has(change.id)) {
      return this.sentences.unplaced(change);
    }
    if (state === "move_facility") {
      const metres = from ? Math.round(this.model.metres(from, place)) : 0;
      return this.speech.say("place_moved", { metres: this.speech.number(metres) });
    }
    if (state === "set_door") {
      return this.speech.say("place_door");
    }
    if (state === "today") {
      return this.speech.say(counted ? "place_existing" : "place_uncounted");
    }
    return this.speech.say(state === "add_facility" ? "place_added" : "place_removed");
  }

  /** What is known of a place that is there. @param {Place} place @returns {[string, string][]} */
  #listFacts({ hub, category, address }) {
    const known = this.model.categoryOf.get(category);
    const kinds = [hub ? this.speech.say("hub") : "", known ? this.speech.label(known.label) : category];
    /** @type {[string, string][]} */
    const facts = [[this.speech.say("place_category"), kinds.filter(Boolean).join(", ")]];
    return address ? [...facts, [this.speech.say("place_address"), address]] : facts;
  }

  /** Fills the card of a place: of one that is there only its state can be changed. @param {Place} place */
  #fillPlace(place) {
    const isAdded = place.state === "add_facility";
    const isRemoved = place.state === "remove_facility";
    byId("place-title").textContent = shorten(this.sentences.place(place), 160);
    byId("place-state").textContent = this.#describeState(place);
    const facts = isAdded ? [] : this.#listFacts(place);
    byId("place-facts").replaceChildren(
      ...facts.flatMap(([head, text]) => [make("dt", head), make("dd", text, "", { dir: "auto" })]),
    );
    byId("place-fields").hidden = !isAdded;
    find("place-name", HTMLInputElement).value = isAdded ? place.name : "";
    find("place-category", HTMLSelectElement).value = isAdded ? place.category : "hub";
    find("place-capacity", HTMLInputElement).value = isAdded && place.capacity ? String(place.capacity) : "";
    byId("place-remove").hidden = isRemoved;
    byId("place-restore").hidden = isAdded || place.state === "today";
    byId("place-centre").hidden = isRemoved;
  }

  /** @param {PlaceSign | EntrySign} sign */
  async editPlace(sign) {
    const { place } = sign;
    this.#fillPlace(place);
    const said = await ask("place-dialog");
    const name = shorten(this.sentences.place(place));
    if (said === "remove") {
      this.actions.removePlace(place);
    } else if (said === "restore" && place.from) {
      this.actions.commit(edits.restoreFacility(this.history.now, place.from.id), this.speech.say("did_restore", { name }));
    } else if (said === "centre") {
      const { lng, lat } = this.map.getCenter();
      this.actions.move(sign, { lon: lng, lat });
    } else if (said === "done" && place.change && place.state === "add_facility") {
      this.#keepPlace(place.change);
    }
  }

  /** What was written on the card of a new place. @param {Change} change */
  #keepPlace(change) {
    const capacity = Number(find("place-capacity", HTMLInputElement).value);
    const values = {
      name: find("place-name", HTMLInputElement).value.trim() || change.name,
      category: find("place-category", HTMLSelectElement).value,
      capacity: capacity > 0 ? capacity : undefined,
    };
    const isSame =
      values.name === change.name && values.category === change.category && values.capacity === change.capacity;
    if (!isSame) {
      const message = this.speech.say("did_change", { name: shorten(values.name) });
      this.actions.commit(edits.editChange(this.history.now, change.id, values), message);
    }
  }

  /** @param {Change} change */
  async editChange(change) {
    byId("change-title").textContent = this.sentences.change(change);
    if ((await ask("change-dialog")) === "remove") {
      this.actions.takeOut(change);
    }
  }
}
