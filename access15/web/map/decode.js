"use strict";
// Reads what access15/outputs/basemap.py encodes. Knows nothing of maps or pages.

globalThis.access15 = globalThis.access15 || {};

access15.decodeBytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

// Whole numbers in variable-length bytes, the sign in the lowest bit.
access15.decodeNumbers = (text) => {
  const numbers = [];
  let value = 0;
  let weight = 1;
  for (const byte of access15.decodeBytes(text)) {
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

// Lines as arrays [x0, y0, x1, y1, ...] in whole units.
access15.decodeLines = (text) => {
  const numbers = access15.decodeNumbers(text);
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

access15.decodeFlags = (text, count) => {
  const bytes = access15.decodeBytes(text);
  return Array.from({ length: count }, (_, i) => ((bytes[i >> 3] >> (i & 7)) & 1) === 1);
};
