// Buttons on the map.

import { make } from "./elements.js";

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
