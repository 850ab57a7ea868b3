// What is written beside a map of the chosen walker: every text was made by the program that computed it.

import { keyOf } from "./choice.js";
import { byId, isolated, make } from "./elements.js";

/** @param {HTMLElement} body @param {string[][]} rows */
const fillRows = (body, rows) => {
  body.replaceChildren(
    ...rows.map(([head, ...cells]) => {
      const row = make("tr");
      const first = isolated("th", head);
      first.scope = "row";
      row.append(first, ...cells.map((text) => make("td", text)));
      return row;
    }),
  );
};

/** @param {MapData} data @param {MapChoice} choice */
export const writeLegend = (data, choice) => {
  const told = data.legend[keyOf(choice)];
  byId("share").textContent = told.share;
  byId("share").classList.toggle("unknown", !told.is_known);
  byId("sentence").textContent = told.sentence;
  byId("notes").replaceChildren(...told.notes.map((text) => make("p", text)));
  told.rows.forEach(([people, share], i) => {
    byId(`people-${i}`).textContent = people;
    byId(`share-${i}`).textContent = share;
  });
  fillRows(byId("groups"), told.groups);
  fillRows(
    byId("all-targets"),
    data.targets.map(([target, label]) => [label, data.legend[keyOf({ ...choice, target })].finding]),
  );
};
