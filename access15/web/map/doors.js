// What closes the door: homes by the obstacle that alone would let them in, and street fixes.

import { decodeFlags, decodeLines, decodeNumbers } from "../core/decode.js";
import { keyOf } from "./choice.js";
import { isolated, make } from "./elements.js";
import { gatherDots } from "./paint.js";

/**
 * Paths around (0, 0) of about the same area as a circle of radius r.
 * @type {Record<string, (context: CanvasRenderingContext2D, r: number) => void>}
 */
const DOOR_SHAPES = {
  circle: (context, r) => context.arc(0, 0, r, 0, 2 * Math.PI),
  square: (context, r) => context.rect(-0.89 * r, -0.89 * r, 1.78 * r, 1.78 * r),
  triangle: (context, r) => ring(context, [[0, -1.5 * r], [1.35 * r, 0.8 * r], [-1.35 * r, 0.8 * r]]),
  diamond: (context, r) => ring(context, [[0, -1.3 * r], [1.3 * r, 0], [0, 1.3 * r], [-1.3 * r, 0]]),
  pentagon: (context, r) => polygon(context, r, 5),
  hexagon: (context, r) => polygon(context, r, 6),
  star: (context, r) =>
    ring(
      context,
      Array.from({ length: 10 }, (_, i) => {
        const [far, turn] = [(i % 2 ? 0.65 : 1.55) * r, (i * Math.PI) / 5];
        return [far * Math.sin(turn), -far * Math.cos(turn)];
      }),
    ),
  semi_circle: (context, r) => {
    context.arc(0, 0.6 * r, 1.4 * r, Math.PI, 2 * Math.PI);
    context.closePath();
  },
  asterisk_fill: (context, r) =>
    ring(
      context,
      Array.from({ length: 12 }, (_, i) => {
        const [far, turn] = [(i % 2 ? 0.45 : 1.55) * r, (i * Math.PI) / 6];
        return [far * Math.sin(turn), -far * Math.cos(turn)];
      }),
    ),
  shield: (context, r) =>
    ring(context, [[-1.05 * r, -1.1 * r], [1.05 * r, -1.1 * r], [1.05 * r, 0.3 * r], [0, 1.4 * r], [-1.05 * r, 0.3 * r]]),
  arrow: (context, r) => {
    const [wide, thin] = [1.2 * r, 0.5 * r];
    ring(context, [[0, -1.5 * r], [wide, -0.2 * r], [thin, -0.2 * r], [thin, 1.3 * r], [-thin, 1.3 * r], [-thin, -0.2 * r], [-wide, -0.2 * r]]);
  },
  trapezoid: (context, r) =>
    ring(context, [[-0.7 * r, -0.85 * r], [0.7 * r, -0.85 * r], [1.5 * r, 0.85 * r], [-1.5 * r, 0.85 * r]]),
  cross_fill: (context, r) => plus(context, r, 0),
  cross2: (context, r) => plus(context, r, Math.PI / 4),
};

/** @param {CanvasRenderingContext2D} context @param {number[][]} points */
const ring = (context, points) => {
  points.forEach(([x, y], i) => context[i === 0 ? "moveTo" : "lineTo"](x, y));
  context.closePath();
};

/** @param {CanvasRenderingContext2D} context @param {number} r @param {number} corners */
const polygon = (context, r, corners) =>
  ring(
    context,
    Array.from({ length: corners }, (_, i) => {
      const turn = (2 * Math.PI * i) / corners;
      return [1.2 * r * Math.sin(turn), -1.2 * r * Math.cos(turn)];
    }),
  );

/** @param {CanvasRenderingContext2D} context @param {number} r @param {number} turn */
const plus = (context, r, turn) => {
  const [a, b] = [1.25 * r, 0.42 * r];
  const corners = [[b, a], [b, b], [a, b], [a, -b], [b, -b], [b, -a], [-b, -a], [-b, -b], [-a, -b], [-a, b], [-b, b], [-b, a]];
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  ring(
    context,
    corners.map(([x, y]) => [c * x - s * y, s * x + c * y]),
  );
};

/**
 * @param {CanvasRenderingContext2D} context @param {DoorSign} sign @param {number} x @param {number} y
 * @param {number} radius
 */
const drawDoor = (context, [shape, colour], x, y, radius) => {
  context.save();
  context.translate(x, y);
  context.beginPath();
  DOOR_SHAPES[shape](context, radius);
  context.fillStyle = colour;
  context.strokeStyle = "#1a1a1a";
  context.lineWidth = 1.5;
  context.fill();
  context.stroke();
  context.restore();
};

/**
 * The rarer obstacles come last, so that they stay in sight.
 * @param {DoorSign[]} signs @param {DotStyle} style @param {() => DoorDot[]} doorsOf @returns {Paint}
 */
export const paintDoors = (signs, style, doorsOf) => (context, view) => {
  const doors = doorsOf();
  for (let cause = signs.length - 1; cause >= 0; cause -= 1) {
    const own = doors.filter((door) => door[3] === cause);
    /** @type {Dot[]} */
    const dots = own.map(([x, y, people]) => [x, y, people]);
    for (const [x, y, people] of gatherDots(dots, view)) {
      drawDoor(context, signs[cause], x, y, Math.max(4.5, style.per_root * Math.sqrt(people)));
    }
  }
};

/** Homes that one obstacle alone keeps out. @param {MapData} data @param {MapChoice} choice @returns {DoorDot[]} */
export const listDoors = ({ residents, doors }, choice) => {
  const { dots, people, covered } = residents;
  const [line = []] = decodeLines(dots);
  const key = keyOf(choice);
  if (doors.causes[key] === undefined || covered[key] === undefined) {
    return [];
  }
  const causes = decodeNumbers(doors.causes[key]);
  const isCovered = decodeFlags(covered[key], people.length);
  /** @type {DoorDot[]} */
  const found = [];
  let at = 0;
  people.forEach((n, i) => {
    if (!isCovered[i]) {
      found.push([line[2 * i], line[2 * i + 1], n, causes[at]]);
      at += 1;
    }
  });
  return found.filter((door) => door[2] > 0 && door[3] >= 0);
};

/** One fix on the map: its lines, and its number. @param {Fix} fix @param {number} i */
const drawFix = ([text, place, lines, part], i) => {
  const strokes = [
    L.polyline(lines, { color: "#ffffff", weight: 9, interactive: false }),
    L.polyline(lines, { color: "#1a1a1a", weight: 5, interactive: false }),
  ];
  const sign = make("span", `${i + 1}`, `a15-fix a15-${part}`);
  const marker = L.marker(place, { icon: L.divIcon({ html: sign, className: "a15-marker", iconSize: [44, 44] }) });
  marker.bindPopup(() => isolated("p", `${i + 1}. ${text}.`));
  marker.on("add", () => marker.getElement()?.setAttribute("aria-label", `${i + 1}. ${text}`));
  return [...strokes, marker];
};

/**
 * Numbered marks for the fixes of the chosen walker and place, and their list beside the map.
 * @param {MapData} data @param {MapChoice} choice @param {L.LayerGroup} layer @param {HTMLElement} list
 */
export const showFixes = (data, choice, layer, list) => {
  const fixes = data.doors.fixes[keyOf(choice)] || [];
  layer.clearLayers();
  for (const part of fixes.flatMap(drawFix)) {
    layer.addLayer(part);
  }
  const items = fixes.flatMap(([text, , , part], i) => {
    const item = isolated("li", `${text}.`);
    item.setAttribute("value", `${i + 1}`);
    const isFirst = i === 0 || fixes[i - 1][3] !== part;
    return isFirst && part !== "mend" ? [make("li", data.texts[`fixes_${part}`], "a15-none"), item] : [item];
  });
  const isNone = !fixes.some((fix) => fix[3] === "mend");
  list.replaceChildren(...(isNone ? [make("li", data.texts.fixes_none, "a15-none")] : []), ...items);
};

/** The key's signs, drawn by the same strokes as the map's. @param {DoorSign[]} signs */
export const drawDoorSigns = (signs) => {
  for (const canvas of document.querySelectorAll("canvas")) {
    const context = canvas.dataset.door === undefined ? null : canvas.getContext("2d");
    if (context) {
      context.setTransform(2, 0, 0, 2, 0, 0);
      drawDoor(context, signs[Number(canvas.dataset.door)], 13, 13, 7);
    }
  }
};
