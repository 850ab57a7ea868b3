"use strict";
// What closes the door: homes by the obstacle that alone would let them in, and street fixes. Needs paint.js.

// Paths around (0, 0) of about the same area as a circle of radius r.
access15.DOOR_SHAPES = {
  circle: (context, r) => context.arc(0, 0, r, 0, 2 * Math.PI),
  square: (context, r) => context.rect(-0.89 * r, -0.89 * r, 1.78 * r, 1.78 * r),
  triangle: (context, r) => access15.ring(context, [[0, -1.5 * r], [1.35 * r, 0.8 * r], [-1.35 * r, 0.8 * r]]),
  diamond: (context, r) => access15.ring(context, [[0, -1.3 * r], [1.3 * r, 0], [0, 1.3 * r], [-1.3 * r, 0]]),
  pentagon: (context, r) => access15.polygon(context, r, 5),
  hexagon: (context, r) => access15.polygon(context, r, 6),
  star: (context, r) =>
    access15.ring(
      context,
      Array.from({ length: 10 }, (_, i) => {
        const [far, turn] = [(i % 2 ? 0.65 : 1.55) * r, (i * Math.PI) / 5];
        return [far * Math.sin(turn), -far * Math.cos(turn)];
      }),
    ),
  cross_fill: (context, r) => access15.plus(context, r, 0),
  cross2: (context, r) => access15.plus(context, r, Math.PI / 4),
};

access15.ring = (context, points) => {
  points.forEach(([x, y], i) => context[i === 0 ? "moveTo" : "lineTo"](x, y));
  context.closePath();
};

access15.polygon = (context, r, corners) =>
  access15.ring(
    context,
    Array.from({ length: corners }, (_, i) => {
      const turn = (2 * Math.PI * i) / corners;
      return [1.2 * r * Math.sin(turn), -1.2 * r * Math.cos(turn)];
    }),
  );

access15.plus = (context, r, turn) => {
  const [a, b] = [1.25 * r, 0.42 * r];
  const corners = [[b, a], [b, b], [a, b], [a, -b], [b, -b], [b, -a], [-b, -a], [-b, -b], [-a, -b], [-a, b], [-b, b], [-b, a]];
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  access15.ring(
    context,
    corners.map(([x, y]) => [c * x - s * y, s * x + c * y]),
  );
};

access15.drawDoor = (context, [shape, colour], x, y, radius) => {
  context.save();
  context.translate(x, y);
  context.beginPath();
  access15.DOOR_SHAPES[shape](context, radius);
  context.fillStyle = colour;
  context.strokeStyle = "#16181d";
  context.lineWidth = 1.5;
  context.fill();
  context.stroke();
  context.restore();
};

// `doorsOf()` is a list of [x, y, people, cause]; the rarer obstacles come last, so that they stay in sight.
access15.paintDoors = (signs, style, doorsOf) => (context, view) => {
  const doors = doorsOf();
  for (let cause = signs.length - 1; cause >= 0; cause -= 1) {
    const own = doors.filter((door) => door[3] === cause);
    for (const [x, y, people] of access15.gatherDots(own, view)) {
      access15.drawDoor(context, signs[cause], x, y, Math.max(4.5, style.per_root * Math.sqrt(people)));
    }
  }
};

access15.doorLayer = (page) => {
  const { dots, people, covered, style } = page.data.residents;
  const { signs, causes } = page.data.doors;
  const [line = []] = access15.decodeLines(dots);
  const doors = () => {
    const key = access15.keyOf(page.choice);
    if (causes[key] === undefined || covered[key] === undefined) {
      return [];
    }
    const numbers = access15.decodeNumbers(causes[key]);
    const isCovered = access15.decodeFlags(covered[key], people.length);
    let at = 0;
    return people
      .map((n, i) => [line[2 * i], line[2 * i + 1], n, isCovered[i] ? -1 : numbers[at++]])
      .filter((door) => door[2] > 0 && door[3] >= 0);
  };
  return page.canvas(access15.paintDoors(signs, style, doors), "a15-doors");
};

// Numbered marks for the fixes of the chosen walker and place; filled again whenever the choice changes.
access15.fixLayer = () => L.layerGroup();

access15.showFixes = (page, layer, list) => {
  const fixes = page.data.doors.fixes[access15.keyOf(page.choice)] || [];
  layer.clearLayers();
  fixes.forEach(([text, place, lines], i) => {
    for (const [colour, weight] of [
      ["#ffffff", 9],
      ["#16181d", 5],
    ]) {
      layer.addLayer(L.polyline(lines, { color: colour, weight, interactive: false }));
    }
    const sign = access15.make("span", `${i + 1}`, "a15-fix");
    const marker = L.marker(place, { icon: L.divIcon({ html: sign, className: "a15-marker", iconSize: [44, 44] }) });
    marker.bindPopup(() => access15.isolated("p", `${i + 1}. ${text}.`));
    marker.on("add", () => marker.getElement().setAttribute("aria-label", `${i + 1}. ${text}`));
    layer.addLayer(marker);
  });
  const items = fixes.map(([text]) => access15.isolated("li", `${text}.`));
  list.replaceChildren(...(items.length ? items : [access15.make("li", page.data.texts.fixes_none, "a15-none")]));
};

// The key's signs, drawn by the same strokes as the map's.
access15.drawDoorSigns = (page) => {
  for (const canvas of document.querySelectorAll("canvas[data-door]")) {
    const context = canvas.getContext("2d");
    context.setTransform(2, 0, 0, 2, 0, 0);
    access15.drawDoor(context, page.data.doors.signs[Number(canvas.dataset.door)], 13, 13, 7);
  }
};
