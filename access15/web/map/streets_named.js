// Streets by their names, as people type them: without accents, capitals or "Via", by the beginnings of words.

// what a street may be, which nobody need type
const KINDS = /^(via|viale|piazza|piazzale|corso|largo|vicolo|strada|calle|avenida|plaza|paseo|rue|street)$/;
export const MOST = 8; // names that are offered at a time

/** @param {string} text @returns {string[]} its words, folded */
const wordsOf = (text) =>
  text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .replace(/\b[vpcl]\.(le|z?za|so|go)\b/g, " ") // v.le, p.za, c.so
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

/**
 * Streets whose names hold words that begin with all that was typed; those at hand first, then those that begin with it.
 * @param {string[]} names where the first is none @param {string} typed @param {Set<number>} near @returns {number[]} their numbers
 */
export const findStreets = (names, typed, near) => {
  const words = wordsOf(typed);
  const own = words.filter((word) => !KINDS.test(word));
  const asked = own.length > 0 ? own : words;
  /** @param {number} i */
  const rank = (i) => {
    const all = wordsOf(names[i]);
    if (asked.length === 0 || !asked.every((word) => all.some((one) => one.startsWith(word)))) {
      return -1;
    }
    const [first] = all.filter((word) => !KINDS.test(word));
    const isKind = words.every((word) => all.some((one) => one.startsWith(word)));
    return Number(first?.startsWith(asked[0]) === true) + 2 * Number(isKind) + 4 * Number(near.has(i));
  };
  return Array.from(names.keys())
    .slice(1)
    .map((i) => ({ i, rank: rank(i) }))
    .filter((one) => one.rank >= 0)
    .sort((a, b) => b.rank - a.rank || names[a.i].localeCompare(names[b.i], "it"))
    .map((one) => one.i);
};
