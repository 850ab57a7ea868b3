// Numbers as Python writes them, so that page and Python give the same counts.

/** Nearest whole number, halves to even, as numpy.rint. @param {number} value @returns {number} */
export const rint = (value) => {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) {
    return rest < 0.5 ? floor : floor + 1;
  }
  return floor % 2 === 0 ? floor : floor + 1;
};

/** @param {number} value @returns {number} whole centimetres, in metres */
export const wholeCm = (value) => rint(100 * value) / 100;

/** @param {number} degrees @returns {number} as it is saved */
export const saved = (degrees) => Number(Number(degrees).toFixed(7));
