// What a session page reads, and what its units hand to each other.

interface PageProfile extends Profile {
  label: Label;
  who: Label;
  rest_s: number;
}

interface PageFacility extends Facility {
  address: string;
  /** whether its name stands beside it */
  named: boolean;
  lon: number;
  lat: number;
  /** latitude and longitude of each door */
  doors: [number, number][];
}

interface PageCategory {
  id: string;
  label: Label;
  symbol: string;
  colour: string;
}

interface Group {
  id: string;
  label: Label;
  profile: string;
  /** The first group that is spread like this one: itself where none is. */
  spread_like: string;
}

/** Everything a session page reads beside what is computed with, from access15/outputs/pages/session.py. */
interface SessionData {
  study: string;
  area: { id: string; name: string };
  lang: string;
  /** of all that numbers depend on, and what the page begins with */
  fingerprint: string;
  frame: Frame;
  bounds: [[number, number], [number, number]];
  /** where one more bench helps most */
  bench: [number, number] | null;
  streets: { street_names: string[]; road_classes: string[] };
  profiles: PageProfile[];
  groups: Group[];
  headline_group: string;
  /** the walker whose fifteen minutes are claimed */
  claim: string;
  /** the kind of place that stands in for hubs, where the study names none */
  hub_category: string | null;
  facilities: PageFacility[];
  categories: PageCategory[];
  targets: string[];
  cutoffs_min: number[];
  known: string[];
  max_snap_m: number;
  max_seat_snap_m: number;
  beyond_m: number;
  backdrop: Backdrop;
  zones: string;
  names: NameRun[];
  style: { bands: BandStyle };
  attribution: Label;
  licence: Label;
  facts: Record<string, [string, string][]>;
  explained: Record<string, [string, string][]>;
  notices: Record<string, string[]>;
  given: GivenPlace[];
  prepared: { places: GivenPlace[]; answers: PreparedData[] };
  proposals: Proposal[];
  looked_at: { profile: string; target: string };
  texts: Record<string, Record<string, string>>;
  unknown: Record<string, Label>;
  moment: Label;
  paces: Record<string, Label>;
  sources_line: Label;
  little_known: Record<string, string[]>;
}

/** All proposals, and the one that is looked at. */
interface Doc {
  proposals: Proposal[];
  active: string;
}

/** A place that could be. */
interface GivenPlace {
  name: string;
  lon: number;
  lat: number;
}

/** The best places for two more, or three, found before the page was written. */
interface PreparedData {
  profile: string;
  target: string;
  group: string;
  cutoff_min: number;
  gained: number;
  /** people whom no such choice exceeds: those gained, where that is proven */
  most: number;
  /** which of the prepared places, and the people whom each adds to those before */
  at: number[];
  adds: number[];
}

interface Prepared extends PreparedData {
  places: { lon: number; lat: number; street: string; gained: number }[];
}

/** What people look at. */
interface Choice {
  /** the chosen group's walker, or that of all */
  profile: string;
  /** whether all groups are looked at as one walker, not each at its own pace */
  isOne: boolean;
  target: string;
  group: string;
  view: string;
  /** whether it is looked for where one more place would help most */
  isWhere: boolean;
  /** whether "my house" is open */
  isHouse: boolean;
  isFilled: boolean;
}

interface LonLat {
  lon: number;
  lat: number;
}

/** A facility of today or of a proposal, as it stands there. */
interface Place extends LonLat {
  key: string;
  name: string;
  category: string;
  hub: boolean;
  counted: boolean;
  address: string;
  capacity: number | null;
  from: PageFacility | null;
  change: Change | null;
  state: string;
  /** where it meets the street, as far as that is known without walking: not of what is new or elsewhere */
  doors: LonLat[];
}

/** A hub's door, which can be dragged. */
interface EntrySign extends LonLat {
  kind: "door";
  key: string;
  place: Place;
}

interface PlaceSign extends LonLat {
  kind: "place";
  key: string;
  place: Place;
}

interface ChangeSign extends LonLat {
  kind: "change";
  key: string;
  change: Change;
}

interface NoteSign extends LonLat {
  kind: "note";
  key: string;
  note: Note;
  number: number;
  rank: number;
}

/** Something on the map that one can take hold of. */
type MapSign = PlaceSign | EntrySign | ChangeSign | NoteSign;

/** People today and with the proposal; null where nothing is known. */
interface Cell {
  before: number | null;
  after: number | null;
  difference: number | null;
}

/** Parts of streets as one path, and the places where time runs out. */
interface PartShape {
  path: Path2D;
  ends: [number, number][];
  isEmpty: boolean;
}

/** Something else that could be looked at. */
interface Offer {
  said: string;
  text: string;
  target: string;
}

/** Steps or a raised kerb that a tool can be used on, in units of the page. */
interface Candidate {
  place: [number, number];
  line: [number, number][] | null;
  edge?: number;
  node?: number;
}
