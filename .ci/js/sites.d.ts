// What Python hands to the page of the best places, from access15/outputs/pages/sites.py.

interface SitesPlace {
  lat: number;
  lon: number;
  name: string;
}

interface SitesChoice {
  sites: (SitesPlace & { number: number; why: string })[];
  /** places of today that do not stay */
  leaving: (SitesPlace & { why: string })[];
  /** other candidates that are as good within 1 % */
  others: (SitesPlace & { kept: string })[];
}

interface SitesData {
  study: string;
  frame: Frame;
  bounds: [[number, number], [number, number]];
  base: Backdrop & { roads: Record<string, string> };
  names: NameRun[];
  zones: string;
  /** streets of each class, from the fewest people to the most */
  gains: { colours: string[]; shapes: string[] };
  /** by the number of places */
  choices: Record<string, SitesChoice>;
  left_out: { n_sites: number; dots: Dot[]; style: DotStyle };
  today: (SitesPlace & { symbol: string; colour: string })[];
  attribution: string;
  texts: Record<string, string>;
}
