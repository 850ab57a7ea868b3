// What scripts that compute hand to each other.

type Doubles = Float64Array;
type Ints = Int32Array;
type Bytes = Uint8Array;

/** Streets as arrays, as access15/core/streets/network.py; the edges of changed streets are pieces and links. */
interface Network {
  nNodes: number;
  nEdges: number;
  u: Ints;
  v: Ints;
  length_m: Doubles;
  vertexStart: Ints;
  x: Doubles;
  y: Doubles;
  crossingU: Bytes;
  crossingV: Bytes;
  kerbU: Bytes;
  kerbV: Bytes;
  steps: Bytes;
  roadClass: Bytes;
  street: Ints;
  sort: Ints;
  /** of every sort of way: the only direction it is walked in, and its rise over run from u to v */
  oneWay: Bytes;
  incline: Doubles;
  level: Ints;
}

interface Profile {
  id: string;
  pace_ms: number;
  pace_with_rests_ms: number;
  rest_per_m_s: number;
  steps: string;
  steps_factor: number;
  crossings: number[];
  factors: [Doubles, Doubles];
  raised_kerb: string;
  incline: string;
  max_incline: number | null;
  rest_every_m: number | null;
  is_at_most: boolean;
  needs_seat: boolean;
}

/** Points on edges; an edge of -1 is nowhere. */
interface Snapped {
  n: number;
  edge: Ints;
  fraction: Doubles;
  snap_m: Doubles;
}

/** Where places meet the streets as they are, whoever walks. */
interface Join {
  /** streets that doors open to, and those of them that are no dead-end service way */
  isOpen: Bytes;
  isThrough: Bytes;
  homes: Doors;
  facilities: Doors & { x: Doubles; y: Doubles };
  seats: Snapped | null;
}

interface Facility {
  id: string;
  name: string;
  category: string;
  hub: boolean;
  counted: boolean;
  lon: number | null;
  lat: number | null;
  x: number | null;
  y: number | null;
}

interface Homes {
  n: number;
  x: Doubles;
  y: Doubles;
  people: { [group: string]: Doubles };
  /** of homes of which another street is told than the one that their door is on: number of its name */
  street: Map<number, number>;
}

interface Grid {
  x0: number;
  y0: number;
  size_m: number;
  columns: number;
  rows: number;
  start: Ints;
  edges: Ints;
  seen: Ints;
  round: number;
}

/** Where a new place could be, whoever walks. */
interface Points {
  places: { lon: number; lat: number }[];
  /** of corners; -1 of any other place */
  node: Ints;
  /** of what was given; corners have none of their own */
  names: string[];
  metres: (row: number) => [number, number];
}

/** Those of some points that have a street near enough. */
interface Candidates {
  points: Points;
  /** of each among the points, rising */
  row: Ints;
  /** owners are the candidates */
  doors: Doors;
}

interface BarrierPieces {
  work: Ints;
  x_cm: Doubles;
  y_cm: Doubles;
}

interface BareBridges {
  edge: Ints;
  number: Ints;
}

/** Links that streets lack: where all begin, then where all end, metres between, and what each takes as an index into WORKS, rising. */
interface Missing {
  ends: Doors;
  metres: number[];
  work: number[];
}

interface Session {
  data: { study: string; area: { id: string; name: string }; network_hash: string; at: string | null };
  streets: Network;
  base: Streets;
  profiles: Profile[];
  join: Join;
  barriers: BarrierPieces;
  bareBridges: BareBridges;
  missing: Missing;
  metres: Graph | null;
  homes: Homes;
  corners: Points;
  given: Points;
  facilities: Facility[];
  /** the kind of place that stands in for hubs, where the study names none */
  hubCategory: string | null;
  facilityRow: Map<string, number>;
  seats: { n: number; x: Doubles; y: Doubles } | null;
  categories: { id: string }[];
  targets: string[];
  cutoffs_min: number[];
  longest_s: number;
  max_snap_m: number;
  max_seat_snap_m: number;
  grid: Grid;
  box: { west: number; south: number; east: number; north: number };
  hasSteps: boolean;
  hasRaisedKerbs: boolean;
  needsSeats: boolean;
  sites: Map<string, Streets>;
  toMetres: (lon: number, lat: number) => [number, number];
  toUnits: (x: number, y: number) => [number, number];
}

interface Change {
  id: string;
  change: string;
  lon?: number | null;
  lat?: number | null;
  lon2?: number | null;
  lat2?: number | null;
  name?: string;
  category?: string;
  capacity?: number | null;
  facility_id?: string;
  base?: [number, number] | null;
  precision?: string;
  state?: string;
  source?: string;
}

interface Note {
  id: string;
  lon: number;
  lat: number;
  text: string;
  number?: number | null;
}

interface Proposal {
  id: string;
  name: string;
  votes: number;
  changes: Change[];
  notes: Note[];
}

interface Problem {
  id: string;
  code: string;
}

interface Streets {
  key: string;
  network: Network;
  pieceEdge: Ints;
  pieceStart: Doubles;
  pieceStop: Doubles;
  firstPiece: Ints;
  isLink: Bytes;
  isClosed: Bytes;
  /** edges that are closed, where nothing else is changed */
  closedAlone: number[] | null;
  problems: Problem[];
  /** what each change was taken to mean, by its id */
  found: { [id: string]: { edge?: number; node?: number; line?: Doubles; length_m?: number; work?: string } };
  /** pieces as parts of edges of the original streets; -1 - k for link k */
  pieces: Parts;
  links: { id: string; line: Doubles; length_m: number; work: string }[];
  sites: Map<string, Site>;
}

interface Costs {
  pace_ms: number;
  forward: Doubles;
  backward: Doubles;
  atU: Doubles;
  atV: Doubles;
}

interface Graph {
  start: Ints;
  /** the edge of each arc from u to v, the edge and the number of edges of one from v to u */
  row: Ints;
  to: Ints;
  cost: Doubles;
}

/** Doors as a search meets them, as access15/core/walk/graph.py; several may have one owner. */
interface Places {
  n: number;
  owner: Ints;
  edge: Ints;
  fraction: Doubles;
  offset: Doubles;
  nodeA: Ints;
  costA: Doubles;
  nodeB: Ints;
  costB: Doubles;
}

interface Doors extends Snapped {
  owner: Ints;
}

/** One walker on streets, whatever the facilities. */
interface Site {
  profile: Profile;
  streets: Streets;
  costs: Costs;
  graph: Graph;
  homeDoors: Doors;
  facilityDoors: Doors;
  homes: Places;
  facilities: Places;
  placed: PlacedFacility[];
  firstSource: Ints;
  rests: Map<string, RestSite>;
  /** costs with one class of obstacles lifted; null where that changes nothing */
  lifted: Map<string, Costs | null>;
}

interface PlacedFacility {
  id: string;
  name: string;
  category: string;
  hub: boolean;
  counted: boolean;
  change: string;
  lon: number | null;
  lat: number | null;
  x: number | null;
  y: number | null;
  status: string;
}

interface World {
  session: Session;
  streets: Streets;
  profile: Profile;
  site: Site;
  facilities: PlacedFacility[];
  doors: Places;
  /** the doors of `doors`, as they lie on the streets */
  entries: () => Doors;
  restDoors: RestPlaces | null;
  rest: RestSite | null;
  unplaced: string[];
  problems: Problem[];
}

interface Walk {
  world: World;
  target: string;
  cutoff_s: number;
  nodeTime: Doubles;
  homeTime: Doubles;
  touched: Ints;
  nTouched: number;
  sources: Ints;
  nSources: number;
  labels: RestLabels | null;
}

/** A stretch of one street, walked from one share of it to another; whether its ends are corners. */
interface RoutePiece {
  edge: number;
  from: number;
  to: number;
  isCorner: boolean[];
}

/** The fastest way from a door to a place. */
interface Route {
  facility: number;
  seconds: number;
  /** along the streets */
  metres: number;
  /** between the door and the streets, where it begins and where it ends */
  aside_s: number[];
  end: { edge: number; fraction: number };
  pieces: RoutePiece[];
}

/** A stretch of a way on one street. */
interface RouteRow {
  street: number;
  metres: number;
  /** waits and rests are part of them */
  seconds: number;
  wait_s: number;
  rest_s: number;
  waits: number;
  /** those of the waits that are for a lift */
  lifts: number;
  isSteps: boolean;
  /** rise where it is known, and on how many metres it is */
  climb_m: number;
  known_m: number;
  pieces: RoutePiece[];
}

interface Parts {
  edge: Ints;
  from: Doubles;
  to: Doubles;
}

interface RestGraph {
  nNodes: number;
  nPieces: number;
  splitStart: Ints;
  splitFraction: Doubles;
  isSeat: Bytes;
  pieceEdge: Ints;
  begin: Doubles;
  end: Doubles;
  nodeA: Ints;
  nodeB: Ints;
  atA: Doubles;
  atB: Doubles;
  start: Ints;
  to: Ints;
  cost: Doubles;
  metres: Doubles;
  /** of each arc */
  piece: Ints;
}

interface RestPlaces {
  n: number;
  owner: Ints;
  piece: Ints;
  edge: Ints;
  fraction: Doubles;
  offset: Doubles;
  offset_m: Doubles;
  nodeA: Ints;
  costA: Doubles;
  metresA: Doubles;
  nodeB: Ints;
  costB: Doubles;
  metresB: Doubles;
}

interface RestSite {
  seats: Snapped[];
  graph: RestGraph;
  homes: RestPlaces;
  facilities: RestPlaces;
  firstSource: Ints;
  unplaced: string[];
}

/** Kept labels of a search from seat to seat, sorted by node, then seconds. */
interface RestLabels {
  atNode: Ints;
  seconds: Doubles;
  metres: Doubles;
}

type People = { [group: string]: number[] };
