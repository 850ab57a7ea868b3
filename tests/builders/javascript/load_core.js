// What the session page computes with, in Node as it is.

export { decodeFlags, decodeNumbers } from "../../../access15/web/core/decode.js";
export { doorAt, waysFrom, whatHelps } from "../../../access15/web/core/house.js";
export { linksThatMayHelp } from "../../../access15/web/core/change/missing.js";
export { readSession } from "../../../access15/web/core/session.js";
export { changeStreets } from "../../../access15/web/core/change/changes.js";
export { compare, countPeople, exchangeOf, nearestMinutes } from "../../../access15/web/core/measures/coverage.js";
export { ProposalError, readProposalFile, writeProposalFile } from "../../../access15/web/core/proposal.js";
export { putOnStreets } from "../../../access15/web/core/siting/candidates.js";
export { findGaps } from "../../../access15/web/core/seat_walk/gaps.js";
export { Gains, takeApart } from "../../../access15/web/core/siting/cover.js";
export { tellWay } from "../../../access15/web/core/walk/routes.js";
export { locate, nearestEdge } from "../../../access15/web/core/walk/snap.js";
export { reachedParts, walk } from "../../../access15/web/core/walks.js";
export { buildWorld } from "../../../access15/web/core/world.js";
