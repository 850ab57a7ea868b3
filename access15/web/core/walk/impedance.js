// A walker's seconds on every street, as access15/core/walk/impedance.py: the same float64 operations in the same order.

import { RAISED } from "../streets/network.js";

/** @param {Bytes} crossing @param {Bytes} kerb @param {Profile} profile @returns {Doubles} */
const endSeconds = (crossing, kerb, profile) => {
  const stops = profile.raised_kerb === "impassable";
  return Float64Array.from(crossing, (kind, e) =>
    stops && kerb[e] === RAISED ? Infinity : profile.crossings[kind] / 2,
  );
};

/**
 * Seconds per edge and direction for one walker, as build_impedance.
 * @param {Network} network @param {Profile} profile @param {Bytes} isClosed nobody passes these
 * @returns {Costs}
 */
export const buildCosts = (network, profile, isClosed) => {
  const n = network.nEdges;
  const [forward, backward] = [new Float64Array(n), new Float64Array(n)];
  const stopsAtSteps = profile.steps === "impassable";
  const onSlopes = profile.incline !== "ignored";
  const steepest = onSlopes && profile.max_incline !== null ? profile.max_incline : Infinity;
  for (let e = 0; e < n; e += 1) {
    const flat_s = network.length_m[e] / profile.pace_ms;
    if (isClosed[e] || (stopsAtSteps && (network.denied[e] || network.steps[e]))) {
      forward[e] = Infinity;
      backward[e] = Infinity;
    } else if (network.steps[e]) {
      forward[e] = flat_s * profile.steps_factor;
      backward[e] = forward[e];
    } else if (network.slope[e] > steepest) {
      forward[e] = Infinity;
      backward[e] = Infinity;
    } else {
      forward[e] = onSlopes ? flat_s * Math.max(network.slopeForward[e], 1) : flat_s;
      backward[e] = onSlopes ? flat_s * Math.max(network.slopeBackward[e], 1) : flat_s;
    }
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
