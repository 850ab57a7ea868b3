// "Riprendi?": what was not saved when the page ended is offered when it opens again.

import { ProposalError, readProposalFile, writeProposalFile } from "../core/proposal.js";
import { byId } from "../map/elements.js";
import { ask } from "./asking.js";
import { Drafts } from "./drafts.js";
import { takeIn } from "./file.js";

/** @typedef {import("./file.js").FileParts} ResumeParts */

/** @param {ResumeParts} parts */
export const prepareDrafts = ({ speech, model, data, store, strip }) => {
  const { history } = store;
  const drafts = new Drafts(data.fingerprint, {
    get now() {
      return history.now;
    },
    isSaved: () => history.isSaved(),
    write: () => {
      const { proposals, active } = history.now;
      const { profile, target } = store.choice;
      return writeProposalFile(model.session, proposals, { created: new Date().toISOString(), active, profile, category: target });
    },
    onTrouble: () => strip.tell(speech.say("draft_none"), true),
  });
  store.on("change", () => drafts.keepSoon());
  return drafts;
};

/** What a draft holds; null where it cannot be used. @param {ResumeParts} parts @param {string} text */
const readDraft = ({ model }, text) => {
  try {
    return readProposalFile(text, model.session);
  } catch (error) {
    if (!(error instanceof ProposalError)) {
      throw error;
    }
    return null;
  }
};

/** @param {ResumeParts} parts @param {NonNullable<ReturnType<typeof readDraft>>} draft */
const describe = ({ speech }, { proposals, head }) => {
  const count = (/** @type {"changes" | "notes"} */ kind) => speech.number(proposals.reduce((sum, one) => sum + one[kind].length, 0));
  const made = new Date(String(head.created));
  const when = Number.isNaN(made.getTime()) ? "?" : made.toLocaleString(speech.lang, { dateStyle: "long", timeStyle: "short" });
  return speech.say("draft_what", { when, n: speech.number(proposals.length), changes: count("changes"), notes: count("notes") });
};

/** Offers what was lost last; calls `onNothing` where there is nothing to offer. @param {ResumeParts} parts @param {Drafts} drafts @param {() => void} onNothing */
export const offerDraft = async (parts, drafts, onNothing) => {
  const { speech, strip } = parts;
  for (const key of drafts.hasSome() ? await drafts.listLost() : []) {
    const text = drafts.read(key);
    const draft = readDraft(parts, text);
    if (draft) {
      byId("draft-what").textContent = describe(parts, draft);
      const said = await ask("draft-dialog");
      if (said === "resume") {
        takeIn(parts, text, "", true);
      }
      if (said !== "" && drafts.keep()) {
        drafts.drop(key);
      }
      return;
    }
    drafts.drop(key);
    strip.tell(speech.say("draft_broken"), true);
  }
  onNothing();
};
