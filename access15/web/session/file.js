// One file holds all proposals: written to the laptop, read from it, never sent anywhere.

import { ProposalError, readProposalFile, writeProposalFile } from "../core/proposal.js";
import { byId } from "./panel.js";
import { shorten } from "./text.js";

const MOST_BYTES = 2_000_000;

/** @param {string} text */
const plain = (text) => text.toLowerCase().replace(/[^a-z0-9_-]+/g, "_").slice(0, 60);

/** What the page showed, for whoever reads the file without it; never read back. */
const results = (page) => {
  const { profile, target } = page.choice;
  const { model } = page;
  return {
    today: model.counts(model.today, profile, target),
    proposals: Object.fromEntries(page.history.now.proposals.map((one) => [one.id, model.counts(one.changes, profile, target)])),
  };
};

const save = (page) => {
  const { model, data, history, choice } = page;
  const now = new Date().toISOString();
  const chosen = { created: `${now.slice(0, 19)}Z`, profile: choice.profile, category: choice.target };
  const text = writeProposalFile(model.session, history.now.proposals, { ...chosen, results: results(page) });
  if (new TextEncoder().encode(text).length > MOST_BYTES) {
    page.announce(page.speech.say("too_large_to_save"), true);
    return;
  }
  const name = `access15_${plain(data.study)}_${plain(data.area.id)}_${now.slice(0, 10)}.geojson`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/geo+json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  history.markSaved();
  page.announce(page.speech.say("did_save", { name }));
};

/** Why a file was refused, in a sentence. @param {any} page @param {any} error */
const tellProblem = (page, { code, values = {} }) => {
  const { speech } = page;
  const told = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, shorten(value, 80)]));
  const value = [code, ...Object.entries(told).map(([key, text]) => `${key}: ${text}`)].join(", ");
  return speech.sayOr(`refused_${code}`, "refused_other", { ...told, value });
};

/** Only what is said of a change. @param {any} change */
const stated = (change) => {
  const told = Object.entries(change).filter(([, value]) => value !== null && value !== undefined);
  return /** @type {any} */ (Object.fromEntries(told));
};

export const takeIn = (page, text, name) => {
  const { session } = page.model;
  const { proposals, warnings, head } = readProposalFile(text, session, name);
  const doc = { proposals: proposals.map((one) => ({ ...one, changes: one.changes.map(stated) })), active: proposals[0].id };
  page.commit(doc);
  page.history.markSaved();
  if (head && page.model.profileOf.has(head.profile)) {
    page.choose({ profile: head.profile });
  }
  if (head && page.data.targets.includes(head.category)) {
    page.choose({ target: head.category });
  }
  const told = warnings.map(({ code, values = {} }) => {
    const value = [code, ...Object.values(values).map((one) => shorten(one, 80))].join(", ");
    return page.speech.sayOr(`warned_${code}`, "warned_other", { ...values, value });
  });
  page.announce([...told, page.speech.say(proposals.length === 1 ? "did_open_one" : "did_open", { name: shorten(name), n: proposals.length })].join(" "), told.length > 0);
};

/** @param {any} page @param {File} file */
const open = async (page, file) => {
  const { speech } = page;
  const refuse = (error) => {
    page.announce(speech.say("refused", { name: shorten(file.name), why: tellProblem(page, error) }), true);
  };
  if (file.size > MOST_BYTES) {
    refuse({ code: "too_large" });
    return;
  }
  try {
    takeIn(page, await file.text(), file.name);
  } catch (error) {
    if (!(error instanceof ProposalError)) {
      throw error;
    }
    refuse(error);
  }
};

export const prepare = (page) => {
  byId("save").addEventListener("click", () => save(page));
  byId("open").addEventListener("click", () => byId("file").click());
  byId("file").addEventListener("change", () => {
    const [file] = byId("file").files;
    byId("file").value = "";
    if (file) {
      open(page, file);
    }
  });
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
      open(page, file);
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (!page.history.isSaved()) {
      event.preventDefault();
    }
  });
};
