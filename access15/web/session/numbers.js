// The table of numbers: every group at its own pace, or all at one; groups whose shares are one finding are one row.

import { byId, make } from "../map/elements.js";
import { numbersOf } from "./parts.js";
import { capital } from "./text.js";

/**
 * @param {{speech: import("./text.js").Speech, model: import("./model.js").Model, data: SessionData,
 *   store: import("./store.js").Store, sentences: import("./sentences.js").Sentences}} parts
 */
export const writeNumbers = ({ speech, model, data, store, sentences }) => {
  const { changes } = store;
  const { target, group, isOne } = store.choice;
  const isToday = changes.length === 0;
  /** @param {Group[]} alike */
  const rowsOf = (alike) => {
    const one = alike.find(({ id }) => id === group) || alike[0]; // whose people are counted
    const chosen = one.id === group ? "chosen" : "";
    const profile = model.walkerOf(store.choice, one.id);
    /** @param {Group} some */
    const named = (some) => speech.say("of_all", { group: speech.label(some.label), n: speech.number(model.totals[some.id]) });
    const head = make("th", capital(named(one)), "", { scope: "rowgroup", colspan: String(data.cutoffs_min.length) });
    const others = alike.filter((some) => some !== one).map(named).join("; ");
    const told = [isOne ? "" : sentences.pace("pace_of", profile), others && speech.say("spread_like", { group: others })];
    head.append(...told.filter(Boolean).map((text) => make("span", `${text}.`, "quiet row-more")));
    const titles = make("tr", "", chosen);
    titles.append(head);
    const row = make("tr", "", `cells ${chosen}`.trim());
    data.cutoffs_min.forEach((_, at) => {
      const cell = make("td", "", "", { "data-group": one.id, "data-at": String(at) });
      const found = model.cell(changes, profile, target, one.id, at);
      const [main, small] = numbersOf(speech, found, isToday, model.peopleOf(profile, one.id));
      cell.append(main, small);
      row.append(cell);
    });
    return [titles, row];
  };
  const heads = data.cutoffs_min.map((cutoff) => speech.say("within", { minutes: speech.cutoff(cutoff) }));
  byId("numbers-head").replaceChildren(...heads.map((text) => make("th", text, "", { scope: "col" })));
  byId("numbers").replaceChildren(...model.rows(store.choice).flatMap(rowsOf));
  const title = speech.say(isToday ? "numbers_today" : "numbers");
  byId("numbers-caption").textContent = isOne ? `${title}. ${sentences.pace("pace_of")}.` : title;
};
