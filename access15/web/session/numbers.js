// The table of numbers: every group, every cutoff.

import { byId, make } from "../map/elements.js";
import { numbersOf } from "./parts.js";
import { capital } from "./text.js";

/**
 * @param {{speech: import("./text.js").Speech, model: import("./model.js").Model, data: SessionData,
 *   store: import("./store.js").Store}} parts
 */
export const writeNumbers = ({ speech, model, data, store }) => {
  const { changes } = store;
  const { profile, target, group } = store.choice;
  const isToday = changes.length === 0;
  /** @param {Group} one */
  const rowsOf = (one) => {
    const chosen = one.id === group ? "chosen" : "";
    const head = make("tr", "", chosen);
    const name = speech.say("of_all", { group: capital(speech.label(one.label)), n: speech.number(model.totals[one.id]) });
    const like = one.spread_like === one.id ? null : model.groupOf.get(one.spread_like);
    const alike = like ? ` · ${speech.say("spread_like", { group: speech.label(like.label) })}` : "";
    head.append(make("th", name + alike, "", { scope: "rowgroup", colspan: String(data.cutoffs_min.length) }));
    const row = make("tr", "", `cells ${chosen}`.trim());
    data.cutoffs_min.forEach((_, at) => {
      const cell = make("td", "", "", { "data-group": one.id, "data-at": String(at) });
      const found = model.cell(changes, profile, target, one.id, at);
      const [main, small] = numbersOf(speech, found, isToday, model.peopleOf(profile, one.id));
      if (isToday && like && found.after !== null) {
        small.textContent = ""; // the same share is no second finding
      }
      cell.append(main, small);
      row.append(cell);
    });
    return [head, row];
  };
  const heads = data.cutoffs_min.map((cutoff) => speech.say("within", { minutes: speech.cutoff(cutoff) }));
  byId("numbers-head").replaceChildren(...heads.map((text) => make("th", text, "", { scope: "col" })));
  byId("numbers").replaceChildren(...data.groups.flatMap(rowsOf));
  byId("numbers-caption").textContent = speech.say(isToday ? "numbers_today" : "numbers");
};
