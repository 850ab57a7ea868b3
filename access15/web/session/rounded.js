// Degrees as files hold them.

/** @param {number} degrees */
export const rounded = (degrees) => Math.round(degrees * 1e7) / 1e7;
