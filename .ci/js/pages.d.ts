// What Python hands to the pages as JSON, and what their scripts hand to each other.

/** x0, y0, x1, y1, ... */
type Line = ArrayLike<number>;

/** Least x and y, largest x and y. */
type Box = [number, number, number, number];

/** [x, y, people] */
type Dot = [number, number, number];

/** A street's name: text, rank, and the two ends of a straight run in units of the page. */
type NameRun = [string, number, number, number, number, number];

/** Something in both languages. */
type Label = Record<string, string>;

/** The page's own units: decimetres of a projected map. */
interface Frame {
  unit: number;
  west: number;
  north: number;
}

/** How the page's units lie on a canvas. */
interface View {
  window: Box;
  zoom: number;
  place: (latLng: L.LatLngExpression) => L.Point;
  width: number;
  height: number;
  scale: number;
  x: number;
  y: number;
  box: Box;
}

type Paint = (context: CanvasRenderingContext2D, view: View) => void;

interface BandStyle {
  colours: string[];
  alpha: number;
  outline: string;
}

interface DotStyle {
  fill: string;
  edge: string;
  per_root: number;
}

/** A sign of an obstacle: its shape and its colour. */
type DoorSign = [string, string];

/** A home: x, y, people, and the obstacle that alone would let them in. */
type DoorDot = [number, number, number, number];

/** A fix: its sentence, where its number stands, and the lines it changes. */
type Fix = [string, [number, number], [number, number][][], "mend" | "build" | "look" | "door"];

interface Backdrop {
  rail: string;
  streams: string;
  blocks: string;
  water: string;
  green: string;
  buildings: string;
}

/** Everything a map of one neighbourhood reads, from access15/outputs/pages/map_data.py. */
interface MapData {
  /** the session page beside it, or "" */
  session: string;
  /** from a house to the nearest street */
  max_snap_m: number;
  frame: Frame;
  bounds: [[number, number], [number, number]];
  base: Backdrop & { roads: Record<string, string> };
  names: NameRun[];
  zones: string;
  bands: BandStyle & { times: string[]; shapes: Record<string, string[]> };
  residents: { dots: string; people: number[]; covered: Record<string, string>; style: DotStyle };
  doors: { signs: DoorSign[]; causes: Record<string, string>; fixes: Record<string, Fix[]> };
  categories: Record<string, { label: string; symbol: string; colour: string; platform: string }>;
  profiles: { id: string; label: string }[];
  targets: [string, string][];
  from_here: { caption: string; heads: string[] };
  /** what most facilities say */
  usual_facility: MapFacility;
  /** what each says otherwise */
  facilities: Partial<MapFacility>[];
  legend: Record<string, Legend>;
  attribution: string;
  texts: Record<string, string>;
}

interface MapFacility {
  lat: number;
  lon: number;
  name: string;
  category: string;
  address: string;
  status: string;
  precision: string;
  uncertain: boolean;
  source: string;
  hub: boolean;
  /** whether its name stands beside it */
  named: boolean;
  /** where it meets the street: latitude and longitude of each door */
  doors: [number, number][];
  /** what other doors would give, where that decides; else empty */
  decides: string;
  to_hub: string;
  walk: string[];
  within: string[];
}

/** What is said of one walker and one target. */
interface Legend {
  share: string;
  is_known: boolean;
  sentence: string;
  notes: string[];
  rows: [string, string][];
  groups: string[][];
  finding: string;
}

/** Who walks, and where to. */
interface MapChoice {
  profile: string;
  target: string;
}

/** The groups that Folium made and offers in its control, to be filled. */
interface MapLayers {
  outline: L.LayerGroup;
  bands: L.LayerGroup;
  residents: L.LayerGroup;
  doors: L.LayerGroup;
  fixes: L.LayerGroup;
  hubs: L.LayerGroup;
  facilities: Record<string, L.LayerGroup>;
}
