// Numbers of a city for what is chosen: they come as whole parts of a share, zone after zone.

export const UNKNOWN = NaN;

/** Which walker is meant: the group's own where none is named. @param {CityData} data @param {CityChoice} choice */
export const walkerOf = (data, choice) => (choice.walker < 0 ? data.groups[choice.group].own : choice.walker);

/**
 * Share of a group within the cutoff, NaN where it is not known.
 * @param {CityData} data @param {CityChoice} choice @param {number} walker @param {number} zone
 */
export const shareOf = (data, choice, walker, zone) => {
  if (walker < 0) {
    return UNKNOWN;
  }
  const [groups, cutoffs, zones] = [data.groups.length, data.cutoffs.length, data.zones.length];
  const at = ((walker * groups + choice.group) * cutoffs + choice.cutoff) * zones + zone;
  const parts = data.kinds[choice.kind].share[at];
  return parts < 0 ? UNKNOWN : parts / data.parts;
};

/**
 * Numbers of some people: shares and ratio in hundredths, the gap in points, people whole.
 * @param {number} own @param {number} claimed @param {number} people @returns {CityNumbers}
 */
export const numbersFrom = (own, claimed, people) => {
  const gap = 100 * (claimed - own);
  return {
    people,
    share: 100 * own,
    claimed: 100 * claimed,
    gap,
    ratio: claimed > 0 ? (100 * own) / claimed : UNKNOWN,
    lost: Math.round((gap * people) / 100),
  };
};

/** Every number of a zone. @param {CityData} data @param {CityChoice} choice @param {number} zone */
export const numbersOf = (data, choice, zone) => {
  const own = shareOf(data, choice, walkerOf(data, choice), zone);
  return numbersFrom(own, shareOf(data, choice, data.claim, zone), data.zones[zone].people[choice.group]);
};

/** Every number of all zones that were counted. @param {CityData} data @param {CityChoice} choice */
export const numbersOfAll = (data, choice) => {
  /** @param {number} walker */
  const share = (walker) => {
    const at = (walker * data.groups.length + choice.group) * data.cutoffs.length + choice.cutoff;
    const parts = walker < 0 ? -1 : data.kinds[choice.kind].whole[at];
    return parts < 0 ? UNKNOWN : parts / data.parts;
  };
  return numbersFrom(share(walkerOf(data, choice)), share(data.claim), data.people[choice.group]);
};

/** Class of a number: how many upper ends it exceeds; -1 where it is not known. @param {number[]} breaks @param {number} value */
export const classOf = (breaks, value) => {
  if (Number.isNaN(value)) {
    return -1;
  }
  const above = breaks.findIndex((end) => value <= end + 1e-9);
  return above < 0 ? breaks.length - 1 : above;
};

/** Zones in the order asked for, those of which nothing is known last. @param {CityData} data @param {CityChoice} choice @param {string} order */
export const sorted = (data, choice, order) => {
  const rows = data.zones.map((zone, at) => ({ at, name: zone.name, ...numbersOf(data, choice, at) }));
  /** @param {{name: string}} a @param {{name: string}} b */
  const byName = (a, b) => a.name.localeCompare(b.name, data.lang);
  /** @param {typeof rows[number]} row */
  const key = (row) => {
    const values = { share: row.share, lost: -row.lost, gap: -row.gap };
    const value = values[/** @type {"share" | "lost" | "gap"} */ (order)];
    return Number.isNaN(value) ? Infinity : value;
  };
  return order === "name" ? rows.sort(byName) : rows.sort((a, b) => key(a) - key(b) || byName(a, b));
};
