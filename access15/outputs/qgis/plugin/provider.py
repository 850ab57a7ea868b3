"""The algorithms of access15 in QGIS's toolbox."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication, QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from .algorithms import ALGORITHMS

FOLDER = Path(__file__).resolve().parent


class Kit:
    """What the plugin was written with: where access15 is, whom it knows, and its words.

    The language is QGIS's own, English where that is not spoken.
    """

    def __init__(self) -> None:
        self.settings = _read("settings.json")
        self.lang = "it" if QgsApplication.locale()[:2] == "it" else "en"
        self.words = _read("words.json")[self.lang]

    def say(self, key: str, **values: object) -> str:
        """Text of a key."""
        text: str = self.words[key]
        return text.format(**values) if values else text

    def style(self, name: str) -> str:
        """File of a style."""
        return str(FOLDER / "styles" / f"{name}.{self.lang}.qml")


def _read(name: str) -> Any:
    """A file of the plugin."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


class Provider(QgsProcessingProvider):
    """What QGIS asks for algorithms."""

    def __init__(self) -> None:
        super().__init__()
        self.kit = Kit()

    def id(self) -> str:
        """Name in scripts: ``access15:coverage``."""
        return "access15"

    def name(self) -> str:
        """Name in the toolbox."""
        return "access15"

    def longName(self) -> str:  # noqa: N802 - QGIS calls it so
        """Name with the version."""
        return f"access15 {self.kit.settings['version']}"

    def icon(self) -> QIcon:
        """Sign in the toolbox."""
        return QIcon(str(FOLDER / "icon.svg"))

    def loadAlgorithms(self) -> None:  # noqa: N802 - QGIS calls it so
        """Hand over the algorithms."""
        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm(self.kit))

    def supportedOutputVectorLayerExtensions(self) -> list[str]:  # noqa: N802 - QGIS calls it so
        """What access15 writes and QGIS styles."""
        return ["gpkg"]

    def defaultVectorFileExtension(self, hasGeometry: bool = True) -> str:  # noqa: N802, N803, FBT001, FBT002
        """What temporary layers are."""
        del hasGeometry
        return "gpkg"


class Plugin:
    """What QGIS loads."""

    def __init__(self) -> None:
        self.provider: Any = None

    def initProcessing(self) -> None:  # noqa: N802 - QGIS calls it so
        """Add the algorithms, with or without windows."""
        self.provider = Provider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self) -> None:  # noqa: N802 - QGIS calls it so
        """Add the algorithms where there are windows."""
        self.initProcessing()

    def unload(self) -> None:
        """Take the algorithms away."""
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
