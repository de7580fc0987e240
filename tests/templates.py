"""Copies of the template, and projects made from them."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import copier
from copier.errors import DirtyLocalWarning
from plumbum import local

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("copier.yml", "extensions", "content", "template")
_git = local["git"]


def snapshot(destination: Path) -> Path:
    """Copy what renders a project into a plain folder, without bytecode."""
    destination.mkdir(parents=True)
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, destination / part, ignore=ignore)
        else:
            shutil.copy(ROOT / part, destination / part)
    return destination


def copy(template: Path | str, project: Path, **data: Any) -> Path:
    """Run `copier copy --defaults --trust --data …` in this process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DirtyLocalWarning)
        copier.run_copy(str(template), project, data=data, defaults=True, unsafe=True, quiet=True)
    return project


def update(project: Path, **data: Any) -> None:
    """Run `copier update --defaults --trust --data …` in this process."""
    copier.run_update(project, data=data, defaults=True, unsafe=True, quiet=True, overwrite=True)


def git(folder: Path, *arguments: str) -> str:
    """Run Git in a folder and give what it prints."""
    return str(_git["-C", str(folder), *arguments]())


def commit(folder: Path, message: str = "Change", tag: str = "") -> None:
    """Commit everything in a folder, which becomes a repository if it is none."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
    if tag:
        git(folder, "tag", tag)


def files(project: Path) -> Mapping[str, bytes]:
    """Read every file of a project but those of Git, by path."""
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in sorted(project.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(project).parts
    }


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that must be there once or more."""
    text = path.read_text("utf-8")
    assert old in text, f"{path} does not hold {old!r}"
    path.write_text(text.replace(old, new), "utf-8", newline="\n")
