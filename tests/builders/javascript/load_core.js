"use strict";
// The scripts of the session page that compute, without a browser.

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const CORE = path.join(__dirname, "..", "..", "..", "access15", "web", "core");
const NAMES = [
  "../map/decode",
  "session",
  "snap",
  "streets",
  "doors",
  "walk",
  "reach",
  "seat_walk",
  "seat_reach",
  "proposal",
];

exports.loadCore = () => {
  for (const name of NAMES) {
    const file = path.join(CORE, `${name}.js`);
    vm.runInThisContext(fs.readFileSync(file, "utf8"), { filename: file });
  }
  return globalThis.access15.core;
};
