"""The one file that Copier loads: it gives the questions and templates their functions."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from jinja2 import Environment
from jinja2.ext import Extension

ROOT = Path(__file__).resolve().parents[1]


def _import_privately(folder: Path) -> ModuleType:
    """Import a package under a name of its own, without writing bytecode.

    One `copier update` loads the old and the new template in one process, so a plain
    import would serve the first one's code to both.
    """
    names = (f"_{folder.name}_{number}" for number in count(1))
    name = next(name for name in names if name not in sys.modules)
    spec = spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = writes_bytecode
    return module


if TYPE_CHECKING:
    import milepost
else:
    milepost = _import_privately(ROOT / "extensions" / "milepost")


class MilepostExtension(Extension):
    """Registers globals; content is read when a question or a template asks for it."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals.update(milepost.Session(ROOT).functions())
