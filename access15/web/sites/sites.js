// The page of the best places of one neighbourhood: its map, and the choice that is looked at.

import { CanvasLayer, inUnits, Shapes } from "../map/canvas.js";
import { homeControl, settleMap } from "../map/controls.js";
import { byId, isolated, make, readData } from "../map/elements.js";
import { addPanes, baseShapes } from "../map/layers.js";
import { paintBase, paintOutline, paintResidents, paintVeil } from "../map/paint.js";
import { preparePaper } from "../map/paper.js";
import { buttonBoxes, findOccupied, writeNames } from "../map/writing.js";

const PANES = { base: 150, veil: 250, gains: 350, outline: 380, dots: 420, writing: 450 };
const LEAST_PIXELS = 3; // width of the streets that fewest people would gain by; a pixel more for each class

/** Streets by people gained: darker and wider for more. @param {SitesData["gains"]} gains @returns {Paint} */
const paintGains = ({ colours, shapes }) => {
  const classes = shapes.map((text) => new Shapes(text, { closed: false }));
  return (context, view) =>
    inUnits(context, view, (pixels) => {
      classes.forEach((lines, i) => {
        context.strokeStyle = colours[i];
        context.lineWidth = pixels(LEAST_PIXELS + i);
        for (const path of lines.within(view)) {
          context.stroke(path);
        }
      });
    });
};

/** @param {string} head @param {string} text */
const card = (head, text) => {
  const told = make("div", "", "a15-card");
  told.append(isolated("h3", head), isolated("p", text));
  return told;
};

/** A sign that can be pressed, with a card. @param {SitesPlace} place @param {HTMLElement} sign @param {HTMLElement} told @param {string} label */
const pressable = (place, sign, told, label) => {
  const icon = L.divIcon({ html: sign, className: "a15-marker", iconSize: [44, 44] });
  const marker = L.marker([place.lat, place.lon], { icon, riseOnHover: true });
  marker.bindPopup(told, { maxWidth: 340 });
  marker.on("add", () => marker.getElement()?.setAttribute("aria-label", label));
  return marker;
};

/** Places of today. @param {SitesData["today"][number]} place */
const todayMarker = (place) => {
  const disc = make("span", place.symbol, "a15-disc");
  disc.style.backgroundColor = place.colour;
  return pressable(place, disc, card(place.name, ""), place.name);
};

/** What each choice shows. @param {SitesChoice} choice */
const choiceLayer = ({ sites, leaving, others }) => {
  const dots = others.map((one) => {
    const dot = L.circleMarker([one.lat, one.lon], { radius: 8, color: "#0066cc", weight: 3, fillColor: "#ffffff", fillOpacity: 1 });
    return dot.bindPopup(card(one.name, one.kept), { maxWidth: 340 });
  });
  const marks = sites.map((site) => {
    const label = `${site.number}. ${site.name}`;
    return pressable(site, make("span", String(site.number), "a15-disc a15-site"), card(label, site.why), label);
  });
  const gone = leaving.map((site) => pressable(site, make("span", "×", "a15-disc a15-leaves"), card(site.name, site.why), site.name));
  return L.layerGroup([...dots, ...gone, ...marks]);
};

/** @param {L.Map} map @param {string} dataId of the element that holds the page's data */
export const openSites = (map, dataId) => {
  /** @type {SitesData} */
  const data = readData(dataId);
  const { texts, left_out } = data;
  const readNumber = () => document.querySelector("input[name=n_sites]:checked")?.getAttribute("value") || "";
  let number = readNumber();

  // 1. what lies below the signs
  addPanes(map, PANES);
  /** @param {keyof typeof PANES} pane @param {Paint} paint */
  const canvas = (pane, paint) => new CanvasLayer(data.frame, paint, { pane: `a15-${pane}` }).addTo(map);
  const roads = Object.entries(data.base.roads).map(([kind, text]) => [kind, new Shapes(text, { closed: false })]);
  const zones = new Shapes(data.zones, { closed: true });
  canvas("base", paintBase(baseShapes(data.base, Object.fromEntries(roads))));
  canvas("veil", paintVeil(zones.lines));
  canvas("gains", paintGains(data.gains));
  canvas("outline", paintOutline(zones));
  const dotsOf = () => (number === "" || Number(number) === left_out.n_sites ? left_out.dots : []);
  const dots = canvas("dots", paintResidents(left_out.style, dotsOf));
  const signs = () => [...data.today, ...(data.choices[number]?.sites || [])].map(({ lat, lon }) => ({ latLng: L.latLng(lat, lon), name: "" }));
  const writing = canvas("writing", (context, view) => {
    writeNames(context, view, data.names, findOccupied(context, view, signs(), buttonBoxes(map)));
  });

  // 2. signs
  L.layerGroup(data.today.map(todayMarker)).addTo(map);
  const layers = new Map(Object.entries(data.choices).map(([n, choice]) => [n, choiceLayer(choice)]));

  // 3. the map's manners
  settleMap(map)({ hint: texts.map_hint, zoomIn: texts.zoom_in, zoomOut: texts.zoom_out, attribution: data.attribution });
  const showAll = () => map.fitBounds(data.bounds, { padding: [24, 24] });
  homeControl(texts.home, showAll).addTo(map);
  map.on("popupopen", ({ popup }) => {
    popup.getElement()?.querySelector("a.leaflet-popup-close-button")?.setAttribute("aria-label", texts.close);
    map.getContainer().classList.add("a15-reading");
  });
  map.on("popupclose", () => map.getContainer().classList.remove("a15-reading"));
  showAll();
  preparePaper(map, data.bounds, {});

  const update = () => {
    number = readNumber();
    map.closePopup();
    for (const [n, layer] of layers) {
      if (n === number) {
        layer.addTo(map);
      } else {
        layer.remove();
      }
    }
    for (const part of document.querySelectorAll("[data-n]")) {
      part.toggleAttribute("hidden", part.getAttribute("data-n") !== number);
    }
    for (const part of document.querySelectorAll("[data-last]")) {
      part.toggleAttribute("hidden", dotsOf().length === 0);
    }
    dots.redraw();
    writing.redraw();
  };
  byId("choices").addEventListener("change", update);
  update();
  return { map, data, layers, number: () => number };
};
