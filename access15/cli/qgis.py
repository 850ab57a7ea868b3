"""The command that gives QGIS its plugin."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from access15.cli.language import choose_language
from access15.cli.messages import out, say_line
from access15.cli.options import SpokenOpt
from access15.errors import ConfigError
from access15.remarks import Remark


def qgis(
    *,
    install: Annotated[bool, typer.Option("--install", help="help_qgis_install")] = False,
    user_profile: Annotated[
        str | None, typer.Option("--user-profile", help="help_qgis_profile")
    ] = None,
    folder: Annotated[Path | None, typer.Option("--output", "-o", help="help_qgis_output")] = None,
    lang: SpokenOpt = None,
) -> None:
    """Write the plugin that asks access15 from QGIS's toolbox."""
    from access15.outputs.tables.layers import check_output_folder
    from access15.workflows.qgis import install_plugin, write_plugin

    spoken = choose_language(lang)
    if user_profile is not None and not install:
        raise ConfigError(Remark("qgis_profile_without_install"))
    if folder is not None or not install:
        target = folder or Path("qgis")
        check_output_folder(target)
        for path in write_plugin(target):
            out.print(f"{path}", soft_wrap=True)
    if install:
        for path in install_plugin(os.environ, user_profile):
            say_line(Remark("qgis_installed", path=path), spoken)
        say_line(Remark("qgis_turn_on"), spoken)
    else:
        say_line(Remark("qgis_from_zip"), spoken)
