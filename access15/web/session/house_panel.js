// "My house" beside the map: the field for a street with its list, the card, the buttons.

import { byId, find } from "../map/elements.js";
import { prepareStreets } from "../map/street_field.js";
import { nameHouse, streetOf, writeCard, writePaper } from "./house_card.js";

/**
 * @typedef {import("./house_card.js").PaperParts & {map: L.Map, strip: import("./strip.js").Strip,
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

/** On the map, where the card stands below what is seen. @param {HouseParts} parts */
const tellInShort = ({ strip }) => {
  const [to, minutes] = ["house-to", "house-minutes"].map((id) => byId(id).textContent || "");
  const isBelow = byId("house-minutes").getBoundingClientRect().top > window.innerHeight;
  strip.tell(isBelow && minutes ? `${to}: ${minutes}` : "");
};

/** @param {HouseParts} parts @param {LonLat} place */
export const putHouse = (parts, place) => {
  const { speech, model, house, strip } = parts;
  if (!model.isInside(place)) {
    strip.tell(speech.say("problem_outside"), true);
    return;
  }
  house.put(place);
  find("house-street", HTMLInputElement).value = "";
  writeHouse(parts);
  showWay(parts, false);
  tellInShort(parts);
};

/** The field for a street. @param {HouseParts} parts */
const prepareField = (parts) => {
  const { speech, data, house } = parts;
  prepareStreets({
    names: () => data.streets.street_names,
    near: () => house.near,
    nameOf: (street) => streetOf(parts, street),
    say: (n) => speech.say(n > 0 ? "house_names" : "house_no_street", { n: speech.number(n) }),
    onTake: (street) => {
      house.putOn(street);
      writeHouse(parts);
      showWay(parts, true);
      tellInShort(parts);
    },
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
      // a keyboard may type at once; on a screen that is touched one of its own would cover the map
      byId(window.matchMedia("(pointer: fine)").matches ? "house-street" : "house-title").focus({ preventScroll: true });
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

/** A house that another page asks about: "#casa=9.18,45.43" behind the address. @param {HouseParts} parts @returns {boolean} whether one does */
export const openAsked = (parts) => {
  const [, lon, lat] = /^#casa=(-?[\d.]{1,12}),(-?[\d.]{1,12})$/.exec(window.location.hash) || [];
  const place = { lon: Number(lon), lat: Number(lat) };
  if (lon === undefined || !parts.model.isInside(place)) {
    return false;
  }
  parts.store.choose({ isHouse: true });
  putHouse(parts, place);
  showWay(parts, true);
  return true;
};
