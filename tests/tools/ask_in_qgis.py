"""Run algorithms of the plugin in QGIS, and say as JSON what came of them.

    QT_QPA_PLATFORM=offscreen python3 tests/tools/ask_in_qgis.py FOLDER questions.json

FOLDER holds the plugin. Each question has `algorithm`, `parameters`, and may have `layers`
(parameter: [well-known texts, system, ids]) and `cancel_after` (lines that are said before somebody
asks to stop). Needs the Python that QGIS is installed for, not that of access15.
"""

from __future__ import annotations

import importlib
import itertools
import json
import sys
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsSettings,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSettings


class Feedback(QgsProcessingFeedback):
    """Keeps what is said, and asks to stop after some lines."""

    def __init__(self, cancel_after: int | None) -> None:
        super().__init__()
        self.said: list[str] = []
        self.errors: list[str] = []
        self.percent: list[float] = []
        self.left = cancel_after
        self.progressChanged.connect(self.percent.append)

    def reportError(self, error: str, fatalError: bool = False) -> None:  # noqa: ARG002, N802, N803
        """Keep an error."""
        self.errors.append(error)

    def pushInfo(self, info: str) -> None:  # noqa: N802 - QGIS calls it so
        """Keep a line."""
        self.said.append(info)
        if self.left is not None:
            self.left -= 1
            if self.left <= 0:
                self.cancel()


def build_layer(shapes: list[str], system: str, ids: list[Any]) -> Any:
    """A layer in memory."""
    field = "integer" if all(isinstance(one, int) for one in ids) else "string"
    layer = QgsVectorLayer(f"Point?crs={system}&field=code:{field}", "given", "memory")
    features = []
    for shape, name in zip(shapes, ids, strict=True):
        feature = QgsFeature(layer.fields())
        if shape:
            feature.setGeometry(QgsGeometry.fromWkt(shape))
        feature.setAttribute("code", name)
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    return layer


def describe(source: str) -> dict[str, Any]:
    """What a layer that came holds, and how it looks when it is opened."""
    layer = QgsVectorLayer(source, "found", "ogr")
    names = [field.name() for field in layer.fields()]
    rows = [
        {name: str(feature[name]) for name in names}
        for feature in itertools.islice(layer.getFeatures(), 4)
    ]
    renderer = layer.renderer()
    return {
        "is_valid": layer.isValid(),
        "n": layer.featureCount(),
        "crs": layer.crs().authid(),
        "renderer": renderer.type(),
        "rules": [rule.label() for rule in renderer.rootRule().children()]
        if renderer.type() == "RuleRenderer"
        else [],
        "rows": rows,
    }


def ask(question: dict[str, Any]) -> dict[str, Any]:
    """Run one algorithm."""
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(question["algorithm"])
    context = QgsProcessingContext()
    project = QgsProject()
    context.setProject(project)
    feedback = Feedback(question.get("cancel_after"))
    parameters = dict(question["parameters"])
    kept = []
    for name, (shapes, system, ids) in question.get("layers", {}).items():
        layer = build_layer(shapes, system, ids)
        kept.append(project.addMapLayer(layer))
        parameters |= {name: layer.id(), f"{name}_ID": "code"}
    is_fit, why = algorithm.checkParameterValues(parameters, context)
    if not is_fit:
        return {"refused": why}
    found, is_done = algorithm.run(parameters, context, feedback)  # tells faults to the feedback
    layers = {name: describe(source) for name, source in found.items() if ".gpkg" in str(source)}
    loaded = [one.name for one in context.layersToLoadOnCompletion().values()]
    return {
        "is_done": is_done,
        "found": found,
        "layers": layers,
        "said": feedback.said,
        "errors": feedback.errors,
        "percent": feedback.percent,
        "loaded": loaded,
    }


def main() -> None:
    """Load the plugin and ask."""
    folder, questions = (
        Path(sys.argv[1]).resolve(),
        json.loads(Path(sys.argv[2]).read_text("utf-8")),
    )
    application = QgsApplication([], False)
    application.initQgis()
    for settings in (QSettings(), QgsSettings()):
        settings.setValue("locale/overrideFlag", True)
        settings.setValue("locale/userLocale", questions["lang"])
    sys.path.insert(0, str(folder))
    plugin = importlib.import_module("access15_provider").classFactory(None)
    plugin.initProcessing()
    provider = QgsApplication.processingRegistry().providerById("access15")
    answer = {
        "name": provider.longName(),
        "algorithms": {one.name(): one.displayName() for one in provider.algorithms()},
        "help": [one.shortHelpString() for one in provider.algorithms()],
        "product": sorted(name for name in sys.modules if name.split(".")[0] == "access15"),
        "answers": [ask(one) for one in questions["ask"]],
    }
    plugin.unload()
    answer["left"] = QgsApplication.processingRegistry().providerById("access15") is not None
    print(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    main()
