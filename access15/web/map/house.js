// "My house" on the map of a neighbourhood: in which zone it lies, for every walker, and where its way is told.

import { decodeLines } from "../core/decode.js";
import { keyOf } from "./choice.js";
import { byId, isolated, make } from "./elements.js";
import { prepareStreets } from "./street_field.js";

const PIN_PIXELS = 48;

/** @param {[number, number]} at @param {Line} line @returns {{away: number, at: [number, number]}} the nearest place on it */
const nearestOn = ([x, y], line) => {
  /** @type {{away: number, at: [number, number]}} */
  let best = { away: Infinity, at: [x, y] };
  for (let i = 2; i < line.length; i += 2) {
    const [ax, ay, dx, dy] = [line[i - 2], line[i - 1], line[i] - line[i - 2], line[i + 1] - line[i - 1]];
    const squared = dx * dx + dy * dy;
    const share = squared > 0 ? Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / squared, 0), 1) : 0;
    const away = Math.hypot(ax + share * dx - x, ay + share * dy - y);
    if (away < best.away) {
      best = { away, at: [ax + share * dx, ay + share * dy] };
    }
  }
  return best;
};

/** Whether a place lies inside of rings, holes aside. @param {[number, number]} at @param {Line[]} rings */
const isWithin = ([x, y], rings) => {
  let isIn = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [ax, ay, bx, by] = [ring[i], ring[i + 1], ring[j], ring[j + 1]];
      if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) {
        isIn = !isIn;
      }
    }
  }
  return isIn;
};

/** The middle of the longest straight run of every street that has its name written. @param {MapData} data @returns {Map<string, [number, number]>} */
const placesOf = ({ names }) => {
  /** @type {Map<string, {length: number, at: [number, number]}>} */
  const longest = new Map();
  for (const [name, , x0, y0, x1, y1] of names) {
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length > (longest.get(name)?.length ?? 0)) {
      longest.set(name, { length, at: [(x0 + x1) / 2, (y0 + y1) / 2] });
    }
  }
  return new Map([...longest].map(([name, { at }]) => [name, at]));
};

/** The sign of a house, which can be dragged. @param {L.Map} map @param {L.LatLng} place @param {string} name */
const makePin = (map, place, name) => {
  const sign = make("span", "⌂", "a15-disc a15-my-house");
  const icon = L.divIcon({ html: sign, className: "a15-marker", iconSize: [PIN_PIXELS, PIN_PIXELS] });
  const pin = L.marker(place, { icon, draggable: true, autoPan: true, zIndexOffset: 9000 }).addTo(map);
  pin.getElement()?.setAttribute("aria-label", name);
  return pin;
};

/**
 * @param {L.Map} map @param {MapData} data @param {() => MapChoice} choiceOf
 * @returns {() => void} tells anew, of another target
 */
export const prepareHouse = (map, data, choiceOf) => {
  const { frame, texts, session } = data;
  const far = data.max_snap_m / (frame.unit * Math.cos((data.bounds[0][0] * Math.PI) / 180)); // in units of the page
  const details = byId("house");
  const lines = Object.values(data.base.roads).flatMap((text) => decodeLines(text));
  const places = placesOf(data);
  const names = ["", ...places.keys()];
  /** @type {L.Marker | null} */
  let pin = null;
  /** @type {Map<string, Line[][]>} */
  const bands = new Map();
  const bandsOf = (/** @type {string} */ key) => {
    const known = bands.get(key) || (data.bands.shapes[key] || []).map((text) => decodeLines(text));
    bands.set(key, known);
    return known;
  };
  /** @param {L.LatLng} latLng @returns {[number, number]} */
  const unitsOf = (latLng) => {
    const { x, y } = L.Projection.SphericalMercator.project(latLng);
    return [(x - frame.west) / frame.unit, (frame.north - y) / frame.unit];
  };
  /** @param {[number, number]} units */
  const latLngOf = ([x, y]) => L.Projection.SphericalMercator.unproject(L.point(frame.west + frame.unit * x, frame.north - frame.unit * y));

  /** The zone of each walker, and where the way is told. */
  const tell = () => {
    const { target } = choiceOf();
    const place = pin?.getLatLng();
    byId("house-card").hidden = !place;
    byId("house-ask").hidden = Boolean(place);
    if (!place) {
      return;
    }
    const here = unitsOf(place);
    const street = lines.map((line) => nearestOn(here, line)).reduce((best, one) => (one.away < best.away ? one : best));
    const rows = data.profiles.flatMap(({ id, label }) => {
      const key = keyOf({ profile: id, target });
      const at = bandsOf(key).findIndex((rings) => isWithin(street.at, rings));
      const band = at >= 0 ? texts.session_house_within : texts.session_house_beyond;
      const minutes = data.bands.times[at >= 0 ? at : data.bands.times.length - 1];
      return [isolated("dt", label), make("dd", data.legend[key]?.is_known ? band.replace("{minutes}", minutes) : texts.unknown)];
    });
    const [, name] = data.targets.find(([id]) => id === target) || ["", ""];
    byId("house-to").textContent = texts.session_house_to.replace("{place}", name);
    byId("house-zones").replaceChildren(...(street.away <= far ? rows : [make("dt", texts.house_no_street)]));
    const link = document.querySelector("#house-card a");
    link?.setAttribute("href", `${session}#casa=${place.lng.toFixed(6)},${place.lat.toFixed(6)}`);
  };

  /** @param {L.LatLng | null} place @param {string} [street] */
  const put = (place, street = "") => {
    pin?.remove();
    pin = place && makePin(map, place, texts.session_house);
    pin?.on("drag", tell);
    byId("house-found").textContent = street && texts.session_house_middle.replace("{street}", street);
    tell();
  };

  prepareStreets({
    names: () => names,
    near: () => new Set(),
    nameOf: (i) => names[i],
    say: (n) => (n > 0 ? texts.session_house_names.replace("{n}", String(n)) : texts.session_house_no_street),
    onTake: (i) => {
      const place = latLngOf(places.get(names[i]) || [0, 0]);
      put(place, names[i]);
      map.setView(place, Math.max(map.getZoom(), 15), { animate: false });
    },
  });
  map.on("click", ({ latlng }) => {
    if (details instanceof HTMLDetailsElement && details.open) {
      put(latlng);
    }
  });
  details.addEventListener("toggle", () => {
    if (details instanceof HTMLDetailsElement && !details.open) {
      put(null);
    }
  });
  return tell;
};
