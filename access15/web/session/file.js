// One file holds all proposals: written to the laptop, read from it, never sent anywhere.

import { MAX_BYTES, ProposalError, readProposalFile, writeProposalFile } from "../core/proposal.js";
import { byId, find } from "../map/elements.js";
import { download, plain } from "./download.js";
import { shorten } from "./text.js";

/**
 * @typedef {{speech: import("./text.js").Speech, model: import("./model.js").Model, data: SessionData,
 *   store: import("./store.js").Store, actions: import("./actions.js").Actions,
 *   strip: import("./strip.js").Strip}} FileParts
 * @typedef {{code: string, values?: Record<string, unknown>}} Told
 */

/** What the page showed, for whoever reads the file without it; never read back. @param {FileParts} parts */
const listResults = ({ model, store }) => {
  const { profile, target } = store.choice;
  const { proposals } = store.history.now;
  return {
    today: model.counts(model.today, profile, target),
    proposals: Object.fromEntries(proposals.map((one) => [one.id, model.counts(one.changes, profile, target)])),
  };
};

/** @param {FileParts} parts */
const save = (parts) => {
  const { speech, model, data, store, strip } = parts;
  const { profile, target } = store.choice;
  const now = new Date().toISOString();
  const chosen = { created: `${now.slice(0, 19)}Z`, profile, category: target, results: listResults(parts) };
  const text = writeProposalFile(model.session, store.history.now.proposals, chosen);
  if (new TextEncoder().encode(text).length > MAX_BYTES) {
    strip.tell(speech.say("too_large_to_save"), true);
    return;
  }
  const name = `access15_${plain(data.study)}_${plain(data.area.id)}_${now.slice(0, 10)}.geojson`;
  download(text, name, "application/geo+json");
  store.history.markSaved();
  store.refresh();
  strip.tell(speech.say("did_save", { name }));
};

/** Why a file was refused, in a sentence. @param {import("./text.js").Speech} speech @param {Told} problem */
const describeProblem = (speech, { code, values = {} }) => {
  const told = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, shorten(value, 80)]));
  const value = [code, ...Object.entries(told).map(([key, text]) => `${key}: ${text}`)].join(", ");
  return speech.sayOr(`refused_${code}`, "refused_other", { ...told, value });
};

/** @param {import("./text.js").Speech} speech @param {Told} warning */
const describeWarning = (speech, { code, values = {} }) => {
  const value = [code, ...Object.values(values).map((one) => shorten(one, 80))].join(", ");
  return speech.sayOr(`warned_${code}`, "warned_other", { ...values, value });
};

/** Only what is said of a change. @param {Change} change @returns {Change} */
const stated = (change) => {
  const told = Object.entries(change).filter(([, value]) => value !== null && value !== undefined);
  return /** @type {any} */ (Object.fromEntries(told));
};

/** @param {FileParts} parts @param {string} text @param {string} name @param {boolean} [isDraft] which no file holds yet */
export const takeIn = ({ speech, model, data, store, actions, strip }, text, name, isDraft = false) => {
  const { proposals, warnings, head } = readProposalFile(text, model.session, name);
  const read = proposals.map((one) => ({ ...one, changes: one.changes.map(stated) }));
  const active = read.find((one) => isDraft && one.id === head.active) || read[0];
  actions.commit({ proposals: read, active: active.id });
  if (!isDraft) {
    store.history.markSaved();
  }
  if (model.profileOf.has(head.profile)) {
    store.choose({ profile: head.profile });
  }
  if (data.targets.includes(head.category)) {
    store.choose({ target: head.category });
  }
  const told = warnings.map((one) => describeWarning(speech, one));
  const opened = proposals.length === 1 ? "did_open_one" : "did_open";
  const key = isDraft ? "did_resume" : opened;
  const done = speech.say(key, { name: shorten(name), n: proposals.length });
  strip.tell([...told, done].join(" "), told.length > 0);
};

/** @param {FileParts} parts @param {File} file */
const open = async (parts, file) => {
  const { speech, strip } = parts;
  /** @param {Told} problem */
  const refuse = (problem) => {
    strip.tell(speech.say("refused", { name: shorten(file.name), why: describeProblem(speech, problem) }), true);
  };
  if (file.size > MAX_BYTES) {
    refuse({ code: "too_large" });
    return;
  }
  try {
    takeIn(parts, await file.text(), file.name);
  } catch (error) {
    if (!(error instanceof ProposalError)) {
      throw error;
    }
    refuse(error);
  }
};

/** A file that is dropped anywhere on the page. @param {(file: File) => void} onFile */
const acceptDrops = (onFile) => {
  document.addEventListener("dragover", (event) => {
    if (event.dataTransfer && [...event.dataTransfer.types].includes("Files")) {
      event.preventDefault();
      document.body.classList.add("a15-dropping");
    }
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) {
      document.body.classList.remove("a15-dropping");
    }
  });
  document.addEventListener("drop", (event) => {
    document.body.classList.remove("a15-dropping");
    const [file] = event.dataTransfer ? event.dataTransfer.files : [];
    if (file) {
      event.preventDefault();
      onFile(file);
    }
  });
};

/** @param {FileParts} parts */
export const prepareFiles = (parts) => {
  const input = find("file", HTMLInputElement);
  byId("save").addEventListener("click", () => save(parts));
  byId("open").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const [file] = input.files || [];
    input.value = "";
    if (file) {
      open(parts, file);
    }
  });
  acceptDrops((file) => open(parts, file));
  window.addEventListener("beforeunload", (event) => {
    if (!parts.store.history.isSaved()) {
      event.preventDefault();
    }
  });
};
