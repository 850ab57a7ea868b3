// The cells of a city's grid: unpacked when somebody asks for them, then coloured as quarters are.

import { unpack, unpackData } from "../map/elements.js";
import { numbersFrom, walkerOf } from "./numbers.js";

/** Shapes, people and shares of every cell. */
export class Cells {
  /** @param {CityData} data @param {CellShapes} shapes @param {DataView} shares */
  constructor(data, shapes, shares) {
    this.data = data;
    this.shapes = shapes;
    this.shares = shares;
    this.n = shapes.paths.length;
  }

  /** Share of a group in a cell, NaN where it is not known. @param {CityChoice} choice @param {number} walker @param {number} cell */
  share(choice, walker, cell) {
    const { data } = this;
    const packed = data.cells;
    if (walker < 0 || !packed) {
      return NaN;
    }
    const place = (choice.kind * data.walkers.length + walker) * data.groups.length + choice.group;
    const parts = this.shares.getUint16(2 * ((place * data.cutoffs.length + choice.cutoff) * this.n + cell), true);
    return parts === packed.unknown ? NaN : parts / packed.parts;
  }

  /** Every number of a cell. @param {CityChoice} choice @param {number} cell */
  numbers(choice, cell) {
    const own = this.share(choice, walkerOf(this.data, choice), cell);
    const claimed = this.share(choice, this.data.claim, cell);
    return numbersFrom(own, claimed, this.shapes.people[choice.group][cell]);
  }
}

/** @param {CityData} data @param {PackedCells} packed */
export const readCells = async (data, packed) => {
  const [shapes, shares] = await Promise.all([unpackData(packed.shapes), unpack(packed.shares)]);
  return new Cells(data, shapes, new DataView(shares));
};
