// Answers questions to the scripts of the session page, without a browser: JSON in, JSON out; infinity is null.

import fs from "node:fs";

import * as core from "./load_core.js";

/** @param {string} _key @param {unknown} value */
const plain = (_key, value) => (ArrayBuffer.isView(value) ? Array.from(/** @type {any} */ (value)) : value);
/** @param {Parts} parts */
const parts = ({ edge, from, to }) => ({ edge, from, to });

/** @param {Asked} asked */
const findGains = ({ session, world, question }) => {
  const candidates = core.putOnStreets(session, world.site, question.candidates || "corners");
  const gains = new core.Gains(world, question.target, candidates);
  while (!gains.isDone) {
    gains.step();
  }
  return gains;
};

// What may be asked of a world, by name.
/**
 * @typedef {{session: Session, streets: Streets, world: World, walk: Walk, question: any}} Asked
 * @type {Record<string, (asked: Asked) => unknown>}
 */
const ANSWERS = {
  times: ({ walk }) => walk.homeTime,
  nodes: ({ walk }) => walk.nodeTime,
  parts: ({ world, walk, question }) => parts(core.reachedParts(world, walk, question.cutoff_s)),
  covered: ({ session, walk }) => core.countPeople(session, walk.homeTime),
  compared: ({ session, world, walk, question }) => {
    const today = core.buildWorld(session, session.base, [], world.profile.id);
    return core.compare(core.walk(today, question.target, question.cutoff_s), walk);
  },
  plain_times: ({ world, question }) => core.walk({ ...world, rest: null }, question.target, question.cutoff_s).homeTime,
  gaps: ({ session, world, walk, question }) => {
    const unseated = core.walk({ ...world, rest: null }, question.target, question.cutoff_s).homeTime;
    const isIn = (/** @type {number} */ seconds) => seconds <= question.cutoff_s;
    return core.findGaps(world, walk, (home) => session.homes.people.all[home] > 0 && isIn(unseated[home]) && !isIn(walk.homeTime[home]));
  },
  exchanged: ({ session, world, walk, question }) => {
    const today = core.walk(core.buildWorld(session, session.base, [], world.profile.id), question.target, question.cutoff_s);
    return core.exchangeOf(today.homeTime, walk.homeTime, session.homes.people.all, question.cutoff_s);
  },
  costs: ({ world }) => {
    const { forward, backward, atU, atV } = world.site.costs;
    return { forward, backward, atU, atV };
  },
  streets: ({ streets }) => {
    const { u, v, length_m, x, y, vertexStart } = streets.network;
    const { pieceEdge, pieceStart, pieceStop, isLink, isClosed, problems } = streets;
    return { u, v, length_m, x, y, vertexStart, pieceEdge, pieceStart, pieceStop, isLink, isClosed, problems };
  },
  drawn: ({ streets }) => ({
    pieces: streets.pieces,
    links: streets.links,
    found: streets.found,
  }),
  minutes: ({ session, walk }) => core.nearestMinutes(session, walk.homeTime, "all"),
  sites: (asked) => {
    const { candidates, people } = findGains(asked);
    return { row: candidates.row, people };
  },
  best_sites: (asked) => {
    const gains = findGains(asked);
    const at = asked.session.cutoffs_min.length - 1;
    return Object.fromEntries(
      gains.groups.map((group) => {
        const [best = -1] = gains.rank(group, at);
        return [group, [best, best < 0 ? 0 : gains.people[group][at][best]]];
      }),
    );
  },
  apart: (asked) => {
    const gains = findGains(asked);
    const { group } = asked.question;
    const at = asked.session.cutoffs_min.length - 1;
    const { points, row } = gains.candidates;
    return core.takeApart(gains, gains.rank(group, at), 3, 400).map((one) => ({
      ...points.places[row[one]],
      gained: gains.people[group][at][one],
    }));
  },
  houses: (asked) => findHouses(asked),
  links: ({ world, question }) =>
    (question.homes || Array.from(world.site.homeDoors.edge.keys())).map((/** @type {number} */ i) =>
      core.linksThatMayHelp(world, doorOf(world, i), question.target),
    ),
  missing: ({ session }) => session.missing,
  home_doors: ({ world }) => world.site.homeDoors,
  doors: ({ world }) => world.doors,
  facilities: ({ world }) => world.facilities,
  unplaced: ({ world }) => world.unplaced,
};

/** @param {World} world @param {number} i @returns {Doors} of one home */
const doorOf = ({ site }, i) => ({
  n: 1,
  owner: Int32Array.of(0),
  edge: site.homeDoors.edge.slice(i, i + 1),
  fraction: site.homeDoors.fraction.slice(i, i + 1),
  snap_m: site.homeDoors.snap_m.slice(i, i + 1),
});

/** Ways from every home: to the nearest place and the next, street by street, and what alone would shorten them. @param {Asked} asked */
const findHouses = ({ world, question }) => {
  const { homeDoors } = world.site;
  return Array.from({ length: homeDoors.n }, (_, i) => {
    const door = doorOf(world, i);
    const ways = core.waysFrom(world, door, question.target, question.cutoff_s);
    return {
      ways: ways.map((way) => ({ ...way, rows: core.tellWay(world, way) })),
      helps: core.whatHelps(world, door, question.target, question.cutoff_s, question.pace_ms),
    };
  });
};

/** @type {Map<Session, Walk>} */
const lastWalks = new Map();

/** @param {Session[]} sessions @param {any} question */
const answer = (sessions, question) => {
  const session = sessions[question.session];
  if (question.snap) {
    const isOpen = (/** @type {number} */ e) => session.join.isOpen[e] === 1;
    return question.snap.map((/** @type {[number, number]} */ [x, y]) => {
      const found = core.nearestEdge(session.grid, session.streets, session.base.firstPiece, isOpen, x, y, question.limit_m);
      const fraction = found.edge < 0 ? 0 : core.locate(session.streets, found.edge, x, y);
      return [found.edge, fraction, found.away_m];
    });
  }
  if (question.file !== undefined) {
    try {
      return core.readProposalFile(question.file, session);
    } catch (error) {
      if (!(error instanceof core.ProposalError)) {
        throw error;
      }
      return { error: error.code, values: error.values, message: error.message };
    }
  }
  if (question.write) {
    return core.writeProposalFile(session, question.write, question.chosen);
  }
  const changes = question.changes || [];
  const streets = core.changeStreets(session, changes);
  const world = core.buildWorld(session, streets, changes, question.profile);
  const walk = core.walk(world, question.target, question.cutoff_s, question.reuse ? lastWalks.get(session) : null);
  lastWalks.set(session, walk);
  const all = { session, streets, world, walk, question };
  return Object.fromEntries(question.want.map((/** @type {string} */ name) => [name, ANSWERS[name](all)]));
};

const asked = JSON.parse(fs.readFileSync(0, "utf8"));
const sessions = asked.sessions.map(core.readSession);
// each answer is written down at once: a later question may write over the arrays of an earlier walk
const answers = asked.questions.map((/** @type {any} */ question) => JSON.stringify(answer(sessions, question), plain));
process.stdout.write(`[${answers.join(",")}]`);
