// The strip on the map: what to do next, what was done, what went wrong; and nothing that is no longer true.

import { byId } from "./panel.js";

const LASTS_MS = 15_000;

/** Where people of a change go: kinds of places of a facility that is added, changed, moved or removed. */
const targetsOf = (model, change) => {
  if (change.change === "add_facility") {
    return [change.category];
  }
  const facility = model.facilityOf.get(change.facility_id);
  return facility ? [...(facility.hub ? ["hub"] : []), facility.category] : [];
};

export class Strip {
  /** @param {any} page */
  constructor(page) {
    this.page = page;
    this.lasts_ms = LASTS_MS;
    this.timer = /** @type {any} */ (0);
    this.offered = "";
    byId("look-there").addEventListener("click", () => {
      const target = this.offered;
      byId("target").focus();
      page.choose({ target });
    });
  }

  /**
   * @param {string} text @param {boolean} [isProblem]
   * @param {{text: string, target: string} | null} [offer] what else could be looked at, as a button
   */
  tell(text, isProblem = false, offer = null) {
    byId("said").textContent = text;
    byId("said").classList.toggle("is-problem", isProblem && text !== "");
    byId("look-there").hidden = offer === null;
    byId("look-there").textContent = offer ? offer.text : "";
    this.offered = offer ? offer.target : "";
    this.#clearLater(text);
  }

  #clearLater(text) {
    clearTimeout(this.timer);
    this.timer = 0;
    const { tools } = this.page;
    if (text !== "" && !(tools && tools.isTold(text))) {
      this.timer = setTimeout(() => this.#clear(text), this.lasts_ms);
    }
  }

  #clear(text) {
    const strip = byId("strip");
    if (strip.contains(document.activeElement) || strip.matches(":hover")) {
      this.#clearLater(text);
    } else {
      this.settle();
    }
  }

  /** Nothing to say but what the tool in hand asks for. */
  settle() {
    this.tell("");
    this.page.tools.show();
  }

  /** A change of places that the chosen target does not see: said, lest "= 0" be read as "useless". */
  elsewhere(before, after) {
    const { model, speech, choice } = this.page;
    const isNew = after.filter((one) => !before.includes(one));
    const isGone = before.filter((one) => !after.some((other) => other.id === one.id));
    const changed = isNew.length ? isNew : isGone;
    const targets = changed.flatMap((one) => targetsOf(model, one)).filter((one) => this.page.data.targets.includes(one));
    const isElsewhere = targets.length > 0 && changed.every((one) => targetsOf(model, one).length > 0) && !targets.includes(choice.target);
    if (!isElsewhere) {
      return null;
    }
    const [looking, other] = [choice.target, targets[0]].map((one) => this.page.tellTarget(one));
    return {
      said: speech.say("elsewhere", { looking, other }),
      text: speech.say("look_there", { other }),
      target: targets[0],
    };
  }
}
