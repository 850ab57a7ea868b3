// Who must sit down: the seats of today as dots, and where they are missing on the way.

import { inUnits } from "../map/canvas.js";

const [SEAT, GAP] = ["#00574d", "#b3001b"];

/** @param {() => {seats: [number, number][], gaps: PartShape | null} | null} seatsOf @returns {Paint} */
export const paintSeats = (seatsOf) => (context, view) => {
  const shown = seatsOf();
  if (!shown) {
    return;
  }
  const { seats, gaps } = shown;
  inUnits(context, view, (pixels) => {
    for (const [width, colour] of /** @type {[number, string][]} */ (gaps ? [[8, "#ffffff"], [4.5, GAP]] : [])) {
      context.lineWidth = pixels(width);
      context.strokeStyle = colour;
      context.lineCap = "butt";
      context.setLineDash(colour === GAP ? [pixels(5), pixels(4)] : []);
      context.stroke(/** @type {PartShape} */ (gaps).path);
    }
    context.setLineDash([]);
    const radius = pixels(view.zoom < 15 ? 3 : 4.5);
    context.beginPath();
    for (const [x, y] of seats) {
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    }
    context.lineWidth = pixels(3);
    context.strokeStyle = "#ffffff";
    context.stroke();
    context.fillStyle = SEAT;
    context.fill();
  });
};
