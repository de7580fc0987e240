"""Every content file is a test case of its own."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from milepost.checks import check_content
from milepost.checks.fences import Fence, fences_in
from milepost.documents import files_below
from milepost.errors import Problem
from milepost.library import Library

ROOT = Path(__file__).resolve().parents[1]
FILES = tuple(files_below(ROOT, "content"))
RUFF = ("E4", "E7", "E9", "F", "B", "UP", "SIM", "PLE", "PLW", "RUF")


@cache
def problems_by_file() -> Mapping[str, list[Problem]]:
    found: dict[str, list[Problem]] = defaultdict(list)
    for problem in check_content(Library(ROOT)):
        found[problem.where.split(":")[0]].append(problem)
    return found


def python_blocks() -> list[tuple[str, Fence]]:
    return [
        (source, fence)
        for source in FILES
        if source.endswith(".md") and source != "content/README.md"
        for fence in fences_in((ROOT / source).read_text("utf-8"))
        if fence.language == "python"
    ]


def imported_by(code: str) -> set[str]:
    """Name the top-level modules that a program imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("source", FILES)
def test_content_file_is_right(source: str) -> None:
    assert [str(problem) for problem in problems_by_file()[source]] == []


def test_content_as_a_whole_is_sound() -> None:
    whole = {where: found for where, found in problems_by_file().items() if where not in FILES}
    assert {where: [str(one) for one in found] for where, found in whole.items() if found} == {}


@pytest.mark.parametrize(
    ("source", "fence"), python_blocks(), ids=lambda value: str(value)[:60].replace("\n", " ")
)
def test_python_block_is_clean_and_runs(source: str, fence: Fence, tmp_path: Path) -> None:
    block = tmp_path / "block.py"
    block.write_text(fence.code, "utf-8")
    linted = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "check", "--isolated", "--quiet"),
            *("--select", ",".join(RUFF), "--ignore", "F821", str(block)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.stdout == "", source
    if imported_by(fence.code) <= sys.stdlib_module_names:
        # Run as a module, so that a program behind `if __name__ == "__main__"` is only defined.
        done = subprocess.run(
            [sys.executable, "-c", "import block"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.returncode == 0, f"{source}: {done.stderr}"
