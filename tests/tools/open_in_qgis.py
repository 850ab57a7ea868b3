"""Open the project of a GeoPackage in QGIS, and say as JSON what is seen; draw every theme.

    QT_QPA_PLATFORM=offscreen python3 tests/tools/open_in_qgis.py results.gpkg FOLDER

Needs the Python that QGIS is installed for (Debian: ``qgis python3-qgis``), not that of access15.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsApplication,
    QgsLayerTreeModel,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

SIZE = QSize(1366, 900)


def draw(project: Any, path: Path) -> int:
    """Draw what is seen; how many colours there are."""
    settings = QgsMapSettings()
    root = project.layerTreeRoot()
    seen = root.checkedLayers()
    settings.setLayers([layer for layer in root.layerOrder() if layer in seen])
    settings.setDestinationCrs(project.crs())
    settings.setOutputSize(SIZE)
    settings.setExtent(project.viewSettings().defaultViewExtent())
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(str(path))
    colours = {image.pixel(x, y) for x in range(0, 1366, 3) for y in range(0, 900, 3)}
    return len(colours)


def look(package: Path, folder: Path) -> dict[str, Any]:
    """Open the one project of a GeoPackage, and look at everything in it."""
    storage = QgsApplication.projectStorageRegistry().projectStorageFromType("geopackage")
    (name,) = storage.listProjects(str(package))
    project = QgsProject.instance()
    is_read = project.read(f"geopackage:{package}?projectName={name}")
    root, themes = project.layerTreeRoot(), project.mapThemeCollection()
    layers = [
        {
            "id": layer.id(),
            "name": layer.name(),
            "source": layer.source(),
            "is_valid": layer.isValid(),
            "n": layer.featureCount(),
            "rules": [rule.label() for rule in layer.renderer().rootRule().children()],
            "styles": layer.styleManager().styles(),
            "crs": layer.crs().authid(),
            "is_labelled": layer.labelsEnabled(),
        }
        for layer in root.layerOrder()
    ]
    seen = {}
    for theme in themes.mapThemes():
        themes.applyTheme(theme, root, QgsLayerTreeModel(root))
        seen[theme] = {
            "layers": [layer.name() for layer in root.checkedLayers()],
            "styles": [layer.styleManager().currentStyle() for layer in root.checkedLayers()],
            "colours": draw(project, folder / f"{theme}.png"),
        }
    return {
        "is_read": is_read,
        "error": project.error(),
        "title": project.title(),
        "crs": project.crs().authid(),
        "groups": [group.name() for group in root.children()],
        "layers": layers,
        "themes": seen,
    }


def main() -> None:
    """Look at the GeoPackage that is named."""
    application = QgsApplication([], False)
    application.initQgis()
    package, folder = (Path(text).resolve() for text in sys.argv[1:3])
    folder.mkdir(exist_ok=True)
    print(json.dumps(look(package, folder), ensure_ascii=False))
    application.exitQgis()


if __name__ == "__main__":
    main()
