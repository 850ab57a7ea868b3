"use strict";
// The page of one neighbourhood: reads the data, offers the layers, keeps panel and map in step.

access15.openPage = (map, dataId) => {
  const data = JSON.parse(document.getElementById(dataId).textContent);
  const page = { map, data, markers: [], bands: new Map(), choice: { profile: "", target: "" } };
  const panes = { "a15-base": 150, "a15-veil": 250, "a15-bands": 350, "a15-outline": 380, "a15-dots": 420, "a15-doors": 430 };
  for (const [name, height] of Object.entries({ ...panes, "a15-writing": 450 })) {
    map.createPane(name).style.zIndex = height;
    map.getPane(name).style.pointerEvents = "none";
  }
  page.zones = new access15.Shapes(data.zones, { closed: true });
  const { base } = data;
  const shapes = { rail: new access15.Shapes(base.rail, { closed: false }), roads: {} };
  for (const kind of ["water", "green", "buildings"]) {
    shapes[kind] = new access15.Shapes(base[kind], { closed: true });
  }
  for (const [kind, text] of Object.entries(base.roads)) {
    shapes.roads[kind] = new access15.Shapes(text, { closed: false });
  }
  const writing = access15.paintWriting(data.bands, data.names, {
    bands: () => (map.hasLayer(page.layers.bands) ? access15.bandsOf(page) : []),
    boxes: () => access15.buttonBoxes(map),
    hubs: () => page.markers.filter((one) => one.facility.hub && map.hasLayer(one)),
  });
  page.canvas = (paint, pane) => new access15.CanvasLayer(data.frame, paint, { pane });
  page.layers = { bands: access15.bandLayer(page), residents: access15.residentLayer(page), doors: access15.doorLayer(page) };
  page.base = page.canvas(access15.paintBase(shapes), "a15-base").addTo(map);
  page.writing = page.canvas(writing, "a15-writing").addTo(map);
  return page;
};

access15.keyOf = ({ profile, target }) => `${profile}|${target}`;

access15.bandsOf = (page) => {
  const key = access15.keyOf(page.choice);
  if (!page.bands.has(key)) {
    const texts = page.data.bands.shapes[key] || [];
    page.bands.set(
      key,
      texts.map((text) => new access15.Shapes(text, { closed: true })),
    );
  }
  return page.bands.get(key);
};

access15.bandLayer = (page) => {
  const layer = page.canvas(
    access15.paintBands(page.data.bands, () => access15.bandsOf(page)),
    "a15-bands",
  );
  return layer.on("add remove", () => page.writing && page.writing.redraw());
};

access15.residentLayer = (page) => {
  const { dots, people, covered, style } = page.data.residents;
  const [line = []] = access15.decodeLines(dots);
  const uncovered = () => {
    const flags = covered[access15.keyOf(page.choice)];
    if (flags === undefined) {
      return [];
    }
    const isCovered = access15.decodeFlags(flags, people.length);
    return people.map((n, i) => [line[2 * i], line[2 * i + 1], n]).filter((dot, i) => dot[2] > 0 && !isCovered[i]);
  };
  return page.canvas(access15.paintResidents(style, uncovered), "a15-dots");
};

access15.outlineLayer = (page) =>
  L.layerGroup([
    page.canvas(access15.paintVeil(page.zones.lines), "a15-veil"),
    page.canvas(access15.paintOutline(page.zones), "a15-outline"),
  ]);

access15.facilityLayer = (page, kind) =>
  L.layerGroup(
    page.data.facilities
      .filter((one) => (kind === "hub" ? one.hub : !one.hub && one.category === kind))
      .map((one) => access15.facilityMarker(page, one)),
  );

// `layers`: the Leaflet layers of bands, residents, doors, fixes, and facilities by category.
access15.startPage = (page, layers) => {
  const { map, data } = page;
  const byId = (id) => document.getElementById(id);
  L.control.zoom({ zoomInTitle: data.texts.zoom_in, zoomOutTitle: data.texts.zoom_out }).addTo(map);
  L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);
  map.attributionControl.setPrefix(false);
  map.attributionControl.addAttribution(access15.escaped(data.attribution));
  access15.homeControl(page).addTo(map);
  map.getContainer().setAttribute("role", "application");
  map.getContainer().setAttribute("aria-label", data.texts.map_hint);
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      map.closePopup();
    }
  });
  map.on("popupopen", ({ popup }) => {
    const close = popup.getElement().querySelector(".leaflet-popup-close-button");
    close.setAttribute("aria-label", data.texts.close);
    map.getContainer().classList.add("a15-reading");
  });
  map.on("popupclose", () => map.getContainer().classList.remove("a15-reading"));

  let shown = null;
  const showFacilities = (target) => {
    const layer = layers.facilities[target];
    if (shown && shown !== layer) {
      map.removeLayer(shown);
      shown = null;
    }
    if (layer && !map.hasLayer(layer)) {
      shown = layer.addTo(map);
    }
  };
  const update = () => {
    page.choice = {
      profile: document.querySelector("input[name=profile]:checked").value,
      target: byId("target").value,
    };
    map.closePopup();
    showFacilities(page.choice.target);
    access15.tell(page, byId);
    access15.showFixes(page, layers.fixes, byId("fixes"));
    for (const layer of [layers.bands, layers.residents, layers.doors, page.writing]) {
      layer.redraw();
    }
  };
  byId("choices").addEventListener("change", update);
  access15.drawDoorSigns(page);
  access15.preparePaper(page, layers);
  new ResizeObserver(() => map.invalidateSize()).observe(map.getContainer());
  update();
};

access15.escaped = (text) => access15.make("span", text).innerHTML;

access15.fillRows = (body, rows) => {
  body.replaceChildren(
    ...rows.map(([head, ...cells]) => {
      const row = access15.make("tr");
      const first = access15.isolated("th", head);
      first.scope = "row";
      row.append(first, ...cells.map((text) => access15.make("td", text)));
      return row;
    }),
  );
};

// Writes what the chosen walker reaches beside the map: every text was made by the program that computed it.
access15.tell = (page, byId) => {
  const { data, choice } = page;
  const told = data.legend[access15.keyOf(choice)];
  byId("share").textContent = told.share;
  byId("share").classList.toggle("unknown", !told.is_known);
  byId("sentence").textContent = told.sentence;
  byId("notes").replaceChildren(...told.notes.map((text) => access15.make("p", text)));
  told.rows.forEach(([people, share], i) => {
    byId(`people-${i}`).textContent = people;
    byId(`share-${i}`).textContent = share;
  });
  access15.fillRows(byId("groups"), told.groups);
  access15.fillRows(
    byId("all-targets"),
    data.targets.map(([target, label]) => [label, data.legend[`${choice.profile}|${target}`].finding]),
  );
};

access15.homeControl = (page) => {
  const control = L.control({ position: "bottomleft" });
  control.onAdd = () => {
    const button = access15.make("button", page.data.texts.home, "a15-home");
    button.type = "button";
    L.DomEvent.disableClickPropagation(button);
    L.DomEvent.on(button, "click", () => page.map.fitBounds(page.data.bounds));
    return button;
  };
  return control;
};

// Leaflet's own control, with a word instead of an icon, that closes with Escape.
access15.nameLayerControl = (page, control) => {
  const container = control.getContainer();
  const toggle = container.querySelector(".leaflet-control-layers-toggle");
  toggle.textContent = page.data.texts.layers;
  toggle.removeAttribute("title");
  container.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      control.collapse();
      toggle.focus();
    }
  });
};
