"use strict";
// Canvas layers for Leaflet, drawn from cached paths in the page's own units. Needs decode.js and Leaflet.

access15.CELL_UNITS = 3400; // about 600 m at Milan

// Twice the signed area of a ring: holes are turned the other way round.
access15.ringArea = (ring) => {
  let area = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    area += ring[j] * ring[i + 1] - ring[i] * ring[j + 1];
  }
  return area;
};

// Shapes of one kind, as one path per cell of the map, so that only what is in view is drawn.
access15.Shapes = class {
  constructor(lines, { closed }) {
    this.lines = typeof lines === "string" ? access15.decodeLines(lines) : lines;
    this.cells = new Map();
    let key = "";
    for (const line of this.lines) {
      const isHole = closed && key !== "" && access15.ringArea(line) > 0;
      if (!isHole) {
        key = `${Math.floor(line[0] / access15.CELL_UNITS)},${Math.floor(line[1] / access15.CELL_UNITS)}`;
      }
      this.#add(key, line, closed);
    }
  }

  #add(key, line, closed) {
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

  *within(view) {
    for (const { path, box } of this.cells.values()) {
      if (box[0] <= view.box[2] && box[2] >= view.box[0] && box[1] <= view.box[3] && box[3] >= view.box[1]) {
        yield path;
      }
    }
  }
};

// How the page's units lie on a canvas: pixel = origin + scale * unit.
access15.viewOf = (map, frame, bounds) => {
  const world = 256 * 2 ** map.getZoom();
  const perMetre = 0.5 / (Math.PI * L.Projection.SphericalMercator.R);
  const origin = map.getPixelOrigin();
  const size = bounds.getSize();
  const beyond = size.subtract(map.getSize()).divideBy(2); // the canvas is larger than the window on it
  const view = {
    window: [beyond.x, beyond.y, size.x - beyond.x, size.y - beyond.y],
    zoom: map.getZoom(),
    place: (latLng) => map.latLngToLayerPoint(latLng).subtract(bounds.min),
    width: size.x,
    height: size.y,
    scale: frame.unit * perMetre * world,
    x: world * (perMetre * frame.west + 0.5) - origin.x - bounds.min.x,
    y: world * (0.5 - perMetre * frame.north) - origin.y - bounds.min.y,
  };
  view.box = [
    -view.x / view.scale,
    -view.y / view.scale,
    (view.width - view.x) / view.scale,
    (view.height - view.y) / view.scale,
  ];
  return view;
};

// A Leaflet layer that calls `paint(context, view)` whenever the map has moved.
access15.CanvasLayer = L.Renderer.extend({
  options: { padding: 0.15 },

  initialize(frame, paint, options) {
    L.Renderer.prototype.initialize.call(this, options);
    this._frame = frame;
    this._paint = paint;
  },

  getEvents() {
    return { ...L.Renderer.prototype.getEvents.call(this), viewprereset: this._onViewPreReset };
  },

  redraw() {
    if (!this._container) {
      return;
    }
    const isPaper = document.body.classList.contains("a15-paper");
    const ratio = isPaper ? 2 : Math.min(window.devicePixelRatio || 1, 2) * (this.options.fineness || 1);
    const view = access15.viewOf(this._map, this._frame, this._bounds);
    this._container.width = Math.round(view.width * ratio);
    this._container.height = Math.round(view.height * ratio);
    this._container.style.width = `${view.width}px`;
    this._container.style.height = `${view.height}px`;
    if (!this._container.width || !this._container.height) {
      return; // a map that is not laid out yet
    }
    const context = this._container.getContext("2d");
    context.scale(ratio, ratio);
    context.lineCap = "round";
    context.lineJoin = "round";
    this._paint(context, view);
  },

  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.className = "a15-canvas";
    this._container.setAttribute("aria-hidden", "true");
  },

  _destroyContainer() {
    this._container.remove();
    delete this._container;
  },

  // a reset is announced before and after the move: draw once
  _onViewPreReset() {
    this._isResetting = true;
  },

  _update() {
    if (this._map._animatingZoom && this._bounds) {
      return;
    }
    L.Renderer.prototype._update.call(this);
    L.DomUtil.setPosition(this._container, this._bounds.min);
    if (!this._isResetting) {
      this.redraw();
    }
  },

  _reset() {
    this._isResetting = false;
    L.Renderer.prototype._reset.call(this);
  },

  _updatePaths() {},
});

// Runs `draw` with the context in the page's units; `pixels(n)` is then the width of n pixels.
access15.inUnits = (context, view, draw) => {
  context.save();
  context.translate(view.x, view.y);
  context.scale(view.scale, view.scale);
  draw((n) => n / view.scale);
  context.restore();
};
