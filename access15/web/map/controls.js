// Buttons on the map.

import { escaped, make } from "./elements.js";

/** A button in a corner of the map. @param {string} text @param {() => void} onPress @param {Record<string, string>} [attributes] */
export const homeControl = (text, onPress, attributes = {}) => {
  const control = new L.Control({ position: "bottomleft" });
  control.onAdd = () => {
    const button = make("button", text, "a15-home", { type: "button", ...attributes });
    L.DomEvent.disableClickPropagation(button);
    L.DomEvent.on(button, "click", onPress);
    return button;
  };
  return control;
};

/** Leaflet's own control, with a word instead of an icon, that closes with Escape. @param {L.Control.Layers} control @param {string} text */
export const nameLayerControl = (control, text) => {
  const container = control.getContainer();
  const toggle = container?.querySelector("a");
  if (!container || !toggle) {
    throw new TypeError("the layers' control is not on a map");
  }
  toggle.textContent = text;
  toggle.removeAttribute("title");
  container.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      control.collapse();
      toggle.focus();
    }
  });
};

/** What a map says of itself. @typedef {{hint: string, zoomIn: string, zoomOut: string, attribution: string}} MapTexts */

/**
 * Buttons, scale and manners of a map that people work on; gives what names it in a language.
 * @param {L.Map} map
 */
export const settleMap = (map) => {
  const container = map.getContainer();
  if (map.zoomControl) {
    map.zoomControl.remove();
  }
  L.control.zoom().addTo(map);
  L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);
  map.attributionControl.setPrefix(false);
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    Object.assign(map.options, { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });
    map._zoomAnimated = false;
  }
  container.setAttribute("role", "application");
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(container);
  let said = "";
  return (/** @type {MapTexts} */ { hint, zoomIn, zoomOut, attribution }) => {
    container.setAttribute("aria-label", hint);
    for (const [name, text] of [["in", zoomIn], ["out", zoomOut]]) {
      const button = container.querySelector(`.leaflet-control-zoom-${name}`);
      button?.setAttribute("title", text);
      button?.setAttribute("aria-label", text);
    }
    if (said) {
      map.attributionControl.removeAttribution(said);
    }
    said = escaped(attribution);
    map.attributionControl.addAttribution(said);
  };
};
