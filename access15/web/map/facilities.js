"use strict";
// Markers of facilities and what opens when one is pressed. Text from data is only ever text. Needs Leaflet.

access15.make = (tag, text = "", className = "") => {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  return element;
};

// Text of unknown direction, kept from turning its neighbours around.
access15.isolated = (tag, text, className = "") => {
  const element = access15.make(tag, text, className);
  element.dir = "auto";
  return element;
};

access15.PRESS_PIXELS = 22; // half of a 44-pixel target

access15.markerIcon = (facility, category) => {
  const disc = access15.make("span", category.symbol, "a15-disc");
  disc.style.backgroundColor = category.colour;
  disc.classList.toggle("a15-uncertain", facility.uncertain);
  disc.classList.toggle("a15-hub", facility.hub);
  return L.divIcon({ html: disc, className: "a15-marker", iconSize: [44, 44] });
};

access15.facilityMarker = (page, facility) => {
  const category = page.data.categories[facility.category];
  const marker = L.marker([facility.lat, facility.lon], {
    icon: access15.markerIcon(facility, category),
    riseOnHover: true,
    zIndexOffset: facility.hub ? 1000 : 0,
  });
  marker.facility = facility;
  marker.on("add", () => {
    const note = facility.uncertain ? `, ${page.data.texts.uncertain}` : "";
    marker.getElement().setAttribute("aria-label", `${facility.name}, ${category.label}${note}`);
  });
  marker.on("click keypress", (event) => {
    const isKey = event.type === "keypress";
    if (!isKey || event.originalEvent.key === "Enter") {
      access15.openCards(page, marker, isKey);
    }
  });
  if (facility.hub) {
    marker.bindTooltip(() => access15.isolated("span", facility.name), {
      permanent: true,
      direction: "right",
      offset: [20, 0],
      className: "a15-hub-name",
    });
  }
  page.markers.push(marker);
  return marker;
};

// Facilities that stand under the same finger open together, the pressed one first.
access15.openCards = (page, marker, isKey) => {
  const at = (one) => page.map.latLngToContainerPoint(one.getLatLng());
  const pressed = at(marker);
  const near = page.markers
    .filter((one) => page.map.hasLayer(one))
    .map((one) => [one === marker ? -1 : at(one).distanceTo(pressed), one.facility])
    .filter(([distance]) => distance <= access15.PRESS_PIXELS)
    .sort((a, b) => a[0] - b[0])
    .map(([, facility]) => facility);
  const content = access15.make("div", "", "a15-cards");
  if (near.length > 1) {
    content.append(access15.make("p", page.data.texts.several_here.replace("{n}", near.length), "a15-several"));
  }
  content.append(...near.map((facility) => access15.facilityCard(page.data, facility)));
  const size = page.map.getSize();
  const popup = L.popup({
    maxWidth: Math.min(380, size.x - 60),
    minWidth: Math.min(280, size.x - 80),
    maxHeight: Math.max(160, size.y - 120),
    offset: [0, -8],
  })
    .setLatLng(marker.getLatLng())
    .setContent(content)
    .openOn(page.map);
  if (isKey) {
    popup.getElement().querySelector(".leaflet-popup-close-button").focus();
    popup.on("remove", () => marker.getElement() && marker.getElement().focus());
  }
};

access15.facilityCard = (data, facility) => {
  const card = access15.make("section", "", "a15-card");
  const category = data.categories[facility.category];
  const facts = access15.make("dl");
  const addFact = (term, text) => facts.append(access15.make("dt", term), access15.isolated("dd", text));
  card.append(access15.isolated("h3", facility.name));
  if (facility.hub) {
    card.append(access15.make("p", data.texts.is_hub, "a15-strong"));
  }
  if (facility.within.length) {
    const { caption, heads } = data.from_here;
    card.append(access15.factTable(caption, heads, facility.within));
  }
  addFact(data.texts.kind, category.label);
  addFact(data.texts.address, facility.address);
  addFact(data.texts.status, facility.status);
  addFact(data.texts.precision, facility.precision);
  card.append(facts);
  if (facility.uncertain) {
    card.append(access15.make("p", data.texts.legend_uncertain, "a15-strong"));
  }
  if (facility.walk.length) {
    const walkers = data.profiles.map((one) => one.label);
    card.append(access15.factTable(facility.to_hub, walkers, facility.walk));
  }
  if (category.wemi) {
    card.append(access15.make("p", data.texts.wemi));
  }
  if (facility.source) {
    card.append(access15.isolated("p", `${data.texts.source}: ${facility.source}`, "a15-source"));
  }
  return card;
};

access15.factTable = (caption, heads, texts) => {
  const table = access15.make("table");
  table.append(access15.isolated("caption", caption));
  texts.forEach((text, i) => {
    const row = access15.make("tr");
    const head = access15.make("th", heads[i]);
    head.scope = "row";
    row.append(head, access15.make("td", text, "number"));
    table.append(row);
  });
  return table;
};
