// Markers of facilities and what opens when one is pressed.

import { isolated, make } from "./elements.js";

/** @typedef {{marker: L.Marker, facility: MapFacility}} Placed */

const DOOR_LINE = { interactive: false, color: "#1a1a1a", weight: 2.5, dashArray: "3 5", opacity: 1 };

const PRESS_PIXELS = 22; // half of a 44-pixel target

/** @param {MapFacility} facility @param {MapData["categories"][string]} category */
const markerIcon = (facility, category) => {
  const disc = make("span", category.symbol, "a15-disc");
  disc.style.backgroundColor = category.colour;
  disc.classList.toggle("a15-uncertain", facility.uncertain);
  disc.classList.toggle("a15-hub", facility.hub);
  disc.classList.toggle("a15-decides", facility.decides !== "");
  return L.divIcon({ html: disc, className: "a15-marker", iconSize: [44, 44] });
};

/**
 * Markers of a map, each with a card that opens when it is pressed.
 * @param {L.Map} map @param {MapData} data @returns {Placed[]}
 */
export const placeFacilities = (map, data) => {
  /** @type {Placed[]} */
  const all = data.facilities
    .map((differing) => ({ ...data.usual_facility, ...differing }))
    .filter((facility) => data.categories[facility.category]) // of a kind that a layer can offer
    .map((facility) => ({ facility, marker: facilityMarker(map, data, facility) }));
  for (const one of all) {
    one.marker.on("click", () => openCards(map, data, all, one, false));
    one.marker.on("keypress", (/** @type {any} */ event) => {
      if (event.originalEvent.key === "Enter") {
        openCards(map, data, all, one, true);
      }
    });
  }
  return all;
};

/** @param {L.Map} map @param {MapData} data @param {MapFacility} facility */
const facilityMarker = (map, data, facility) => {
  const category = data.categories[facility.category];
  const marker = L.marker([facility.lat, facility.lon], {
    icon: markerIcon(facility, category),
    riseOnHover: true,
    zIndexOffset: facility.hub ? 1000 : 0,
  });
  const lines = facility.doors.map((door) => L.polyline([[facility.lat, facility.lon], door], DOOR_LINE));
  marker.on("add", () => lines.forEach((line) => line.addTo(map)));
  marker.on("remove", () => lines.forEach((line) => line.remove()));
  marker.on("add", () => {
    const note = facility.uncertain ? `, ${data.texts.uncertain}` : "";
    marker.getElement()?.setAttribute("aria-label", `${facility.name}, ${category.label}${note}`);
  });
  if (facility.named) {
    marker.bindTooltip(() => isolated("span", facility.name), {
      permanent: true,
      direction: "right",
      offset: [20, 0],
      className: "a15-hub-name",
    });
  }
  return marker;
};

/**
 * Facilities that stand under the same finger open together, the pressed one first.
 * @param {L.Map} map @param {MapData} data @param {Placed[]} all @param {Placed} chosen @param {boolean} isKey
 */
const openCards = (map, data, all, chosen, isKey) => {
  /** @param {Placed} one */
  const at = (one) => map.latLngToContainerPoint(one.marker.getLatLng());
  const pressed = at(chosen);
  /** @param {Placed} one */
  const away = (one) => (one === chosen ? -1 : at(one).distanceTo(pressed));
  const near = all
    .filter((one) => map.hasLayer(one.marker) && away(one) <= PRESS_PIXELS)
    .sort((a, b) => away(a) - away(b));
  const content = make("div", "", "a15-cards");
  if (near.length > 1) {
    content.append(make("p", data.texts.several_here.replace("{n}", String(near.length)), "a15-several"));
  }
  content.append(...near.map(({ facility }) => facilityCard(data, facility)));
  const size = map.getSize();
  const popup = L.popup({
    maxWidth: Math.min(380, size.x - 60),
    minWidth: Math.min(280, size.x - 80),
    maxHeight: Math.max(160, size.y - 120),
    offset: [0, -8],
  })
    .setLatLng(chosen.marker.getLatLng())
    .setContent(content)
    .openOn(map);
  if (isKey) {
    popup.getElement()?.querySelector("a")?.focus(); // its closing button
    popup.on("remove", () => chosen.marker.getElement()?.focus());
  }
};

/** @param {MapData} data @param {MapFacility} facility */
const facilityCard = (data, facility) => {
  const card = make("section", "", "a15-card");
  const category = data.categories[facility.category];
  const facts = make("dl");
  /** @param {string} term @param {string} text */
  const addFact = (term, text) => facts.append(make("dt", term), isolated("dd", text));
  card.append(isolated("h3", facility.name));
  if (facility.hub) {
    card.append(make("p", data.texts.is_hub, "a15-strong"));
  }
  if (facility.decides) {
    card.append(isolated("p", facility.decides, "a15-strong"));
  }
  if (facility.within.length) {
    const { caption, heads } = data.from_here;
    card.append(factTable(caption, heads, facility.within));
  }
  addFact(data.texts.kind, category.label);
  addFact(data.texts.address, facility.address);
  addFact(data.texts.status, facility.status);
  addFact(data.texts.precision, facility.precision);
  card.append(facts);
  if (facility.uncertain) {
    card.append(make("p", data.texts.legend_uncertain, "a15-strong"));
  }
  if (facility.walk.length) {
    const walkers = data.profiles.map((one) => one.label);
    card.append(factTable(facility.to_hub, walkers, facility.walk));
  }
  if (category.platform) {
    card.append(make("p", category.platform));
  }
  if (facility.source) {
    card.append(isolated("p", `${data.texts.source}: ${facility.source}`, "a15-source"));
  }
  return card;
};

/** @param {string} caption @param {string[]} heads @param {string[]} texts */
const factTable = (caption, heads, texts) => {
  const table = make("table");
  table.append(isolated("caption", caption));
  texts.forEach((text, i) => {
    const row = make("tr");
    const head = make("th", heads[i], "", { scope: "row" });
    row.append(head, make("td", text, "number"));
    table.append(row);
  });
  return table;
};
