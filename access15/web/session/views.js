// How the map is looked at: today, the proposal, the difference, or two maps side by side; and on paper.

import { preparePaper } from "../map/paper.js";
import { addPanes, layersOf } from "./layers.js";
import { make } from "../map/elements.js";
import { shorten } from "./text.js";

const TOP_PIXELS = 64; // the switch of views lies on the map's upper edge
const VIEWS = ["today", "proposal", "difference", "both"];

/** The switch in the map's corner. */
const viewControl = (page) => {
  const control = L.control({ position: "topright" });
  control.onAdd = () => {
    const holder = make("div", "", "a15-views");
    const views = make("fieldset", "", "segments");
    views.append(make("legend", "", "unseen", { "data-say": "view" }));
    for (const view of VIEWS) {
      const label = make("label");
      const input = make("input", "", "", { type: "radio", name: "view", value: view });
      input.checked = view === page.choice.view;
      input.addEventListener("change", () => page.choose({ view }));
      label.append(input, make("span", "", "", { "data-say": `view_${view}` }));
      views.append(label);
    }
    const filled = make("label", "", "check");
    const box = make("input", "", "", { type: "checkbox", id: "filled" });
    box.checked = page.choice.isFilled;
    box.addEventListener("change", () => page.choose({ isFilled: box.checked }));
    filled.append(box, make("span", "", "", { "data-say": "filled" }));
    holder.append(views, filled);
    L.DomEvent.disableClickPropagation(holder);
    L.DomEvent.disableScrollPropagation(holder);
    return holder;
  };
  return control;
};

const homeControl = (page) => {
  const control = L.control({ position: "bottomleft" });
  control.onAdd = () => {
    const button = make("button", "", "a15-home", { type: "button", "data-say": "home" });
    L.DomEvent.disableClickPropagation(button);
    L.DomEvent.on(button, "click", () => fit(page));
    return button;
  };
  return control;
};

/** The whole neighbourhood, in the half that is the proposal's where there are two. */
export const fit = (page) => {
  const half = page.choice.view === "both" ? page.map.getSize().x / 2 : 0;
  page.map.fitBounds(page.data.bounds, { paddingTopLeft: [half, TOP_PIXELS], animate: false });
};

const MOST_ON_PAPER = 14; // changes and notes that one sheet has room for
const [MOST_LINES, LINE_SIGNS] = [18, 24]; // of them together, and of text on one line

/** A sheet lists what it has room for and says how many more there are. @param {any} page @param {boolean} isPaper */
const shortenLists = (page, isPaper) => {
  document.querySelectorAll(".a15-rest").forEach((one) => one.remove());
  const items = [...document.querySelectorAll("#changes li, #notes li")];
  items.forEach((item, i) => item.classList.toggle("a15-off", isPaper && i >= MOST_ON_PAPER));
  const lengths = items.slice(0, MOST_ON_PAPER).map((item) => Math.ceil(item.textContent.length / LINE_SIGNS));
  const linesAt = (most) => lengths.reduce((sum, lines) => sum + Math.min(most, lines), 0);
  document.body.style.setProperty("--paper-lines", String([12, 6, 4, 3, 2].find((most) => linesAt(most) <= MOST_LINES) || 1));
  if (isPaper && items.length > MOST_ON_PAPER) {
    const rest = page.speech.say("and_more", { n: page.speech.number(items.length - MOST_ON_PAPER) });
    document.getElementById("notes").append(make("li", rest, "a15-rest"));
  }
};

export const prepare = (page) => {
  const { map, data } = page;
  if (map.zoomControl) {
    map.zoomControl.remove();
  }
  page.zoom = L.control.zoom().addTo(map);
  L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);
  viewControl(page).addTo(map);
  homeControl(page).addTo(map);
  map.attributionControl.setPrefix(false);
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    Object.assign(map.options, { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });
    map._zoomAnimated = false;
  }
  map.getContainer().setAttribute("role", "application");
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
  map.on("move zoomend resize", () => follow(page));
  const told = document.querySelector(".sources details");
  let before = "";
  let wasOpen = false;
  window.addEventListener("beforeprint", () => {
    before = page.choice.view;
    wasOpen = told.open;
    shortenLists(page, true);
    told.open = true; // a sheet says how its numbers came about
    document.getElementById("paper-both").hidden = before !== "both";
    if (before === "both") {
      page.choose({ view: "proposal" });
    }
  });
  preparePaper(map, data.bounds, {});
  window.addEventListener("afterprint", () => {
    document.getElementById("paper-both").hidden = true;
    told.open = wasOpen;
    shortenLists(page, false);
    if (before === "both") {
      page.choose({ view: "both" });
    }
  });
  translate(page);
};

export const translate = (page) => {
  const { speech, map, data } = page;
  const container = map.getContainer();
  container.setAttribute("aria-label", speech.say("map_hint"));
  for (const [name, key] of [["in", "zoom_in"], ["out", "zoom_out"]]) {
    const button = container.querySelector(`.leaflet-control-zoom-${name}`);
    button.title = speech.say(key);
    button.setAttribute("aria-label", speech.say(key));
  }
  for (const one of container.querySelectorAll("[data-say]")) {
    one.textContent = speech.say(one.dataset.say);
  }
  if (page.attribution) {
    map.attributionControl.removeAttribution(page.attribution);
  }
  page.attribution = make("span", data.attribution[speech.lang]).innerHTML;
  map.attributionControl.addAttribution(page.attribution);
};

/** The map of today in the left half. */
const openSecond = (page) => {
  const holder = make("div", "", "a15-second", { "aria-hidden": "true" });
  page.map.getContainer().append(holder);
  const map = L.map(holder, {
    attributionControl: false,
    zoomControl: false,
    keyboard: false,
    dragging: false,
    doubleClickZoom: false,
    touchZoom: false,
    boxZoom: false,
    scrollWheelZoom: false,
    zoomSnap: 0,
    fadeAnimation: false,
    zoomAnimation: false,
    inertia: false,
  });
  L.DomEvent.disableClickPropagation(holder); // what lies below is another place
  map.on("click", (event) => page.tools.tap({ lon: event.latlng.lng, lat: event.latlng.lat }));
  const sides = ["today", "with"].map((key, i) => {
    const side = make("div", page.speech.say(key), "a15-side");
    side.style.left = i === 0 ? "76px" : "calc(50% + 16px)";
    page.map.getContainer().append(side);
    return side;
  });
  page.second = { map, holder, sides, layers: null, signs: [] };
  follow(page);
  addPanes(map);
  page.second.layers = layersOf(page, map, () => "today");
  redraw(page);
};

const closeSecond = (page) => {
  page.second.map.remove();
  page.second.holder.remove();
  page.second.sides.forEach((side) => side.remove());
  page.second = null;
};

/** Keeps the left half on the place that the right half shows. */
const follow = (page) => {
  if (page.second) {
    const size = page.map.getSize();
    page.second.map.invalidateSize({ animate: false, pan: false });
    page.second.map.setView(page.map.containerPointToLatLng([0.75 * size.x, 0.5 * size.y]), page.map.getZoom(), { animate: false });
  }
};

export const redraw = (page) => {
  if (!page.second || !page.second.layers) {
    return;
  }
  const { map, layers, signs } = page.second;
  signs.forEach((sign) => sign.remove());
  page.second.signs = page.model
    .places(page.model.today)
    .filter((one) => one.hub || one.category === page.choice.target)
    .map((one) => {
      const category = page.model.categoryOf.get(one.category);
      const disc = make("span", category ? category.symbol : "", one.hub ? "a15-disc a15-hub" : "a15-disc");
      disc.style.backgroundColor = category ? category.colour : "";
      const icon = L.divIcon({ html: disc, className: "a15-marker a15-mark", iconSize: [48, 48] });
      return L.marker([one.lat, one.lon], { icon, interactive: false, keyboard: false }).addTo(map);
    });
  page.second.sides[0].textContent = page.speech.say("today");
  page.second.sides[1].textContent = shorten(page.history.active.name);
  layers.bands.redraw();
  layers.writing.redraw();
};

export const show = (page, before) => {
  const { view } = page.choice;
  for (const input of document.querySelectorAll("input[name=view]")) {
    input.checked = input.value === view;
  }
  document.body.classList.toggle("a15-halves", view === "both");
  if (view === "both" && !page.second) {
    openSecond(page);
    fit(page);
  } else if (view !== "both" && page.second) {
    closeSecond(page);
    if (before.view === "both") {
      fit(page);
    }
  }
};
