// What opens over the page: a place's card, a note, a name, the comparison, the hint at the beginning.

import { byId, change, dots } from "./panel.js";
import { edits } from "./state.js";
import { make } from "../map/elements.js";
import { capital, shorten } from "./text.js";

/** Opens a dialog; resolves to what it was closed with ("" for Escape). @param {any} dialog @returns {Promise<string>} */
export const ask = (dialog) =>
  new Promise((resolve) => {
    const before = document.activeElement;
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener(
      "close",
      () => {
        if (before instanceof HTMLElement && document.contains(before)) {
          before.focus();
        }
        resolve(dialog.returnValue);
      },
      { once: true },
    );
  });

export const askName = async (page) => {
  const input = byId("name-input");
  input.value = page.history.active.name;
  const answer = ask(byId("name-dialog"));
  input.select();
  if ((await answer) === "done") {
    page.commit(edits.renameProposal(page.history.now, input.value));
  }
};

/** A new note at a place, or one that is there. */
export const askNote = async (page, { note = null, place = null }) => {
  const { notes } = page.history.active;
  if (!note && !page.tools.hasRoom("notes")) {
    return;
  }
  const number = note ? notes.indexOf(note) + 1 : notes.length + 1;
  const input = byId("note-input");
  byId("note-title").textContent = page.speech.say("note", { n: page.speech.number(number) });
  byId("note-delete").hidden = !note;
  byId("note-empty").hidden = true;
  input.value = note ? note.text : "";
  const form = byId("note-dialog").querySelector("form");
  form.onsubmit = (event) => {
    const isEmpty = event.submitter && event.submitter.value === "done" && input.value.trim() === "";
    byId("note-empty").hidden = !isEmpty;
    if (isEmpty) {
      event.preventDefault();
      input.focus();
    }
  };
  const answer = ask(byId("note-dialog"));
  input.focus();
  const said = await answer;
  const text = input.value.trim();
  if (said === "delete" && note) {
    page.takeNote(note);
  } else if (said === "done" && text) {
    const { now } = page.history;
    const name = page.speech.say("note", { n: page.speech.number(number) });
    page.commit(
      note ? (note.text === text ? now : edits.editNote(now, note.id, { text })) : edits.addNote(now, { ...place, text }),
      page.speech.say("did_change", { name }),
    );
  }
};

const tellState = (page, place) => {
  const { speech, model } = page;
  const metres = () => speech.number(Math.round(model.metres(place.from, place)));
  const told = {
    today: () => (place.counted ? speech.say("place_existing") : speech.say("place_uncounted")),
    add_facility: () => speech.say("place_added"),
    move_facility: () => speech.say("place_moved", { metres: metres() }),
    remove_facility: () => speech.say("place_removed"),
  };
  return told[place.state]();
};

/** The card of a place: of one that is there only its state can be changed. */
export const askPlace = async (page, place) => {
  const { speech, model } = page;
  const isAdded = place.state === "add_facility";
  const category = model.categoryOf.get(place.category);
  byId("place-title").textContent = shorten(page.nameOfPlace(place), 160);
  byId("place-state").textContent = place.change && page.unplaced().has(place.change.id) ? page.tellUnplaced(place.change) : tellState(page, place);
  const facts = isAdded
    ? []
    : [
        [speech.say("place_category"), [place.hub ? speech.say("hub") : "", category ? speech.label(category.label) : place.category].filter(Boolean).join(", ")],
        ...(place.address ? [[speech.say("place_address"), place.address]] : []),
      ];
  byId("place-facts").replaceChildren(
    ...facts.flatMap(([head, text]) => [make("dt", head), make("dd", text, "", { dir: "auto" })]),
  );
  byId("place-fields").hidden = !isAdded;
  byId("place-name").value = isAdded ? place.name || "" : "";
  byId("place-category").value = isAdded ? place.category : "hub";
  byId("place-capacity").value = isAdded && place.capacity ? String(place.capacity) : "";
  byId("place-remove").hidden = place.state === "remove_facility";
  byId("place-restore").hidden = isAdded || place.state === "today";
  byId("place-centre").hidden = place.state === "remove_facility";
  const said = await ask(byId("place-dialog"));
  const { now } = page.history;
  const name = shorten(page.nameOfPlace(place));
  if (said === "remove") {
    page.removePlace(place);
  } else if (said === "restore") {
    page.commit(edits.restoreFacility(now, place.from.id), speech.say("did_restore", { name }));
  } else if (said === "centre") {
    const centre = page.map.getCenter();
    page.marks.move({ kind: "place", key: `place ${place.key}`, place }, { lon: centre.lng, lat: centre.lat });
  } else if (said === "done" && isAdded) {
    const capacity = Number(byId("place-capacity").value);
    const values = {
      name: byId("place-name").value.trim() || place.name,
      category: byId("place-category").value,
      capacity: capacity > 0 ? capacity : undefined,
    };
    const isSame = ["name", "category", "capacity"].every((key) => values[key] === place.change[key]);
    if (!isSame) {
      page.commit(edits.editChange(now, place.change.id, values), speech.say("did_change", { name: shorten(values.name) }));
    }
  }
};

export const askChange = async (page, meant) => {
  byId("change-title").textContent = page.tellChange(meant);
  if ((await ask(byId("change-dialog"))) === "remove") {
    page.takeOut(meant);
  }
};

/** Today and every proposal beside each other. */
const fillComparison = (page) => {
  const { speech, model, data } = page;
  const { profile, target, group } = page.choice;
  const { proposals } = page.history.now;
  const label = target === "hub" ? speech.say("target_hub") : speech.label(model.categoryOf.get(target).label);
  byId("compare-what").textContent = speech.say("compare_what", {
    who: capital(page.who()),
    target: page.tellWhen(label),
    walker: page.tellPace("pace_of"),
  });
  byId("compare-sources").textContent = data.sources_line[speech.lang];
  const head = make("tr");
  const heading = (text) => {
    const made = make("th", "", "", { scope: "col" });
    made.append(make("bdi", text));
    return made;
  };
  head.append(make("td"), heading(speech.say("today")), ...proposals.map((one) => heading(shorten(one.name))));
  const rows = data.cutoffs_min.map((cutoff, at) => {
    const row = make("tr");
    row.append(make("th", speech.say("within", { minutes: speech.cutoff(cutoff) }), "", { scope: "row" }));
    const cells = proposals.map((one) => model.cell(one.changes, profile, target, group, at));
    const { before } = model.cell(model.today, profile, target, group, at);
    const best = Math.max(...cells.map((one) => (one.after === null ? -1 : one.after)));
    row.append(make("td", before === null ? speech.say("unknown") : speech.number(before), "number"));
    for (const { after, difference } of cells) {
      const isBest = after !== null && after === best && best > (before || 0);
      const cell = make("td", "", isBest ? "best" : "");
      cell.append(make("span", after === null ? speech.say("unknown") : speech.number(after), "number"), change(speech, difference));
      row.append(cell);
    }
    return row;
  });
  const line = (key, cellOf) => {
    const row = make("tr");
    row.append(make("th", speech.say(key), "", { scope: "row" }), make("td"), ...proposals.map(cellOf));
    return row;
  };
  const votes = line("votes", (one) => {
    const cell = make("td");
    const drawn = make("span", "", "dots", { role: "img", "aria-label": speech.say("votes_of", { name: shorten(one.name), n: speech.number(one.votes) }) });
    drawn.append(...dots(speech, one.votes));
    cell.append(drawn);
    return cell;
  });
  const changed = line("n_changes", (one) => make("td", speech.number(one.changes.length), "number"));
  const [thead, tbody] = [make("thead"), make("tbody")];
  thead.append(head);
  tbody.append(...rows, votes, changed);
  byId("compare-table").replaceChildren(thead, tbody);
};

export const showComparison = (page) => {
  fillComparison(page);
  return ask(byId("compare-dialog"));
};

/** From its title on: the button, which would have the focus, is at its end. */
export const showHint = () => {
  const closed = ask(byId("hint"));
  byId("hint-title").focus({ preventScroll: true });
  byId("hint").scrollTop = 0;
  return closed;
};
