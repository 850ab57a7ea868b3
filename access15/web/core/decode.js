// Reads what access15/outputs/pages/basemap.py encodes.

/** @param {string} text base64 @returns {Bytes} */
export const decodeBytes = (text) => {
  const signs = atob(text);
  const bytes = new Uint8Array(signs.length);
  for (let i = 0; i < bytes.length; i += 1) {
    bytes[i] = signs.charCodeAt(i);
  }
  return bytes;
};

/** Whole numbers in variable-length bytes, the sign in the lowest bit. @param {string} text @returns {number[]} */
export const decodeNumbers = (text) => {
  const numbers = [];
  let value = 0;
  let weight = 1;
  for (const byte of decodeBytes(text)) {
    value += (byte & 127) * weight;
    weight *= 128;
    if (byte < 128) {
      numbers.push(value % 2 === 0 ? value / 2 : -(value + 1) / 2);
      value = 0;
      weight = 1;
    }
  }
  return numbers;
};

/** Lines as arrays [x0, y0, x1, y1, ...] in whole units. @param {string} text @returns {Doubles[]} */
export const decodeLines = (text) => {
  const numbers = decodeNumbers(text);
  const lines = [];
  let at = 1;
  let x = 0;
  let y = 0;
  for (let left = numbers[0]; left > 0; left -= 1) {
    const line = new Float64Array(2 * numbers[at]);
    at += 1;
    for (let i = 0; i < line.length; i += 2) {
      x += numbers[at + i];
      y += numbers[at + i + 1];
      line[i] = x;
      line[i + 1] = y;
    }
    at += line.length;
    lines.push(line);
  }
  return lines;
};

/** @param {string} text @param {number} count @returns {boolean[]} */
export const decodeFlags = (text, count) => {
  const bytes = decodeBytes(text);
  return Array.from({ length: count }, (_, i) => ((bytes[i >> 3] >> (i & 7)) & 1) === 1);
};
