// A walker's seconds on every street, as access15/core/walk/impedance.py: the same float64 operations in the same order.

import { RAISED } from "../streets/network.js";

/** @param {Bytes} crossing @param {Bytes} kerb @param {Profile} profile @returns {Doubles} */
const endSeconds = (crossing, kerb, profile) => {
  const stops = profile.raised_kerb === "impassable";
  const seconds = new Float64Array(crossing.length);
  for (let e = 0; e < seconds.length; e += 1) {
    seconds[e] = stops && kerb[e] === RAISED ? Infinity : profile.crossings[crossing[e]] / 2;
  }
  return seconds;
};

/**
 * Seconds per edge and direction for one walker, as build_impedance.
 * @param {Network} network @param {Profile} profile @param {Bytes} isClosed nobody passes these
 * @returns {Costs}
 */
export const buildCosts = (network, profile, isClosed) => {
  const n = network.nEdges;
  const [forward, backward] = [new Float64Array(n), new Float64Array(n)];
  const [forth, back] = profile.factors;
  const scale = (/** @type {number} */ flat_s, /** @type {number} */ factor) =>
    factor === Infinity ? Infinity : flat_s * factor;
  for (let e = 0; e < n; e += 1) {
    const flat_s = network.length_m[e] / profile.pace_ms;
    forward[e] = isClosed[e] ? Infinity : scale(flat_s, forth[network.sort[e]]);
    backward[e] = isClosed[e] ? Infinity : scale(flat_s, back[network.sort[e]]);
    if (profile.rest_per_m_s > 0) {
      const rests_s = network.length_m[e] * profile.rest_per_m_s;
      forward[e] += rests_s;
      backward[e] += rests_s;
    }
  }
  return {
    pace_ms: profile.pace_with_rests_ms,
    forward,
    backward,
    atU: endSeconds(network.crossingU, network.kerbU, profile),
    atV: endSeconds(network.crossingV, network.kerbV, profile),
  };
};

/** The same seconds, and some edges that nobody passes. @param {Costs} costs @param {number[]} closed @returns {Costs} */
export const closeCosts = (costs, closed) => {
  const [forward, backward] = [costs.forward.slice(), costs.backward.slice()];
  closed.forEach((e) => (forward[e] = backward[e] = Infinity));
  return { ...costs, forward, backward };
};
