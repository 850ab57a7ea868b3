// What is said of walkers, places and changes, in the language of the moment.

import { ORIGIN } from "../core/proposal.js";
import { stickerOf } from "./notes.js";
import { nameOfCard, shorten } from "./text.js";

/** Where people of a change go: kinds of places of a facility that is added, changed, moved or removed. @param {import("./model.js").Model} model @param {Change} change */
const targetsOf = (model, change) => {
  if (change.change === "add_facility") {
    return [change.category || ""];
  }
  const facility = model.facilityOf.get(change.facility_id || "");
  return facility ? [...(facility.hub ? ["hub"] : []), facility.category] : [];
};

export class Sentences {
  /**
   * @param {{speech: import("./text.js").Speech, model: import("./model.js").Model, data: SessionData,
   *   store: import("./store.js").Store}} parts
   */
  constructor({ speech, model, data, store }) {
    this.speech = speech;
    this.model = model;
    this.data = data;
    this.store = store;
  }

  /** The group that is looked at, inside a sentence. */
  who() {
    const group = this.model.groupOf.get(this.store.choice.group);
    return group ? this.speech.who(group) : "";
  }

  /** A limit of minutes and, in a run at a moment, the moment. @param {string} [minutes] */
  when(minutes = "") {
    const moment = this.data.moment[this.speech.lang];
    return [minutes, moment].filter(Boolean).join(", ");
  }

  /** The longest limit. */
  lastCutoff() {
    return this.speech.cutoff(this.data.cutoffs_min[this.data.cutoffs_min.length - 1]);
  }

  /** A walker, inside a sentence: the chosen one unless another is named. @param {string} [id] */
  walker(id = this.store.choice.profile) {
    const profile = this.model.profileOf.get(id);
    return profile ? this.speech.label(profile.who) : "";
  }

  /** Whose walk a number is. @param {string} key @param {string} [id] of the walker */
  pace(key, id = this.store.choice.profile) {
    return this.speech.say(key, { who: this.walker(id), pace: this.data.paces[id][this.speech.lang] });
  }

  /** @param {string} target */
  target(target) {
    const category = this.model.categoryOf.get(target);
    return category ? this.speech.label(category.label) : this.speech.say("hub");
  }

  /** @param {{name: string, category: string}} place */
  place(place) {
    return place.name || this.target(place.category);
  }

  /** @param {MapSign} sign */
  nameOf(sign) {
    if (sign.kind === "note") {
      return this.speech.say("note", { n: sign.number });
    }
    if (sign.kind === "door") {
      return this.speech.say("door", { name: shorten(this.place(sign.place)) });
    }
    return sign.kind === "change" ? this.change(sign.change) : this.place(sign.place);
  }

  /** @param {MapSign} sign */
  describe(sign) {
    if (sign.kind === "note") {
      const sticker = stickerOf(sign.note.text);
      const colour = sticker && this.speech.label(sticker.name);
      const name = colour ? this.speech.say("note_sticker", { n: sign.number, colour }) : this.nameOf(sign);
      return `${name}: ${shorten(sign.note.text, 200)}`;
    }
    return sign.kind === "place" ? this.#describePlace(sign.place) : this.nameOf(sign);
  }

  /** @param {Place} place */
  #describePlace(place) {
    const hub = place.hub ? this.speech.say("hub") : "";
    const kind = place.category === "hub" ? "" : this.target(place.category);
    /** @type {Record<string, string>} */
    const states = { add_facility: "place_added", remove_facility: "place_removed" };
    const state = states[place.state] ? `. ${this.speech.say(states[place.state])}` : "";
    return `${shorten(this.place(place), 120)}, ${[hub, kind].filter(Boolean).join(", ")}${state}`;
  }

  /** @param {Change} change @param {Change[]} [changes] of its proposal */
  change(change, changes = this.store.history.active.changes) {
    const { speech, model } = this;
    const facility = model.facilityOf.get(change.facility_id || "");
    const unknown = change.facility_id ? speech.say("unknown_place") : "";
    const name = shorten(change.name || (facility && this.place(facility)) || unknown);
    const street = this.#streetOf(change, changes);
    const metres = this.#metresOf(change, facility);
    const work = model.workOf(changes, change);
    const told = speech.say(`change_${work || change.change}`, { name, street, metres, category: this.target(change.category || "") });
    return change.change === "add_link" && street ? `${told}, ${street}` : told;
  }

  /** The street that a change means: its name, and of a stretch where it lies. @param {Change} change @param {Change[]} changes of its proposal */
  #streetOf(change, changes) {
    const { names } = this.model;
    if (change.change === "add_link") {
      return this.#place("", names.ofLink(change));
    }
    const found = this.model.streets(changes).found[change.id];
    const edge = names.edgeOf(found, change);
    const name = names.of(edge);
    return found?.edge === undefined && name ? shorten(name) : this.stretch(edge);
  }

  /** "Via X, fra Via Y e Via Z", or "senza nome, fra ...". @param {number} edge -1 for none */
  stretch(edge) {
    const { names } = this.model;
    const street = shorten(names.of(edge)) || this.speech.say("no_street_name");
    return street + this.#place(", ", edge < 0 ? [] : names.between(edge));
  }

  /** Between which streets, near which one, or "". @param {string} before @param {string[]} names */
  #place(before, names) {
    const [one, other] = names.map((some) => shorten(some));
    if (!one) {
      return "";
    }
    return before + (other ? this.speech.say("place_between", { one, other }) : this.speech.say("place_near", { one }));
  }

  /** Where a change comes from, as its file says: its place, its state, its source. @param {Change} change */
  origin(change) {
    const told = ORIGIN.filter((name) => change[name]).map((name) => {
      const text = shorten(String(change[name]), 300);
      const value = name === "precision" ? this.speech.sayOr(`precision_${text}`, "origin_text", { value: text }) : text;
      return this.speech.say(`origin_${name}`, { value });
    });
    return told.join(" ");
  }

  /** How long a link is, or how far a place has moved. @param {Change} change @param {PageFacility | undefined} facility */
  #metresOf({ lon, lat, lon2, lat2 }, facility) {
    const from = isNumber(lon2) && isNumber(lat2) ? { lon: lon2, lat: lat2 } : facility;
    const isKnown = from && isNumber(lon) && isNumber(lat);
    return isKnown ? this.speech.number(Math.round(this.model.metres(from, { lon, lat }))) : "";
  }

  /** Why a change is on no street. @param {Change} change */
  unplaced(change) {
    const { speech, data } = this;
    const facility = this.model.facilityOf.get(change.facility_id || "");
    return speech.say("unplaced", {
      name: shorten(change.name || (facility && facility.name) || this.change(change)),
      metres: speech.number(change.change === "add_bench" ? data.max_seat_snap_m : data.max_snap_m),
      walker: nameOfCard(this.walker()),
    });
  }

  /**
   * A change of places that the chosen target does not see: said, lest "= 0" be read as "useless".
   * @param {Change[]} before @param {Change[]} after @returns {Offer | null}
   */
  elsewhere(before, after) {
    const { model, speech } = this;
    const { target } = this.store.choice;
    const isNew = after.filter((one) => !before.includes(one));
    const isGone = before.filter((one) => !after.some((other) => other.id === one.id));
    const changed = isNew.length ? isNew : isGone;
    const targets = changed.flatMap((one) => targetsOf(model, one)).filter((one) => this.data.targets.includes(one));
    const isOfPlaces = changed.every((one) => targetsOf(model, one).length > 0);
    if (targets.length === 0 || !isOfPlaces || targets.includes(target)) {
      return null;
    }
    const [looking, other] = [this.target(target), this.target(targets[0])];
    return {
      said: speech.say("elsewhere", { looking, other }),
      text: speech.say("look_there", { other }),
      target: targets[0],
    };
  }
}

/** @param {number | null | undefined} value @returns {value is number} */
const isNumber = (value) => value !== undefined && value !== null;
