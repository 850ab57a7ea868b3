// What keys do: arrows move what lies on the map, Ctrl+Z takes a step back.

import { byId } from "../map/elements.js";

const STEP_M = 20;
const LONG_STEP_M = 100;
const METRES_PER_DEGREE = 111_320;
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/**
 * Metres east and north that a key moves something, farther with Shift; nothing of another key.
 * @param {KeyboardEvent} event @param {number} [step_m] @returns {[number, number] | undefined}
 */
export const readArrow = (event, step_m = STEP_M) => {
  const arrow = event.altKey || event.ctrlKey || event.metaKey ? undefined : ARROWS[event.key];
  const far_m = event.shiftKey ? (step_m * LONG_STEP_M) / STEP_M : step_m;
  return arrow && [arrow[0] * far_m, arrow[1] * far_m];
};

/** @param {LonLat} place @param {[number, number]} by metres east and north @returns {LonLat} */
export const shifted = (place, [east_m, north_m]) => ({
  lon: place.lon + east_m / (METRES_PER_DEGREE * Math.cos((place.lat * Math.PI) / 180)),
  lat: place.lat + north_m / METRES_PER_DEGREE,
});

/** @param {L.Marker} marker @returns {LonLat} */
export const whereIs = (marker) => ({ lon: marker.getLatLng().lng, lat: marker.getLatLng().lat });

/** Ctrl+Z and Ctrl+Shift+Z press the buttons of the page, unless somebody is writing. */
export const listenForSteps = () =>
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    const isField = target instanceof HTMLElement && target.matches("input[type=text], input[type=number], textarea");
    const isBack = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
    if (isBack && !isField && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      byId(event.shiftKey ? "redo" : "undo").click();
    }
  });
