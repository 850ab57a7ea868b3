// Opens what lies over the page, and gives the focus back.

import { byId, find } from "../map/elements.js";

/** Opens a dialog; resolves to what it was closed with ("" for Escape). @param {string} id @returns {Promise<string>} */
export const ask = (id) =>
  new Promise((resolve) => {
    const dialog = find(id, HTMLDialogElement);
    const before = document.activeElement;
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener(
      "close",
      () => {
        if (before instanceof HTMLElement && document.contains(before)) {
          before.focus();
        }
        resolve(dialog.returnValue);
      },
      { once: true },
    );
  });

/** From its title on: the button, which would have the focus, is at its end. */
export const showHint = () => {
  const closed = ask("hint");
  byId("hint-title").focus({ preventScroll: true });
  byId("hint").scrollTop = 0;
  return closed;
};
