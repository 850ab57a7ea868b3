// One walker in the world of a proposal, ready to be searched.

import { snapPoints } from "./change/doors.js";
import { restSiteOf, siteOf } from "./change/sites.js";
import { placeResting } from "./seat_walk/graph.js";
import { FACILITY_CHANGES } from "./proposal.js";
import { joinPlaces, placeDoors, takePlaces } from "./walk/graph.js";

/**
 * Facilities of a proposal: those of today, some removed, some at a new place, then the added ones.
 * @param {Session} session @param {Change[]} changes
 */
const listFacilities = (session, changes) => {
  /** @type {Map<string, Change>} */
  const last = new Map();
  /** @type {Problem[]} */
  const problems = [];
  for (const change of changes) {
    if (FACILITY_CHANGES.has(change.change)) {
      if (session.facilityRow.has(String(change.facility_id))) {
        last.set(String(change.facility_id), change);
      } else {
        problems.push({ id: change.id, code: "no_facility" });
      }
    }
  }
  const kept = Array.from(session.facilities.keys()).filter((row) => !last.has(session.facilities[row].id));
  const moved = [...last.values()].filter((change) => change.change !== "remove_facility");
  const added = changes.filter((change) => change.change === "add_facility");
  const fresh = [
    ...moved.map((change) => ({
      ...session.facilities[/** @type {number} */ (session.facilityRow.get(String(change.facility_id)))],
      lon: change.lon,
      lat: change.lat,
      change: change.change === "set_door" ? "entered" : "moved",
    })),
    ...added.map((change) => ({
      id: change.id,
      name: change.name || "",
      category: change.category || "",
      hub: change.category === "hub" || change.category === session.hubCategory,
      counted: true,
      lon: change.lon,
      lat: change.lat,
      change: "added",
    })),
  ];
  return { kept, fresh, problems };
};

/** Doors without what they are joined from. @param {Doors} doors @returns {Doors} */
const plainly = ({ n, owner, edge, fraction, snap_m }) => ({ n, owner, edge, fraction, snap_m });

/**
 * One walker in the world of a proposal, ready to be searched. Streets and homes are kept from one call to the
 * next: when only facilities change, only they are placed.
 * @param {Session} session @param {Streets} streets from changeStreets @param {Change[]} changes
 * @param {string} profileId
 * @returns {World}
 */
export const buildWorld = (session, streets, changes, profileId) => {
  const profile = session.profiles.find((one) => one.id === profileId);
  if (!profile) {
    throw new RangeError(`there is no profile ${profileId}`);
  }
  const site = siteOf(session, streets, profile);
  const { kept, fresh, problems } = listFacilities(session, changes);
  const ownerOf = new Int32Array(session.facilities.length).fill(-1);
  kept.forEach((row, i) => (ownerOf[row] = i));
  const snapped = snapPoints(session, streets, fresh, kept.length);
  const rest = profile.needs_seat ? restSiteOf(session, site, changes) : null;
  const seated = (/** @type {RestGraph} */ graph) =>
    placeResting(graph, site.costs, streets.network, snapped.doors, false);
  const place = (/** @type {Doors} */ doors) => placeDoors(streets.network, site.costs, doors, false);
  const facilities = [
    ...kept.map((row) => site.placed[row]),
    ...fresh.map((one, i) => ({
      ...one,
      x: snapped.points[i].x,
      y: snapped.points[i].y,
      status: snapped.points[i].edge >= 0 ? "ok" : "too_far_from_network",
    })),
  ];
  return /** @type {World} */ ({
    session,
    streets,
    profile,
    site,
    facilities,
    doors: joinPlaces([takePlaces(site.facilities, ownerOf), place(snapped.doors)]),
    entries: () => joinPlaces([takePlaces(plainly(site.facilityDoors), ownerOf), snapped.doors]),
    rest,
    restDoors: rest && joinPlaces([takePlaces(rest.facilities, ownerOf), seated(rest.graph)]),
    unplaced: [
      ...facilities.filter((one) => one.change && one.status !== "ok").map((one) => one.id),
      ...(rest ? rest.unplaced : []),
    ],
    problems: [...streets.problems, ...problems],
  });
};
