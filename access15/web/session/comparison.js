// Today and every proposal beside each other.

import { byId, make } from "../map/elements.js";
import { ask } from "./asking.js";
import { difference, dots, known } from "./parts.js";
import { capital, shorten } from "./text.js";
import { makeVerdict, tellMoves } from "./verdict.js";

/**
 * @typedef {{speech: import("./text.js").Speech, model: import("./model.js").Model, data: SessionData,
 *   store: import("./store.js").Store, sentences: import("./sentences.js").Sentences}} ComparisonParts
 */

/** @param {string} text */
const heading = (text) => {
  const made = make("th", "", "", { scope: "col" });
  made.append(make("bdi", text));
  return made;
};

/** A row of people within one cutoff; the best proposal stands out. @param {ComparisonParts} parts @param {number} at */
const makeRow = (parts, at) => {
  const { speech, model, data, store } = parts;
  const { profile, target, group } = store.choice;
  const { proposals } = store.history.now;
  const row = make("tr");
  row.append(make("th", speech.say("within", { minutes: speech.cutoff(data.cutoffs_min[at]) }), "", { scope: "row" }));
  const cells = proposals.map((one) => model.cell(one.changes, profile, target, group, at));
  const { before } = model.cell(model.today, profile, target, group, at);
  const best = Math.max(...cells.map((one) => one.after ?? -1));
  row.append(make("td", known(speech, before), "number"));
  for (const [i, found] of cells.entries()) {
    const isBest = found.after === best && best > (before || 0);
    const cell = make("td", "", isBest ? "best" : "");
    cell.append(make("span", known(speech, found.after), "number"), difference(speech, found.difference));
    if (found.difference !== null) {
      cell.append(tellMoves(parts, proposals[i].changes, profile, group, at));
    }
    row.append(cell);
  }
  return row;
};

/** A row of something that today has not. @param {ComparisonParts} parts @param {string} key @param {(one: Proposal) => HTMLElement} cellOf */
const makeLine = ({ speech, store }, key, cellOf) => {
  const row = make("tr");
  row.append(make("th", speech.say(key), "", { scope: "row" }), make("td"), ...store.history.now.proposals.map(cellOf));
  return row;
};

/** @param {import("./text.js").Speech} speech @param {Proposal} one */
const makeVotes = (speech, one) => {
  const name = speech.say("votes_of", { name: shorten(one.name), n: speech.number(one.votes) });
  const drawn = make("span", "", "dots", { role: "img", "aria-label": name });
  drawn.append(...dots(speech, one.votes));
  const cell = make("td");
  cell.append(drawn);
  return cell;
};

/** @param {ComparisonParts} parts */
export const showComparison = (parts) => {
  const { speech, model, data, store, sentences } = parts;
  const category = model.categoryOf.get(store.choice.target);
  const label = category ? speech.label(category.label) : speech.say("target_hub");
  byId("compare-title").textContent = speech.say("verdict_title", { area: data.area.name });
  byId("compare-what").textContent = speech.say("compare_what", {
    who: capital(sentences.who()),
    target: sentences.when(label),
    walker: sentences.pace("pace_of"),
  });
  byId("compare-sources").textContent = data.sources_line[speech.lang];
  const head = make("tr");
  const names = store.history.now.proposals.map((one) => heading(shorten(one.name)));
  head.append(make("td"), heading(speech.say("today")), ...names);
  const [thead, tbody] = [make("thead"), make("tbody")];
  thead.append(head);
  tbody.append(
    ...data.cutoffs_min.map((_, at) => makeRow(parts, at)),
    makeLine(parts, "votes", (one) => makeVotes(speech, one)),
    makeLine(parts, "n_changes", (one) => make("td", speech.number(one.changes.length), "number")),
  );
  byId("compare-table").replaceChildren(thead, tbody, ...makeVerdict(parts));
  const closed = ask("compare-dialog");
  byId("compare-title").focus({ preventScroll: true }); // where reading begins, not at the buttons below
  byId("compare-dialog").scrollTop = 0;
  return closed;
};
