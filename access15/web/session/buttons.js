// Buttons and fields beside the map: proposals, votes, steps back and forward, what is looked at.

import { MAX_PROPOSALS } from "../core/proposal.js";
import { byId } from "../map/elements.js";
import { showHint } from "./asking.js";
import { showComparison } from "./comparison.js";
import { listenForSteps } from "./keys.js";
import { edits } from "./state.js";
import { shorten } from "./text.js";

/**
 * @typedef {import("./comparison.js").ComparisonParts & {actions: import("./actions.js").Actions,
 *   strip: import("./strip.js").Strip, dialogs: import("./dialogs.js").Dialogs,
 *   tools: import("./tools.js").Tools}} ButtonParts
 */

/** @param {string} id @param {() => void} act */
const onClick = (id, act) => byId(id).addEventListener("click", act);

/** What was chosen in a field. @param {string} id @param {(value: string) => void} act */
const onChoice = (id, act) =>
  byId(id).addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) {
      act(target.value);
    }
  });

/** A name for one more proposal: the first letter that nobody has. @param {ButtonParts} parts */
const freshName = ({ speech, store }) => {
  const names = new Set(store.history.now.proposals.map((one) => one.name));
  const all = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => speech.say("proposal", { letter }));
  return all.find((name) => !names.has(name)) || speech.say("proposal", { letter: "?" });
};

/** Tabs, new ones, copies, names. @param {ButtonParts} parts */
const prepareProposals = (parts) => {
  const { speech, store, actions, strip, dialogs, tools } = parts;
  const { history } = store;
  /** @param {() => Doc} makeDoc */
  const ifRoom = (makeDoc) => {
    if (history.now.proposals.length >= MAX_PROPOSALS) {
      strip.tell(speech.say("full", { n: MAX_PROPOSALS }), true);
    } else {
      tools.stop();
      actions.commit(makeDoc());
    }
  };
  onChoice("tabs", (id) => {
    history.look(id);
    tools.stop();
    store.refresh();
  });
  onClick("new-proposal", () => ifRoom(() => edits.addProposal(history.now, freshName(parts))));
  onClick("copy", () =>
    ifRoom(() => {
      const name = speech.say("copy_of", { name: history.active.name });
      return edits.copyProposal(history.now, shorten(name, 200));
    }),
  );
  onClick("rename", () => dialogs.rename());
  onClick("delete", () => {
    const name = shorten(history.active.name);
    const doc = edits.removeProposal(history.now, speech.say("proposal", { letter: "A" }));
    actions.commit(doc, speech.say("did_delete", { name }));
  });
};

/** @param {ButtonParts} parts @param {number} more */
const vote = ({ speech, store, actions, strip }, more) => {
  const { history } = store;
  actions.commit(edits.vote(history.now, more));
  const { name, votes } = history.active;
  strip.tell(speech.say("did_vote", { name: shorten(name), n: speech.number(votes) }));
};

/** Steps back and forward, by buttons and by keys. @param {ButtonParts} parts */
const prepareSteps = ({ speech, store, actions, tools }) => {
  const { history } = store;
  /** @param {string} id @param {() => boolean} act @param {string} key */
  const step = (id, act, key) =>
    onClick(id, () => {
      tools.stop();
      const before = history.active;
      if (act()) {
        store.refresh();
        actions.tellDone(speech.say(key), (before.id === history.active.id ? before : history.active).changes);
      }
    });
  step("undo", () => history.undo(), "did_undo");
  step("redo", () => history.redo(), "did_redo");
  step("reset", () => history.take(edits.backToToday(history.now)), "did_reset");
  listenForSteps();
};

/** @param {ButtonParts & {onLanguage: (lang: string) => void}} parts */
export const prepareButtons = (parts) => {
  const { store, onLanguage } = parts;
  prepareSteps(parts);
  prepareProposals(parts);
  onChoice("cards", (profile) => store.choose({ profile }));
  onChoice("pace-of", (value) => store.choose({ isOne: value === "one" }));
  onChoice("target", (target) => store.choose({ target }));
  onChoice("group", (group) => store.choose({ group }));
  onClick("vote-more", () => vote(parts, 1));
  onClick("vote-less", () => vote(parts, -1));
  onClick("help", showHint);
  onClick("print", () => window.print());
  for (const button of document.querySelectorAll(".compare")) {
    button.addEventListener("click", () => showComparison(parts));
  }
  for (const input of document.querySelectorAll("input")) {
    if (input.name === "language") {
      input.addEventListener("change", () => onLanguage(input.value));
    }
  }
};
