"use strict";
// The map on paper: drawn anew, at the size and fineness of the sheet, when somebody prints.

access15.preparePaper = ({ map, data }, layers) => {
  const redraw = () =>
    map.eachLayer((layer) => {
      if (layer instanceof access15.CanvasLayer) {
        layer.redraw();
      }
    });
  let before = null;
  window.addEventListener("beforeprint", () => {
    map.stop();
    if (map._animatingZoom) {
      map._onZoomTransitionEnd(); // whatever is still flying has arrived
    }
    const seen = map.getBounds();
    before = { centre: map.getCenter(), zoom: map.getZoom(), snap: map.options.zoomSnap };
    const isWhole = seen.contains(data.bounds);
    document.body.classList.add("a15-paper");
    for (const part of document.querySelectorAll("[data-layer]")) {
      part.classList.toggle("a15-off", !map.hasLayer(layers[part.dataset.layer])); // told only with what is drawn
    }
    map.options.zoomSnap = 0;
    map.invalidateSize({ animate: false, pan: false });
    map.fitBounds(isWhole ? data.bounds : seen, { animate: false, padding: [12, 12] });
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
