// The proposal that is looked at: its votes, its changes, its notes.

import { byId, make } from "../map/elements.js";
import { signOf } from "./actions.js";
import { pinOf } from "./notes.js";
import { button, dots, rewrite, setDisabled } from "./parts.js";
import { shorten } from "./text.js";

/**
 * @typedef {{speech: import("./text.js").Speech, model: import("./model.js").Model, store: import("./store.js").Store,
 *   sentences: import("./sentences.js").Sentences, actions: import("./actions.js").Actions,
 *   focusSign: (key: string) => void}} OwnParts
 */

/**
 * A line of a list: what it is, a button that shows it, a button that takes it out.
 * @param {OwnParts} parts
 * @param {{key: string, text: string, sign: string, remove: () => void, origin: string, problem: string,
 *   pin: HTMLElement | null}} line
 */
const makeLine = ({ speech, focusSign }, { key, text, sign, remove, origin, problem, pin }) => {
  const item = make("li");
  const told = make("span", "", "text");
  if (pin) {
    told.append(pin, " ");
  }
  told.append(make("bdi", text));
  const [show, out] = [speech.say("show"), speech.say("take_out")];
  item.append(
    told,
    button(show, `show ${key}`, () => focusSign(sign), `${show}: ${text}`),
    button(out, `out ${key}`, remove, `${out}: ${text}`),
  );
  if (origin) {
    item.append(make("p", origin, "quiet origin", { dir: "auto" }));
  }
  if (problem) {
    item.append(make("p", problem, "warning problem"));
  }
  return item;
};

/** @param {OwnParts} parts @param {string} id @param {HTMLElement[]} items @param {string} none what is said where there are none */
const writeList = ({ speech }, id, items, none) => {
  rewrite(byId(id), items.length ? items : [make("li", speech.say(none), "quiet")]);
};

/** @param {OwnParts} parts */
const listChanges = (parts) => {
  const { speech, model, store, sentences, actions } = parts;
  const { changes } = store.history.active;
  const unplaced = actions.unplaced();
  const problems = new Map(model.world(changes, store.choice.profile).problems.map((one) => [one.id, one.code]));
  /** @param {Change} one */
  const problemOf = (one) => {
    if (unplaced.has(one.id)) {
      return sentences.unplaced(one);
    }
    return problems.has(one.id) ? speech.sayOr(`problem_${problems.get(one.id)}`, "problem_other") : "";
  };
  return changes.map((one) =>
    makeLine(parts, {
      key: one.id,
      text: sentences.change(one),
      sign: signOf(one),
      remove: () => actions.takeOut(one),
      origin: sentences.origin(one),
      problem: problemOf(one),
      pin: null,
    }),
  );
};

/** @param {OwnParts} parts */
const listNotes = (parts) =>
  parts.store.history.active.notes.map((one, i) =>
    makeLine(parts, {
      key: one.id,
      text: shorten(one.text, 500),
      sign: `note ${one.id}`,
      remove: () => parts.actions.takeNote(one),
      origin: "",
      problem: "",
      pin: pinOf(String(i + 1), one.text),
    }),
  );

/** @param {OwnParts} parts */
export const writeOwn = (parts) => {
  const { speech, store } = parts;
  const { active } = store.history;
  const name = shorten(active.name);
  byId("own-name").textContent = name;
  byId("votes").replaceChildren(...dots(speech, active.votes));
  byId("votes").setAttribute("aria-label", speech.say("votes_of", { name, n: speech.number(active.votes) }));
  setDisabled(byId("vote-less"), active.votes === 0);
  writeList(parts, "changes", listChanges(parts), "changes_none");
  writeList(parts, "notes", listNotes(parts), "notes_none");
};
