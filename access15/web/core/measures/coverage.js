// People counted: within each cutoff, who gains, who loses, and how long half of them walk.

/**
 * People at homes within each cutoff, summed in the order of the homes.
 * @param {Session} session @param {Doubles} homeTime @returns {People}
 */
export const countPeople = (session, homeTime) =>
  countWhere(session, (i, limit_s) => homeTime[i] <= limit_s);

/** @param {Session} session @param {(home: number, limit_s: number) => boolean} isCounted @returns {People} */
const countWhere = (session, isCounted) => {
  const limits = session.cutoffs_min.map((cutoff) => 60 * cutoff);
  return Object.fromEntries(
    Object.entries(session.homes.people).map(([group, people]) => [
      group,
      limits.map((limit_s) => {
        let sum = 0;
        for (let i = 0; i < people.length; i += 1) {
          if (isCounted(i, limit_s)) {
            sum += people[i];
          }
        }
        return sum;
      }),
    ]),
  );
};

/**
 * Who gains and who loses from one walk to another.
 * @param {Walk} before @param {Walk} after
 * @returns {{gained: People, lost: People}}
 */
export const compare = (before, after) => {
  const [was, is] = [before.homeTime, after.homeTime];
  const { session } = after.world;
  return {
    gained: countWhere(session, (i, limit_s) => is[i] <= limit_s && !(was[i] <= limit_s)),
    lost: countWhere(session, (i, limit_s) => was[i] <= limit_s && !(is[i] <= limit_s)),
  };
};

/**
 * What becomes of people at homes from one walk to another: who comes within a limit, who falls out of it, and of those
 * who stay within it who walks longer or shorter, and by how much at most.
 * @param {Doubles} was seconds @param {Doubles} is @param {Doubles} people @param {number} limit_s inclusive
 */
export const exchangeOf = (was, is, people, limit_s) => {
  const found = { gained: 0, lost: 0, longer: 0, shorter: 0, longer_s: 0, shorter_s: 0 };
  for (let i = 0; i < people.length; i += 1) {
    const [before, after] = [was[i] <= limit_s, is[i] <= limit_s];
    const more_s = is[i] - was[i];
    if (before !== after) {
      found[after ? "gained" : "lost"] += people[i];
    } else if (before && more_s > 0) {
      found.longer += people[i];
      found.longer_s = people[i] > 0 ? Math.max(found.longer_s, more_s) : found.longer_s;
    } else if (before && more_s < 0) {
      found.shorter += people[i];
      found.shorter_s = people[i] > 0 ? Math.max(found.shorter_s, -more_s) : found.shorter_s;
    }
  }
  return found;
};

/**
 * How long people of a group walk: half of them at most `median_s`; Infinity where fewer than half arrive.
 * @param {Session} session @param {Doubles} homeTime @param {string} group
 * @returns {{median_s: number, share_reached: number, people: number}}
 */
export const nearestMinutes = (session, homeTime, group) => {
  const people = session.homes.people[group];
  const order = Array.from(people.keys()).sort((i, j) => (homeTime[i] < homeTime[j] ? -1 : +(homeTime[i] > homeTime[j])));
  const total = people.reduce((sum, n) => sum + n, 0);
  let [sum, reached] = [0, 0];
  let median_s = Infinity;
  for (const i of order) {
    sum += people[i];
    median_s = people[i] > 0 && 2 * (sum - people[i]) < total ? homeTime[i] : median_s;
    reached += homeTime[i] < Infinity ? people[i] : 0;
  }
  return { median_s, share_reached: total > 0 ? reached / total : NaN, people: total };
};
