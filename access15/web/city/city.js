// The page of a city: what is chosen, the list, the map and the card of a quarter.

import { byId, canUnpack, find, make, readData } from "../map/elements.js";
import { readCells } from "./cells.js";
import { classOf, numbersOf, numbersOfAll, sorted, walkerOf } from "./numbers.js";

const SVG = "http://www.w3.org/2000/svg";
const NOT_KNOWN = "#d0ced4";
// From light to dark; the dark end is what is worse.
const COLOURS = ["#f1ecf7", "#d9c8ea", "#bd9fd8", "#9c70c0", "#7a45a3", "#5a2382", "#36094f"];
const DARK = COLOURS.slice(4);
/** @type {("share" | "gap" | "ratio")[]} */
const MEASURES = ["share", "gap", "ratio"];

/** @template {keyof SVGElementTagNameMap} T @param {T} tag @param {Record<string, string | number>} [attributes] */
const draw = (tag, attributes = {}) => {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, String(value));
  }
  return element;
};

/** Page of a city; it can be asked what is chosen. */
class CityPage {
  /** @param {CityData} data */
  constructor(data) {
    this.data = data;
    /** @type {CityChoice} */
    this.choice = { ...data.start, walker: -1, cutoff: data.cutoffs.length - 1, measure: "gap" };
    this.order = "gap";
    this.picked = -1;
    this.search = "";
    /** @type {import("./cells.js").Cells | null} */
    this.cells = null;
    this.areCellsShown = false;
    this.pickedCell = -1;
    /** @type {SVGPathElement[]} */
    this.paths = [];
    /** @type {SVGTextElement[]} */
    this.places = [];
    /** @type {SVGPathElement[]} */
    this.cellPaths = [];
    this.cellLayer = draw("g", { class: "cells" });
    this.fill();
    this.draw();
    this.listen();
    this.show();
  }

  /** Text of a key with its values. @param {string} key @param {Record<string, string | number>} [values] */
  say(key, values = {}) {
    return this.data.texts[`city_js_${key}`].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  }

  /** @param {number} value @param {number} [decimals] */
  format(value, decimals = 0) {
    if (Number.isNaN(value)) {
      return this.say("unknown");
    }
    const text = value.toLocaleString(this.data.lang, {
      minimumFractionDigits: decimals,
      useGrouping: true,
      maximumFractionDigits: decimals,
    });
    return /[1-9]/.test(text) ? text : text.replace("-", "");
  }

  /** A number of a measure with its unit. @param {number} value @param {string} measure @param {number} [decimals] */
  write(value, measure, decimals = 1) {
    if (Number.isNaN(value)) {
      return this.say("unknown");
    }
    return this.say(measure === "gap" ? "points" : "percent", { n: this.format(value, decimals) });
  }

  /** Put what can be chosen into the menus. */
  fill() {
    const { data, choice } = this;
    /** @param {string} id @param {string[]} names @param {number} chosen @param {number} first */
    const put = (id, names, chosen, first = 0) => {
      const menu = find(id, HTMLSelectElement);
      menu.replaceChildren(...names.map((name, at) => make("option", name, "", { value: String(at + first) })));
      menu.value = String(chosen);
    };
    const kinds = data.kinds.map((kind) => this.say("kind", { name: kind.name, n: this.format(kind.places) }));
    put("kind", kinds, choice.kind);
    put("group", data.groups.map((group) => group.name), choice.group);
    put("walker", [this.say("own"), ...data.walkers], choice.walker, -1);
    put("cutoff", data.cutoffs, choice.cutoff);
    find("measure", HTMLSelectElement).value = choice.measure;
  }

  /** Draw every quarter once, its place in the list over it, and a scale. */
  draw() {
    const { data } = this;
    const [width, height] = data.box;
    const svg = draw("svg", { viewBox: `-4 -4 ${width + 8} ${height + 44}`, role: "img", "aria-labelledby": "map-title" });
    this.paths = data.zones.map((zone, at) => {
      const path = draw("path", { d: zone.path });
      path.append(draw("title"));
      path.addEventListener("click", () => this.pick(at));
      return path;
    });
    this.places = data.zones.map(({ middle: [x, y, room] }) => {
      const size = Math.max(15, Math.min(21, 0.9 * room));
      return draw("text", { x, y, "font-size": size, "text-anchor": "middle", "dominant-baseline": "central" });
    });
    const [zones, places] = [draw("g", { class: "zones" }), draw("g", { class: "places", "aria-hidden": "true" })];
    zones.append(...this.paths);
    places.append(...this.places);
    svg.append(this.cellLayer, zones, places, this.drawScale(height + 24));
    byId("map").replaceChildren(svg);
  }

  /** A bar of whole kilometres, about a fifth of the width. @param {number} y */
  drawScale(y) {
    const about = this.data.box[0] / 5 / this.data.units_km;
    const power = 10 ** Math.floor(Math.log10(about));
    const km = [5, 2, 1].map((step) => step * power).find((one) => one <= about) ?? power;
    const end = km * this.data.units_km;
    const group = draw("g", { class: "scale", "aria-hidden": "true" });
    const text = draw("text", { x: end + 8, y, "font-size": 18, "dominant-baseline": "central" });
    text.textContent = this.say("km", { n: km.toLocaleString(this.data.lang) });
    group.append(draw("path", { d: `M0 ${y - 6}V${y}H${end}V${y - 6}` }), text);
    return group;
  }

  /** Show cells, unpacked the first time, or quarters. @param {boolean} areShown */
  async showCells(areShown) {
    const packed = this.data.cells;
    if (areShown && !this.cells && packed) {
      this.cells = await readCells(this.data, packed);
      this.cellPaths = this.cells.shapes.paths.map((d, at) => {
        const path = draw("path", { d });
        path.addEventListener("click", () => this.pickCell(at));
        return path;
      });
      this.cellLayer.append(...this.cellPaths);
    }
    this.areCellsShown = areShown;
    this.pickedCell = -1;
    byId("map").classList.toggle("by-cells", areShown);
    this.show();
  }

  /** Follow the menus. */
  listen() {
    byId("choices").addEventListener("submit", (event) => event.preventDefault());
    for (const id of /** @type {("kind" | "group" | "walker" | "cutoff")[]} */ (["kind", "group", "walker", "cutoff"])) {
      const menu = find(id, HTMLSelectElement);
      menu.addEventListener("change", () => {
        this.choice[id] = Number(menu.value);
        this.show();
      });
    }
    const measure = find("measure", HTMLSelectElement);
    measure.addEventListener("change", () => {
      this.choice.measure = MEASURES.find((one) => one === measure.value) ?? "gap";
      this.show();
    });
    const sort = find("sort", HTMLSelectElement);
    sort.addEventListener("change", () => {
      this.order = sort.value;
      this.show();
    });
    const search = find("search", HTMLInputElement);
    search.addEventListener("input", () => {
      this.search = search.value;
      this.showList();
    });
    byId("print").addEventListener("click", () => globalThis.print());
    if (this.data.cells && canUnpack()) {
      byId("map-of").hidden = false;
      const cells = find("cells", HTMLSelectElement);
      cells.addEventListener("change", () => this.showCells(cells.value !== ""));
    }
  }

  /** Upper ends of the classes of what is chosen. */
  get breaks() {
    const { kind, cutoff, measure } = this.choice;
    return this.data.kinds[kind].breaks[cutoff][MEASURES.indexOf(measure)];
  }

  /** Colour of a class: dark is worse. @param {number} number */
  colour(number) {
    if (number < 0) {
      return NOT_KNOWN;
    }
    const n = this.breaks.length;
    const place = this.choice.measure === "gap" ? number : n - 1 - number;
    return COLOURS[n > 1 ? Math.round((place * (COLOURS.length - 1)) / (n - 1)) : 0];
  }

  /** Colour of a zone. @param {number} zone */
  colourOf(zone) {
    return this.colour(classOf(this.breaks, numbersOf(this.data, this.choice, zone)[this.choice.measure]));
  }

  /** What texts name of what is chosen, with some numbers. @param {CityNumbers} numbers */
  describe(numbers) {
    const { data, choice } = this;
    return {
      group: data.groups[choice.group].name,
      kind: data.kinds[choice.kind].name,
      cutoff: data.cutoffs[choice.cutoff],
      walker: data.walkers[walkerOf(data, choice)] ?? this.say("unknown"),
      claim: data.walkers[data.claim] ?? this.say("unknown"),
      people: this.format(numbers.people),
      share: this.write(numbers.share, "share"),
      claimed: this.write(numbers.claimed, "share"),
      gap: this.write(numbers.gap, "gap"),
      lost: this.format(numbers.lost),
    };
  }

  /** Show what is chosen everywhere. */
  show() {
    const { data, choice } = this;
    const whole = this.describe(numbersOfAll(data, choice));
    const n = this.format(data.kinds[choice.kind].places);
    byId("map-title").textContent = this.say(`title_${choice.measure}`, whole);
    byId("whole").textContent = this.say("whole", whole);
    const told = this.say(choice.measure === "gap" ? "told_gap" : "told", { ...whole, n });
    byId("told").textContent = `${told} ${this.say("order")}`;
    for (const [at, path] of this.paths.entries()) {
      path.setAttribute("fill", this.areCellsShown ? "none" : this.colourOf(at));
      path.classList.toggle("picked", at === this.picked);
      const value = numbersOf(data, choice, at)[choice.measure];
      path.firstElementChild?.replaceChildren(`${data.zones[at].name}: ${this.write(value, choice.measure)}`);
    }
    for (const [place, row] of sorted(data, choice, this.order).entries()) {
      this.places[row.at].textContent = String(place + 1);
      this.places[row.at].classList.toggle("on-dark", DARK.includes(this.colourOf(row.at)));
    }
    this.paths[this.picked]?.parentElement?.append(this.paths[this.picked]);
    this.paintCells();
    this.showLegend();
    this.showList();
    this.showCard();
  }

  /** Colour the cells, where they are looked at. */
  paintCells() {
    if (!this.areCellsShown || !this.cells) {
      return;
    }
    for (const [at, path] of this.cellPaths.entries()) {
      path.setAttribute("fill", this.colour(this.classOfCell(at)));
      path.classList.toggle("picked", at === this.pickedCell);
    }
    this.cellPaths[this.pickedCell]?.parentElement?.append(this.cellPaths[this.pickedCell]);
  }

  /** @param {number} cell */
  classOfCell(cell) {
    return classOf(this.breaks, this.cells?.numbers(this.choice, cell)[this.choice.measure] ?? NaN);
  }

  /** Classes of all that the map is of. */
  listClasses() {
    const { data, choice, breaks } = this;
    return this.areCellsShown
      ? this.cellPaths.map((_, at) => this.classOfCell(at))
      : data.zones.map((_, at) => classOf(breaks, numbersOf(data, choice, at)[choice.measure]));
  }

  /** Classes with their colours, and how many quarters or cells are in each. */
  showLegend() {
    const { choice, breaks } = this;
    const numbers = this.listClasses();
    const from = (/** @type {number} */ at) => (at ? this.format(breaks[at - 1]) : "");
    const rows = breaks.map((end, at) => {
      const isLast = at === breaks.length - 1 && at > 0;
      const key = isLast ? "class_last" : at ? "class" : "class_first";
      const lower = isLast ? this.write(breaks[at - 1], choice.measure, 0) : from(at);
      const text = this.say(key, { from: lower, to: this.write(end, choice.measure, 0) });
      return { colour: this.colour(at), text, n: numbers.filter((one) => one === at).length };
    });
    const unknown = numbers.filter((one) => one < 0).length;
    if (unknown) {
      rows.push({ colour: NOT_KNOWN, text: this.say("unknown"), n: unknown });
    }
    const items = rows.map(({ colour, text, n }) => {
      const item = make("li");
      const swatch = make("span", "", "swatch");
      swatch.style.background = colour;
      const count = this.areCellsShown ? this.say("cells", { n }) : this.say("quarters", { n });
      item.append(swatch, ` ${text} `, make("small", count));
      return item;
    });
    byId("legend").replaceChildren(...items);
  }

  /** Quarters whose name holds what is searched for, in the order asked for. */
  showList() {
    const { data, choice } = this;
    /** @param {string} text */
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const wanted = plain(this.search.trim());
    const rows = sorted(data, choice, this.order);
    const shown = rows
      .map((row, place) => ({ row, place: place + 1 }))
      .filter(({ row }) => plain(row.name).includes(wanted) || data.zones[row.at].id === wanted);
    byId("found").textContent = this.say("found", { n: shown.length, all: rows.length });
    const measure = this.order === "share" ? "share" : "gap";
    const items = shown.map(({ row, place }) => {
      const button = make("button", "", "", { type: "button" });
      button.setAttribute("aria-current", String(row.at === this.picked));
      const swatch = make("span", "", "swatch");
      swatch.style.background = this.colourOf(row.at);
      const name = make("span");
      name.append(make("bdi", row.name), make("small", this.say("line", {
        people: this.format(row.people),
        share: this.write(row.share, "share"),
        lost: this.format(row.lost),
      })));
      const value = make("span", this.write(row[measure], measure), "value");
      button.append(make("span", String(place), "place"), swatch, name, value);
      button.addEventListener("click", () => this.pick(row.at));
      const item = make("li");
      item.append(button);
      return item;
    });
    byId("list").replaceChildren(...items);
  }

  /** Look at one quarter; -1 is none. @param {number} zone */
  pick(zone) {
    this.picked = zone;
    this.pickedCell = -1;
    this.show();
  }

  /** Look at one cell. @param {number} cell */
  pickCell(cell) {
    this.pickedCell = cell;
    this.picked = -1;
    this.show();
  }

  /** What is known of the quarter or cell that is looked at. */
  showCard() {
    const card = byId("card");
    card.hidden = this.picked < 0 && this.pickedCell < 0;
    if (card.hidden) {
      return;
    }
    const close = make("button", this.say("close"), "close", { type: "button" });
    close.addEventListener("click", () => this.pick(-1));
    card.replaceChildren(close, ...(this.picked < 0 ? this.aboutCell() : this.aboutZone()));
  }

  /** What is known of a cell. */
  aboutCell() {
    const name = this.cells?.shapes.names[this.pickedCell] ?? "";
    const numbers = this.cells?.numbers(this.choice, this.pickedCell);
    return [make("h3", this.say("cell", { name })), make("p", numbers ? this.say("card", this.describe(numbers)) : "")];
  }

  /** What is known of a quarter. */
  aboutZone() {
    const { data, choice } = this;
    const zone = data.zones[this.picked];
    const walker = walkerOf(data, choice);
    const lines = [this.say("card", this.describe(numbersOf(data, choice, this.picked)))];
    const row = (walker * data.groups.length + choice.group) * data.zones.length + this.picked;
    const [cause, people] = walker < 0 ? [-1, 0] : data.kinds[choice.kind].cause[row];
    if (cause >= 0) {
      const cutoff = data.cutoffs[data.cutoffs.length - 1];
      lines.push(this.say("cause", { cause: data.causes[cause], people: this.format(people), cutoff }));
    }
    if (zone.edge) {
      lines.push(this.say("edge"));
    }
    const title = make("h3");
    title.append(make("bdi", zone.name));
    return [title, ...lines.map((text) => make("p", text)), ...this.ownMap(zone)];
  }

  /** Its own map, or how it is made. @param {CityZone} zone */
  ownMap(zone) {
    if (!zone.page) {
      return [];
    }
    const link = make("a", this.say("open"), "button to-do", { href: zone.page });
    if (zone.made) {
      return [link];
    }
    const then = make("p", `${this.say("then")} `, "to-do");
    then.append(make("a", zone.page, "", { href: zone.page }));
    return [make("p", this.say("make"), "to-do"), make("code", zone.command, "to-do"), then];
  }
}

/** Open the page of a city. @param {string} id */
export const openCity = (id) => new CityPage(readData(id));
