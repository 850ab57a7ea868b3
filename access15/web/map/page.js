// The page of one neighbourhood: fills the layers that Folium offers, keeps panel and map in step.

import { homeControl, nameLayerControl } from "./controls.js";
import { drawDoorSigns, showFixes } from "./doors.js";
import { byId, escaped, find, readData } from "./elements.js";
import { placeFacilities } from "./facilities.js";
import { drawLayers } from "./layers.js";
import { prepareHouse } from "./house.js";
import { writeLegend } from "./legend.js";
import { preparePaper } from "./paper.js";

/** @returns {MapChoice} what the form beside the map says */
const readChoice = () => {
  const [walker = null] = document.querySelectorAll("input[name=profile]:checked");
  const profile = walker instanceof HTMLInputElement ? walker.value : "";
  return { profile, target: find("target", HTMLSelectElement).value };
};

/** The facilities of the chosen target, beside those that people switched on themselves. @param {L.Map} map @param {MapLayers} layers */
const followTarget = (map, layers) => {
  /** @type {L.LayerGroup | null} */
  let shown = null;
  return (/** @type {string} */ target) => {
    const layer = layers.facilities[target];
    if (shown && shown !== layer) {
      map.removeLayer(shown);
      shown = null;
    }
    if (layer && !map.hasLayer(layer)) {
      shown = layer.addTo(map);
    }
  };
};

/** Names, keys and buttons of the map itself. @param {L.Map} map @param {MapData} data */
const prepareMap = (map, data) => {
  const { texts } = data;
  const container = map.getContainer();
  L.control.zoom({ zoomInTitle: texts.zoom_in, zoomOutTitle: texts.zoom_out }).addTo(map);
  L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);
  map.attributionControl.setPrefix(false);
  map.attributionControl.addAttribution(escaped(data.attribution));
  homeControl(texts.home, () => map.fitBounds(data.bounds)).addTo(map);
  container.setAttribute("role", "application");
  container.setAttribute("aria-label", texts.map_hint);
  container.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      map.closePopup();
    }
  });
  /** @param {L.Popup} popup */
  const nameClosing = (popup) => {
    popup.getElement()?.querySelector("a.leaflet-popup-close-button")?.setAttribute("aria-label", texts.close);
    container.classList.add("a15-reading");
  };
  map.on("popupopen", ({ popup }) => nameClosing(popup));
  map.eachLayer((layer) => {
    if (layer instanceof L.Popup) {
      nameClosing(layer); // of another layer, open before this page was
    }
  });
  map.on("popupclose", () => container.classList.remove("a15-reading"));
};

/**
 * @param {L.Map} map @param {string} dataId of the element that holds the page's data
 * @param {MapLayers} layers empty groups that Folium made @param {L.Control.Layers} control that offers them
 */
export const openPage = (map, dataId, layers, control) => {
  /** @type {MapData} */
  const data = readData(dataId);
  let choice = readChoice();
  const placed = placeFacilities(map, data);
  const drawn = drawLayers(map, data, () => choice, placed);
  layers.outline.addLayer(drawn.veil).addLayer(drawn.outline);
  layers.bands.addLayer(drawn.bands);
  layers.residents.addLayer(drawn.residents);
  layers.doors.addLayer(drawn.doors);
  for (const { facility, marker } of placed) {
    const group = facility.hub ? layers.hubs : layers.facilities[facility.category];
    group.addLayer(marker);
  }
  nameLayerControl(control, data.texts.layers);
  prepareMap(map, data);
  const showFacilities = followTarget(map, layers);
  const tellHouse = prepareHouse(map, data, () => choice);
  const update = () => {
    choice = readChoice();
    showFacilities(choice.target);
    writeLegend(data, choice);
    tellHouse();
    showFixes(data, choice, layers.fixes, byId("fixes"));
    for (const layer of [drawn.bands, drawn.residents, drawn.doors, drawn.writing]) {
      layer.redraw();
    }
  };
  byId("choices").addEventListener("change", () => {
    map.closePopup();
    update();
  });
  drawDoorSigns(data.doors.signs);
  preparePaper(map, data.bounds, { doors: layers.doors, fixes: layers.fixes });
  new ResizeObserver(() => map.invalidateSize()).observe(map.getContainer());
  update();
  return { map, data, base: drawn.base, writing: drawn.writing, choice: () => choice };
};
