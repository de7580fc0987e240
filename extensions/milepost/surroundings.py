"""Look at the destination, for suggested defaults and for nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from .documents import list_names, read_bytes
from .models import Telltale

READABLE = ("AGENTS.md", "CLAUDE.md", "package.json", "pyproject.toml", "manifest.json")
SIZE_LIMIT = 64 * 1024
"""Bytes; larger files are not read."""
_NO_CODE = frozenset({"readme.md", "license", "license.md", "docs"})
MVP_WORDS = ("prototype", "mvp", "quick", "hack", "simple", "basic", "minimal", "poc")
"""Words in an idea that ask for the least ceremony (the listed facts, `mvp_keywords`)."""


def names_around(folder: Path) -> tuple[str, ...]:
    """Name what the top two levels of a folder hold, without following links."""
    return tuple(_names(folder))


def _names(folder: Path) -> Iterator[str]:
    for name in _names_in(folder):
        yield name
        if name != ".git":
            yield from (f"{name}/{below}" for below in _names_in(folder / name))


def _names_in(folder: Path) -> tuple[str, ...]:
    """Name what a folder holds; a link, or what may not be read, holds nothing."""
    try:
        return list_names(folder) if folder.is_dir() and not folder.is_symlink() else ()
    except OSError:
        return ()


def has_code(names: Iterable[str]) -> bool:
    """Tell whether a folder holds more than a fresh repository does."""
    return any(
        "/" not in name and not name.startswith(".") and name.lower() not in _NO_CODE
        for name in names
    )


def suggest_methodology(idea: str, names: Iterable[str]) -> str:
    """Suggest a methodology from the idea's words and from what the folder holds.

    A small idea is told by its words; an existing product lasts, and keeps its depth
    adjustable; everything else starts small.
    """
    if any(word in idea.lower() for word in MVP_WORDS):
        return "mvp"
    return "custom" if has_code(names) else "mvp"


def gives_away(telltales: Iterable[Telltale], folder: Path, names: Iterable[str]) -> bool:
    """Tell whether a folder holds one of the signs of a project type."""
    present = frozenset(names)
    return any(
        telltale.file in present
        and (telltale.contains is None or telltale.contains in _text(folder / telltale.file))
        for telltale in telltales
    )


def _text(path: Path) -> str:
    if path.name not in READABLE:
        return ""
    data = read_bytes(path, SIZE_LIMIT)
    return data.decode("utf-8", "replace") if data else ""


def missing_lines(folder: Path, agents: Iterable[str]) -> Iterator[str]:
    """Say what the user's own instruction files should gain, where they were there first."""
    instructions = _text(folder / "AGENTS.md")
    if instructions and ".milepost" not in instructions:
        yield (
            "AGENTS.md was here before. Add: Work follows `.milepost/PIPELINE.md`; "
            "run `python3 .milepost next` first."
        )
    if "claude-code" in agents:
        yield from _missing_import(folder / "CLAUDE.md")


def _missing_import(memory: Path) -> Iterator[str]:
    """Say what to do about `CLAUDE.md`; a link, or what is too long to read, is left alone."""
    if not memory.exists() and not memory.is_symlink():
        yield "There is no CLAUDE.md. Create it with this line: @AGENTS.md"
    elif (data := read_bytes(memory, SIZE_LIMIT)) is not None and b"@AGENTS.md" not in data:
        yield "CLAUDE.md was here before. Add this line to it: @AGENTS.md"
