"""Say whether the outputs of a step are there and keep their rules."""

from __future__ import annotations

from .errors import Problem
from .plan import Step
from .project import Project


def missing_outputs(project: Project, step: Step) -> list[Problem]:
    """Report required outputs that are missing or empty."""
    problems = []
    for path in step.outputs:
        files = project.tree.expand(path)
        if not files:
            problems.append(_missing(project, path))
        problems += [
            Problem(
                file, "the file is empty", "write it as the step's Expected Outputs say"
            )
            for file in files
            if not (project.tree.read(file) or "").strip()
        ]
    return problems


def _missing(project: Project, path: str) -> Problem:
    if project.tree.leaves(path):
        return Problem(
            path, "it is a symbolic link out of the project", "put the file itself here"
        )
    if project.tree.has_folder(path):
        return Problem(
            path, "the folder is empty", "write the files that the step describes"
        )
    return Problem(
        path, "it does not exist", "write it as the step's Expected Outputs say"
    )
