"""What the project adds under `.milepost/local/`."""

from __future__ import annotations

from .project import Project
from .records import Frozen

FOLDER = ".milepost/local"
INSTRUCTIONS = f"{FOLDER}/instructions.md"
STEPS = f"{FOLDER}/steps"
KNOWLEDGE = f"{FOLDER}/knowledge"
KEPT = f"{FOLDER}/kept"


class Override(Frozen):
    """A knowledge entry that the project has its own version of."""

    entry: str
    path: str


def override_path(entry: str) -> str:
    """Say where the project's own version of an entry stands."""
    return f"{KNOWLEDGE}/{entry}.md"


def instructions_for(project: Project, name: str) -> list[str]:
    """List the project's own instructions for a step or tool, general ones first.

    A renamed step also finds what stands under its former names.
    """
    names = [name, *project.former_names(name)]
    paths = [INSTRUCTIONS, *(f"{STEPS}/{each}.md" for each in names)]
    return [path for path in paths if project.tree.has_file(path)]


def overrides_for(project: Project, entries: list[str]) -> list[Override]:
    """List which of the entries the project has its own version of."""
    return [
        Override(entry, override_path(entry))
        for entry in entries
        if project.tree.has_file(override_path(entry))
    ]


def names_in(project: Project, folder: str) -> list[str]:
    """List the names of the Markdown files in a folder."""
    names = project.tree.names(folder)
    return [n[: -len(".md")] for n in names if n.endswith(".md") and n != "README.md"]


def entries_in_use(project: Project) -> list[str]:
    """Name every knowledge entry of the plan, in the order of its first use."""
    lists = [step.knowledge for step in project.plan.steps]
    lists += [tool.knowledge for tool in project.plan.tools]
    return list(dict.fromkeys(entry.name for entries in lists for entry in entries))
