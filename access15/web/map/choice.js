// What is chosen beside the map.

/** @param {MapChoice} choice @returns {string} how data of one walker and one target are named */
export const keyOf = ({ profile, target }) => `${profile}|${target}`;
