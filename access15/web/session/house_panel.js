// "My house" beside the map: the field for a street with its list, the card, the buttons.

import { byId, find, make } from "../map/elements.js";
import { nameHouse, streetOf, writeCard, writePaper } from "./house_card.js";
import { MOST, findStreets } from "./streets_named.js";

/**
 * @typedef {import("./house_card.js").CardParts & {map: L.Map, strip: import("./strip.js").Strip,
 *   tools: import("./tools.js").Tools, pin: import("./house_map.js").HousePin, centre: () => LonLat,
 *   redraw: () => void}} HouseParts
 */

/** Everything of the part, where it is open. @param {HouseParts} parts */
export const writeHouse = (parts) => {
  const { house, pin } = parts;
  byId("house").hidden = !house.isOn;
  for (const name of ["aria-pressed", "aria-expanded"]) {
    byId("house-tool").setAttribute(name, String(house.isOn));
  }
  pin.sync(house.isOn ? house.place : null);
  if (house.isOn) {
    writeCard(parts);
    if (byId("house-list").hidden) {
      byId("house-found").textContent = nameHouse(parts);
    }
  }
  parts.redraw();
};

/** The way comes into view, as large as the map allows, or only where it is not. @param {HouseParts} parts @param {boolean} isLarge */
const showWay = ({ map, house }, isLarge) => {
  const drawn = house.drawn(house.changes);
  const corners = (drawn ? drawn.aside.flat() : []).map((units) => house.lonLatOf(/** @type {[number, number]} */ (units)));
  const places = [...(house.place ? [house.place] : []), ...corners].filter(({ lat }) => Number.isFinite(lat));
  const bounds = L.latLngBounds(places.map(({ lon, lat }) => L.latLng(lat, lon)));
  const views = map.getContainer().querySelector(".a15-views");
  const top = 40 + (views ? views.getBoundingClientRect().height : 0);
  if (places.length > 0 && (isLarge || !map.getBounds().contains(bounds))) {
    map.fitBounds(bounds, { paddingTopLeft: [60, top], paddingBottomRight: [60, 100], maxZoom: 17, animate: false });
  }
};

/** @param {HouseParts} parts @param {LonLat} place */
export const putHouse = (parts, place) => {
  const { speech, model, house, strip } = parts;
  if (!model.isInside(place)) {
    strip.tell(speech.say("problem_outside"), true);
    return;
  }
  house.put(place);
  strip.settle();
  find("house-street", HTMLInputElement).value = "";
  writeHouse(parts);
  showWay(parts, false);
};

/** The field and the list of streets below it, for fingers and for keys. @param {HouseParts} parts */
const prepareField = (parts) => {
  const { speech, data, house } = parts;
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
  const hide = () => {
    found = [];
    at = -1;
    list.hidden = true;
    list.replaceChildren();
    field.setAttribute("aria-expanded", "false");
    mark();
  };
  const take = (/** @type {number} */ street) => {
    hide();
    field.value = streetOf(parts, street);
    house.putOn(street);
    parts.strip.settle();
    writeHouse(parts);
    showWay(parts, true);
  };
  field.addEventListener("input", () => {
    const all = findStreets(data.streets.street_names, field.value, house.near);
    hide();
    found = all.slice(0, MOST);
    list.replaceChildren(...found.map((street, i) => make("li", streetOf(parts, street), "", { role: "option", id: `house-street-${i}`, dir: "auto" })));
    list.hidden = found.length === 0;
    field.setAttribute("aria-expanded", String(found.length > 0));
    const none = field.value.trim() ? speech.say("house_no_street") : "";
    byId("house-found").textContent = found.length > 0 ? speech.say("house_names", { n: speech.number(all.length) }) : none;
    at = found.length > 0 ? 0 : -1;
    mark();
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
      hide();
    }
  });
  field.addEventListener("blur", hide);
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the field keeps the focus
  });
  list.addEventListener("click", ({ target }) => {
    const i = Array.from(list.children).findIndex((one) => target instanceof Node && one.contains(target));
    if (i >= 0) {
      take(found[i]);
    }
  });
};

/** One large card for the wall, two on a sheet. @param {HouseParts} parts */
const printCard = (parts) => {
  writePaper(parts);
  document.body.classList.add("a15-card");
  window.addEventListener(
    "afterprint",
    () => {
      document.body.classList.remove("a15-card");
      byId("house-paper").replaceChildren();
    },
    { once: true },
  );
  window.print();
};

/** Buttons, field and map. @param {HouseParts} parts */
export const prepareHouse = (parts) => {
  const { map, house, store, strip, tools, speech, centre } = parts;
  prepareField(parts);
  const turn = (/** @type {boolean} */ isHouse) => {
    tools.stop();
    store.choose({ isHouse, isWhere: false });
    if (isHouse) {
      byId("house-title").focus({ preventScroll: true });
      byId("house").scrollIntoView({ block: "nearest" });
      const box = map.getContainer().getBoundingClientRect();
      if (box.top < 0 || box.top > window.innerHeight / 2) {
        map.getContainer().scrollIntoView({ block: "start" });
      }
      strip.tell(house.place ? "" : speech.say("house_touch"));
    } else {
      byId("house-tool").focus();
    }
  };
  byId("house-tool").addEventListener("click", () => turn(!house.isOn));
  byId("house-close").addEventListener("click", () => turn(false));
  byId("house-centre").addEventListener("click", () => putHouse(parts, centre()));
  byId("house-print").addEventListener("click", () => printCard(parts));
};
