"""Results as frames that draw themselves: on paper, and on a map that needs no internet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
from geopandas.plotting import GeoplotAccessor

from access15.config import Lang
from access15.core.streets.network import WalkNetwork

if TYPE_CHECKING:
    import folium
    from matplotlib.axes import Axes

_OWN_COLOURS = {"column", "color", "kind", "cmap"}


class WalkFrame(gpd.GeoDataFrame):  # type: ignore[misc, unused-ignore]
    """A GeoDataFrame that knows how it is drawn; everything else is as in geopandas.

    ``attrs`` says of whom, at which pace, and from which streets its numbers are. What is made of
    it with pandas stays one as long as it has a geometry.
    """

    _metadata = [*gpd.GeoDataFrame._metadata, "_streets"]  # noqa: RUF012 - as pandas asks for it
    _streets: WalkNetwork | None = None

    @property
    def _constructor(self) -> Callable[..., Any]:
        """What pandas makes of a part of it."""
        return _keep_kind

    def _constructor_from_mgr(self, mgr: Any, axes: Any) -> Any:
        """What pandas makes of columns it has put together."""
        made = gpd.GeoDataFrame._constructor_from_mgr(self, mgr, axes)
        return WalkFrame(made) if isinstance(made, gpd.GeoDataFrame) else made

    def on_streets(self, network: WalkNetwork) -> WalkFrame:
        """The same, knowing the streets that maps show below it."""
        self._streets = network
        return self

    def explore(self, *args: Any, lang: Lang = "it", **kwargs: Any) -> folium.Map:
        """Show it on a map that asks nobody for anything: the walk in minutes by colour.

        Parameters
        ----------
        *args, **kwargs : object
            As for `geopandas.GeoDataFrame.explore`, which then draws, with its online background;
            without any the map is ours and needs no internet.
        lang : {"it", "en"}
            Language of the map.

        Returns
        -------
        folium.Map
            Shown by notebooks; ``save`` writes it as one file.
        """
        if args or kwargs:
            online: folium.Map = gpd.GeoDataFrame(self).explore(*args, **kwargs)
            return online
        from access15.outputs.pages.frame import draw_frame  # noqa: PLC0415 - folium costs a second

        drawn: folium.Map = draw_frame(self, self._streets, lang=lang)
        return drawn

    @property
    def plot(self) -> WalkPlot:
        """Draw it with matplotlib, as geopandas does; minutes by colour unless told otherwise."""
        return WalkPlot(self)


class WalkPlot(GeoplotAccessor):  # type: ignore[misc, unused-ignore]
    """What ``frame.plot`` is: geopandas' own, which colours by minutes where nothing is asked."""

    def __call__(self, *args: Any, lang: Lang = "it", **kwargs: Any) -> Axes:
        """Draw the frame on axes."""
        shown = self._parent
        is_ours = not args and not _OWN_COLOURS & set(kwargs)
        if is_ours and "minutes" in shown:
            from access15.outputs.words.texts import say  # noqa: PLC0415 - reads every word

            # the longest walk first, so that shorter ones lie above it
            shown = shown.sort_values("minutes", ascending=False, kind="stable")
            ours = {
                "column": "minutes",
                "cmap": "plasma_r",
                "legend": True,
                "legend_kwds": {"label": say("frame_minutes", lang)},
            }
            kwargs = {**ours, **kwargs}
        axes: Axes = GeoplotAccessor(shown)(*args, **kwargs)
        return axes


def _keep_kind(*args: Any, **kwargs: Any) -> Any:
    """A frame of ours where there is a geometry, else a table."""
    made = pd.DataFrame(*args, **kwargs)
    if (made.dtypes == "geometry").any():
        return WalkFrame(made)
    return made
