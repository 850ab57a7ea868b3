// What the page of a city reads, from access15/outputs/pages/city.py, and what its units hand on.

interface CityZone {
  id: string;
  name: string;
  /** outline, as the `d` of a path */
  path: string;
  /** where a number finds most room, and half its width */
  middle: [number, number, number];
  /** by group */
  people: number[];
  /** whether its longest walks may lead beyond the extract */
  edge: boolean;
  /** file of its own map, or "" */
  page: string;
  made: boolean;
  command: string;
}

interface CityKind {
  name: string;
  /** how many count */
  places: number;
  /** by walker, group, cutoff and zone, in whole parts; -1 is not known */
  share: number[];
  /** the same of all zones, by walker, group and cutoff */
  whole: number[];
  /** upper ends of classes by cutoff and measure */
  breaks: number[][][];
  /** by walker, group and zone: which cause, or -1, and its people */
  cause: [number, number][];
}

/** What zlib packed, in base64; see access15/outputs/pages/cells.py. */
interface PackedCells {
  parts: number;
  unknown: number;
  shapes: string;
  /** two bytes each, by kind, walker, group, cutoff and cell */
  shares: string;
}

interface CellShapes {
  names: string[];
  paths: string[];
  /** by group and cell */
  people: number[][];
}

interface CityData {
  lang: string;
  box: [number, number];
  /** units of the drawing for each kilometre */
  units_km: number;
  /** in all zones, by group */
  people: number[];
  cells: PackedCells | null;
  zones: CityZone[];
  kinds: CityKind[];
  /** which walker is a group's own, or -1 */
  groups: { name: string; own: number }[];
  walkers: string[];
  claim: number;
  cutoffs: string[];
  start: { kind: number; group: number };
  parts: number;
  texts: Record<string, string>;
  causes: string[];
}

interface CityChoice {
  kind: number;
  group: number;
  /** -1 is the group's own */
  walker: number;
  cutoff: number;
  measure: "share" | "gap" | "ratio";
}

interface CityNumbers {
  people: number;
  share: number;
  claimed: number;
  gap: number;
  ratio: number;
  lost: number;
}
