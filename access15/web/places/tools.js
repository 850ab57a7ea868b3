// What is put on the map by one tap, or by the button for its centre: a point, or a door.

import { byId } from "../map/elements.js";
import { figure } from "../session/pictures.js";

export class Tools {
  #active = "";

  /**
   * @param {{map: L.Map, book: import("./book.js").Book, speech: import("../session/text.js").Speech,
   *   strip: import("../session/strip.js").Strip, put: (tool: string, place: LonLat) => void}} parts
   */
  constructor({ map, book, speech, strip, put }) {
    this.map = map;
    this.book = book;
    this.speech = speech;
    this.strip = strip;
    this.put = put;
    this.cross = figure("cross", "a15-cross");
    map.on("click", ({ latlng }) => this.tap({ lon: latlng.lng, lat: latlng.lat }));
    byId("at-centre").addEventListener("click", () => {
      const { lng, lat } = map.getCenter();
      this.tap({ lon: lng, lat });
    });
    byId("stop-tool").addEventListener("click", () => this.#giveUp());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#active && !document.querySelector("dialog[open]")) {
        this.#giveUp();
      }
    });
  }

  #giveUp() {
    const tool = this.#active;
    this.stop();
    byId(`put-${tool}`).focus();
  }

  /** Whether a tap puts something: a place without a point waits for it. */
  isActive() {
    return this.tool() !== "";
  }

  tool() {
    return this.#active || (this.book.decision.point ? "" : "point");
  }

  /** @param {string} tool */
  start(tool) {
    this.#active = tool;
    this.map.getContainer().append(this.cross);
    this.map.getContainer().scrollIntoView({ block: "nearest" });
    this.show();
  }

  stop() {
    this.#active = "";
    this.cross.remove();
    this.show();
  }

  /** What the tool in hand asks for. */
  show() {
    for (const tool of ["point", "door"]) {
      byId(`put-${tool}`).setAttribute("aria-pressed", String(this.#active === tool));
    }
    this.map.getContainer().classList.toggle("a15-placing", this.isActive());
    for (const id of ["at-centre", "stop-tool"]) {
      byId(id).hidden = !this.#active;
    }
    this.strip.stand(this.isActive() ? this.speech.say(`hint_${this.tool()}`) : "");
  }

  /** @param {LonLat} place */
  tap(place) {
    if (this.isActive()) {
      this.put(this.tool(), place);
    }
  }
}
