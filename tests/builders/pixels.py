"""What is drawn, pixel by pixel."""

from __future__ import annotations

import base64

from playwright.sync_api import Page

# of every visible piece of text: what it says, its size, and the element that holds it
TEXTS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    const isSeen = holder.checkVisibility() && !["SCRIPT", "STYLE", "NOSCRIPT"].includes(holder.tagName);
    if (text && isSeen) found.push([text.slice(0, 40), parseFloat(getComputedStyle(holder).fontSize)]);
  }
  return found;
}"""


def pixel(page: Page, x: float, y: float) -> list[int]:
    """Colour on the screen, read from a picture of it."""
    shot = base64.b64encode(
        page.screenshot(clip={"x": x, "y": y, "width": 1, "height": 1})
    ).decode()
    colour: list[int] = page.evaluate(
        """async (shot) => {
          const image = new Image();
          image.src = `data:image/png;base64,${shot}`;
          await image.decode();
          const context = document.createElement("canvas").getContext("2d");
          context.drawImage(image, 0, 0);
          return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
        }""",
        shot,
    )
    return colour
