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
  for (const { colour, width, dash } of [
    { colour: "#ffffff", width: 7, dash: [] },
    { colour: "#1d2a3a", width: 3.5, dash: [14, 8] },
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
      const width = Math.min(2.4, access15.widthAt(1.8, view.zoom)); // narrow strips stay coloured when seen from afar
      context.lineWidth = pixels(i === bands.length - 1 ? width : 0.7 * width);
      for (const path of bands[i].within(view)) {
        context.stroke(path);
      }
    }
  });
};

access15.GATHER_PIXELS = 28; // people whose dots would touch are drawn as one circle

// Circles at the middle of neighbouring dots: [x, y, people] in pixels, the largest first.
access15.gatherDots = (dots, view) => {
  const squares = new Map();
  const size = access15.GATHER_PIXELS / view.scale;
  for (const [x, y, people] of dots) {
    const key = `${Math.floor(x / size)},${Math.floor(y / size)}`;
    const sum = squares.get(key) || [0, 0, 0];
    squares.set(key, [sum[0] + x * people, sum[1] + y * people, sum[2] + people]);
  }
  return [...squares.values()]
    .map(([x, y, people]) => [view.x + (x / people) * view.scale, view.y + (y / people) * view.scale, people])
    .sort((a, b) => b[2] - a[2]);
};

// `dotsOf()` is a list of [x, y, people]. The key shows circles of the same size.
access15.paintResidents = (style, dotsOf) => (context, view) => {
  context.fillStyle = style.fill;
  context.strokeStyle = style.edge;
  context.lineWidth = 1.5;
  for (const [x, y, people] of access15.gatherDots(dotsOf(), view)) {
    context.beginPath();
    context.arc(x, y, Math.max(2, style.per_root * Math.sqrt(people)), 0, 2 * Math.PI);
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

access15.WRITTEN_RINGS = 3; // parts of one band that carry its time
access15.SMALL_RING = 60; // pixels

// Corners of a band's outer edges that are well in view, the ring with most of them first.
access15.edgesInView = (band, view) => {
  const [left, top, right, bottom] = view.window;
  return band.lines
    .filter((ring) => access15.ringArea(ring) < 0)
    .map((ring) => {
      const points = [];
      for (let at = 0; at < ring.length; at += 2) {
        const [x, y] = [view.x + ring[at] * view.scale, view.y + ring[at + 1] * view.scale];
        if (x > left + 50 && y > top + 30 && x < right - 50 && y < bottom - 30) {
          points.push([x, y]);
        }
      }
      return points;
    })
    .filter((points) => points.length > 0)
    .sort((a, b) => b.length - a.length)
    .slice(0, access15.WRITTEN_RINGS)
    .filter((points, i) => i === 0 || access15.extent(points) > access15.SMALL_RING);
};

access15.extent = (points) => {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
};

// Writes "5 min" at a band's outer edges, in one of eight directions; farther off, with a line, where it is crowded.
access15.writeBandTimes = (context, view, style, bands, occupied) => {
  context.font = "700 17px system-ui, sans-serif";
  bands.forEach((band, i) => {
    const width = context.measureText(style.times[i]).width + 18;
    for (const points of access15.edgesInView(band, view)) {
      const place = access15.findRoom(points, width, occupied);
      if (place) {
        const [x, y, fromX, fromY] = place;
        occupied.take(access15.Occupied.discs(x, y, width + 8, 34, 0));
        context.beginPath();
        context.moveTo(fromX, fromY);
        context.lineTo(x, y);
        context.strokeStyle = style.outline;
        context.lineWidth = 2;
        context.stroke();
        access15.writePill(context, style.times[i], x, y, width, style.outline);
      }
    }
  });
};

access15.findRoom = (points, width, occupied) => {
  for (const away of [0, 32, 64]) {
    for (let turn = 0; turn < 8; turn += 1) {
      const [east, south] = [Math.cos((turn - 1) * (Math.PI / 4)), Math.sin((turn - 1) * (Math.PI / 4))];
      const far = ([x, y]) => x * east + y * south;
      const edge = points.reduce((top, point) => (far(point) > far(top) ? point : top));
      const [x, y] = [edge[0] + east * away * 1.5, edge[1] + south * away];
      if (occupied.isFree(access15.Occupied.discs(x, y, width + 8, 34, 0))) {
        return [x, y, ...edge];
      }
    }
  }
  return null;
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

// `shown` tells what stands on the map: bands, hubs with their names beside them, and boxes of buttons.
access15.paintWriting = (style, names, shown) => (context, view) => {
  const occupied = new access15.Occupied();
  context.font = "700 17px system-ui, sans-serif";
  for (const hub of shown.hubs()) {
    const width = Math.min(300, context.measureText(hub.facility.name).width + 20);
    const { x, y } = view.place(hub.getLatLng());
    occupied.take(access15.Occupied.discs(x, y, 44, 44, 0));
    occupied.take(access15.Occupied.discs(x + 20 + width / 2, y, width, 36, 0));
  }
  for (const { x, y, width, height } of shown.boxes()) {
    const [left, top] = view.window;
    for (let down = Math.min(22, height / 2); down < height; down += 22) {
      occupied.take(access15.Occupied.discs(left + x + width / 2, top + y + down, width, Math.min(44, height), 0));
    }
  }
  access15.writeBandTimes(context, view, style, shown.bands(), occupied);
  access15.writeNames(context, view, names, occupied);
};

// Where the buttons of the map stand, as nothing can be read below them.
access15.buttonBoxes = (map) => {
  const corner = map.getContainer().getBoundingClientRect();
  return [...map.getContainer().querySelectorAll(".leaflet-control")].map((control) => {
    const { x, y, width, height } = control.getBoundingClientRect();
    return { x: x - corner.x, y: y - corner.y, width, height };
  });
};
