// A field for the name of a street, with the list of those that are meant, for fingers and for keys.

import { byId, find, make } from "./elements.js";
import { MOST, findStreets } from "./streets_named.js";

/**
 * @param {{names: () => string[], near: () => Set<number>, nameOf: (street: number) => string,
 *   say: (n: number) => string, onTake: (street: number) => void}} parts `names` begins with that of no street;
 *   `say` tells how many were found
 */
export const prepareStreets = ({ names, near, nameOf, say, onTake }) => {
  const field = find("house-street", HTMLInputElement);
  const list = byId("house-list");
  /** @type {number[]} */
  let found = [];
  let at = -1;
  const mark = () => {
    Array.from(list.children).forEach((one, i) => one.setAttribute("aria-selected", String(i === at)));
    field.setAttribute("aria-activedescendant", at >= 0 ? `house-street-${at}` : "");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  /** @param {number[]} streets */
  const offer = (streets) => {
    found = streets;
    at = found.length > 0 ? 0 : -1;
    list.replaceChildren(...found.map((street, i) => make("li", nameOf(street), "", { role: "option", id: `house-street-${i}`, dir: "auto" })));
    list.hidden = found.length === 0;
    field.setAttribute("aria-expanded", String(found.length > 0));
    mark();
  };
  /** @param {number} street */
  const take = (street) => {
    offer([]);
    field.value = nameOf(street);
    onTake(street);
  };
  field.addEventListener("input", () => {
    const all = findStreets(names(), field.value, near());
    offer(all.slice(0, MOST));
    byId("house-found").textContent = field.value.trim() ? say(all.length) : "";
  });
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length > 0) {
      event.preventDefault();
      at = (at + step + found.length) % found.length;
      mark();
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      take(found[at]);
    } else if (event.key === "Escape" && found.length > 0) {
      event.stopPropagation();
      offer([]);
    }
  });
  field.addEventListener("blur", () => offer([]));
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", ({ target }) => {
    const i = Array.from(list.children).findIndex((one) => target instanceof Node && one.contains(target));
    if (i >= 0) {
      take(found[i]);
    }
  });
};
