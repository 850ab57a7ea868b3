// The tools on a telephone: one row, in which a button shows the others and each of those folds the row again.

import { byId } from "../map/elements.js";

export const prepareToolRow = () => {
  const [tools, more] = [byId("tools"), byId("more-tools")];
  /** @param {boolean} isOpen */
  const show = (isOpen) => {
    tools.classList.toggle("is-open", isOpen);
    more.setAttribute("aria-expanded", String(isOpen));
  };
  more.addEventListener("click", () => show(more.getAttribute("aria-expanded") !== "true"));
  tools.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    if (button && button !== more) {
      show(false);
      if (button.getClientRects().length === 0) {
        more.focus(); // the button that was pressed is folded away
      }
    }
  });
  tools.addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && tools.classList.contains("is-open")) {
      show(false);
      more.focus();
    }
  });
};
