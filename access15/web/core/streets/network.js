// Streets as arrays, as access15/core/streets/network.py.

export const RAISED = 2; // index into KERBS of core/network.py

/** @param {Network} network @returns {{west: number, south: number, east: number, north: number}} metres */
export const boxOf = ({ x, y }) => {
  const least = (/** @type {Doubles} */ of) => of.reduce((low, value) => Math.min(low, value), Infinity);
  const most = (/** @type {Doubles} */ of) => of.reduce((high, value) => Math.max(high, value), -Infinity);
  return { west: least(x), south: least(y), east: most(x), north: most(y) };
};

/** Streets as they are: every edge its own piece. @param {Network} network @returns {Streets} */
export const wholeStreets = (network) => {
  const n = network.nEdges;
  const pieceEdge = Int32Array.from({ length: n }, (_, e) => e);
  const [pieceStart, pieceStop] = [new Float64Array(n), new Float64Array(n).fill(1)];
  return {
    key: "",
    network,
    pieceEdge,
    pieceStart,
    pieceStop,
    pieces: { edge: pieceEdge, from: pieceStart, to: pieceStop },
    links: [],
    found: {},
    firstPiece: Int32Array.from({ length: n + 1 }, (_, e) => e),
    isLink: new Uint8Array(n),
    isClosed: new Uint8Array(n),
    closedAlone: null,
    problems: [],
    sites: new Map(),
  };
};

export const LINK_CLASS = 255; // of a link that a proposal adds: it is no road yet
