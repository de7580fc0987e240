"""Show the knowledge in use and the project's own versions of it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from ..additions import KEPT, KNOWLEDGE, entries_in_use, names_in, override_path
from ..errors import Problem, RunnerError, UsageError, did_you_mean
from ..options import add_json
from ..plan import Knowledge
from ..project import Project
from ..report import Report, bold, columns, quoted, reported
from ..stepfile import entry_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HELP = """\
list      every knowledge entry in use, by whom, and whether you replaced it
show      the text in force: your own version, else the entry
override  copy an entry to `.milepost/local/knowledge/`, to be edited there
reset     put your version away and use the entry again"""
EXAMPLE = "python3 .milepost knowledge override prd-craft"


def add_arguments(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, says in _ACTIONS.items():
        action = actions.add_parser(name, help=says, description=says, allow_abbrev=False)
        if name != "list":
            action.add_argument("entry", metavar="ENTRY", help="name of a knowledge entry")
        add_json(action)


def run(project: Project, options: Namespace) -> Report:
    if options.action == "list":
        return _list(project)
    _check_known(project, options.entry)
    actions: dict[str, Callable[[Project, str], Report]] = {
        "show": _show,
        "override": _override,
        "reset": _reset,
    }
    return actions[options.action](project, options.entry)


_ACTIONS = {
    "list": "every entry in use",
    "show": "the text in force",
    "override": "make your own version",
    "reset": "use the entry again",
}


def _list(project: Project) -> Report:
    uses = _uses(project)
    own = set(names_in(project, KNOWLEDGE))
    rows = [(e, "yours" if e in own else "", ", ".join(users)) for e, users in uses.items()]
    lines = columns(rows) or ["No step of this plan uses knowledge entries."]
    unknown = [name for name in sorted(own) if name not in uses]
    lines += [f"In use nowhere, so without effect: {quoted(unknown)}."] if unknown else []
    data = {
        "entries": [
            {"name": entry, "used-by": users, "overridden": entry in own}
            for entry, users in uses.items()
        ],
        "unknown": unknown,
    }
    return reported(lines, data)


def _uses(project: Project) -> dict[str, list[str]]:
    uses: dict[str, list[str]] = {entry: [] for entry in entries_in_use(project)}
    for name, entries, _ in _owners(project):
        for entry in entries:
            uses[entry.name].append(name)
    return uses


def _owners(project: Project) -> list[tuple[str, tuple[Knowledge, ...], str]]:
    steps = [(step.name, step.knowledge, step.path) for step in project.plan.steps]
    return steps + [(tool.name, tool.knowledge, tool.path) for tool in project.plan.tools]


def _check_known(project: Project, entry: str) -> None:
    known = entries_in_use(project)
    if entry not in known and not project.tree.has_file(override_path(entry)):
        hint = did_you_mean(entry, known) or "`python3 .milepost knowledge list` shows the names"
        raise UsageError(Problem(entry, "no step or tool of this plan uses this entry", hint))


def _show(project: Project, entry: str) -> Report:
    own = project.tree.read(override_path(entry))
    text = _original(project, entry) if own is None else own
    data: dict[str, Any] = {"name": entry, "overridden": own is not None, "text": text}
    return reported(text.rstrip("\n").split("\n"), data)


def _original(project: Project, entry: str) -> str:
    """Find the fullest text of an entry that the plan holds.

    Each step shows the sections that apply to it, so the longest one says most.
    """
    linked = project.tree.read(f".milepost/knowledge/{entry}.md")
    if linked is not None:
        return linked
    paths = [path for _, entries, path in _owners(project) if entry in {e.name for e in entries}]
    texts = [entry_text(project.tree.read(path) or "", entry) for path in paths]
    text = max(texts, key=len, default="")
    if not text:
        raise RunnerError(
            Problem(
                entry,
                "its text is in no step file, which somebody may have edited",
                "restore the step files from Git, or run `copier recopy`",
            )
        )
    return text


def _override(project: Project, entry: str) -> Report:
    path = override_path(entry)
    if project.tree.has_file(path):
        raise RunnerError(
            Problem(path, "your version is there already", "edit it, or reset it first")
        )
    project.tree.write(path, _original(project, entry))
    users = _uses(project).get(entry, [])
    lines = [
        f"{bold(entry)} is now yours: edit {path}",
        f"  used by {quoted(users)}; updates leave your version alone.",
    ]
    return reported(lines, {"name": entry, "path": path, "used-by": users})


def _reset(project: Project, entry: str) -> Report:
    path = override_path(entry)
    own = project.tree.read(path)
    if own is None:
        raise RunnerError(Problem(entry, "there is no version of yours", "nothing is to be done"))
    if entry in entries_in_use(project) and own == _original(project, entry):
        project.tree.remove(path)
        return reported([f"{bold(entry)} is in force again."], {"name": entry, "kept": None})
    kept = _free(project, f"{KEPT}/{entry}")
    project.tree.move(path, kept)
    lines = [f"{bold(entry)} is in force again.", f"  Your version is kept as {kept}"]
    return reported(lines, {"name": entry, "kept": kept})


def _free(project: Project, stem: str) -> str:
    number = 1
    while project.tree.has_file(f"{stem}.{number}.md"):
        number += 1
    return f"{stem}.{number}.md"
