// Words and numbers of the session page, in the language of the moment; what is made from data stays text.

const NO_BREAK = "\u00a0";
const LONGEST_NAME = 60;

/** Half to even, as Python rounds. @param {number} value */
export const whole = (value) => {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
};

/**
 * Whole people who gain and lose, so that what is shown adds up: the difference shown is that of the shown numbers
 * (after - before), those who gain are rounded, and those who lose are what is left; nobody where nobody does.
 * @param {number} gained @param {number} lost @param {number} difference whole
 */
export const addUp = (gained, lost, difference) => {
  if (lost === 0) {
    return { gained: Math.max(0, difference), lost: 0 };
  }
  const gain = gained === 0 ? 0 : Math.max(whole(gained), difference);
  return { gained: gain, lost: Math.max(0, gain - difference) };
};

/** A language's way of writing numbers: with so many decimals, or where 0 with at most two. @param {string} lang @param {number} decimals */
const formatOf = (lang, decimals) => {
  const digits = decimals ? { minimumFractionDigits: decimals, maximumFractionDigits: decimals } : { maximumFractionDigits: 2 };
  const options = /** @type {any} */ ({ useGrouping: "always", ...digits });
  return new Intl.NumberFormat(lang === "it" ? "it-IT" : "en-GB", options);
};

/** Texts of one language, and its way of writing numbers. */
export class Speech {
  /**
   * @param {Record<string, Record<string, string>>} texts @param {string} lang
   * @param {string} [prefix] what the page's own keys begin with
   */
  constructor(texts, lang, prefix = "session_") {
    this.texts = texts;
    this.prefix = prefix;
    this.lang = lang;
    this.format = formatOf(lang, 0);
    this.oneDecimal = formatOf(lang, 1);
  }

  /** @param {string} lang */
  use(lang) {
    this.lang = lang;
    this.format = formatOf(lang, 0);
    this.oneDecimal = formatOf(lang, 1);
  }

  /** @param {string} key @param {Record<string, any>} [values] */
  say(key, values = {}) {
    const text = this.texts[this.lang][`${this.prefix}${key}`];
    if (text === undefined) {
      throw new Error(`no text ${this.prefix}${key}`);
    }
    return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  }

  /** A text whose key comes from data. @param {string} key @param {string} other @param {Record<string, any>} [values] */
  sayOr(key, other, values) {
    return this.say(this.texts[this.lang][`${this.prefix}${key}`] === undefined ? other : key, values);
  }

  /** @param {number} value */
  number(value) {
    return this.format.format(value);
  }

  /** People are counted whole. @param {number} value */
  people(value) {
    return this.number(whole(value));
  }

  /** "▲ +412": an arrow and a sign beside every change. @param {number} value */
  signed(value) {
    const fall = value < 0 ? "▼ −" : "= ";
    const sign = value > 0 ? "▲ +" : fall;
    return `${sign}${this.number(Math.abs(value))}`.replace(" ", NO_BREAK);
  }

  /** A share, "at most" where what nobody mapped could only take away. @param {number} share @param {boolean} isAtMost */
  bounded(share, isAtMost) {
    return isAtMost && share > 0 ? this.say("at_most", { share: this.share(share) }) : this.share(share);
  }

  /** As `texts.format_share`: never something as nothing, nor nearly all as all. @param {number} share */
  share(share) {
    const percent = this.lang === "it" ? `${NO_BREAK}%` : "%";
    if (share > 0 && share < 0.005) {
      return `<${NO_BREAK}1${percent}`;
    }
    if (share >= 0.995 && share < 1) {
      return `>${NO_BREAK}99${percent}`;
    }
    return `${this.number(Math.floor(Number((100 * share).toPrecision(15)) + 0.5))}${percent}`;
  }

  /** Rounded up, so that "15 minutes" is never more than fifteen. @param {number} minutes */
  minutes(minutes) {
    const shown = Number.isInteger(minutes) ? minutes : Math.ceil(minutes);
    return this.say(shown === 1 ? "minute" : "minutes", { n: this.number(shown) }).replace(" ", NO_BREAK);
  }

  /** Seconds as one says them: whole seconds of less than a minute and a half, else minutes. @param {number} seconds */
  seconds(seconds) {
    const [key, unit] = seconds < 90 ? ["house_seconds", 1] : ["minutes_short", 60];
    return this.say(key, { n: this.number(Math.round(seconds / unit)) });
  }

  /** Exactly, as a limit. @param {number} minutes */
  cutoff(minutes) {
    const key = minutes === 1 ? "minute" : "minutes";
    return this.say(key, { n: Number.isInteger(minutes) ? this.number(minutes) : this.oneDecimal.format(minutes) }).replace(" ", NO_BREAK);
  }

  /** @param {Record<string, string>} label */
  label(label) {
    return label[this.lang] || label.it || "";
  }

  /** A group of residents inside a sentence. @param {{id: string, label: Record<string, string>}} group */
  who(group) {
    const byAge = group.id.startsWith("age_") ? "who_age" : "who_group";
    const plain = { total: "who_total", homes: "who_homes" }[group.id];
    const key = plain || byAge;
    return this.texts[this.lang][key].replace("{group}", this.label(group.label));
  }
}

/** @param {string} text */
export const capital = (text) => (/^m²? /.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1));

/** "una persona di 82 anni con il bastone" becomes the name of a card: "82 anni, con il bastone". @param {string} who */
export const nameOfCard = (who) => {
  const italian = /^una persona di (\d+ anni),? (.+)$/.exec(who);
  const english = /^a person of (\d+),? (.+)$/.exec(who);
  if (italian) {
    return `${italian[1]}, ${italian[2]}`;
  }
  return english ? `${english[1]} years old, ${english[2]}` : capital(who.replace(/^(una?|an?) /, ""));
};

/** The picture that fits what a walker can do. @param {PageProfile} profile */
export const figureOf = (profile) => {
  if (profile.steps === "impassable") {
    return profile.raised_kerb === "impassable" ? "wheelchair" : "person";
  }
  if (profile.rest_every_m || profile.needs_seat) {
    return "stick";
  }
  return profile.pace_ms < 1.1 ? "older" : "adult";
};

/**
 * What stops or slows a walker, in plain words, and where that is hardly known.
 * @param {Speech} speech @param {PageProfile} profile @param {string[]} [unknown] tags of streets
 */
export const stopsOf = (speech, profile, unknown = []) => {
  const steps = { impassable: "stops_steps_never", avoided: "stops_steps_avoided", slower: "stops_steps_slow" };
  const told = [];
  const key = /** @type {Record<string, string>} */ (steps)[profile.steps];
  if (key) {
    told.push(speech.say(key, { times: speech.number(profile.steps_factor || 1) }));
  }
  if (profile.raised_kerb === "impassable") {
    told.push(speech.say("stops_kerb"));
  }
  if (profile.max_incline) {
    told.push(speech.say("stops_slope", { percent: speech.number(100 * profile.max_incline) }));
  }
  if (profile.rest_every_m) {
    const values = { seconds: speech.number(profile.rest_s || 0), metres: speech.number(profile.rest_every_m) };
    told.push(speech.say(profile.needs_seat ? "stops_seat" : "stops_rest", values));
  }
  if (profile.crossings[3] > 0) {
    told.push(speech.say("stops_signals", { seconds: speech.number(profile.crossings[3]) }));
  }
  const isKerb = profile.raised_kerb === "impassable" && unknown.includes("kerb");
  const isSlope = Boolean(profile.max_incline) && unknown.includes("incline");
  if (isKerb || isSlope) {
    const one = isKerb ? "stops_unknown_kerb" : "stops_unknown_slope";
    told.push(speech.say(isKerb && isSlope ? "stops_unknown_both" : one));
  }
  return told.length ? told : [speech.say("stops_nothing")];
};

/** Text from people or data on one line, cut visibly where it is far too long. @param {unknown} text @param {number} [limit] */
export const shorten = (text, limit = LONGEST_NAME) => {
  const line = String(text === undefined || text === null ? "" : text).slice(0, 4 * limit).replace(/[\p{Cc}\p{Cs}\u2028\u2029\s]+/gu, " ").trim();
  const signs = [...line];
  return signs.length > limit ? `${signs.slice(0, limit - 1).join("").trimEnd()}…` : line;
};
