// What was proposed: a plain value, changed only by making a new one, so that every step can be taken back.
// Knows nothing of maps or pages.

// what a file may hold at most: nothing is ever saved that cannot be opened again
import { MAX_CHANGES, MAX_NOTES, MAX_PROPOSALS } from "../core/proposal.js";
import { rounded } from "./rounded.js";
import { Steps } from "./steps.js";

const MOST_VOTES = 10_000;

/** Text that a file can hold: without halves of signs. @param {string} text */
const sound = (text) => text.replace(/\p{Surrogate}/gu, "");

/** What is kept of a change or note: places rounded as in a file, text sound. @param {Record<string, any>} place */
const roundPlace = (place) => {
  const out = { ...place };
  for (const key of ["name", "text"]) {
    if (typeof out[key] === "string") {
      out[key] = sound(out[key]);
    }
  }
  for (const key of ["lon", "lat", "lon2", "lat2"]) {
    if (out[key] !== undefined) {
      out[key] = rounded(out[key]);
    }
  }
  return out;
};

/** The first id of a row that nobody has: `c1`, `c2`, ... @param {Doc} doc @param {string} letter */
const freshId = (doc, letter) => {
  const taken = new Set(doc.proposals.flatMap((one) => [one.id, ...one.changes.map((c) => c.id), ...one.notes.map((n) => n.id)]));
  let n = 1;
  while (taken.has(`${letter}${n}`)) {
    n += 1;
  }
  return `${letter}${n}`;
};

/** @param {Doc} doc @returns {Proposal} */
export const activeOf = (doc) => doc.proposals.find((one) => one.id === doc.active) || doc.proposals[0];

/** @param {Doc} doc @param {Partial<Proposal>} values @returns {Doc} */
const changeActive = (doc, values) => ({
  ...doc,
  proposals: doc.proposals.map((one) => (one.id === doc.active ? { ...one, ...values } : one)),
});

export const edits = {
  /** @param {Doc} doc @param {string} name @returns {Doc} */
  addProposal(doc, name) {
    if (doc.proposals.length >= MAX_PROPOSALS) {
      return doc;
    }
    const id = freshId(doc, "p");
    return { proposals: [...doc.proposals, { id, name, votes: 0, changes: [], notes: [] }], active: id };
  },

  /** @param {Doc} doc @param {string} name @returns {Doc} */
  copyProposal(doc, name) {
    if (doc.proposals.length >= MAX_PROPOSALS) {
      return doc;
    }
    const from = activeOf(doc);
    const id = freshId(doc, "p");
    let made = { proposals: [...doc.proposals, { id, name, votes: 0, changes: [], notes: [] }], active: id };
    for (const one of from.changes) {
      made = edits.addChange(made, one);
    }
    for (const one of from.notes) {
      made = edits.addNote(made, one);
    }
    return made;
  },

  /** @param {Doc} doc @param {string} name @returns {Doc} */
  renameProposal(doc, name) {
    const kept = sound(name.trim());
    return kept === "" || kept === activeOf(doc).name ? doc : changeActive(doc, { name: kept });
  },

  /** The last one is emptied instead: there is always one. @param {Doc} doc @param {string} name @returns {Doc} */
  removeProposal(doc, name) {
    const left = doc.proposals.filter((one) => one.id !== doc.active);
    if (left.length === 0) {
      return { proposals: [{ id: doc.active, name, votes: 0, changes: [], notes: [] }], active: doc.active };
    }
    const at = doc.proposals.findIndex((one) => one.id === doc.active);
    return { proposals: left, active: left[Math.min(at, left.length - 1)].id };
  },

  /** @param {Doc} doc @param {number} more @returns {Doc} */
  vote(doc, more) {
    const votes = Math.min(MOST_VOTES, Math.max(0, activeOf(doc).votes + more));
    return votes === activeOf(doc).votes ? doc : changeActive(doc, { votes });
  },

  /** @param {Doc} doc @param {Record<string, any>} change @returns {Doc} */
  addChange(doc, change) {
    const { changes } = activeOf(doc);
    if (changes.length >= MAX_CHANGES) {
      return doc;
    }
    return changeActive(doc, { changes: [...changes, /** @type {Change} */ (roundPlace({ ...change, id: freshId(doc, "c") }))] });
  },

  /** @param {Doc} doc @param {string} id @param {Record<string, any>} values @returns {Doc} */
  editChange(doc, id, values) {
    const changes = activeOf(doc).changes.map((one) => (one.id === id ? { ...one, ...roundPlace(values) } : one));
    return changeActive(doc, { changes });
  },

  /** @param {Doc} doc @param {string} id @returns {Doc} */
  removeChange(doc, id) {
    return changeActive(doc, { changes: activeOf(doc).changes.filter((one) => one.id !== id) });
  },

  /** @param {Doc} doc @returns {Doc} */
  backToToday(doc) {
    return activeOf(doc).changes.length ? changeActive(doc, { changes: [] }) : doc;
  },

  /** An existing place stands somewhere else now. @param {Doc} doc @param {string} facilityId @param {{lon: number, lat: number}} place */
  moveFacility(doc, facilityId, place) {
    const moved = activeOf(doc).changes.find((one) => one.change === "move_facility" && one.facility_id === facilityId);
    if (moved) {
      return edits.editChange(doc, moved.id, place);
    }
    return edits.changeFacility(doc, facilityId, { change: "move_facility", ...place });
  },

  /** An existing place is entered somewhere else. @param {Doc} doc @param {string} facilityId @param {{lon: number, lat: number}} place */
  setDoor(doc, facilityId, place) {
    const set = activeOf(doc).changes.find((one) => one.change === "set_door" && one.facility_id === facilityId);
    return set
      ? edits.editChange(doc, set.id, place)
      : edits.changeFacility(doc, facilityId, { change: "set_door", ...place });
  },

  /** @param {Doc} doc @param {string} facilityId @returns {Doc} */
  removeFacility(doc, facilityId) {
    return edits.changeFacility(doc, facilityId, { change: "remove_facility" });
  },

  /** In place of whatever was to happen to it; the same where there is no room. @param {Doc} doc @param {string} facilityId @param {Record<string, any>} change */
  changeFacility(doc, facilityId, change) {
    const restored = edits.restoreFacility(doc, facilityId);
    const changed = edits.addChange(restored, { ...change, facility_id: facilityId });
    return changed === restored ? doc : changed;
  },

  /** An existing place is again as it is today. @param {Doc} doc @param {string} facilityId @returns {Doc} */
  restoreFacility(doc, facilityId) {
    return changeActive(doc, { changes: activeOf(doc).changes.filter((one) => one.facility_id !== facilityId) });
  },

  /** @param {Doc} doc @param {Record<string, any>} note @returns {Doc} */
  addNote(doc, note) {
    if (activeOf(doc).notes.length >= MAX_NOTES) {
      return doc;
    }
    const made = /** @type {Note} */ (roundPlace({ ...note, id: freshId(doc, "n") }));
    return changeActive(doc, { notes: [...activeOf(doc).notes, made] });
  },

  /** @param {Doc} doc @param {string} id @param {Record<string, any>} values @returns {Doc} */
  editNote(doc, id, values) {
    const notes = activeOf(doc).notes.map((one) => (one.id === id ? { ...one, ...roundPlace(values) } : one));
    return changeActive(doc, { notes });
  },

  /** @param {Doc} doc @param {string} id @returns {Doc} */
  removeNote(doc, id) {
    return changeActive(doc, { notes: activeOf(doc).notes.filter((one) => one.id !== id) });
  },
};

/** Steps on proposals. Which of them is looked at is no step of its own. @extends {Steps<Doc>} */
export class History extends Steps {
  get active() {
    return activeOf(this.now);
  }

  /** @param {string} id */
  look(id) {
    const wasSaved = this.isSaved();
    this.now = { ...this.now, active: id };
    if (wasSaved) {
      this.saved = this.now;
    }
  }

  /** @override */
  isSaved() {
    return this.now.proposals === this.saved.proposals;
  }
}
