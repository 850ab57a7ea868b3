// How the map is looked at: today, the proposal, the difference, or two maps side by side.

import { homeControl, settleMap } from "../map/controls.js";
import { make } from "../map/elements.js";
import { sayAll } from "./parts.js";
import { shorten } from "./text.js";

const [TOP_PIXELS, BOTTOM_PIXELS] = [64, 32]; // the switch of views lies on the map's upper edge, whom it is owed to on the lower
const VIEWS = ["today", "proposal", "difference", "both"];
const STILL = {
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
};

/** The switch in the map's corner. @param {import("./store.js").Store} store */
const viewControl = (store) => {
  const control = new L.Control({ position: "topright" });
  control.onAdd = () => {
    const holder = make("div", "", "a15-views");
    const views = make("fieldset", "", "segments");
    views.append(make("legend", "", "unseen", { "data-say": "view" }));
    for (const view of VIEWS) {
      const label = make("label");
      const input = make("input", "", "", { type: "radio", name: "view", value: view });
      input.checked = view === store.choice.view;
      input.addEventListener("change", () => store.choose({ view, isWhere: store.choice.isWhere && view === "proposal" }));
      label.append(input, make("span", "", "", { "data-say": `view_${view}` }));
      views.append(label);
    }
    const filled = make("label", "", "check");
    const box = make("input", "", "", { type: "checkbox", id: "filled" });
    box.checked = store.choice.isFilled;
    box.addEventListener("change", () => store.choose({ isFilled: box.checked }));
    filled.append(box, make("span", "", "", { "data-say": "filled" }));
    holder.append(views, filled);
    L.DomEvent.disableClickPropagation(holder);
    L.DomEvent.disableScrollPropagation(holder);
    return holder;
  };
  return control;
};

/** The map of today in the left half. @typedef {{map: L.Map, holder: HTMLElement, sides: HTMLElement[], signs: L.Marker[], redraw: () => void}} Second */

export class Views {
  /** @type {Second | null} */
  second = null;
  isFitted = false;

  /**
   * @param {{map: L.Map, data: SessionData, model: import("./model.js").Model, store: import("./store.js").Store,
   *   speech: import("./text.js").Speech, drawToday: (map: L.Map) => Record<string, import("../map/canvas.js").CanvasLayer>,
   *   onTap: (place: LonLat) => void}} parts
   */
  constructor({ map, data, model, store, speech, drawToday, onTap }) {
    this.map = map;
    this.data = data;
    this.model = model;
    this.store = store;
    this.speech = speech;
    this.drawToday = drawToday;
    this.onTap = onTap;
    this.nameMap = settleMap(map);
    viewControl(store).addTo(map);
    homeControl("", () => this.fit(), { "data-say": "home" }).addTo(map);
    map.on("move zoomend resize", () => this.#follow());
  }

  /** Where something is put by the button. @returns {LonLat} */
  centre() {
    const size = this.map.getSize();
    const share = this.store.choice.view === "both" ? 0.75 : 0.5;
    const { lng, lat } = this.map.containerPointToLatLng([share * size.x, 0.5 * size.y]);
    return { lon: lng, lat };
  }

  /** Down to where the switch of views reaches, which on a telephone has two rows. */
  #topPixels() {
    return Math.max(TOP_PIXELS, 14 + this.#height(".a15-views"));
  }

  /** Pixels that a part on the map takes. @param {string} part */
  #height(part) {
    return this.map.getContainer().querySelector(part)?.clientHeight || 0;
  }

  /** The whole neighbourhood, in the half that is the proposal's where there are two. */
  fit() {
    const half = this.store.choice.view === "both" ? this.map.getSize().x / 2 : 0;
    this.map.fitBounds(this.data.bounds, { paddingTopLeft: [half, this.#topPixels()], paddingBottomRight: [0, Math.max(BOTTOM_PIXELS, this.#height(".leaflet-control-attribution"))], animate: false });
  }

  translate() {
    const { speech, map } = this;
    this.nameMap({
      hint: speech.say("map_hint"),
      zoomIn: speech.say("zoom_in"),
      zoomOut: speech.say("zoom_out"),
      attribution: this.data.attribution[speech.lang],
    });
    sayAll(speech, map.getContainer());
    if (!this.isFitted && this.#topPixels() > TOP_PIXELS) {
      this.fit(); // only with its words the switch is as high as it stays
    }
    this.isFitted = true;
  }

  #openSecond() {
    const container = this.map.getContainer();
    const holder = make("div", "", "a15-second", { "aria-hidden": "true" });
    container.append(holder);
    const map = L.map(holder, STILL);
    L.DomEvent.disableClickPropagation(holder); // what lies below is another place
    map.on("click", ({ latlng }) => this.onTap({ lon: latlng.lng, lat: latlng.lat }));
    const sides = ["76px", "calc(50% + 16px)"].map((left) => {
      const side = make("div", "", "a15-side");
      side.style.left = left;
      container.append(side);
      return side;
    });
    this.second = { map, holder, sides, signs: [], redraw: () => {} };
    this.#follow();
    const layers = this.drawToday(map);
    this.second.redraw = () => {
      layers.bands.redraw();
      layers.writing.redraw();
    };
    this.redraw();
  }

  /** @param {Second} second */
  #closeSecond(second) {
    second.map.remove();
    second.holder.remove();
    second.sides.forEach((side) => side.remove());
    this.second = null;
  }

  /** Keeps the left half on the place that the right half shows. */
  #follow() {
    if (this.second) {
      const size = this.map.getSize();
      const centre = this.map.containerPointToLatLng([0.75 * size.x, 0.5 * size.y]);
      this.second.map.invalidateSize({ animate: false, pan: false });
      this.second.map.setView(centre, this.map.getZoom(), { animate: false });
    }
  }

  /** A sign of today, which nobody can take hold of. @param {Place} place */
  #makeSign({ category, hub, lon, lat }) {
    const look = this.model.categoryOf.get(category);
    const disc = make("span", look?.symbol || "", hub ? "a15-disc a15-hub" : "a15-disc");
    disc.style.backgroundColor = look?.colour || "";
    const icon = L.divIcon({ html: disc, className: "a15-marker a15-mark", iconSize: [48, 48] });
    return L.marker([lat, lon], { icon, interactive: false, keyboard: false });
  }

  /** Draws the half of today anew, where it is shown. */
  redraw() {
    const { second } = this;
    if (!second) {
      return;
    }
    const { target } = this.store.choice;
    second.signs.forEach((sign) => sign.remove());
    second.signs = this.model
      .places(this.model.today)
      .filter((one) => one.hub || one.category === target)
      .map((one) => this.#makeSign(one).addTo(second.map));
    second.sides[0].textContent = this.speech.say("today");
    second.sides[1].textContent = shorten(this.store.history.active.name);
    second.redraw();
  }

  /** One map or two, as was chosen. @param {Choice} before */
  show(before) {
    const { view } = this.store.choice;
    for (const input of this.map.getContainer().querySelectorAll("input")) {
      if (input.name === "view") {
        input.checked = input.value === view;
      }
    }
    document.body.classList.toggle("a15-halves", view === "both");
    if (view === "both" && !this.second) {
      this.#openSecond();
      this.fit();
    } else if (view !== "both" && this.second) {
      this.#closeSecond(this.second);
      if (before.view === "both") {
        this.fit();
      }
    }
  }
}
