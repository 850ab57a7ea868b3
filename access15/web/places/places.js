// The page of a study's places: its units, put together.

import { CanvasLayer, Shapes } from "../map/canvas.js";
import { homeControl, settleMap } from "../map/controls.js";
import { byId, find, make, readData } from "../map/elements.js";
import { addPanes, baseShapes } from "../map/layers.js";
import { paintBase, paintOutline } from "../map/paint.js";
import { buttonBoxes, findOccupied, writeNames } from "../map/writing.js";
import { showHint } from "../session/asking.js";
import { listenForSteps } from "../session/keys.js";
import { sayAll } from "../session/parts.js";
import { Strip } from "../session/strip.js";
import { shorten, Speech } from "../session/text.js";
import { Book } from "./book.js";
import { writeCard } from "./card.js";
import { saveReview } from "./file.js";
import { latLngOf, metresBetween, placeOf, placeOfDoor } from "./ground.js";
import { showLine, writeFilters, writeList } from "./list.js";
import { Marks } from "./marks.js";
import { edits } from "./state.js";
import { Tools } from "./tools.js";

const PANES = { base: 150, outline: 380, writing: 450 };
const NEAR = 17; // zoom at which a door is told from the next one
const NEAREST = 19.5;
const APART_PIXELS = 60; // a point and its door, each under a finger of its own
const EQUATOR_M = 40_075_017;

/** Today, where the person is. */
const today = () => {
  const now = new Date();
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
};

/** Streets, outlines and names below the signs. @param {L.Map} map @param {PlacesData} data @param {() => import("../map/writing.js").Sign[]} signs */
const drawGround = (map, data, signs) => {
  addPanes(map, PANES);
  /** @param {keyof typeof PANES} name @param {Paint} paint */
  const layer = (name, paint) => new CanvasLayer(data.frame, paint, { pane: `a15-${name}` }).addTo(map);
  const bases = data.base.map((one) => {
    const roads = Object.entries(one.roads).map(([kind, text]) => [kind, new Shapes(text, { closed: false })]);
    return paintBase(baseShapes(one, Object.fromEntries(roads)));
  });
  const outlines = data.areas.map(({ zones }) => paintOutline(new Shapes(zones, { closed: true })));
  return {
    base: layer("base", (context, view) => bases.forEach((paint) => paint(context, view))),
    outline: layer("outline", (context, view) => outlines.forEach((paint) => paint(context, view))),
    writing: layer("writing", (context, view) => {
      writeNames(context, view, data.names, findOccupied(context, view, signs(), buttonBoxes(map)));
    }),
  };
};

/** Zoom at which a point and its doors can be taken hold of apart. @param {Book} book @param {LonLat} point */
const zoomApart = (book, point) => {
  const taken = book.ways().filter((one) => one.taken);
  const doors = [...book.decision.doors, ...taken.map((one) => one.at)].map(placeOfDoor);
  const nearest_m = Math.max(0.1, Math.min(...doors.map((door) => metresBetween(door, point))));
  const around_m = EQUATOR_M * Math.cos((point.lat * Math.PI) / 180);
  return Math.min(NEAREST, Math.log2((APART_PIXELS * around_m) / (256 * nearest_m)));
};

/** Everything that is seen of the place that is looked at: its point, its answers, or its neighbourhood. @param {L.Map} map @param {Book} book */
const lookAt = (map, book) => {
  const point = placeOf(book.decision.point);
  const answers = book.place.candidates.map((one) => L.latLng(...one.point));
  if (point) {
    map.setView(latLngOf(point), Math.max(map.getZoom(), NEAR, zoomApart(book, point)), { animate: false });
  } else if (answers.length) {
    map.fitBounds(L.latLngBounds(answers).pad(0.3), { animate: false, maxZoom: NEAR });
  } else {
    const area = book.data.areas.find(({ id }) => id === book.filter.area) || book.data.areas[0];
    map.fitBounds(area.bounds, { animate: false });
  }
};

/** @param {Book} book @param {Speech} speech @param {Strip} strip @param {{onNext: () => void, onSettle: () => void}} done */
const makeActions = (book, speech, strip, { onNext, onSettle }) => {
  /** @param {string} key */
  const refuse = (key) => {
    strip.tell(speech.say(`problem_${key}`, { metres: speech.number(book.rules.max_door_m) }), true);
    return false;
  };
  /** @param {Decision[]} decisions @param {string} key */
  const done = (decisions, key) => {
    const name = shorten(book.place.name) || speech.say("no_name");
    if (book.take(decisions)) {
      onSettle();
      strip.tell(speech.say(key, { name }));
    }
    return true;
  };
  const at = () => book.selected;
  return {
    /** @param {Answer} answer */
    choose(answer) {
      const [lat, lon] = answer.point;
      const fault = book.faultOfPoint({ lat, lon });
      if (!fault) {
        done(edits.choose(book.now, at(), answer, book.rules, today()), "did_choose");
        return;
      }
      refuse(fault);
    },
    check() {
      if (!book.decision.point) {
        refuse("no_point");
        return;
      }
      const told = done(edits.check(book.now, at(), book.rules, today()), "did_check");
      if (told) {
        onNext();
      }
    },
    leave() {
      done(edits.leave(book.now, at(), book.place), "did_leave");
      onNext();
    },
    /** @param {LonLat} place */
    movePoint(place) {
      const fault = book.faultOfPoint(place);
      return fault ? refuse(fault) : done(edits.putPoint(book.now, at(), place, book.rules, today()), "did_move");
    },
    /** @param {LonLat} place */
    addDoor(place) {
      const fault = book.faultOfDoor(place);
      return fault ? refuse(fault) : done(edits.addDoor(book.now, at(), place), "did_door");
    },
    /** @param {number} door @param {LonLat} place */
    moveDoor(door, place) {
      const fault = book.faultOfDoor(place);
      return fault ? refuse(fault) : done(edits.moveDoor(book.now, at(), door, place), "did_door");
    },
    /** A door that was worked out is dragged: the others that are taken stay. @param {Way} way @param {LonLat} place */
    setDoor(way, place) {
      const fault = book.faultOfDoor(place);
      if (fault) {
        return refuse(fault);
      }
      const taken = book.ways().filter((one) => one.taken);
      const all = edits.takeDoors(book.now, at(), taken.map((one) => one.at));
      return done(edits.moveDoor(all, at(), taken.indexOf(way), place), "did_door");
    },
    /** @param {Way} way */
    takeWay(way) {
      const fault = book.faultOfDoor(placeOfDoor(way.at));
      return fault ? refuse(fault) : done(edits.takeDoors(book.now, at(), [way.at]), "did_door");
    },
    /** @param {number} door */
    removeDoor(door) {
      done(edits.removeDoor(book.now, at(), door), "did_door_remove");
    },
  };
};

/** @param {string} id @param {() => void} act */
const onPress = (id, act) =>
  byId(id).addEventListener("click", ({ currentTarget }) => {
    const isOff = currentTarget instanceof HTMLElement && currentTarget.getAttribute("aria-disabled") === "true";
    if (!isOff) {
      act();
    }
  });

/** @param {Book} book @param {() => void} onFilter */
const prepareFilters = (book, onFilter) => {
  for (const key of /** @type {const} */ (["kind", "area", "state"])) {
    const select = find(key, HTMLSelectElement);
    select.addEventListener("change", () => {
      book.filter = { ...book.filter, [key]: select.value };
      onFilter();
    });
  }
};

/** Sources and remarks, once for a language. @param {PlacesData} data @param {Speech} speech */
const writeSources = (data, speech) => {
  byId("sources").replaceChildren(
    ...data.facts[speech.lang].map(([head, text]) => {
      const told = make("p");
      told.append(make("strong", `${head}. `), make("bdi", text));
      return told;
    }),
  );
  byId("notices").replaceChildren(...data.notices[speech.lang].map((text) => make("p", text, "quiet", { dir: "auto" })));
};

/** @param {L.Map} map @param {string} dataId of the element that holds the page's data */
export const openPlaces = (map, dataId) => {
  /** @type {PlacesData} */
  const data = readData(dataId);
  const speech = new Speech(data.texts, data.lang, "look_");
  const book = new Book(data);
  const strip = new Strip(() => {});
  const nameMap = settleMap(map);
  homeControl("", () => lookAt(map, book), { "data-say": "home" }).addTo(map);

  // 1. what may be done, and what it is done with
  const select = (/** @type {number} */ at) => {
    tools.stop();
    book.select(at);
    lookAt(map, book);
    tools.show();
    showLine();
  };
  const actions = makeActions(book, speech, strip, {
    onNext: () => {
      const said = byId("said").textContent || "";
      select(book.next());
      strip.tell(said);
    },
    onSettle: () => tools.stop(),
  });
  const tools = new Tools({
    map,
    book,
    speech,
    strip,
    put: (tool, place) => (tool === "door" ? actions.addDoor(place) : actions.movePoint(place)),
  });
  const marks = new Marks({
    map,
    book,
    speech,
    actions: { ...actions, select, isPlacing: () => tools.isActive(), tap: (place) => tools.tap(place) },
  });
  const layers = drawGround(map, data, () => marks.taken());

  // 2. what is beside the map
  const parts = { book, speech, actions: { ...actions, start: (/** @type {string} */ tool) => tools.start(tool) } };
  const show = () => {
    writeList(parts, select);
    writeCard(parts);
    marks.sync();
    layers.writing.redraw();
  };
  book.onChange(show);
  prepareFilters(book, () => {
    const shown = book.shown();
    if (shown.length && !shown.includes(book.selected)) {
      select(shown[0]);
    } else {
      book.refresh();
    }
  });
  onPress("check", () => actions.check());
  onPress("leave", () => actions.leave());
  for (const tool of ["point", "door"]) {
    onPress(`put-${tool}`, () => (byId(`put-${tool}`).getAttribute("aria-pressed") === "true" ? tools.stop() : tools.start(tool)));
  }
  for (const way of /** @type {const} */ (["undo", "redo"])) {
    onPress(way, () => {
      tools.stop();
      if (book.step(way)) {
        lookAt(map, book);
        showLine();
        tools.show();
        strip.tell(speech.say(`did_${way}`));
      }
    });
  }
  listenForSteps();
  onPress("save", () => strip.tell(speech.say("did_save", { name: saveReview(book, today()) })));
  onPress("help", showHint);
  window.addEventListener("beforeunload", (event) => {
    if (!book.steps.isSaved()) {
      event.preventDefault();
    }
  });

  // 3. the language, and what is seen first
  const translate = () => {
    document.documentElement.lang = speech.lang;
    sayAll(speech, document);
    const title = speech.say("title", { study: data.name });
    document.title = title;
    byId("title").textContent = title;
    nameMap({
      hint: speech.say("map_hint"),
      zoomIn: speech.say("zoom_in"),
      zoomOut: speech.say("zoom_out"),
      attribution: data.attribution[speech.lang],
    });
    writeFilters(parts);
    writeSources(data, speech);
  };
  for (const input of document.querySelectorAll("input")) {
    if (input.name === "language") {
      input.addEventListener("change", () => {
        speech.use(input.value);
        translate();
        tools.show();
        book.refresh();
      });
    }
  }
  translate();
  book.refresh();
  lookAt(map, book);
  tools.show();
  showHint();
  return { map, data, book, layers, marks, tools, actions, strip };
};
