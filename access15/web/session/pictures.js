// Pictures of the page's own sheet of symbols.

/** @param {string} name @param {string} [className] */
export const figure = (name, className = "") => {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#a15-${name}`);
  svg.append(use);
  return svg;
};
