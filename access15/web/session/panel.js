// What is written beside the map: proposals, the headline, cards of walkers, numbers, changes, notes, the key.

import { MAX_PROPOSALS } from "../core/proposal.js";
import { byId, find, make } from "../map/elements.js";
import { writeHeadline } from "./headline.js";
import { keyWriter } from "./key.js";
import { writeNumbers } from "./numbers.js";
import { writeOwn } from "./own.js";
import { rewrite, sayAll, setDisabled } from "./parts.js";
import { shorten } from "./text.js";
import { makeCards, writeCards } from "./walkers.js";

/**
 * @typedef {import("./own.js").OwnParts & import("./headline.js").HeadlineParts} PanelParts
 */

const IS_ENGLISH = /\bcontributors\b/;

/** A sentence with names and remarks of its sources, which are marked where they are English. @param {string} lang @param {string} text */
const bdiOf = (lang, text) => {
  const made = make("bdi");
  for (const part of text.split(/(?<=[;.] )/)) {
    made.append(lang !== "en" && IS_ENGLISH.test(part) ? make("span", part, "", { lang: "en" }) : part);
  }
  return made;
};

/** @param {PanelParts} parts */
const writeFacts = ({ speech, data }) => {
  const facts = [...data.explained[speech.lang], ...data.facts[speech.lang]];
  byId("facts").replaceChildren(
    ...facts.map(([head, text]) => {
      const told = make("p");
      told.append(make("strong", `${head}. `), bdiOf(speech.lang, text));
      return told;
    }),
  );
  byId("notices").replaceChildren(...data.notices[speech.lang].map((text) => make("p", text, "warning", { dir: "auto" })));
  byId("sources-line").textContent = data.sources_line[speech.lang];
};

/** @param {PanelParts} parts */
const makeChoices = ({ speech, model, data, store }) => {
  /** @param {string} value @param {string} text */
  const option = (value, text) => make("option", text, "", { value });
  /** @param {{id: string, label: Label}} one */
  const labelled = (one) => option(one.id, speech.label(one.label));
  const unknown = (/** @type {string} */ id, /** @type {string} */ label) =>
    model.isKnown(store.history.active.changes, id) ? label : `${label} (${speech.say("unknown")})`;
  byId("target").replaceChildren(
    ...data.targets.map((id) => {
      const category = model.categoryOf.get(id);
      return option(id, unknown(id, category ? speech.label(category.label) : speech.say("target_hub")));
    }),
  );
  byId("group").replaceChildren(...data.groups.map(labelled));
  byId("place-category").replaceChildren(option("hub", speech.say("hub")), ...data.categories.map(labelled));
  writeChoices(store.choice);
};

/** @param {Choice} choice */
export const writeChoices = ({ target, group }) => {
  find("target", HTMLSelectElement).value = target;
  find("group", HTMLSelectElement).value = group;
};

/** @param {import("./store.js").Store} store */
const writeTabs = ({ history }) => {
  const { proposals } = history.now;
  rewrite(
    byId("tabs"),
    proposals.map((one) => {
      const tab = make("label", "", "tab");
      const input = make("input", "", "", { type: "radio", name: "proposal", value: one.id, "data-key": one.id });
      input.checked = one.id === history.active.id;
      tab.append(input, make("bdi", shorten(one.name)));
      return tab;
    }),
  );
  for (const button of document.querySelectorAll(".proposals .compare")) {
    button.toggleAttribute("hidden", proposals.length < 2);
  }
  setDisabled(byId("new-proposal"), proposals.length >= MAX_PROPOSALS);
  setDisabled(byId("copy"), proposals.length >= MAX_PROPOSALS);
  setDisabled(byId("undo"), history.past.length === 0);
  setDisabled(byId("redo"), history.future.length === 0);
  setDisabled(byId("reset"), history.active.changes.length === 0);
};

/** @param {PanelParts} parts */
export const makePanel = (parts) => {
  const { speech, data, store } = parts;
  const writeKey = keyWriter(parts);
  return {
    /** Everything that depends on the language alone. */
    translate() {
      document.documentElement.lang = speech.lang;
      sayAll(speech, document);
      const title = speech.say("title", { area: data.area.name });
      document.title = title;
      byId("title").textContent = title;
      find("note-input", HTMLTextAreaElement).placeholder = speech.say("note_example");
      byId("paper-both").textContent = speech.say("paper_both");
      writeFacts(parts);
      makeCards(parts);
      makeChoices(parts);
    },
    update() {
      writeTabs(store);
      writeHeadline(parts);
      writeCards(parts);
      writeNumbers(parts);
      writeOwn(parts);
      writeKey();
    },
    /** While something is being dragged: only what everybody looks at. */
    updateQuickly() {
      writeHeadline(parts);
      writeCards(parts);
    },
  };
};
