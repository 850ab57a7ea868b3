"""Six questions to access15; each is one command of it."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any, ClassVar

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingOutputVectorLayer,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterFile,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorDestination,
)
from qgis.PyQt.QtGui import QIcon

from .child import ChildError, Stopped, run
from .layers import dress, write_points

_WITH_ATTRIBUTES = ("PLACES", "CANDIDATES")  # whose columns say more than where they are
_MOST = 95.0  # percent that is said before access15 has ended


class Question(QgsProcessingAlgorithm):
    """What all questions share: streets, the child, its words in the log."""

    key = ""  # name in scripts
    command = ""
    n_stages = 3  # lines that are said on the way, about

    def __init__(self, kit: Any) -> None:
        super().__init__()
        self.kit = kit

    def createInstance(self) -> Question:  # noqa: N802 - QGIS calls it so
        """A fresh one for a run."""
        return type(self)(self.kit)

    def name(self) -> str:
        """Name in scripts."""
        return self.key

    def displayName(self) -> str:  # noqa: N802 - QGIS calls it so
        """Name in the toolbox."""
        return self.kit.say(f"plugin_{self.key}")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS calls it so
        """What it does."""
        return self.kit.say(f"plugin_{self.key}_help")

    def icon(self) -> QIcon:
        """Sign in the toolbox."""
        return QIcon(str(Path(__file__).with_name("icon.svg")))

    # --- what is asked for ---

    def _ask_streets(self) -> None:
        """Ask for an extract, heights of the ground, and a study."""
        extract = QgsProcessingParameterFile(
            "EXTRACT",
            self.kit.say("plugin_extract"),
            optional=True,
            fileFilter="OpenStreetMap (*.pbf *.osm *.osm.gz *.osm.bz2);;* (*)",
        )
        self.addParameter(extract)
        heights = QgsProcessingParameterFile(
            "HEIGHTS",
            self.kit.say("plugin_heights"),
            optional=True,
            fileFilter="GeoTIFF (*.tif *.tiff);;* (*)",
        )
        self.addParameter(heights)
        text = self.kit.say("plugin_study")
        self.addParameter(QgsProcessingParameterString("STUDY", text, defaultValue="milano"))

    def _ask_points(self, name: str, key: str, *, optional: bool = False) -> None:
        """Ask for a layer of points, and which of its fields is the id."""
        label = self.kit.say(key)
        kinds = [QgsProcessing.TypeVectorPoint]
        self.addParameter(
            QgsProcessingParameterFeatureSource(name, label, kinds, optional=optional)
        )
        self.addParameter(
            QgsProcessingParameterField(
                f"{name}_ID",
                self.kit.say("plugin_id_field", layer=label),
                parentLayerParameterName=name,
                optional=True,
            )
        )

    def _ask_walker(self, *, optional: bool = False) -> None:
        """Ask who walks."""
        walkers = self.kit.settings["profiles"]
        names = [one["id"] for one in walkers]
        self.addParameter(
            QgsProcessingParameterEnum(
                "PROFILE",
                self.kit.say("plugin_profile"),
                options=[one[self.kit.lang] for one in walkers],
                defaultValue=None if optional else names.index("older_adult"),
                optional=optional,
            )
        )

    def _ask_kind(self, name: str, key: str, *, optional: bool = False) -> None:
        """Ask for a kind of place."""
        kinds = self.kit.settings["categories"]
        self.addParameter(
            QgsProcessingParameterEnum(
                name,
                self.kit.say(key),
                options=[one[self.kit.lang] for one in kinds],
                defaultValue=None if optional else 0,
                optional=optional,
            )
        )

    def _ask_area(self) -> None:
        """Ask for one neighbourhood of the study."""
        text = self.kit.say("plugin_area")
        self.addParameter(QgsProcessingParameterString("AREA", text, optional=True))

    def _ask_minutes(self, default: str) -> None:
        """Ask for minutes."""
        text = self.kit.say("plugin_minutes")
        self.addParameter(QgsProcessingParameterString("MINUTES", text, defaultValue=default))

    # --- what was answered ---

    def _text(self, parameters: Any, name: str, context: Any) -> str:
        """A text without blanks around it."""
        return str(self.parameterAsString(parameters, name, context) or "").strip()

    def _chosen(self, parameters: Any, name: str, context: Any, among: str) -> str:
        """Id of what was chosen of a list; empty where nothing was."""
        if parameters.get(name) is None:
            return ""
        found: str = self.kit.settings[among][self.parameterAsEnum(parameters, name, context)]["id"]
        return found

    def _name_streets(self, parameters: Any, context: Any) -> list[str]:
        """Words for the extract and the heights of the ground."""
        given = {"--osm": "EXTRACT", "--dem": "HEIGHTS"}
        files = {option: self._text(parameters, name, context) for option, name in given.items()}
        return [f"{option}={file}" for option, file in files.items() if file]

    def _name_walker(self, parameters: Any, context: Any) -> list[str]:
        """Words for who walks."""
        walker = self._chosen(parameters, "PROFILE", context, "profiles")
        return [f"--profile={walker}"] if walker else []

    def _name_minutes(self, parameters: Any, context: Any, option: str) -> list[str]:
        """Words for minutes, each by itself, so that none can be another option."""
        text = self._text(parameters, "MINUTES", context)
        return [f"{option}={one}" for one in re.split(r"[\s;]+", text) if one]

    def _name_area(self, parameters: Any, context: Any) -> list[str]:
        """Words for one neighbourhood."""
        area = self._text(parameters, "AREA", context)
        return [f"--area={area}"] if area else []

    def _write_points(
        self,
        parameters: Any,
        name: str,
        context: Any,
        folder: str,
        more: dict[str, str] | None = None,
    ) -> str:
        """Write a layer for access15; empty where none was given."""
        source = self.parameterAsSource(parameters, name, context)
        if source is None:
            return ""
        path = str(Path(folder) / f"{name.lower()}.geojson")
        no_crs = self.kit.say("plugin_no_crs", layer=source.sourceName())
        write_points(
            source,
            path,
            context,
            no_crs=no_crs,
            id_field=self._text(parameters, f"{name}_ID", context),
            name_field=self._text(parameters, "PLACES_NAME", context) if name == "PLACES" else "",
            with_attributes=name in _WITH_ATTRIBUTES,
            more=more,
        )
        return path

    # --- the child ---

    def _run(self, words: list[str], folder: str, feedback: Any, study: str = "") -> None:
        """Run access15, tell its words, and stop it when somebody asks for that."""
        n_said = 0

        def say(line: str) -> None:
            nonlocal n_said
            feedback.pushInfo(line)
            n_said += 1
            feedback.setProgress(min(_MOST, 100.0 * n_said / (self.n_stages + 1)))

        last = ["--", study] if study else []
        words = [self.command, f"--lang={self.kit.lang}", *words, *last]
        try:
            run(
                self.kit.settings["command"],
                words,
                folder=folder,
                say=say,
                is_stopped=feedback.isCanceled,
            )
        except Stopped:
            feedback.pushInfo(self.kit.say("plugin_stopped"))
            raise QgsProcessingException(self.kit.say("plugin_stopped")) from None
        except ChildError as error:
            if not Path(self.kit.settings["command"][0]).exists():
                gone = self.kit.say("plugin_gone", python=self.kit.settings["command"][0])
                raise QgsProcessingException(gone) from error
            raise QgsProcessingException(str(error)) from error
        feedback.setProgress(100.0)


class LayerQuestion(Question):
    """A question that is answered by one layer."""

    kind = QgsProcessing.TypeVectorPoint
    style = ""

    def _ask_output(self) -> None:
        """Ask where the layer goes."""
        text = self.kit.say("plugin_output")
        self.addParameter(QgsProcessingParameterVectorDestination("OUTPUT", text, self.kind))

    def checkParameterValues(self, parameters: Any, context: Any) -> Any:  # noqa: N802 - QGIS calls it so
        """Refuse a file that no styled layer is written to."""
        path = str(self.parameterAsOutputLayer(parameters, "OUTPUT", context) or "")
        if not path.lower().endswith(".gpkg"):
            return False, self.kit.say("plugin_only_gpkg", path=path)
        return super().checkParameterValues(parameters, context)

    def processAlgorithm(self, parameters: Any, context: Any, feedback: Any) -> Any:  # noqa: N802 - QGIS calls it so
        """Write the layers given, ask, and dress the answer."""
        output = self.parameterAsOutputLayer(parameters, "OUTPUT", context)
        with tempfile.TemporaryDirectory() as folder:
            words = [
                *self._name(parameters, context, folder),
                *self._name_walker(parameters, context),
                *self._name_streets(parameters, context),
                f"--study={self._text(parameters, 'STUDY', context)}",
                f"--output={output}",
            ]
            self._run(words, folder, feedback)
        dress(output, self.kit.style(self.style))
        return {"OUTPUT": output}

    def _name(self, parameters: Any, context: Any, folder: str) -> list[str]:
        """Words of this question alone."""
        raise NotImplementedError


class ServiceAreas(LayerQuestion):
    """Who can walk to each place?"""

    key, command, style = "service_areas", "isochrone", "areas"
    kind = QgsProcessing.TypeVectorPolygon

    def initAlgorithm(self, config: Any = None) -> None:  # noqa: N802 - QGIS calls it so
        """Say what is asked for."""
        del config
        self._ask_points("POINTS", "plugin_points")
        self._ask_walker()
        self._ask_minutes("5 10 15")
        self._ask_streets()
        self._ask_output()

    def _name(self, parameters: Any, context: Any, folder: str) -> list[str]:
        """Words of this question alone."""
        path = self._write_points(parameters, "POINTS", context, folder)
        return [f"--points={path}", *self._name_minutes(parameters, context, "--minutes")]


class Walks(LayerQuestion):
    """What walks between two layers share."""

    command, style = "nearest", "walks"

    def _ask_both(self) -> None:
        """Ask for both layers and who walks."""
        self._ask_points("FROM", "plugin_from")
        self._ask_points("TO", "plugin_to")
        self._ask_walker()

    def _ask_limit(self) -> None:
        """Ask for the longest walk and all the rest."""
        number = QgsProcessingParameterNumber(
            "CUTOFF",
            self.kit.say("plugin_cutoff"),
            QgsProcessingParameterNumber.Double,
            optional=True,
            minValue=0.0,
        )
        self.addParameter(number)
        self._ask_streets()
        self._ask_output()

    def _name_both(self, parameters: Any, context: Any, folder: str) -> list[str]:
        """Words for both layers and the longest walk."""
        words = [
            f"--from={self._write_points(parameters, 'FROM', context, folder)}",
            f"--to={self._write_points(parameters, 'TO', context, folder)}",
        ]
        if parameters.get("CUTOFF") is not None:
            words.append(f"--cutoff={self.parameterAsDouble(parameters, 'CUTOFF', context)!r}")
        return words


class TravelTimes(Walks):
    """How long is the walk from each to each?"""

    key = "travel_times"

    def initAlgorithm(self, config: Any = None) -> None:  # noqa: N802 - QGIS calls it so
        """Say what is asked for."""
        del config
        self._ask_both()
        self._ask_limit()

    def _name(self, parameters: Any, context: Any, folder: str) -> list[str]:
        """Words of this question alone."""
        return ["--all", *self._name_both(parameters, context, folder)]


class Nearest(Walks):
    """Which are the nearest on foot?"""

    key = "nearest"

    def initAlgorithm(self, config: Any = None) -> None:  # noqa: N802 - QGIS calls it so
        """Say what is asked for."""
        del config
        self._ask_both()
        text = self.kit.say("plugin_count")
        self.addParameter(QgsProcessingParameterNumber("COUNT", text, defaultValue=1, minValue=1))
        self._ask_limit()

    def _name(self, parameters: Any, context: Any, folder: str) -> list[str]:
        """Words of this question alone."""
        count = self.parameterAsInt(parameters, "COUNT", context)
        return [f"--count={count}", *self._name_both(parameters, context, folder)]


class FolderQuestion(Question):
    """A question that is answered by a folder of files, some of them layers."""

    package = ""
    folder_option = "--output"
    layers: ClassVar[tuple[str, ...]] = ()  # the lowest first

    def _ask_output(self) -> None:
        """Ask where the files go."""
        text = self.kit.say("plugin_folder")
        self.addParameter(QgsProcessingParameterFolderDestination("FOLDER", text))
        for layer in self.layers:
            title = self.kit.say(f"plugin_layer_{layer}")
            self.addOutput(QgsProcessingOutputVectorLayer(layer.upper(), title))

    def processAlgorithm(self, parameters: Any, context: Any, feedback: Any) -> Any:  # noqa: N802 - QGIS calls it so
        """Ask, and hand over the layers, which bring their styles."""
        made = self.parameterAsString(parameters, "FOLDER", context)
        with tempfile.TemporaryDirectory() as folder:
            words = [
                *self._name(parameters, context, folder),
                *self._name_walker(parameters, context),
                *self._name_area(parameters, context),
                *self._name_streets(parameters, context),
                f"{self.folder_option}={made}",
            ]
            self._run(words, folder, feedback, self._text(parameters, "STUDY", context))
        found = {"FOLDER": made}
        for layer in self.layers:
            source = f"{Path(made) / self.package}|layername={layer}"
            found[layer.upper()] = source
            if context.project() is not None:
                title = self.kit.say(f"plugin_layer_{layer}")
                details = QgsProcessingContext.LayerDetails(title, context.project(), layer.upper())
                context.addLayerToLoadOnCompletion(source, details)
        return found

    def _name(self, parameters: Any, context: Any, folder: str) -> list[str]:
        """Words of this question alone."""
        raise NotImplementedError


class Run(FolderQuestion):
    """What questions about a whole study share."""

    command, package, folder_option = "run", "results.gpkg", "--out"
    n_stages = 10

    def _ask_study(self) -> None:
        """Ask for a study and one's own places."""
        self._ask_streets()
        self._ask_area()
        self._ask_walker(optional=True)
        self._ask_points("PLACES", "plugin_places", optional=True)
        self.addParameter(
            QgsProcessingParameterField(
                "PLACES_NAME",
                self.kit.say("plugin_places_name"),
                parentLayerParameterName="PLACES",
                optional=True,
            )
        )
        self._ask_kind("KIND", "plugin_places_kind", optional=True)
        self._ask_output()

    def _name(self, parameters: Any, context: Any, folder: str) -> list[str]:
        """Words of this question alone."""
        kind = self._chosen(parameters, "KIND", context, "categories")
        more = {"category": kind} if kind else None
        places = self._write_points(parameters, "PLACES", context, folder, more)
        return [f"--add-places={places}"] if places else []


class Coverage(Run):
    """Who lives within a walk of what?"""

    key = "coverage"
    layers = ("coverage_by_zone", "service_areas", "reached_streets", "residents")

    def initAlgorithm(self, config: Any = None) -> None:  # noqa: N802 - QGIS calls it so
        """Say what is asked for."""
        del config
        self._ask_study()


class Doors(Run):
    """What closes the door to those who are left out?"""

    key = "doors"
    layers = ("closed_doors", "fixes")

    def initAlgorithm(self, config: Any = None) -> None:  # noqa: N802 - QGIS calls it so
        """Say what is asked for."""
        del config
        self._ask_study()


class BestSite(FolderQuestion):
    """Where does the next place do most?"""

    key, command, package = "best_site", "site", "sites.gpkg"
    n_stages = 20
    layers = ("site_gain_streets", "site_left_out", "site_alternatives", "sites")

    def initAlgorithm(self, config: Any = None) -> None:  # noqa: N802 - QGIS calls it so
        """Say what is asked for."""
        del config
        self._ask_kind("CATEGORY", "plugin_category")
        text = self.kit.say("plugin_new")
        self.addParameter(QgsProcessingParameterNumber("NEW", text, defaultValue=1, minValue=1))
        self._ask_walker(optional=True)
        minutes = QgsProcessingParameterNumber(
            "CUTOFF",
            self.kit.say("plugin_cutoff_site"),
            QgsProcessingParameterNumber.Double,
            defaultValue=15.0,
        )
        self.addParameter(minutes)
        self._ask_points("CANDIDATES", "plugin_candidates", optional=True)
        self._ask_streets()
        self._ask_area()
        self._ask_output()

    def _name(self, parameters: Any, context: Any, folder: str) -> list[str]:
        """Words of this question alone."""
        words = [
            f"--category={self._chosen(parameters, 'CATEGORY', context, 'categories')}",
            f"--new={self.parameterAsInt(parameters, 'NEW', context)}",
            f"--cutoff={self.parameterAsDouble(parameters, 'CUTOFF', context)!r}",
        ]
        candidates = self._write_points(parameters, "CANDIDATES", context, folder)
        return [*words, f"--candidates={candidates}"] if candidates else words


ALGORITHMS = (ServiceAreas, TravelTimes, Nearest, Coverage, BestSite, Doors)
