// The map on paper: drawn anew, at the size and fineness of the sheet, when somebody prints.

import { CanvasLayer } from "./canvas.js";

/** @param {L.Map} map @param {L.LatLngBoundsExpression} bounds of all there is @param {Record<string, L.Layer>} layers that the key tells of */
export const preparePaper = (map, bounds, layers) => {
  const whole = L.latLngBounds(/** @type {[number, number][]} */ (bounds));
  const redraw = () =>
    map.eachLayer((layer) => {
      if (layer instanceof CanvasLayer) {
        layer.redraw();
      }
    });
  let before = { centre: map.getCenter(), zoom: map.getZoom(), snap: map.options.zoomSnap };
  window.addEventListener("beforeprint", () => {
    map.stop();
    if (map._animatingZoom) {
      map._onZoomTransitionEnd(); // whatever is still flying has arrived
    }
    const seen = map.getBounds();
    before = { centre: map.getCenter(), zoom: map.getZoom(), snap: map.options.zoomSnap };
    const isWhole = seen.contains(whole);
    document.body.classList.add("a15-paper");
    for (const [name, layer] of Object.entries(layers)) {
      for (const part of document.querySelectorAll(`[data-layer=${name}]`)) {
        part.classList.toggle("a15-off", !map.hasLayer(layer)); // told only with what is drawn
      }
    }
    map.options.zoomSnap = 0;
    map.invalidateSize({ animate: false, pan: false });
    map.fitBounds(isWhole ? whole : seen, { animate: false, padding: [12, 12] });
    redraw();
  });
  window.addEventListener("afterprint", () => {
    document.body.classList.remove("a15-paper");
    map.options.zoomSnap = before.snap;
    map.invalidateSize({ animate: false, pan: false });
    map.setView(before.centre, before.zoom, { animate: false });
    redraw();
  });
};
