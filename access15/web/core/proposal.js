// Files of proposals: GeoJSON that the page saves and opens again, and Python reads (access15/sources/proposals/files.py).
// What comes from a file is only ever text and numbers.

import { placeOf } from "./change/changes.js";
import { saved } from "./numbers.js";

const [FORMAT, VERSION] = ["access15-proposal", 1];

export const MAX_PROPOSALS = 6;
export const MAX_CHANGES = 200;
export const MAX_NOTES = 200;
export const MAX_BYTES = 2_000_000;

const ID_SIGNS = 200;

const BEYOND_M = 300; // how far outside the streets a place may be put

const [NAME_SIGNS, TEXT_SIGNS, ORIGIN_SIGNS] = [200, 500, 300];

/** What a change says of where it comes from: how good its place is, how far it has come, who says so. */
export const ORIGIN = /** @type {const} */ (["precision", "state", "source"]);

// What a kind of change needs beside its place.
const KINDS = new Map([
  ["add_facility", { geometry: "Point", needs: ["name", "category"] }],
  ["move_facility", { geometry: "Point", needs: ["facility_id"] }],
  ["remove_facility", { geometry: "", needs: ["facility_id"] }],
  ["set_door", { geometry: "Point", needs: ["facility_id"] }],
  ["add_link", { geometry: "LineString", needs: [] }],
  ["close_link", { geometry: "Point", needs: [] }],
  ["remove_steps", { geometry: "Point", needs: [] }],
  ["add_kerb_ramp", { geometry: "Point", needs: [] }],
  ["add_bench", { geometry: "Point", needs: [] }],
  ["note", { geometry: "Point", needs: ["text"] }],
]);

/** What is done to a facility that is there; one of them for each. */
export const FACILITY_CHANGES = new Set(["move_facility", "remove_facility", "set_door"]);

/** A file that cannot be used: `problems` lists all that is wrong, `code` and `values` the first of it. */
export class ProposalError extends Error {
  /** @param {{code: string, values: {[name: string]: any}}[]} problems */
  constructor(problems) {
    super(problems.map(({ code, values }) => `${code} ${JSON.stringify(values)}`).join("; "));
    this.name = "ProposalError";
    this.problems = problems;
    this.code = problems[0].code;
    this.values = problems[0].values;
  }
}

/** @param {string} code @param {{[name: string]: any}} [values] @returns {never} */
const refuse = (code, values = {}) => {
  throw new ProposalError([{ code, values }]);
};

/** @param {any} value @returns {boolean} whether it has named members */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param {any} value @param {number} most @returns {boolean} */
const isText = (value, most) =>
  typeof value === "string" && value !== "" && [...value].length <= most && !/\p{Surrogate}/u.test(value); // half a sign

/** @param {string} text @returns {any} */
const parse = (text) => {
  if (new TextEncoder().encode(text).length > MAX_BYTES) {
    refuse("too_large", { bytes: MAX_BYTES });
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return refuse("not_json");
  }
};

/** @param {any} file @param {Session} session @returns {any} the file's foreign member */
const checkHead = (file, session) => {
  if (!isObject(file) || file.type !== "FeatureCollection" || !isObject(file.access15) || !Array.isArray(file.features)) {
    refuse("not_proposals");
  }
  const head = file.access15;
  if (head.format !== FORMAT) {
    refuse("wrong_format", { format: String(head.format) });
  }
  if (head.version !== VERSION) {
    refuse("wrong_version", { version: String(head.version), known: VERSION });
  }
  const { study, area } = session.data;
  if (head.study !== study || head.area !== area.id) {
    refuse("other_area", { study: String(head.study), area: String(head.area), here: area.id });
  }
  return head;
};

/** @param {any} head @param {string} fileName @returns {Proposal[]} without changes */
const readHeads = (head, fileName) => {
  const stated = head.proposals === undefined ? [] : head.proposals;
  if (!Array.isArray(stated)) {
    refuse("bad_head", { id: "" });
  }
  if (stated.length > MAX_PROPOSALS) {
    refuse("too_many_proposals", { n: stated.length, most: MAX_PROPOSALS });
  }
  const heads = stated.length ? stated : [{ id: "a", name: fileName }];
  const ids = new Set();
  return heads.map((/** @type {any} */ one) => {
    const votes = isObject(one) && one.votes !== undefined ? one.votes : 0;
    const isGood = isObject(one) && isText(one.id, 60) && isText(one.name, NAME_SIGNS);
    if (!isGood || !Number.isInteger(votes) || votes < 0 || votes > 10_000) {
      refuse("bad_head", { id: isObject(one) ? String(one.id) : "" });
    }
    if (ids.has(one.id)) {
      refuse("double_id", { id: one.id });
    }
    ids.add(one.id);
    return { id: one.id, name: one.name, votes, changes: [], notes: [] };
  });
};

/** @param {any} place @returns {boolean} longitude and latitude */
const isPlace = (place) =>
  Array.isArray(place) &&
  place.length === 2 &&
  place.every(Number.isFinite) &&
  Math.abs(place[0]) <= 180 &&
  Math.abs(place[1]) <= 90;

/** Places of a geometry; null where it is not what the change needs. @param {any} geometry @param {string} type */
const placesOf = (geometry, type) => {
  if (type === "" && (geometry === null || geometry === undefined)) {
    return [];
  }
  const wanted = type || "Point";
  if (!isObject(geometry) || geometry.type !== wanted || !Array.isArray(geometry.coordinates)) {
    return null;
  }
  const places = wanted === "Point" ? [geometry.coordinates] : geometry.coordinates;
  const isRight = places.length === (wanted === "Point" ? 1 : 2) && places.every(isPlace);
  return isRight ? /** @type {[number, number][]} */ (places) : null;
};

/** What is wrong with a feature, if anything. @param {any} feature @param {Session} session @returns {string} */
const faultOf = (feature, session) => {
  if (!isObject(feature) || feature.type !== "Feature" || !isObject(feature.properties)) {
    return "not_feature";
  }
  const { id, properties } = feature;
  const isNamed = id === undefined || id === null || id === "" || Number.isInteger(id) || isText(id, ID_SIGNS);
  if (!isNamed) {
    return "wrong_id";
  }
  const kind = KINDS.get(properties.change);
  if (!kind) {
    return "unknown_change";
  }
  const places = placesOf(feature.geometry, kind.geometry);
  if (!places) {
    return "wrong_place";
  }
  const most = (/** @type {string} */ name) => (name === "text" ? TEXT_SIGNS : NAME_SIGNS);
  const missing = kind.needs.find((name) => !isText(properties[name], most(name)));
  if (missing !== undefined) {
    return `no_${missing}`;
  }
  const { capacity, category } = properties;
  if (properties.change === "add_facility" && !session.targets.includes(category)) {
    return "unknown_category";
  }
  if (capacity !== undefined && capacity !== null && !(Number.isFinite(capacity) && capacity > 0)) {
    return "wrong_capacity";
  }
  const origin = ORIGIN.map((name) => properties[name]).filter((one) => one !== undefined && one !== null && one !== "");
  if (!origin.every((one) => isText(one, ORIGIN_SIGNS))) {
    return "wrong_origin";
  }
  if (places.length === 2 && places[0].every((number, k) => number === places[1][k])) {
    return "same_place";
  }
  return places.every((place) => isInside(session, place)) ? "" : "outside";
};

/** Whether a place is not far outside the streets. @param {Session} session @param {[number, number]} place */
const isInside = (session, place) => {
  const [x, y] = placeOf(session, ...place);
  const { west, south, east, north } = session.box;
  return x >= west - BEYOND_M && x <= east + BEYOND_M && y >= south - BEYOND_M && y <= north + BEYOND_M;
};

/** @param {any} feature a good one @param {string} id @returns {Change} */
const readChange = (feature, id) => {
  const { change, name, category, capacity, facility_id, base } = feature.properties;
  const [place = [null, null], to = null] = placesOf(feature.geometry, KINDS.get(change)?.geometry || "") || [];
  /** @type {Change} */
  const read = { id, change, lon: place[0], lat: place[1] };
  if (to) {
    [read.lon2, read.lat2] = to;
  }
  if (change === "add_facility") {
    Object.assign(read, { name, category, capacity: capacity === undefined ? null : capacity });
  }
  if (FACILITY_CHANGES.has(change)) {
    read.facility_id = facility_id;
    read.base = isPlace(base) ? base : null;
  }
  const origin = ORIGIN.filter((one) => feature.properties[one]).map((one) => [one, feature.properties[one]]);
  return Object.assign(read, Object.fromEntries(origin));
};

/** Ids for all features, every one once. @param {any[]} features @returns {string[]} */
const nameFeatures = (features) => {
  /** @type {Set<string>} */
  const taken = new Set();
  return features.map((feature, i) => {
    const given = isObject(feature) ? feature.id : undefined;
    const isGiven = typeof given === "string" || Number.isInteger(given);
    const id = isGiven ? String(given) : `feature ${i + 1}`;
    let name = id;
    for (let k = 2; taken.has(name); k += 1) {
      name = `${id} (${k})`;
    }
    taken.add(name);
    return name;
  });
};

/**
 * What changes ask for that is not here (told), or that no file may ask for (refused).
 * @param {Proposal[]} proposals @param {Session} session
 */
const checkFacilities = (proposals, session) => {
  const [warnings, problems] = [[], []].map(() => /** @type {{code: string, values: any}[]} */ ([]));
  for (const proposal of proposals) {
    const touched = new Set();
    for (const { id, facility_id } of proposal.changes.filter((change) => change.facility_id !== undefined)) {
      const values = { proposal: proposal.name, id, facility_id };
      if (!session.facilityRow.has(String(facility_id))) {
        warnings.push({ code: "unknown_facility", values });
      }
      if (touched.has(facility_id)) {
        problems.push({ code: "changed_twice", values });
      }
      touched.add(facility_id);
    }
  }
  return { warnings, problems };
};

/**
 * What else the file was made on: other streets, another moment, other minutes; then its numbers were others.
 * @param {any} head @param {Session} session @returns {{code: string, values: any}[]}
 */
const compareHeads = (head, session) => {
  const warnings = [];
  if (head.network && head.network !== session.data.network_hash) {
    warnings.push({ code: "other_network", values: { network: String(head.network) } });
  }
  if ((head.at || null) !== session.data.at) {
    warnings.push({ code: "other_moment", values: { file: String(head.at || "…"), page: session.data.at || "…" } });
  }
  const made = Array.isArray(head.cutoffs_min) ? head.cutoffs_min : session.cutoffs_min;
  if (String(made) !== String(session.cutoffs_min)) {
    warnings.push({ code: "other_cutoffs", values: { file: made.join("/"), page: session.cutoffs_min.join("/") } });
  }
  return warnings;
};

/**
 * Reads a file of proposals.
 * @param {string} text @param {Session} session @param {string} [fileName] names a proposal that has no name
 * @returns {{proposals: Proposal[], warnings: {code: string, values: any}[], head: any}}
 * @throws {ProposalError} if it cannot be used
 */
export const readProposalFile = (text, session, fileName = "a") => {
  const file = parse(text);
  const head = checkHead(file, session);
  const proposals = readHeads(head, [...(fileName || "a")].slice(0, NAME_SIGNS).join(""));
  const byId = new Map(proposals.map((proposal) => [proposal.id, proposal]));
  const ids = nameFeatures(file.features);
  /** @type {{code: string, values: any}[]} */
  const problems = [];
  file.features.forEach((/** @type {any} */ feature, /** @type {number} */ i) => {
    const named = isObject(feature) && isObject(feature.properties) ? feature.properties.proposal : undefined;
    const proposal = named === undefined || named === null ? proposals[0] : byId.get(named);
    const fault = faultOf(feature, session) || (proposal ? "" : "unknown_proposal");
    if (fault || !proposal) {
      problems.push({ code: fault, values: { number: i + 1, id: ids[i] } });
    } else if (feature.properties.change === "note") {
      const [lon, lat] = feature.geometry.coordinates;
      const number = proposal.notes.length + 1;
      proposal.notes.push({ id: ids[i], lon, lat, text: feature.properties.text, number });
    } else {
      proposal.changes.push(readChange(feature, ids[i]));
    }
  });
  for (const { id, name, changes, notes } of proposals) {
    if (changes.length > MAX_CHANGES) {
      problems.push({ code: "too_many_changes", values: { id, name, n: changes.length, most: MAX_CHANGES } });
    }
    if (notes.length > MAX_NOTES) {
      problems.push({ code: "too_many_notes", values: { id, name, n: notes.length, most: MAX_NOTES } });
    }
  }
  const { warnings, problems: doubles } = checkFacilities(proposals, session);
  problems.push(...doubles);
  if (problems.length) {
    throw new ProposalError(problems);
  }
  return { proposals, warnings: [...compareHeads(head, session), ...warnings], head };
};

/** @param {Change | Note} one @param {string} change @param {string} proposal @returns {any} a feature */
const writeFeature = (one, change, proposal) => {
  const { id, lon, lat, ...rest } = /** @type {any} */ (one);
  const place = (/** @type {number} */ a, /** @type {number} */ b) => [saved(a), saved(b)];
  const isPlaced = Number.isFinite(lon) && Number.isFinite(lat);
  const point = isPlaced ? { type: "Point", coordinates: place(lon, lat) } : null;
  const line = () => ({ type: "LineString", coordinates: [place(lon, lat), place(rest.lon2, rest.lat2)] });
  const names = ["name", "category", "capacity", "facility_id", "base", "text", "number", ...ORIGIN];
  const stated = names.filter((name) => rest[name] !== undefined && rest[name] !== null && rest[name] !== "");
  return {
    type: "Feature",
    id,
    geometry: change === "add_link" ? line() : point,
    properties: { proposal, change, ...Object.fromEntries(stated.map((name) => [name, rest[name]])) },
  };
};

/**
 * Writes proposals as a file; the same text for the same proposals.
 * @param {Session} session @param {Proposal[]} proposals
 * @param {{created?: string, active?: string, profile?: string, category?: string, results?: any}} chosen
 * @returns {string}
 */
export const writeProposalFile = (session, proposals, chosen = {}) => {
  const { study, area, network_hash, at } = session.data;
  const file = {
    type: "FeatureCollection",
    access15: {
      format: FORMAT,
      version: VERSION,
      study,
      area: area.id,
      network: network_hash,
      created: chosen.created || "",
      ...(at ? { at } : {}),
      ...(chosen.active ? { active: chosen.active } : {}),
      ...(chosen.profile ? { profile: chosen.profile } : {}),
      ...(chosen.category ? { category: chosen.category } : {}),
      cutoffs_min: session.cutoffs_min,
      proposals: proposals.map(({ id, name, votes }) => ({ id, name, votes })),
      ...(chosen.results ? { results: chosen.results } : {}),
    },
    features: proposals.flatMap((proposal) => [
      ...proposal.changes.map((change) => writeFeature(change, change.change, proposal.id)),
      ...proposal.notes.map((note) => writeFeature(note, "note", proposal.id)),
    ]),
  };
  return `${JSON.stringify(file, null, 1)}\n`;
};

/** A proposal without changes. @param {string} [id] @param {string} [name] @returns {Proposal} */
export const baseProposal = (id = "a", name = "A") => ({ id, name, votes: 0, changes: [], notes: [] });
