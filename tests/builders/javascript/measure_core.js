// Measures what a session page computes while somebody drags a facility. JSON in: {session, profile, target, places}.
// JSON out: milliseconds of every step.

import fs from "node:fs";
import { performance } from "node:perf_hooks";

import * as core from "./load_core.js";

const { session: data, profile, target, places } = /** @type {any} */ (JSON.parse(fs.readFileSync(0, "utf8")));

/** @type {Record<string, number[]>} */
const spent = { readSession: [], changeStreets: [], firstWorld: [], drag: [], search: [], parts: [], house: [] };
/**
 * @template T
 * @param {string} name @param {() => T} run
 */
const timed = (name, run) => {
  const begin = performance.now();
  const found = run();
  spent[name].push(performance.now() - begin);
  return found;
};

const session = timed("readSession", () => core.readSession(data));
/** @param {[number, number]} from @param {[number, number]} to @param {number} i @returns {Change} */
const link = ([lon, lat], [lon2, lat2], i) => ({ id: `l${i}`, change: "add_link", lon, lat, lon2, lat2 });
for (let i = 0; i < 8; i += 1) {
  const changes = [link(places[i], places[i + 1], i)];
  const streets = timed("changeStreets", () => core.changeStreets(session, changes));
  timed("firstWorld", () => core.buildWorld(session, streets, changes, profile));
}
const before = core.walk(core.buildWorld(session, session.base, [], profile), target);
/** @type {Walk | null} */
let walk = null;
for (const [i, [lon, lat]] of places.entries()) {
  const changes = [{ id: "c", change: "add_facility", name: "New", category: target, lon, lat }];
  const begin = performance.now();
  const world = core.buildWorld(session, core.changeStreets(session, changes), changes, profile);
  const middle = performance.now();
  const found = core.walk(world, target, session.longest_s, walk);
  const searched = performance.now();
  core.countPeople(session, found.homeTime);
  core.compare(before, found);
  walk = found;
  if (i >= 20) {
    // the first steps are still being compiled
    spent.search.push(searched - middle);
    spent.drag.push(performance.now() - begin);
  }
  if (i >= 20 && i % 10 === 0) {
    timed("parts", () => session.cutoffs_min.map((/** @type {number} */ cutoff) => core.reachedParts(world, found, 60 * cutoff)));
  }
}
const today = core.buildWorld(session, session.base, [], profile);
for (const [i, [lon, lat]] of places.entries()) {
  const begin = performance.now();
  const door = core.doorAt(session, session.base, lon, lat);
  const ways = core.waysFrom(today, door, target, 3600);
  ways.slice(0, 1).forEach((way) => core.tellWay(today, way));
  if (!ways[0] || ways[0].seconds > session.longest_s) {
    core.whatHelps(today, door, target, session.longest_s, 1.4);
  }
  if (i >= 20) {
    spent.house.push(performance.now() - begin);
  }
}
process.stdout.write(JSON.stringify(spent));
