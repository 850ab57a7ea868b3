// What is written on the map: minutes where they run out, names of streets where there is room.

/** A disc that is taken: x, y, radius. @typedef {[number, number, number]} Disc */
/** A sign that stands on the map: where, how far beside it, and the name written next to it. @typedef {{latLng: L.LatLngExpression, away?: number[], name: string, size?: number}} Sign */

const SQUARE_PIXELS = 40;
/** As the pages' styles name them. */
export const LETTERS = '"Titillium Web", system-ui, sans-serif';
const TIME_FONT = `700 17px ${LETTERS}`;
const SIGN_PIXELS = 48; // with its edge

/** Where writing stands already: discs along each text, looked up by squares. */
export class Occupied {
  /** @type {Map<string, Disc[]>} */
  #squares = new Map();

  /**
   * @param {number} x @param {number} y @param {number} width @param {number} height @param {number} angle
   * @returns {Disc[]}
   */
  static discs(x, y, width, height, angle) {
    const radius = height / 2;
    const reach = Math.max(0, width / 2 - radius);
    const count = Math.max(1, Math.ceil((2 * reach) / radius)) + 1;
    return Array.from({ length: count }, (_, i) => {
      const along = -reach + (2 * reach * i) / (count - 1);
      return [x + along * Math.cos(angle), y + along * Math.sin(angle), radius];
    });
  }

  /** @param {number} x @param {number} y */
  #near(x, y) {
    const [column, row] = [Math.floor(x / SQUARE_PIXELS), Math.floor(y / SQUARE_PIXELS)];
    const found = [];
    for (let i = column - 1; i <= column + 1; i += 1) {
      for (let j = row - 1; j <= row + 1; j += 1) {
        found.push(...(this.#squares.get(`${i},${j}`) || []));
      }
    }
    return found;
  }

  /** @param {Disc[]} discs */
  isFree(discs) {
    return discs.every(([x, y, r]) => this.#near(x, y).every(([a, b, s]) => Math.hypot(x - a, y - b) >= r + s));
  }

  /** @param {Disc[]} discs */
  take(discs) {
    for (const disc of discs) {
      const key = `${Math.floor(disc[0] / SQUARE_PIXELS)},${Math.floor(disc[1] / SQUARE_PIXELS)}`;
      this.#squares.set(key, [...(this.#squares.get(key) || []), disc]);
    }
  }
}

/**
 * Signs and the names beside them, and boxes of buttons: nothing is written over or below them.
 * @param {CanvasRenderingContext2D} context @param {View} view @param {Sign[]} signs
 * @param {{x: number, y: number, width: number, height: number}[]} boxes
 */
export const findOccupied = (context, view, signs, boxes) => {
  const occupied = new Occupied();
  context.font = TIME_FONT;
  for (const { latLng, away = [0, 0], name, size = SIGN_PIXELS } of signs) {
    const place = view.place(latLng);
    const [x, y] = [place.x + away[0], place.y + away[1]];
    occupied.take(Occupied.discs(x, y, size, size, 0));
    if (name) {
      const width = Math.min(300, context.measureText(name).width + 20);
      occupied.take(Occupied.discs(x + 20 + width / 2, y, width, 36, 0));
    }
  }
  const [left, top] = view.window;
  for (const { x, y, width, height } of boxes) {
    for (let down = Math.min(22, height / 2); down < height; down += 22) {
      occupied.take(Occupied.discs(left + x + width / 2, top + y + down, width, Math.min(44, height), 0));
    }
  }
  return occupied;
};

/** Whether a pixel lies well inside the window. @param {View} view @param {number} x @param {number} y */
export const isWellInView = ({ window: [left, top, right, bottom] }, x, y) =>
  x > left + 50 && y > top + 30 && x < right - 50 && y < bottom - 30;

/**
 * Writes a time beside one of some points, in one of eight directions; farther off, with a line, where it is crowded.
 * @param {CanvasRenderingContext2D} context @param {string} outline colour @param {string} text
 * @param {[number, number][]} points @param {Occupied} occupied @param {Box} window that it stays inside of
 * @returns {[number, number] | null} where it stands now
 */
export const writeTime = (context, outline, text, points, occupied, window) => {
  context.font = TIME_FONT;
  const width = context.measureText(text).width + 18;
  const found = findRoom(points, width, occupied, window);
  if (!found) {
    return null;
  }
  const { at, from } = found;
  occupied.take(Occupied.discs(at[0], at[1], width + 8, 34, 0));
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...at);
  context.strokeStyle = outline;
  context.lineWidth = 2;
  context.stroke();
  writePill(context, text, at, width, outline);
  return at;
};

/**
 * @param {[number, number][]} points @param {number} width @param {Occupied} occupied @param {Box} window
 * @returns {{at: [number, number], from: [number, number]} | null}
 */
const findRoom = (points, width, occupied, [west, north, east, south]) => {
  const half = width / 2 + 4;
  for (const away of [0, 32, 64]) {
    for (let turn = 0; turn < 8; turn += 1) {
      const [right, down] = [Math.cos((turn - 1) * (Math.PI / 4)), Math.sin((turn - 1) * (Math.PI / 4))];
      /** @param {[number, number]} point */
      const far = ([x, y]) => x * right + y * down;
      const from = points.reduce((top, point) => (far(point) > far(top) ? point : top));
      const [x, y] = [from[0] + right * away * 1.5, from[1] + down * away];
      const isInside = x - half >= west && x + half <= east && y - 17 >= north && y + 17 <= south;
      if (isInside && occupied.isFree(Occupied.discs(x, y, 2 * half, 34, 0))) {
        return { at: [x, y], from };
      }
    }
  }
  return null;
};

/**
 * @param {CanvasRenderingContext2D} context @param {string} text @param {[number, number]} at
 * @param {number} width @param {string} colour
 */
const writePill = (context, text, [x, y], width, colour) => {
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

const FAR_APART = 420; // pixels between two writings of one street's name

/**
 * Names along their streets, large streets first, where there is room.
 * @param {CanvasRenderingContext2D} context @param {View} view @param {NameRun[]} names @param {Occupied} occupied
 */
export const writeNames = (context, view, names, occupied) => {
  /** @type {Map<string, [number, number][]>} */
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
    context.font = `${rank <= 1 ? 700 : 400} 16px ${LETTERS}`;
    const width = context.measureText(text).width;
    const angle = Math.atan((y2 - y1) / (x2 - x1 || 1e-9));
    const discs = Occupied.discs(x, y, width + 6, 22, angle);
    const others = written.get(text) || [];
    const isAlone = others.every(([a, b]) => Math.hypot(a - x, b - y) > FAR_APART);
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
    context.fillStyle = rank <= 1 ? "#35312b" : "#4f483f";
    context.fillText(text, 0, 0);
    context.restore();
  }
};

/** Where the buttons of the map stand, as nothing can be read below them. @param {L.Map} map */
export const buttonBoxes = (map) => {
  const corner = map.getContainer().getBoundingClientRect();
  return [...map.getContainer().querySelectorAll(".leaflet-control")].map((control) => {
    const { x, y, width, height } = control.getBoundingClientRect();
    return { x: x - corner.x, y: y - corner.y, width, height };
  });
};
