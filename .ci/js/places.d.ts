// What the page of a study's places reads, from access15/outputs/pages/places_data.py, and what its units hand on.

/** Latitude and longitude of a door, as a table holds them. */
type Door = [string, string];

/** Where a place may be. */
interface Answer {
  point: [number, number];
  precision: string;
  match: string;
  provider: string;
  date: string;
  /** how far from the point the place may be [m], or "" */
  within: string;
}

/** What is decided about a place. */
interface Decision {
  point: [number, number] | null;
  precision: string;
  match: string;
  provider: string;
  date: string;
  within: string;
  doors: Door[];
  /** day on which somebody looked, or "" */
  checked: string;
  isLeft: boolean;
}

/** Where a place meets the street, or could as well. */
interface Way {
  at: Door;
  street: string;
  /** which rule names it, in the order of access15's rules */
  source: number;
  metres: number;
  taken: boolean;
  shares: Partial<Label>;
}

interface ReviewPlace extends Omit<Decision, "isLeft"> {
  id: string;
  name: string;
  category: string;
  address: Label;
  source: Label;
  hub: boolean;
  /** own id, name, address and table, as a review file holds them */
  cells: [string, string, string, string];
  /** whether its table alone gives doors */
  own_doors: boolean;
  differs: boolean;
  /** what was matched, as it is told */
  candidates: (Answer & { told: Label })[];
  doubts: Record<string, [string, string][]>;
  ways: Way[];
}

interface ReviewRules {
  columns: string[];
  /** west, south, east, north */
  bounds: Box;
  max_door_m: number;
  usable: string[];
  no_door: string;
  by_hand: string;
  confirmed: string;
}

interface PlacesData {
  study: string;
  name: string;
  lang: string;
  frame: Frame;
  areas: { id: string; name: string; zones: string; bounds: [[number, number], [number, number]] }[];
  base: (Backdrop & { roads: Record<string, string> })[];
  names: NameRun[];
  categories: Record<string, { label: Label; symbol: string; colour: string }>;
  rules: ReviewRules;
  places: ReviewPlace[];
  texts: Record<string, Record<string, string>>;
  precisions: Record<string, Record<string, string>>;
  facts: Record<string, [string, string][]>;
  attribution: Label;
  notices: Record<string, string[]>;
}
