// What a change of streets or a bench does, in a sentence: who comes within the longest minutes and who falls out of
// them, or that nobody does; and how much longer or shorter people walk.

/**
 * @typedef {{speech: import("./text.js").Speech, model: import("./model.js").Model, data: SessionData,
 *   store: import("./store.js").Store, sentences: import("./sentences.js").Sentences}} AnswerParts
 * @typedef {NonNullable<ReturnType<import("./model.js").Model["exchangeFrom"]>> & {group: Group, profile: string}} Finding
 */

/** The chosen group first; then the others as they walk, and the chosen one as everybody who walks here. @param {AnswerParts} parts */
const listAsked = ({ model, data, store }) => {
  const { choice } = store;
  const chosen = { group: choice.group, profile: model.walkerOf(choice, choice.group) };
  const others = model.rows(choice).map(([{ id }]) => ({ group: id, profile: model.walkerOf(choice, id) }));
  const walkers = choice.isOne ? [] : data.profiles.map(({ id }) => ({ group: choice.group, profile: id }));
  const seen = new Set();
  return [chosen, ...others, ...walkers].filter(({ group, profile }) => {
    const key = `${model.groupOf.get(group)?.spread_like}|${profile}`;
    return !seen.has(key) && seen.add(key);
  });
};

/** @param {AnswerParts} parts @param {Change[]} before @param {Change[]} after @returns {Finding[]} */
const findAll = (parts, before, after) =>
  listAsked(parts).flatMap(({ group, profile }) => {
    const found = parts.model.exchangeFrom(before, after, profile, parts.store.choice.target, group);
    const known = parts.model.groupOf.get(group);
    return found && known ? [{ ...found, group: known, profile }] : [];
  });

/** @param {AnswerParts} parts @param {Finding} found */
const tellPeople = ({ speech, model, sentences }, { group, profile, gained, lost, difference }) => {
  const both = speech.say("both", { gained: speech.number(gained), lost: speech.number(lost) });
  return speech.say("answer", {
    people: gained > 0 && lost > 0 ? `${speech.signed(difference)} (${both})` : speech.signed(difference),
    who: speech.who(group),
    minutes: sentences.when(sentences.lastCutoff()),
    walker: speech.label(model.profileOf.get(profile)?.label || {}),
  });
};

/** Who stays within the minutes and walks longer, or shorter. @param {AnswerParts} parts @param {Finding} found @param {string} only one of both, "" for both */
const tellWays = ({ speech }, { group, longer, shorter, longer_s, shorter_s }, only) => {
  /** @param {string} key @param {number} people @param {number} seconds */
  const tell = (key, people, seconds) =>
    people > 0 && seconds >= 1 && key.includes(only) ? [speech.say(key, { n: speech.number(people), who: speech.who(group), most: speech.seconds(seconds) })] : [];
  return [...tell("answer_longer", longer, longer_s), ...tell("answer_shorter", shorter, shorter_s)];
};

/**
 * Homes on a stretch that is closed are entered from the next street, which may be nearer: no gain of a closing.
 * @param {Change[]} before @param {Change[]} after
 */
const onlyOf = (before, after) => {
  const [gone, added] = [[before, after], [after, before]].map(([some, others]) => some.filter((one) => !others.includes(one)));
  const isClosing = (/** @type {Change[]} */ some) => some.length > 0 && some.every((one) => one.change === "close_link");
  if (isClosing(added) && gone.length === 0) {
    return "longer";
  }
  return isClosing(gone) && added.length === 0 ? "shorter" : "";
};

/** The answer, "" where nothing is known. @param {AnswerParts} parts @param {Change[]} before @param {Change[]} after */
export const tellAnswer = (parts, before, after) => {
  const [chosen, ...others] = findAll(parts, before, after);
  if (!chosen) {
    return "";
  }
  const isTold = (/** @type {Finding} */ one) => one.gained > 0 || one.lost > 0;
  const most = (/** @type {Finding} */ one) => one.gained + one.lost;
  const [other] = others.filter(isTold).sort((a, b) => most(b) - most(a));
  const { speech, sentences } = parts;
  if (isTold(chosen)) {
    return tellPeople(parts, chosen);
  }
  const key = other ? "answer_none" : "answer_nobody";
  const told = speech.say(key, { who: speech.who(chosen.group), minutes: sentences.lastCutoff() });
  return [told, ...(other ? [tellPeople(parts, other)] : tellWays(parts, chosen, onlyOf(before, after)))].join(" ");
};
