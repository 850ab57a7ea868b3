"""Check the docstrings of every public function, class and method of access15 with numpydoc.

Unlike ``numpydoc lint``, which reads the source only, this looks at the objects, so that fields of
dataclasses count as parameters. Which checks apply stands in pyproject.toml.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from numpydoc.validate import validate

ROOT = Path(__file__).resolve().parent.parent
NOT_FOR_PROPERTIES = {"RT01", "RT03"}  # the summary says what it returns
NOT_FOR_COMMANDS = {"PR01"}  # options are documented where they are declared
NOT_FOR_CLASSES_WITHOUT_FIELDS = {"PR01"}


def list_modules(package: str) -> Iterator[ModuleType]:
    """Import a package and all its modules."""
    top = importlib.import_module(package)
    yield top
    for found in pkgutil.walk_packages(top.__path__, prefix=f"{package}."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def list_objects(module: ModuleType) -> Iterator[tuple[str, set[str]]]:
    """Names of a module's public objects, each with the checks that are not for it."""
    commands = NOT_FOR_COMMANDS if module.__name__.startswith("access15.cli.") else set()
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        path = f"{module.__name__}.{name}"
        if inspect.isfunction(value):
            yield path, commands
        elif inspect.isclass(value):
            yield path, set() if has_own_fields(value) else NOT_FOR_CLASSES_WITHOUT_FIELDS
            for method, member in vars(value).items():
                if method.startswith("_"):
                    continue
                if isinstance(member, property) or hasattr(member, "attrname"):
                    yield f"{path}.{method}", NOT_FOR_PROPERTIES
                elif inspect.isfunction(member):
                    yield f"{path}.{method}", set()


def has_own_fields(value: type) -> bool:
    """Whether a class is made from parameters of its own; a model of a TOML file is documented there."""
    is_model = hasattr(value, "model_validate") or getattr(value, "_is_protocol", False)
    is_written = "__init__" in vars(value) and not dataclasses.is_dataclass(value)
    return not is_model and (is_written or bool(inspect.get_annotations(value)))


def main() -> int:
    """Print every fault; the exit status is 1 when there is one."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["numpydoc_validation"]
    wanted = set(settings["checks"])
    n_objects = 0
    faults: list[str] = []
    for module in list_modules("access15"):
        if not module.__doc__:
            faults.append(f"{module.__name__}: GL08 the module does not have a docstring")
        for path, excused in list_objects(module):
            n_objects += 1
            found = validate(path)["errors"]
            faults += [f"{path}: {code} {text}" for code, text in found if code in wanted - excused]
    print("\n".join(faults))
    print(f"{n_objects} docstrings, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
