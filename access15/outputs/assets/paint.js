"use strict";
// What is drawn on the canvas layers: streets, zones, residents, names. Needs canvas.js.

access15.PAPER = "#f6f3ec";

access15.ROADS = {
  // class: [width at zoom 15 in pixels, fill, casing]
  foot: [1.6, "#b59b78", null],
  service: [2.4, "#ffffff", "#c9c1b3"],
  minor: [4.2, "#ffffff", "#b8afa0"],
  medium: [6.0, "#fff3c4", "#a89878"],
  major: [7.5, "#fbdc93", "#a08352"],
};

access15.widthAt = (width, zoom) => Math.max(0.8, width * 1.42 ** (zoom - 15));

access15.paintBase = (shapes) => (context, view) => {
  const fill = (kind, colour, edge) => {
    access15.inUnits(context, view, (pixels) => {
      context.fillStyle = colour;
      context.strokeStyle = edge;
      context.lineWidth = pixels(0.8);
      for (const path of shapes[kind].within(view)) {
        context.fill(path);
        context.stroke(path);
      }
    });
  };
  const stroke = (lines, colour, width, dash = []) => {
    access15.inUnits(context, view, (pixels) => {
      context.strokeStyle = colour;
      context.lineWidth = pixels(width);
      context.setLineDash(dash.map(pixels));
      context.lineCap = dash.length ? "butt" : "round";
      for (const path of lines.within(view)) {
        context.stroke(path);
      }
    });
  };
  fill("green", "#d3e6c3", "#b4cf9f");
  fill("water", "#b3d6e6", "#7fb0c8");
  if (view.zoom >= 14) {
    fill("buildings", "#e2dacd", "#bfb5a5");
  }
  stroke(shapes.rail, "#77736c", 2.4);
  stroke(shapes.rail, "#f6f3ec", 1.2, [6, 6]);
  for (const [kind, [width, , casing]] of Object.entries(access15.ROADS)) {
    if (casing) {
      stroke(shapes.roads[kind], casing, access15.widthAt(width, view.zoom) + 1.8);
    }
  }
  for (const [kind, [width, colour]] of Object.entries(access15.ROADS)) {
    stroke(shapes.roads[kind], colour, access15.widthAt(width, view.zoom));
  }
  stroke(shapes.roads.steps, "#c0261c", Math.max(3, access15.widthAt(3.5, view.zoom)), [2.5, 2]);
};

// Everything but the zones under a thin sheet of paper.
access15.paintVeil = (zones) => (context, view) => {
  access15.inUnits(context, view, () => {
    context.beginPath();
    context.rect(view.box[0], view.box[1], view.box[2] - view.box[0], view.box[3] - view.box[1]);
    for (const ring of zones) {
      ring.forEach((_, i) => {
        if (i % 2 === 0) {
          context[i === 0 ? "moveTo" : "lineTo"](ring[i], ring[i + 1]);
        }
      });
      context.closePath();
    }
    context.globalAlpha = 0.5;
    context.fillStyle = access15.PAPER;
    context.fill("evenodd");
  });
};

access15.paintOutline = (zones) => (context, view) => {
  for (const [colour, width, dash] of [
    ["#ffffff", 7, []],
    ["#1d2a3a", 3.5, [14, 8]],
  ]) {
    access15.inUnits(context, view, (pixels) => {
      context.strokeStyle = colour;
      context.lineWidth = pixels(width);
      context.setLineDash(dash.map(pixels));
      context.lineCap = "butt";
      for (const path of zones.within(view)) {
        context.stroke(path);
      }
    });
  }
};

// Zones opaque from the largest to the smallest, then the whole made transparent once: the colour of each
// band is the one in the key. Outlines stay opaque.
access15.paintBands = (style, bandsOf) => (context, view) => {
  const bands = bandsOf();
  access15.inUnits(context, view, () => {
    for (let i = bands.length - 1; i >= 0; i -= 1) {
      context.fillStyle = style.colours[i];
      for (const path of bands[i].within(view)) {
        context.fill(path);
      }
    }
  });
  context.save();
  context.globalCompositeOperation = "destination-in";
  context.globalAlpha = style.alpha;
  context.fillRect(0, 0, view.width, view.height);
  context.restore();
  access15.inUnits(context, view, (pixels) => {
    context.strokeStyle = style.outline;
    for (let i = bands.length - 1; i >= 0; i -= 1) {
      context.lineWidth = pixels(i === bands.length - 1 ? 2.5 : 1.8);
      for (const path of bands[i].within(view)) {
        context.stroke(path);
      }
    }
  });
};

access15.dotRadius = (people, zoom) => Math.min(22, Math.max(2.2, Math.sqrt(people) * 0.95 * 1.3 ** (zoom - 14.5)));

// `dotsOf()` is a list of [x, y, people].
access15.paintResidents = (style, dotsOf) => (context, view) => {
  context.fillStyle = style.fill;
  context.strokeStyle = style.edge;
  context.lineWidth = 1.2;
  for (const [x, y, people] of dotsOf()) {
    context.beginPath();
    const radius = access15.dotRadius(people, view.zoom);
    context.arc(view.x + x * view.scale, view.y + y * view.scale, radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
};

// Where writing stands already: discs along each text, looked up by squares.
access15.Occupied = class {
  #squares = new Map();

  static discs(x, y, width, height, angle) {
    const radius = height / 2;
    const reach = Math.max(0, width / 2 - radius);
    const count = Math.max(1, Math.ceil((2 * reach) / radius)) + 1;
    return Array.from({ length: count }, (_, i) => {
      const along = -reach + (2 * reach * i) / (count - 1);
      return [x + along * Math.cos(angle), y + along * Math.sin(angle), radius];
    });
  }

  #near(x, y) {
    const [column, row] = [Math.floor(x / 40), Math.floor(y / 40)];
    const found = [];
    for (let i = column - 1; i <= column + 1; i += 1) {
      for (let j = row - 1; j <= row + 1; j += 1) {
        found.push(...(this.#squares.get(`${i},${j}`) || []));
      }
    }
    return found;
  }

  isFree(discs) {
    return discs.every(([x, y, r]) => this.#near(x, y).every(([a, b, s]) => Math.hypot(x - a, y - b) >= r + s));
  }

  take(discs) {
    for (const disc of discs) {
      const key = `${Math.floor(disc[0] / 40)},${Math.floor(disc[1] / 40)}`;
      this.#squares.set(key, [...(this.#squares.get(key) || []), disc]);
    }
  }
};

// Writes "5 min" where a band's outer edge has room, nearest to one of eight directions.
access15.writeBandTimes = (context, view, style, bands, occupied) => {
  context.font = "700 17px system-ui, sans-serif";
  bands.forEach((band, i) => {
    const ring = band.lines.reduce((best, line) => (line.length > best.length ? line : best), []);
    const text = style.times[i];
    const width = context.measureText(text).width + 18;
    const points = [];
    for (let at = 0; at < ring.length; at += 2) {
      points.push([view.x + ring[at] * view.scale, view.y + ring[at + 1] * view.scale]);
    }
    const seen = points.filter(([x, y]) => x > 70 && y > 40 && x < view.width - 70 && y < view.height - 40);
    for (let turn = 0; turn < 8; turn += 1) {
      const angle = -Math.PI / 4 + (turn * Math.PI) / 4;
      const far = ([x, y]) => x * Math.cos(angle) + y * Math.sin(angle);
      const best = seen.reduce((top, point) => (top === null || far(point) > far(top) ? point : top), null);
      if (best === null) {
        return;
      }
      const discs = access15.Occupied.discs(best[0], best[1], width + 8, 34, 0);
      if (occupied.isFree(discs)) {
        occupied.take(discs);
        access15.writePill(context, text, best[0], best[1], width, style.outline);
        return;
      }
    }
  });
};

access15.writePill = (context, text, x, y, width, colour) => {
  context.beginPath();
  context.roundRect(x - width / 2, y - 14, width, 28, 14);
  context.fillStyle = "#ffffff";
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.stroke();
  context.fillStyle = colour;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, x, y + 1);
};

access15.FAR_APART = 420; // pixels between two writings of one street's name

// Names along their streets, large streets first, where there is room. `names`: [text, rank, x1, y1, x2, y2].
access15.writeNames = (context, view, names, occupied) => {
  const written = new Map();
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const [text, rank, x1, y1, x2, y2] of names) {
    const x = view.x + (view.scale * (x1 + x2)) / 2;
    const y = view.y + (view.scale * (y1 + y2)) / 2;
    const run = Math.hypot(x2 - x1, y2 - y1) * view.scale;
    if (x < 0 || y < 0 || x > view.width || y > view.height || run < 34) {
      continue;
    }
    context.font = `${rank <= 1 ? 700 : 600} 16px system-ui, sans-serif`;
    const width = context.measureText(text).width;
    const angle = Math.atan((y2 - y1) / (x2 - x1 || 1e-9));
    const discs = access15.Occupied.discs(x, y, width + 6, 22, angle);
    const others = written.get(text) || [];
    const isAlone = others.every(([a, b]) => Math.hypot(a - x, b - y) > access15.FAR_APART);
    if (run < 0.55 * width || !isAlone || !occupied.isFree(discs)) {
      continue;
    }
    occupied.take(discs);
    written.set(text, [...others, [x, y]]);
    context.save();
    context.translate(x, y);
    context.rotate(angle);
    context.lineJoin = "round";
    context.lineWidth = 4;
    context.strokeStyle = "rgba(255, 255, 255, 0.92)";
    context.strokeText(text, 0, 0);
    context.fillStyle = rank <= 1 ? "#1b1b1b" : "#35312b";
    context.fillText(text, 0, 0);
    context.restore();
  }
};

access15.paintWriting = (style, names, bandsOf) => (context, view) => {
  const occupied = new access15.Occupied();
  access15.writeBandTimes(context, view, style, bandsOf(), occupied);
  access15.writeNames(context, view, names, occupied);
};
