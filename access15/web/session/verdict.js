// The verdict on proposals: below the minutes a map of each, who gains and who loses by group, walker and street, what
// was written; on the screen, and on one sheet of A3 when somebody prints it.

import { byId, make } from "../map/elements.js";
import { capital, nameOfCard, shorten, whole } from "./text.js";

/** @typedef {import("./comparison.js").ComparisonParts} VerdictParts */

const [FEW_STREETS, FEW_LINES, LINE_SIGNS] = [5, 6, 160];
const [MAP_PIXELS, DOT, LARGE_DOT] = [360, 1.6, 3];
const COLOURS = { reached: "#9dbad6", far: "#3c0f57", gained: "#00695c", lost: "#d9660b" }; // as in documents
const PIXELS_PER_MM = 96 / 25.4;
const [SHEET_MM, MARGIN_MM, LARGEST, SMALLER] = [[420, 297], 10, 1.5, 0.96];

/** Who gains and who loses, both always. @param {VerdictParts} parts @param {Change[]} changes @param {string} profile @param {string} group @param {number} at */
export const tellMoves = ({ speech, model, store }, changes, profile, group, at) => {
  const { gained, lost } = model.exchange(changes, profile, store.choice.target, group, at);
  const told = make("span", "", "moves");
  told.append(make("span", `+${speech.number(gained)}`, "gain"), " ", make("span", `−${speech.number(lost)}`, "loss"));
  return told;
};

/** People, their share, who gains and who loses. @param {VerdictParts} parts @param {Change[]} changes @param {string} profile @param {string} group */
const makeCell = (parts, changes, profile, group) => {
  const { speech, model, data, store } = parts;
  const at = data.cutoffs_min.length - 1;
  const { before, after } = model.cell(changes, profile, store.choice.target, group, at);
  const { all, isAtMost } = model.peopleOf(profile, group);
  const cell = make("td");
  if (after === null) {
    cell.append(speech.say("unknown"));
    return cell;
  }
  cell.append(make("span", speech.number(after), "number"), ` (${speech.bounded(all ? after / all : 0, isAtMost)}) `);
  if (before !== null && changes !== model.today) {
    cell.append(tellMoves(parts, changes, profile, group, at));
  }
  return cell;
};

/** A row: its head, today, every proposal. @param {VerdictParts} parts @param {(Node | string)[]} head @param {(changes: Change[], one: Proposal | null) => Node} cellOf */
const makeRow = ({ model, store }, head, cellOf) => {
  const [row, first] = [make("tr"), make("th", "", "", { scope: "row" })];
  first.append(...head);
  row.append(first, cellOf(model.today, null), ...store.history.now.proposals.map((one) => cellOf(one.changes, one)));
  return row;
};

/** Rows under a head of their own. @param {VerdictParts} parts @param {string} title @param {HTMLElement[]} rows */
const makeBody = ({ store }, title, rows) => {
  const [body, row] = [make("tbody"), make("tr")];
  row.append(make("th", title, "verdict-head", { scope: "rowgroup", colspan: String(2 + store.history.now.proposals.length) }));
  body.append(row, ...rows);
  return body;
};

/** Homes of the group by what becomes of them. @param {VerdictParts} parts @param {Change[]} changes @param {string} name */
const drawMap = ({ speech, model, data, store }, changes, name) => {
  const { profile, target, group } = store.choice;
  const { homes, longest_s } = model.session;
  const [was, is] = [model.today, changes].map((one) => model.walk(one, profile, target).homeTime);
  const places = Array.from(homes.people[group].keys(), (i) => model.homeUnits(i));
  const [xs, ys] = [0, 1].map((k) => places.map((place) => place[k]));
  const span = (/** @type {number[]} */ all) => all.reduce(([least, most], one) => [Math.min(least, one), Math.max(most, one)], [Infinity, -Infinity]);
  const [[west, east], [north, south]] = [span(xs), span(ys)];
  const scale = (MAP_PIXELS - 2 * LARGE_DOT) / Math.max(east - west, south - north, 1);
  const { gained, lost } = model.exchange(changes, profile, target, group, data.cutoffs_min.length - 1);
  const told = speech.say("verdict_map", { name, gained: speech.number(gained), lost: speech.number(lost) });
  const canvas = make("canvas", "", "verdict-map", { role: "img", "aria-label": told });
  canvas.width = Math.ceil(scale * (east - west) + 2 * LARGE_DOT);
  canvas.height = Math.ceil(scale * (south - north) + 2 * LARGE_DOT);
  const context = canvas.getContext("2d");
  const at = (/** @type {[number, number]} */ [x, y]) => [LARGE_DOT + scale * (x - west), LARGE_DOT + scale * (y - north)];
  const isKnown = model.isKnown(model.today, target);
  /** @param {number} i */
  const kindOf = (i) => {
    const [before, after] = [isKnown && was[i] <= longest_s, model.isKnown(changes, target) && is[i] <= longest_s];
    if (before) {
      return after ? "reached" : "lost";
    }
    return after ? "gained" : "far";
  };
  const kinds = places.map((_, i) => kindOf(i));
  for (const kind of /** @type {const} */ (["far", "reached", "gained", "lost"])) {
    const radius = kind === "far" || kind === "reached" ? DOT : LARGE_DOT;
    places.forEach((place, i) => {
      if (context && kinds[i] === kind && homes.people[group][i] > 0) {
        const [x, y] = at(place);
        context.fillStyle = COLOURS[kind];
        context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
      }
    });
  }
  const cell = make("td");
  cell.append(canvas);
  return cell;
};

/** Names of the colours. @param {VerdictParts} parts */
const makeKey = ({ speech }) => {
  const key = make("p", "", "verdict-key");
  for (const [kind, colour] of Object.entries(COLOURS)) {
    const square = make("span", "", "verdict-colour");
    square.style.background = colour;
    key.append(square, " ", speech.say(`verdict_${kind}`), " ");
  }
  return key;
};

/** People by street who gain, or who lose, the most first. @param {VerdictParts} parts @param {Change[]} changes @param {"gained" | "lost"} kind */
export const listStreets = ({ model, store }, changes, kind) => {
  const { profile, target, group } = store.choice;
  const [was, is] = [model.today, changes].map((one) => model.walk(one, profile, target).homeTime);
  const { homes, longest_s } = model.session;
  /** @type {Map<string, number>} */
  const found = new Map();
  homes.people[group].forEach((people, i) => {
    const [from, to] = kind === "gained" ? [is, was] : [was, is];
    if (people > 0 && from[i] <= longest_s && !(to[i] <= longest_s)) {
      const street = model.homeStreet(i);
      found.set(street, (found.get(street) || 0) + people);
    }
  });
  return [...found].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
};

/** A list cut where it is long. @param {VerdictParts} parts @param {string[]} lines @param {number} most */
const makeList = ({ speech }, lines, most) => {
  const [cell, list] = [make("td", "", "verdict-list"), make("ul")];
  const rest = lines.length > most ? [speech.say("verdict_more", { n: speech.number(lines.length - most) })] : [];
  list.append(...[...lines.slice(0, most), ...rest].map((line) => make("li", line, "", { dir: "auto" })));
  cell.append(...(lines.length ? [list] : ["–"]));
  return cell;
};

/** @param {VerdictParts} parts @param {"gained" | "lost"} kind */
const makeStreets = (parts, kind) => {
  const { speech, model, store } = parts;
  /** @param {number} people */
  const count = (people) => (people < 0.5 ? "<1" : speech.number(whole(people)));
  const [sign, key] = kind === "gained" ? ["+", "verdict_streets_gained"] : ["−", "verdict_streets_lost"];
  return makeRow(parts, [speech.say(key)], (changes, one) => {
    if (!one || !model.isKnown(model.today, store.choice.target)) {
      return make("td");
    }
    const lines = listStreets(parts, changes, kind).map(([street, people]) => `${shorten(street) || speech.say("no_street_name")} ${sign}${count(people)}`);
    return makeList(parts, lines, FEW_STREETS);
  });
};

/** Everything below the minutes of each proposal. @param {VerdictParts} parts */
export const makeVerdict = (parts) => {
  const { speech, model, data, store, sentences } = parts;
  const { profile, group } = store.choice;
  const minutes = sentences.lastCutoff();
  const nameOf = (/** @type {string} */ id) => nameOfCard(speech.label(/** @type {PageProfile} */ (model.profileOf.get(id)).who));
  const paceOf = (/** @type {string} */ id) => make("small", `${nameOf(id)}, ${data.paces[id][speech.lang]}`, "pace");
  const groups = data.groups.map(({ id, label }) => {
    const own = model.ownWalker(id);
    return makeRow(parts, [capital(speech.label(label)), paceOf(own)], (changes) => makeCell(parts, changes, own, id));
  });
  const walkers = data.profiles.map(({ id }) => makeRow(parts, [paceOf(id)], (changes) => makeCell(parts, changes, id, group)));
  const notes = (/** @type {Proposal | null} */ one) => (one ? makeList(parts, one.notes.map(({ text }) => shorten(text, LINE_SIGNS)), FEW_LINES) : make("td"));
  const changed = (/** @type {Proposal | null} */ one) =>
    one ? makeList(parts, one.changes.map((change) => sentences.change(change, one.changes)), FEW_LINES) : make("td");
  const map = makeRow(parts, [makeKey(parts)], (changes, one) => drawMap(parts, changes, one ? shorten(one.name) : speech.say("today")));
  const pace = shorten(nameOf(profile));
  return [
    makeBody(parts, speech.say("verdict_maps", { minutes, pace }), [map]),
    makeBody(parts, speech.say("verdict_groups", { minutes }), groups),
    makeBody(parts, speech.say("verdict_walkers", { minutes, who: sentences.who() }), walkers),
    makeBody(parts, speech.say("verdict_streets", { minutes, pace }), [makeStreets(parts, "gained"), makeStreets(parts, "lost")]),
    makeBody(parts, speech.say("verdict_said"), [
      makeRow(parts, [speech.say("n_changes")], (_, one) => changed(one)),
      makeRow(parts, [speech.say("notes")], (_, one) => notes(one)),
    ]),
  ];
};

/** While the comparison is open, what is printed is the verdict: as large as one sheet has room for. */
export const prepareVerdict = () => {
  const [dialog, paper, verdict] = ["compare-dialog", "verdict-paper", "verdict"].map(byId);
  byId("verdict-print").addEventListener("click", () => window.print());
  window.addEventListener("beforeprint", () => {
    if (!dialog.hasAttribute("open")) {
      return;
    }
    document.body.classList.add("a15-verdict");
    paper.append(verdict);
    const [width, height] = SHEET_MM.map((side) => PIXELS_PER_MM * (side - 2 * MARGIN_MM) - 2);
    let zoom = LARGEST;
    do {
      paper.style.zoom = String(zoom);
      paper.style.width = `${Math.floor(width / zoom)}px`;
      zoom *= SMALLER;
    } while (paper.getBoundingClientRect().height > height && zoom > 0.1);
  });
  window.addEventListener("afterprint", () => {
    document.body.classList.remove("a15-verdict");
    dialog.prepend(verdict);
  });
};
