// Where things lie: metres between two places, and which neighbourhood a place stands in.

const METRES_PER_DEGREE = 111_195; // as access15/sources/places/doors.py measures

/** @param {LonLat} door @param {LonLat} place */
export const metresBetween = (door, place) => {
  const narrowing = Math.cos((door.lat * Math.PI) / 180);
  return METRES_PER_DEGREE * Math.hypot(door.lat - place.lat, (door.lon - place.lon) * narrowing);
};

/** A place in units of the page. @param {Frame} frame @param {LonLat} place */
export const unitsOf = (frame, { lat, lon }) => {
  const { x, y } = L.Projection.SphericalMercator.project(L.latLng(lat, lon));
  return [(x - frame.west) / frame.unit, (frame.north - y) / frame.unit];
};

/** Whether rings hold a point: each is crossed on the way out, holes too. @param {Line[]} rings @param {number[]} point */
export const isWithin = (rings, [x, y]) => {
  let isInside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const isBetween = ring[i + 1] > y !== ring[j + 1] > y;
      const across = ((ring[j] - ring[i]) * (y - ring[i + 1])) / (ring[j + 1] - ring[i + 1]) + ring[i];
      if (isBetween && x < across) {
        isInside = !isInside;
      }
    }
  }
  return isInside;
};

/** @param {[number, number] | null} point @returns {LonLat | null} */
export const placeOf = (point) => point && { lat: point[0], lon: point[1] };

/** As the map's library writes a place. @param {LonLat} place */
export const latLngOf = ({ lat, lon }) => L.latLng(lat, lon);

/** @param {Door} door @returns {LonLat} */
export const placeOfDoor = ([lat, lon]) => ({ lat: Number(lat), lon: Number(lon) });
