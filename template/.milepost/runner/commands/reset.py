"""Forget what is recorded about steps."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..options import add_json, add_steps
from ..plan import Step
from ..project import Project
from ..report import Report, bold, quoted, reported

HELP = """\
Forget that a step was begun, completed or skipped.
Its outputs stay; steps that were done after it stay done.
A progress file that cannot be read is kept beside its old place."""
EXAMPLE = "python3 .milepost reset create-prd"


def add_arguments(parser: ArgumentParser) -> None:
    add_steps(parser)
    add_json(parser)


def run(project: Project, options: Namespace) -> Report:
    lines: list[str] = []
    done = []
    for step in project.steps(options.steps):
        lines += _reset(project, step)
        done.append(step.name)
    return reported(lines, {"reset": done})


def _reset(project: Project, step: Step) -> list[str]:
    problem = project.progress.problems.get(step.name)
    if problem:
        kept = project.set_aside(problem.where)
        return [f"{bold(step.name)} is forgotten; the unreadable file is now {kept}"]
    record = project.progress.records.get(step.name)
    runs = [name for name, run in project.progress.runs.items() if _is_open(project, name, step)]
    if not record and not runs:
        return [f"{bold(step.name)} has nothing recorded."]
    for name in [step.name, *runs] if record else runs:
        project.forget(name)
    lines = [f"{bold(step.name)} is forgotten: it was {record.status if record else 'under way'}."]
    later = [s.step.name for s in project.states if s.is_done and step.name in s.step.dependencies]
    if later:
        lines.append(f"  Done after it, and still done: {quoted(later)}.")
    return lines


def _is_open(project: Project, name: str, step: Step) -> bool:
    run = project.progress.runs[name]
    return run.step == step.name and run.started is not None
