"""A walking network handed over to OSMnx, for whoever wants to go on there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from access15.core.streets.network import CROSSINGS, SURFACES, WalkNetwork
from access15.core.walk.impedance import Impedance

if TYPE_CHECKING:
    import networkx as nx


def network_to_graph(network: WalkNetwork, impedance: Impedance | None = None) -> nx.MultiDiGraph:
    """Walking network as the projected graph OSMnx works with.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    impedance : Impedance, optional
        A walker; each edge then has ``cost_s``, the seconds to walk it, ends included, and edges
        the walker cannot pass are left out.

    Returns
    -------
    networkx.MultiDiGraph
        Every street in both directions, with ``length`` [m], ``geometry``, ``highway``, ``name``,
        ``osmid``, ``surface``, ``steps``, ``crossing_from`` and ``crossing_to``; node coordinates
        in the network's CRS.
    """
    import networkx  # noqa: PLC0415 - loaded with OSMnx
    import osmnx  # noqa: PLC0415 - three seconds, paid only by whoever asks for a graph

    nodes = gpd.GeoDataFrame(
        {"x": network.node_xy[:, 0], "y": network.node_xy[:, 1]},
        geometry=shapely.points(network.node_xy),
        crs=network.crs,
        index=pd.Index(np.arange(network.n_nodes), name="osmid"),
    )
    out = _directed(network, impedance, forward=True)
    back = _directed(network, impedance, forward=False)
    edges = pd.concat([out, back])
    # parallel streets stay apart: OSMnx numbers those between the same two nodes
    key = edges.groupby(["u", "v"]).cumcount()
    edges = edges.assign(key=key).set_index(["u", "v", "key"])
    graph: nx.MultiDiGraph = osmnx.convert.graph_from_gdfs(
        nodes, gpd.GeoDataFrame(edges, geometry="geometry", crs=network.crs)
    )
    networkx.set_node_attributes(graph, osmnx.stats.count_streets_per_node(graph), "street_count")
    return graph


def _directed(
    network: WalkNetwork,
    impedance: Impedance | None,
    *,
    forward: bool,
) -> pd.DataFrame:
    """Every edge in one direction; for a walker only those that can be passed."""
    ends = (network.edge_u, network.edge_v)
    crossings = (network.crossing_u, network.crossing_v)
    if not forward:
        ends, crossings = ends[::-1], crossings[::-1]
    kinds = np.array(CROSSINGS, dtype=object)
    table = pd.DataFrame(
        {
            "u": ends[0],
            "v": ends[1],
            "osmid": network.way_id,
            "length": network.length_m,
            "highway": np.array(network.highway_names, dtype=object)[network.highway],
            "name": np.array(network.street_names, dtype=object)[network.street],
            "surface": np.array(SURFACES, dtype=object)[network.surface],
            "steps": network.steps,
            "crossing_from": kinds[crossings[0]],
            "crossing_to": kinds[crossings[1]],
            "geometry": network.lines if forward else shapely.reverse(network.lines),
        }
    )
    if impedance is None:
        return table
    moving_s = impedance.forward_s if forward else impedance.backward_s
    # whole: what is felt at both ends, and the way between them
    cost_s = impedance.at_u_s + moving_s + impedance.at_v_s
    return table.assign(cost_s=cost_s)[np.isfinite(cost_s)]
