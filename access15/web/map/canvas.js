// Canvas layers for Leaflet, drawn from cached paths in the page's own units.

import { decodeLines } from "../core/decode.js";

const CELL_UNITS = 3400; // about 600 m at Milan

/** Twice the signed area of a ring: holes are turned the other way round. @param {Line} ring @returns {number} */
export const ringArea = (ring) => {
  let area = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    area += ring[j] * ring[i + 1] - ring[i] * ring[j + 1];
  }
  return area;
};

/** Shapes of one kind, as one path per cell of the map, so that only what is in view is drawn. */
export class Shapes {
  /** @param {string | Line[]} lines @param {{closed: boolean}} kind */
  constructor(lines, { closed }) {
    this.lines = typeof lines === "string" ? decodeLines(lines) : lines;
    /** @type {Map<string, {path: Path2D, box: Box}>} */
    this.cells = new Map();
    let key = "";
    for (const line of this.lines) {
      const isHole = closed && key !== "" && ringArea(line) > 0;
      if (!isHole) {
        key = `${Math.floor(line[0] / CELL_UNITS)},${Math.floor(line[1] / CELL_UNITS)}`;
      }
      this.#add(key, line, closed);
    }
  }

  /** @param {string} key @param {Line} line @param {boolean} closed */
  #add(key, line, closed) {
    /** @type {{path: Path2D, box: Box}} */
    const cell = this.cells.get(key) || { path: new Path2D(), box: [Infinity, Infinity, -Infinity, -Infinity] };
    this.cells.set(key, cell);
    const { path, box } = cell;
    for (let i = 0; i < line.length; i += 2) {
      const [x, y] = [line[i], line[i + 1]];
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
      if (i === 0) {
        path.moveTo(x, y);
      } else {
        path.lineTo(x, y);
      }
    }
    if (closed) {
      path.closePath();
    }
  }

  /** Paths of the cells that are in view. @param {View} view */
  *within(view) {
    for (const { path, box } of this.cells.values()) {
      if (box[0] <= view.box[2] && box[2] >= view.box[0] && box[1] <= view.box[3] && box[3] >= view.box[1]) {
        yield path;
      }
    }
  }
}

/**
 * How the page's units lie on a canvas: pixel = origin + scale * unit.
 * @param {L.Map} map @param {Frame} frame @param {L.Bounds} bounds @returns {View}
 */
const viewOf = (map, frame, bounds) => {
  const world = 256 * 2 ** map.getZoom();
  const perMetre = 0.5 / (Math.PI * L.Projection.SphericalMercator.R);
  const origin = map.getPixelOrigin();
  const size = bounds.getSize();
  const beyond = size.subtract(map.getSize()).divideBy(2); // the canvas is larger than the window on it
  const corner = bounds.min || L.point(0, 0);
  const scale = frame.unit * perMetre * world;
  const x = world * (perMetre * frame.west + 0.5) - origin.x - corner.x;
  const y = world * (0.5 - perMetre * frame.north) - origin.y - corner.y;
  return {
    window: [beyond.x, beyond.y, size.x - beyond.x, size.y - beyond.y],
    zoom: map.getZoom(),
    place: (latLng) => map.latLngToLayerPoint(latLng).subtract(corner),
    width: size.x,
    height: size.y,
    scale,
    x,
    y,
    box: [-x / scale, -y / scale, (size.x - x) / scale, (size.y - y) / scale],
  };
};

/** A Leaflet layer that calls `paint(context, view)` whenever the map has moved. */
export class CanvasLayer extends L.Renderer {
  /** @param {Frame} frame @param {Paint} paint @param {L.RendererOptions} options */
  constructor(frame, paint, options) {
    super({ padding: 0.15, ...options });
    this.frame = frame;
    this.paint = paint;
    this.fineness = 1; // share of the screen's pixels that are drawn
    this.isResetting = false;
    document.fonts.addEventListener("loadingdone", () => this.redraw()); // what was written before in another typeface
  }

  /** @override */
  getEvents() {
    return { ...super.getEvents?.(), viewprereset: this.onViewPreReset };
  }

  redraw() {
    if (!this._container) {
      return this;
    }
    const isPaper = document.body.classList.contains("a15-paper");
    const ratio = isPaper ? 2 : Math.min(window.devicePixelRatio || 1, 2) * this.fineness;
    const view = viewOf(this._map, this.frame, this._bounds);
    this._container.width = Math.round(view.width * ratio);
    this._container.height = Math.round(view.height * ratio);
    this._container.style.width = `${view.width}px`;
    this._container.style.height = `${view.height}px`;
    const context = this._container.getContext("2d");
    if (!context || !this._container.width || !this._container.height) {
      return this; // a map that is not laid out yet
    }
    context.scale(ratio, ratio);
    context.lineCap = "round";
    context.lineJoin = "round";
    this.paint(context, view);
    return this;
  }

  /** @override */
  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.className = "a15-canvas";
    this._container.setAttribute("aria-hidden", "true");
  }

  /** @override */
  _destroyContainer() {
    this._container?.remove();
    delete this._container;
  }

  /** A reset is announced before and after the move: draw once. */
  onViewPreReset() {
    this.isResetting = true;
  }

  /** @override */
  _update() {
    if (!this._container || (this._map._animatingZoom && this._bounds)) {
      return;
    }
    super._update();
    L.DomUtil.setPosition(this._container, this._bounds.min || L.point(0, 0));
    if (!this.isResetting) {
      this.redraw();
    }
  }

  /** @override */
  _reset() {
    this.isResetting = false;
    super._reset();
  }

  /** @override */
  _updatePaths() {}
}

/**
 * Runs `draw` with the context in the page's units; `pixels(n)` is then the width of n pixels.
 * @param {CanvasRenderingContext2D} context @param {View} view @param {(pixels: (n: number) => number) => void} draw
 */
export const inUnits = (context, view, draw) => {
  context.save();
  context.translate(view.x, view.y);
  context.scale(view.scale, view.scale);
  draw((n) => n / view.scale);
  context.restore();
};

/** A sheet of the same size to put something together on. @param {CanvasRenderingContext2D} context */
export const sheetLike = (context) => {
  const canvas = document.createElement("canvas");
  canvas.width = context.canvas.width;
  canvas.height = context.canvas.height;
  const sheet = canvas.getContext("2d");
  if (!sheet) {
    throw new TypeError("the browser cannot draw");
  }
  sheet.setTransform(context.getTransform());
  sheet.lineCap = "round";
  sheet.lineJoin = "round";
  return sheet;
};

/**
 * @param {CanvasRenderingContext2D} context @param {CanvasRenderingContext2D} sheet @param {number} alpha
 * @param {GlobalCompositeOperation} [how]
 */
export const putOn = (context, sheet, alpha, how = "source-over") => {
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalAlpha = alpha;
  context.globalCompositeOperation = how;
  context.drawImage(sheet.canvas, 0, 0);
  context.restore();
};
