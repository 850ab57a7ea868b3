// The session page of one neighbourhood: its units, put together.

import { baseProposal } from "../core/proposal.js";
import { byId, canUnpack, unpackData } from "../map/elements.js";
import { Actions } from "./actions.js";
import { showHint } from "./asking.js";
import { prepareButtons } from "./buttons.js";
import { Candidates, isOneInSight } from "./candidates.js";
import { Dialogs } from "./dialogs.js";
import { prepareFiles } from "./file.js";
import { House } from "./house.js";
import { HousePin } from "./house_map.js";
import { openAsked, prepareHouse, putHouse, writeHouse } from "./house_panel.js";
import { drawLayers, readGround } from "./layers.js";
import { Marks } from "./marks.js";
import { Model } from "./model.js";
import { makePanel, writeChoices } from "./panel.js";
import { Sentences } from "./sentences.js";
import { offerDraft, prepareDrafts } from "./resume.js";
import { prepareSheet } from "./sheet.js";
import { edits, History } from "./state.js";
import { Store } from "./store.js";
import { Strip } from "./strip.js";
import { Speech } from "./text.js";
import { prepareToolRow } from "./tool_row.js";
import { Tools } from "./tools.js";
import { prepareVerdict } from "./verdict.js";
import { Views } from "./views.js";
import { Where } from "./where.js";
import { WherePins } from "./where_map.js";
import { describeSpot, openSpot, prepareWhere, tellGained, writeProgress, writeWhere } from "./where_panel.js";

const QUICK = /** @type {const} */ (["bands", "difference", "changes", "homes", "way"]); // drawn while something moves
const WHERE = "#where"; // of the page's address: where it helps most is looked for at once
const BENCH = /^#panchina(?:=(-?[\d.]{1,12}),(-?[\d.]{1,12}))?$/; // a bench is to be tried, there
const MOVING = /** @type {const} */ ([...QUICK, "seats", "candidates", "writing"]);

/** What a page shows first. @param {SessionData} data @param {Model} model @param {Speech} speech */
const openStore = (data, model, speech) => {
  const first = baseProposal("p1", speech.say("proposal", { letter: "A" }));
  const proposals = data.proposals.length ? data.proposals : [first];
  const group = model.groupOf.get(data.headline_group) || data.groups[0];
  const own = model.ownWalker(group.id);
  // proposals are opened where they were looked at
  const profile = model.profileOf.has(data.looked_at.profile) ? data.looked_at.profile : own;
  const target = data.targets.includes(data.looked_at.target) ? data.looked_at.target : "hub";
  const choice = { profile, isOne: profile !== own, target, group: group.id, view: "proposal", isWhere: false, isHouse: false, isFilled: true };
  return new Store(new History({ proposals, active: proposals[0].id }), choice, (id) => model.ownWalker(id));
};

/** @param {L.Map} map @param {string} dataId of the element that holds the page's data */
export const openSession = async (map, dataId) => {
  const panel = byId("session");
  const isAble = canUnpack();
  const session = isAble ? startSession(map, await unpackData(byId(dataId).textContent || "")) : null;
  if (!isAble) {
    byId("too-old").hidden = false;
    document.body.replaceChildren(panel);
    panel.replaceChildren(byId("title"), byId("too-old"));
  }
  panel.removeAttribute("aria-busy");
  return session;
};

/** @param {L.Map} map @param {SessionData} data */
const startSession = (map, data) => {
  const speech = new Speech(data.texts, data.lang);
  const model = new Model(data);
  const store = openStore(data, model, speech);
  const sentences = new Sentences({ speech, model, data, store });
  const strip = new Strip((target) => {
    byId("target").focus();
    store.choose({ target });
  });
  const actions = new Actions({ store, model, data, sentences, strip });
  const dialogs = new Dialogs({ map, model, store, sentences, actions });
  const ground = readGround(model, data);
  const drawn = { model, data, speech, store, ground };
  const house = new House({ model, store, data, streets: ground.streets });

  // 1. the map: views, layers, tools, signs; each knows of the others only what it may ask of them
  const views = new Views({
    map,
    data,
    model,
    store,
    speech,
    drawToday: (half) =>
      drawLayers(half, drawn, { view: () => "today", signs: () => [], candidates: () => [], linkStart: () => null, lit: () => null, where: null, house }),
    onTap: (place) => tools.tap(place),
  });
  const tools = new Tools({
    map,
    model,
    store,
    sentences,
    actions,
    strip,
    candidates: new Candidates(model),
    centre: () => views.centre(),
    onNote: (place) => dialogs.addNote(place),
    onStart: (candidates) => {
      if (candidates.length && !isOneInSight(map, data.frame, candidates)) {
        views.fit();
      }
    },
    onChange: () => {
      layers.changes.redraw();
      layers.candidates.redraw();
    },
    onKeyAdded: (key) => marks.focus(key),
    onIdle: (place) => house.isOn && putHouse(houseParts, place),
  });
  const marks = new Marks({ map, model, store, sentences, actions, tools, onOpen: (sign) => dialogs.open(sign) });
  const where = new Where({
    model,
    store,
    data,
    onFound: () => showWhere(),
    onProgress: () => writeProgress(where),
  });
  const whereParts = { speech, model, data, store, sentences, actions, strip, tools, where, onShow: (/** @type {number} */ i) => pins.bringIntoView(i) };
  const pins = new WherePins({
    map,
    tools,
    describe: (spot, i) => describeSpot(whereParts, spot, i),
    tell: (spot) => tellGained(whereParts, spot.gained),
    onOpen: (spot) => openSpot(whereParts, spot),
  });
  const pin = new HousePin({ map, speech, onMove: (place) => moveHouse(place) });
  const layers = drawLayers(map, drawn, {
    view: () => store.choice.view,
    signs: () => [...marks.taken(), ...pins.taken(), ...pin.taken()],
    candidates: () => tools.candidates(),
    linkStart: () => tools.linkStart(),
    lit: () => tools.lit(),
    where,
    house,
  });
  const showWhere = () => {
    writeWhere(whereParts);
    pins.sync(where.spots());
    layers.where.redraw();
    layers.writing.redraw();
  };
  prepareWhere(whereParts);
  const redraw = () => [layers.way, layers.writing].forEach((layer) => layer.redraw());
  const houseParts = { map, speech, model, data, store, sentences, strip, tools, house, base: ground.base, pin, redraw, centre: () => views.centre() };
  const moveHouse = (/** @type {LonLat | null} */ place) => {
    if (!place || model.isInside(place)) {
      house.put(place);
      writeHouse(houseParts);
    }
  };
  prepareHouse(houseParts);

  // 2. what is beside the map
  const focusSign = (/** @type {string} */ key) => marks.focus(key);
  const panel = makePanel({ speech, model, data, store, sentences, actions, focusSign });
  const translate = () => {
    panel.translate();
    views.translate();
  };
  const useLanguage = (/** @type {string} */ lang) => {
    speech.use(lang);
    translate();
    strip.stand("");
    tools.show();
    store.refresh();
  };
  prepareButtons({ speech, model, data, store, sentences, actions, strip, dialogs, tools, onLanguage: useLanguage });
  const fileParts = { speech, model, data, store, actions, strip };
  prepareFiles(fileParts);
  prepareSheet({ map, data, store, speech });
  prepareVerdict();
  prepareToolRow();

  // 3. whatever changes is shown: what was chosen, what was proposed, what moves
  store.on("choice", (before) => {
    writeChoices(store.choice);
    views.show(before);
    tools.show();
    strip.settle();
  });
  store.on("change", () => {
    marks.sync();
    panel.update();
    MOVING.forEach((name) => layers[name].redraw());
    views.redraw();
    where.update();
    writeHouse(houseParts);
  });
  store.on("hold", () => {
    layers.bands.fineness = store.isHeld ? 0.5 : 1;
    if (store.isHeld) {
      layers.writing.redraw();
      where.update();
    }
  });
  store.on("light", () => layers.changes.redraw());
  store.on("drag", () => {
    panel.updateQuickly();
    writeHouse(houseParts);
    QUICK.forEach((name) => layers[name].redraw());
  });
  translate();
  store.refresh();
  const drafts = prepareDrafts(fileParts);
  const isBench = BENCH.test(location.hash) && Boolean(model.sitter);
  const isAsked = location.hash === WHERE || isBench || openAsked(houseParts);
  if (location.hash === WHERE) {
    byId("where-tool").click();
  } else if (isBench) {
    const [, lon, lat] = BENCH.exec(location.hash) || [];
    const place = { lon: Number(lon), lat: Number(lat) };
    tools.aimBench(lon !== undefined && model.isInside(place) ? place : null);
  }
  offerDraft(fileParts, drafts, () => {
    if (!isAsked && data.proposals.length === 0) {
      showHint();
    }
  });
  const { history } = store;
  return { map, data, model, store, history, strip, drafts, views, layers, tools, marks, where, house, pins, edits, actions, useLanguage, streets: ground.streets };
};
