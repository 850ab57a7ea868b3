// What is written beside the map: proposals, the headline, cards of walkers, numbers, changes, notes, the key.

import { makeKey } from "./key.js";
import { pinOf } from "./notes.js";
import { MAX_PROPOSALS } from "../core/proposal.js";
import { make } from "../map/elements.js";
import { capital, figure, figureOf, nameOfCard, shorten, stopsOf } from "./text.js";

const MOST_DOTS = 60;

export const byId = (id) => document.getElementById(id);

/** Rewrites a part of the page and leaves the focus where it was. */
const rewrite = (container, children) => {
  const active = document.activeElement;
  const key = active && container.contains(active) ? active.dataset.key : undefined;
  container.replaceChildren(...children);
  if (key) {
    const again = [...container.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
    if (again) {
      again.focus();
    }
  }
};

export const button = (text, key, onClick, label = text) => {
  const made = make("button", text, "", { type: "button", "data-key": key, "aria-label": label });
  made.addEventListener("click", onClick);
  return made;
};

const setDisabled = (element, isDisabled) => element.setAttribute("aria-disabled", String(isDisabled));

/** "2.015 → 2.427", for eyes and for ears. */
const counts = (speech, before, after) => {
  const told = make("span", "", "counts");
  const number = (value) => (value === null ? speech.say("unknown") : speech.number(value));
  told.append(
    make("span", `${speech.say("today")} `, "unseen"),
    make("span", number(before)),
    make("span", " → ", "arrow", { "aria-hidden": "true" }),
    make("span", `, ${speech.say("with")} `, "unseen"),
    make("span", number(after)),
  );
  return told;
};

export const change = (speech, difference) => {
  const told = make("span", difference === null ? "?" : speech.signed(difference), "change");
  told.classList.toggle("gain", difference > 0);
  told.classList.toggle("loss", difference < 0);
  return told;
};

/** A number and what stands beside it: the change, or where nothing was changed people and their share. */
const numbersOf = (speech, { before, after, difference }, isToday, all) => {
  if (!isToday) {
    return [change(speech, difference), counts(speech, before, after)];
  }
  if (after === null) {
    return [make("span", "?", "change"), make("span", speech.say("unknown"), "counts")];
  }
  return [make("span", speech.number(after), "change"), make("span", speech.share(all ? after / all : 0), "counts")];
};

/** Votes as dots in fives, and their number. */
export const dots = (speech, votes) => {
  const made = Array.from({ length: Math.min(votes, MOST_DOTS) }, (_, i) => make("span", "", (i + 1) % 5 ? "vote" : "vote fifth"));
  return [...made, make("span", speech.number(votes))];
};

const IS_ENGLISH = /\b(contributors|sheet|press|point|spaces|were)\b/;

/** A sentence with names and remarks of its sources, which are marked where they are English. @param {string} lang @param {string} text */
const bdiOf = (lang, text) => {
  const made = make("bdi");
  for (const part of text.split(/(?<=[;.] )/)) {
    made.append(lang !== "en" && IS_ENGLISH.test(part) ? make("span", part, "", { lang: "en" }) : part);
  }
  return made;
};

export class Panel {
  /** @param {any} page */
  constructor(page) {
    this.page = page;
    this.makeCards();
    this.makeChoices();
  }

  get speech() {
    return this.page.speech;
  }

  /** Everything that depends on the language alone. */
  translate() {
    const { speech } = this;
    const { data } = this.page;
    document.documentElement.lang = speech.lang;
    for (const one of document.querySelectorAll("[data-say]")) {
      one.textContent = speech.say(one.dataset.say);
    }
    for (const one of document.querySelectorAll("[data-name]")) {
      one.setAttribute("aria-label", speech.say(one.dataset.name));
    }
    const title = speech.say("title", { area: data.area.name });
    document.title = title;
    byId("title").textContent = title;
    byId("note-input").placeholder = speech.say("note_example");
    byId("facts").replaceChildren(
      ...[...data.explained[speech.lang], ...data.facts[speech.lang]].map(([head, text]) => {
        const told = make("p");
        told.append(make("strong", `${head}. `), bdiOf(speech.lang, text));
        return told;
      }),
    );
    byId("notices").replaceChildren(...data.notices[speech.lang].map((text) => make("p", text, "warning", { dir: "auto" })));
    this.makeCards();
    this.makeChoices();
    byId("sources-line").textContent = data.sources_line[speech.lang];
    byId("paper-both").textContent = speech.say("paper_both");
  }

  makeChoices() {
    const { speech, page } = this;
    const option = (value, text) => make("option", text, "", { value });
    byId("target").replaceChildren(
      ...page.data.targets.map((id) => {
        const label = id === "hub" ? speech.say("target_hub") : speech.label(page.model.categoryOf.get(id).label);
        const isKnown = page.model.isKnown(page.history.active.changes, id);
        return option(id, isKnown ? label : `${label} (${speech.say("unknown")})`);
      }),
    );
    byId("target").value = page.choice.target;
    byId("group").replaceChildren(...page.data.groups.map((one) => option(one.id, speech.label(one.label))));
    byId("group").value = page.choice.group;
    byId("place-category").replaceChildren(
      option("hub", speech.say("hub")),
      ...page.data.categories.map((one) => option(one.id, speech.label(one.label))),
    );
  }

  makeCards() {
    const { speech, page } = this;
    rewrite(
      byId("cards"),
      page.data.profiles.map((profile) => {
        const card = make("label", "", "card");
        const input = make("input", "", "", { type: "radio", name: "profile", value: profile.id, "data-key": profile.id });
        input.checked = profile.id === page.choice.profile;
        const kmh = speech.oneDecimal.format(3.6 * profile.pace_ms);
        const [name, pace] = [speech.label(profile.label), speech.say("pace", { kmh })];
        const stops = stopsOf(speech, profile, page.data.little_known[profile.id]);
        card.append(
          input,
          figure(figureOf(profile), "picture"),
          make("bdi", nameOfCard(speech.label(profile.who)), "who"),
          make("small", `${name}, ${pace}`, "pace"),
          make("span", "", "card-change"),
          make("small", "", "nearest"),
          make("span", "", "card-counts"),
          make("span", `${stops.join(". ")}.`, "stops"),
        );
        return card;
      }),
    );
  }

  update() {
    this.updateTabs();
    this.updateHeadline();
    this.updateCards();
    this.updateNumbers();
    this.updateOwn();
    makeKey(this.page);
  }

  /** While something is being dragged: only what everybody looks at. */
  updateQuickly() {
    this.updateHeadline();
    this.updateCards([this.page.choice.profile]);
  }

  updateTabs() {
    const { history } = this.page;
    rewrite(
      byId("tabs"),
      history.now.proposals.map((one) => {
        const tab = make("label", "", "tab");
        const input = make("input", "", "", { type: "radio", name: "proposal", value: one.id, "data-key": one.id });
        input.checked = one.id === history.active.id;
        tab.append(input, make("bdi", shorten(one.name)));
        return tab;
      }),
    );
    document.querySelector(".proposals .compare").hidden = history.now.proposals.length < 2;
    setDisabled(byId("new-proposal"), history.now.proposals.length >= MAX_PROPOSALS);
    setDisabled(byId("copy"), history.now.proposals.length >= MAX_PROPOSALS);
    setDisabled(byId("undo"), history.past.length === 0);
    setDisabled(byId("redo"), history.future.length === 0);
    setDisabled(byId("reset"), history.active.changes.length === 0);
  }

  updateHeadline() {
    const { speech, page } = this;
    const { number, sentence, more, isKnown, isWalk = true } = this.tellHeadline(page.shownChanges());
    byId("headline-number").textContent = number;
    byId("headline-number").classList.toggle("unknown", !isKnown);
    byId("headline").replaceChildren(sentence, ...(isWalk ? [make("span", page.tellPace("at_pace"), "pace")] : []));
    byId("headline-more").textContent = more;
    byId("cards-head").textContent = speech.say("cards_head", {
      who: capital(page.who()),
      minutes: speech.cutoff(page.lastCutoff()),
    });
  }

  /** The one thing to be said of the proposal: a number and a sentence. */
  tellHeadline(changes) {
    const { speech, page } = this;
    const { profile, target, group } = page.choice;
    const at = page.data.cutoffs_min.length - 1;
    const minutes = page.tellWhen(speech.cutoff(page.lastCutoff()));
    const who = page.who();
    const { before, after, difference } = page.model.cell(changes, profile, target, group, at);
    const all = page.model.totals[group];
    if (after === null) {
      return { number: capital(speech.say("unknown")), sentence: page.model.whyUnknown(target, speech.lang), more: page.tellWhen(), isKnown: false, isWalk: false };
    }
    const reach = speech.say("reach", { n: speech.number(after), all: speech.number(all), who, minutes });
    if (changes.length === 0) {
      const more = speech.say("no_change_yet", { proposal: shorten(page.history.active.name) });
      return { number: speech.share(all ? after / all : 0), sentence: reach, more, isKnown: true };
    }
    const unplaced = page.unplaced(changes);
    const places = changes.filter((one) => one.change === "add_facility" || one.change === "move_facility");
    if (difference === 0 && places.length > 0 && places.every((one) => unplaced.has(one.id))) {
      return { number: "!", sentence: speech.say("all_unplaced"), more: "", isKnown: true, isWalk: false };
    }
    if (difference === null) {
      return { number: speech.number(after), sentence: reach, more: "", isKnown: true };
    }
    const { gained, lost } = page.model.exchange(changes, profile, target, group, at);
    const both = gained > 0 && lost > 0 ? ` · ${speech.say("both", { gained: speech.number(gained), lost: speech.number(lost) })}` : "";
    const values = { n: speech.number(Math.abs(difference)), who, minutes, gained: speech.number(gained) };
    const isOne = Math.abs(difference) === 1;
    const changed = difference > 0 ? (isOne ? "more_one" : "more") : isOne ? "fewer_one" : "fewer";
    const key = difference !== 0 ? changed : gained > 0 ? "even" : "same";
    const share = (n) => speech.share(all ? n / all : 0);
    const more = speech.say("today_to", {
      before: speech.number(before),
      after: speech.number(after),
      all: speech.number(all),
      before_share: share(before),
      after_share: share(after),
    });
    return { number: speech.signed(difference), sentence: speech.say(key, values), more: more + (key === "even" ? "" : both), isKnown: true };
  }

  updateCards(only = this.page.data.profiles.map((one) => one.id)) {
    const { speech, page } = this;
    const { target, group } = page.choice;
    const changes = page.shownChanges();
    const at = page.data.cutoffs_min.length - 1;
    for (const input of byId("cards").querySelectorAll("input")) {
      input.checked = input.value === page.choice.profile;
      if (only.includes(input.value)) {
        const cell = page.model.cell(changes, input.value, target, group, at);
        const card = input.closest(".card");
        const [main, small] = numbersOf(speech, cell, changes.length === 0, page.model.totals[group]);
        card.querySelector(".card-change").replaceChildren(main);
        card.querySelector(".card-counts").replaceChildren(small);
        if (!page.held) {
          card.querySelector(".nearest").textContent = this.tellNearest(changes, input.value);
        }
      }
    }
  }

  tellNearest(changes, profile) {
    const { speech, page } = this;
    const { target, group } = page.choice;
    const [before, after] = [page.model.today, changes].map((one) => page.model.median(one, profile, target, group));
    const short = (n) => speech.say("minutes_short", { n: speech.number(n) });
    const told = (minutes) => (Number.isFinite(minutes) ? short(Math.ceil(minutes)) : speech.say("over", { minutes: short(60) }));
    if (after === null) {
      return "";
    }
    if (!Number.isFinite(after)) {
      return speech.say("nearest_none", { minutes: short(60) });
    }
    const isSame = before !== null && told(before) === told(after);
    return isSame || before === null
      ? speech.say("nearest_of", { minutes: told(after) })
      : speech.say("nearest_change", { minutes: told(after), before: told(before) });
  }

  updateNumbers() {
    const { speech, page } = this;
    const { profile, target, group } = page.choice;
    const changes = page.shownChanges();
    byId("numbers-head").replaceChildren(
      ...page.data.cutoffs_min.map((cutoff) => make("th", speech.say("within", { minutes: speech.cutoff(cutoff) }), "", { scope: "col" })),
    );
    byId("numbers").replaceChildren(
      ...page.data.groups.flatMap((one) => {
        const head = make("tr", "", one.id === group ? "chosen" : "");
        const name = speech.say("of_all", { group: capital(speech.label(one.label)), n: speech.number(page.model.totals[one.id]) });
        head.append(make("th", name, "", { scope: "rowgroup", colspan: String(page.data.cutoffs_min.length) }));
        const row = make("tr", "", one.id === group ? "cells chosen" : "cells");
        page.data.cutoffs_min.forEach((_, at) => {
          const found = page.model.cell(changes, profile, target, one.id, at);
          const cell = make("td", "", "", { "data-group": one.id, "data-at": String(at) });
          cell.append(...numbersOf(speech, found, changes.length === 0, page.model.totals[one.id]));
          row.append(cell);
        });
        return [head, row];
      }),
    );
    byId("numbers-caption").textContent = speech.say(changes.length === 0 ? "numbers_today" : "numbers");
  }

  updateOwn() {
    const { speech, page } = this;
    const { active } = page.history;
    byId("own-name").textContent = shorten(active.name);
    byId("votes").replaceChildren(...dots(speech, active.votes));
    byId("votes").setAttribute("aria-label", speech.say("votes_of", { name: shorten(active.name), n: speech.number(active.votes) }));
    setDisabled(byId("vote-less"), active.votes === 0);
    const unplaced = page.unplaced();
    const problems = new Map(page.model.world(active.changes, page.choice.profile).problems.map((one) => [one.id, one.code]));
    const nothing = (key) => [make("li", speech.say(key), "quiet")];
    const row = (key, text, sign, remove, problem, pin) => {
      const item = make("li");
      const told = make("span", "", "text");
      if (pin) {
        told.append(pin, " ");
      }
      told.append(make("bdi", text));
      item.append(
        told,
        button(speech.say("show"), `show ${key}`, () => page.marks.focus(sign), `${speech.say("show")}: ${text}`),
        button(speech.say("take_out"), `out ${key}`, remove, `${speech.say("take_out")}: ${text}`),
      );
      if (problem) {
        item.append(make("p", problem, "warning problem"));
      }
      return item;
    };
    rewrite(
      byId("changes"),
      active.changes.length === 0
        ? nothing("changes_none")
        : active.changes.map((one) => {
            const problem = unplaced.has(one.id)
              ? page.tellUnplaced(one)
              : problems.has(one.id)
                ? speech.sayOr(`problem_${problems.get(one.id)}`, "problem_other")
                : "";
            return row(one.id, page.tellChange(one), page.signOf(one), () => page.takeOut(one), problem, null);
          }),
    );
    rewrite(
      byId("notes"),
      active.notes.length === 0
        ? nothing("notes_none")
        : active.notes.map((one, i) => {
            const pin = pinOf(String(i + 1), one.text);
            return row(one.id, shorten(one.text, 500), `note ${one.id}`, () => page.takeNote(one), "", pin);
          }),
    );
  }
}
