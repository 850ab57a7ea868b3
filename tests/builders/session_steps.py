"""What tests of the session page do in it, as people do, and what they read from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
from builders.run import make_walkers
from playwright.sync_api import Page

from access15.config import load_profiles
from access15.results.run import RunResult

AREA = "chiesa_rossa"
NAME = f"it/{AREA}_session.html"
ZOOMED = (683, 384)  # a laptop of 1366 x 768 at 200 %
NEW_PLACE = (9.1800, 45.4325)
STEP_M = 20
# every control that can be seen, and how large it is to a finger
TARGETS = """() => [...document.querySelectorAll("a, button, select, summary, label.card, label.tab, .segments label,"
  + "label.check, input[type=text], textarea, .leaflet-marker-icon.leaflet-interactive")]
  .filter((one) => one.checkVisibility() && !one.closest(".a15-second"))
  .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect().width, one.getBoundingClientRect().height])"""
UNNAMED = """() => [...document.querySelectorAll(
  "a, button, select, input, textarea, .leaflet-interactive, [role=img]")]
  .filter((one) => one.checkVisibility())
  .filter((one) => !(one.getAttribute("aria-label") || one.title || one.textContent.trim()
    || (one.labels && [...one.labels].some((label) => label.textContent.trim()))))
  .map((one) => one.outerHTML.slice(0, 90))"""
# the order of keys means nothing; the number of a note is where it stands
STATE = """() => {
  const sorted = (one) => Object.fromEntries(Object.entries(one).filter(([key]) => key !== "number").sort());
  return JSON.stringify(access15_session.history.now.proposals.map((one) =>
    sorted({ ...one, changes: one.changes.map(sorted), notes: one.notes.map(sorted) })));
}"""
LEAVING = """() => {
  const event = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(event);
  return event.defaultPrevented;
}"""
CHANGES = "() => access15_session.history.active.changes"


def at(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where a place lies on the screen."""
    x, y = page.evaluate(
        """([lon, lat]) => {
          const map = access15_session.map;
          const corner = map.getContainer().getBoundingClientRect();
          const point = map.latLngToContainerPoint([lat, lon]);
          return [corner.x + point.x, corner.y + point.y];
        }""",
        [lon, lat],
    )
    return x, y


def show_tools(page: Page) -> None:
    """On a telephone the tools are under one button."""
    more = page.locator("#more-tools")
    if more.is_visible() and more.get_attribute("aria-expanded") == "false":
        more.click()


def use(page: Page, tool: str, *places: tuple[float, float]) -> None:
    show_tools(page)
    page.locator(f"[data-tool={tool}]").click()
    for place in places:
        page.mouse.click(*at(page, *place))


def choose(page: Page, kind: str, value: str) -> None:
    if kind in ("target", "group"):
        page.locator(f"#{kind}").select_option(value)
    else:
        page.locator(f"input[name={kind}][value={value}]").check(force=True)


def changes(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(CHANGES)
    return found


def sign(page: Page, name: str) -> Any:
    return page.locator(f".a15-mark:not(:has(.a15-door))[aria-label*='{name}']")


def door(page: Page, name: str) -> Any:
    """The door of a place, which can be dragged."""
    return page.locator(f".a15-mark:has(.a15-door)[aria-label*='{name}']")


# places half-way along streets in view, far from signs and buttons, the nearest to the middle of
# the map first
STREET_PLACES = """() => {
  const { model, map, data, streets, marks } = access15_session;
  const { frame } = data;
  const size = map.getSize();
  const centre = map.getSize().divideBy(2);
  const signs = marks.markers().map((one) => map.latLngToContainerPoint(one.getLatLng()));
  const found = [];
  for (let e = 0; e < model.session.streets.nEdges; e += 1) {
    const line = streets.line(e);
    const [x, y] = [0, 1].map((i) => (line[i] + line[i + 2]) / 2);
    const point = L.point(frame.west + frame.unit * x, frame.north - frame.unit * y);
    const { lat, lng } = L.Projection.SphericalMercator.unproject(point);
    const at = map.latLngToContainerPoint([lat, lng]);
    const isIn = at.x > 90 && at.y > 90 && at.x < size.x - 40 && at.y < size.y - 140;
    if (isIn && signs.every((sign) => sign.distanceTo(at) > 50)) found.push([at.distanceTo(centre), lng, lat]);
  }
  return found.sort((a, b) => a[0] - b[0]).map(([, lon, lat]) => [lon, lat]);
}"""
# a place in view that is beyond 200 m of every street
# above what a tool asks at the bottom of the map
NOWHERE = """() => {
  const { model, map } = access15_session;
  const { x, y, vertexStart } = model.session.streets;
  const size = map.getSize();
  for (let down = size.y - 220; down > 90; down -= 10) {
    for (let right = 90; right < size.x - 60; right += 10) {
      const { lat, lng } = map.containerPointToLatLng([right, down]);
      const [east, north] = model.session.toMetres(lng, lat);
      let least = Infinity;
      for (let e = 0; e < vertexStart.length - 1; e += 1) {
        for (let i = vertexStart[e]; i < vertexStart[e + 1] - 1; i += 1) {
          for (let part = 0; part <= 1; part += 0.1) {
            const [a, b] = [x[i] + part * (x[i + 1] - x[i]), y[i] + part * (y[i + 1] - y[i])];
            least = Math.min(least, Math.hypot(a - east, b - north));
          }
        }
      }
      if (least > 200 && model.isInside({ lon: lng, lat })) return [lng, lat];
    }
  }
  return null;
}"""


def places(page: Page) -> list[tuple[float, float]]:
    return [(lon, lat) for lon, lat in page.evaluate(STREET_PLACES)]


def two_places(
    page: Page, least_m: float, most_m: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Two places on streets, so far from each other."""
    found = places(page)
    for one in found:
        for other in found:
            east, north = (other[0] - one[0]) * 78_200, (other[1] - one[1]) * 111_200
            if least_m < np.hypot(east, north) < most_m:
                return one, other
    raise AssertionError("no two places are so far from each other")


def nowhere(page: Page) -> tuple[float, float]:
    lon, lat = page.evaluate(NOWHERE)
    return lon, lat


def press(page: Page, dialog: str, value: str) -> None:
    """Close a dialog with one of its buttons and wait until what it does is done."""
    page.locator(f"#{dialog} button[value={value}]").click()
    page.wait_for_timeout(60)


def shown_numbers(page: Page) -> dict[tuple[str, int], list[str]]:
    """Per group and cutoff what the table says: today and with the proposal, or today alone."""
    cells = page.evaluate(
        """() => [...document.querySelectorAll("#numbers td")].map((cell) => [
          cell.dataset.group, Number(cell.dataset.at),
          (() => {
            const copy = cell.querySelector(".counts").cloneNode(true);
            copy.querySelectorAll(".unseen").forEach((one) => one.remove());
            return copy.textContent.split("→").map((text) => text.trim());
          })(),
          cell.querySelector(".change").textContent])"""
    )
    return {(group, number): [*counts, change] for group, number, counts, change in cells}


def with_obstacles(result: RunResult) -> RunResult:
    """The same streets with steps and raised kerbs on some, and a walker who must sit down."""
    area = result.areas[AREA]
    network = area.network
    hubs = area.facilities.geometry[area.facilities["facility_id"].isin(area.area.hubs)].union_all()
    is_free = network.length_m * 0 + [line.distance(hubs) > 120 for line in network.lines] > 0
    steps = network.steps.copy()
    steps[np.flatnonzero(is_free)[::9]] = True
    kerb_u = network.kerb_u.copy()
    kerb_u[np.flatnonzero(is_free)[4::9]] = 2
    xy = network.node_xy[::7]
    seats = gpd.GeoDataFrame(
        {
            "seat_id": [f"s{i}" for i in range(len(xy))],
            "source": "drawn",
            "status": "ok",
            "same_as": "",
            "snap_m": 0.0,
        },
        geometry=gpd.points_from_xy(*xy.T),
        crs=network.crs,
    )
    sitting = load_profiles()["frail"].model_copy(update={"id": "sitting", "needs_seat": True})
    profiles = {**result.profiles, "sitting": sitting}
    blocked = replace(network, steps=steps, kerb_u=kerb_u)
    walkers = make_walkers(blocked, profiles, area.residents, area.facilities, seats)
    changed = replace(area, network=blocked, seats=seats, walkers=walkers)
    return replace(result, areas={AREA: changed}, profiles=profiles)
