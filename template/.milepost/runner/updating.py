"""Keep what an update of the template would take away."""

from __future__ import annotations

from collections.abc import Mapping

from .additions import KEPT
from .errors import RunnerError
from .git import Git
from .hashing import sha256
from .plan import Plan
from .project import Project
from .records import Frozen
from .tree import Tree

NOTES = "\n## Project notes\n"


class Kept(Frozen):
    """An edited file that the new version lacks, and where its copy is."""

    path: str
    copy: str


class Before(Frozen):
    """What must be known before the update; `edited` holds edited files with their text."""

    plan: Plan
    edited: Mapping[str, str]
    outdated: frozenset[str]


def look_before(project: Project, git: Git) -> Before:
    """Find the rendered files that somebody edited.

    The tree is clean, so the files show which ones differ; only those are asked of Git.
    """
    edited = {}
    for path, digest in project.plan.digests.items():
        shown = project.tree.read_bytes(path) if project.tree.has_file(path) else None
        if shown is None or _digest(shown) == digest:
            continue
        data = git.at_head(path)
        if data is not None and _digest(data) != digest:
            edited[path] = data.replace(b"\r\n", b"\n").decode("utf-8", "surrogateescape")
    outdated = frozenset(state.step.name for state in project.states if state.outdated)
    return Before(project.plan, edited, outdated)


def _digest(data: bytes) -> str:
    return sha256(data.replace(b"\r\n", b"\n")).hexdigest()


def rescue(before: Before, after: Project) -> tuple[list[Kept], list[Kept]]:
    """Move notes to renamed steps and keep copies of every other edit that is gone.

    Works without the new plan, too: what cannot be read must not cost anybody's edits.

    Returns:
        What was kept as a copy, and which notes went where.
    """
    kept, moved = [], []
    for path, text in before.edited.items():
        if after.tree.has_file(path):
            continue
        target = _renamed(before.plan, after, path)
        body, notes = split_notes(text)
        if target and notes.strip():
            _add_notes(after.tree, target, notes)
            moved.append(Kept(path, target))
        is_only_notes = _digest(f"{body}\n".encode("utf-8", "surrogateescape"))
        if not target or is_only_notes != before.plan.digests[path]:
            kept.append(Kept(path, _keep(after.tree, path, text)))
    return kept, moved


def come_back(before: Before, after: Project) -> list[Kept]:
    """List the files that an earlier update took away and this one brought back."""
    return [
        Kept(path, f"{KEPT}/{path}")
        for path in after.plan.digests
        if path not in before.plan.digests and after.tree.has_file(f"{KEPT}/{path}")
    ]


def _renamed(old: Plan, after: Project, path: str) -> str:
    """Give the path of the step that took the place of the one at a path."""
    name = next((step.name for step in old.steps if step.path == path), "")
    try:
        step = after.plan.steps_by_name.get(after.current_name(name))
    except RunnerError:
        return ""
    return step.path if step and after.tree.has_file(step.path) else ""


def split_notes(text: str) -> tuple[str, str]:
    """Cut a step file behind the comment that opens the team's notes."""
    head, mark, rest = text.partition(NOTES)
    comment, closed, notes = rest.partition("-->\n")
    if not mark or not closed:
        return text.rstrip("\n"), ""
    return f"{head}{mark}{comment}-->", notes


def _add_notes(tree: Tree, path: str, notes: str) -> None:
    text = tree.read(path) or ""
    tree.write(path, f"{text.rstrip()}\n\n{notes.strip()}\n")


def _keep(tree: Tree, path: str, text: str) -> str:
    """Write a copy, unless the same one is there already, and say where it is."""
    copy, number = f"{KEPT}/{path}", 0
    while tree.has_file(copy) and tree.read(copy) != text:
        number += 1
        copy = f"{KEPT}/{path}.{number}"
    if not tree.has_file(copy):
        tree.write(copy, text)
    return copy
