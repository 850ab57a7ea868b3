"use strict";
// The scripts of the session page that compute, without a browser.

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const ASSETS = path.join(__dirname, "..", "..", "access15", "outputs", "assets");
const NAMES = [
  "decode",
  "core",
  "core_snap",
  "core_streets",
  "core_world",
  "core_walk",
  "core_reach",
  "core_seats",
  "core_seat_reach",
  "core_proposal",
];

exports.loadCore = () => {
  for (const name of NAMES) {
    const file = path.join(ASSETS, `${name}.js`);
    vm.runInThisContext(fs.readFileSync(file, "utf8"), { filename: file });
  }
  return globalThis.access15.core;
};
