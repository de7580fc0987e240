"""Begin steps."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace

from ..context import Context, context_of
from ..errors import Problem
from ..options import add_force, add_json, add_steps, check_force
from ..pipeline import unmet_dependencies
from ..plan import Step
from ..progress import Allowance, Record
from ..project import Project, now
from ..recording import begin
from ..report import Report, bold, quoted, reported

HELP = """\
Record that a step is under way, so that others leave it alone.
A step whose dependencies are not done is refused;
`--force --reason "..."` begins it nevertheless and records why."""
EXAMPLE = "python3 .milepost start create-prd"


def add_arguments(parser: ArgumentParser) -> None:
    add_steps(parser)
    add_force(parser)
    add_json(parser)


def run(project: Project, options: Namespace) -> Report:
    check_force(options)
    lines: list[str] = []
    problems: list[Problem] = []
    started = []
    for step in project.steps(options.steps):
        problem = _refusal(project, step, options)
        if problem:
            problems.append(problem)
            continue
        lines += _start(project, step, options.reason)
        started.append({"name": step.name, "path": step.path})
    return reported(lines, {"started": started}, tuple(problems))


def _refusal(project: Project, step: Step, options: Namespace) -> Problem | None:
    if step.name in project.progress.problems:
        return project.progress.problems[step.name]
    unmet = unmet_dependencies(step, project.plan, project.progress)
    if not unmet or options.force:
        return None
    return Problem(
        step.name,
        f"it waits for {quoted(unmet)}",
        f"complete {'it' if len(unmet) == 1 else 'them'} first, "
        f'or begin it nevertheless: `--force --reason "..."`',
    )


def _start(project: Project, step: Step, reason: str | None) -> list[str]:
    name = step.name
    record = project.progress.records.get(name)
    since = record.started.at if record and record.started else ""
    unmet = unmet_dependencies(step, project.plan, project.progress)
    allowed = tuple(Allowance(f"`{each}` is not done", reason or "") for each in unmet)
    at = now()
    begun = begin(step, None if step.stateless else record, project.digests.of, at, allowed)
    if step.stateless:
        name = f"{step.name}@{at.replace(':', '').replace('-', '')}-{os.urandom(3).hex()}"
    if not step.stateless or step.revises:
        project.save(name, begun)
    context = context_of(project, step, "")
    return [
        *_opening(project, step, record, since),
        *_substitutes(context),
        *_questions(context),
        *_next_lines(step),
    ]


def _questions(context: Context) -> list[str]:
    due = context.questions
    return [f"  ask again {one.identifier}: {one.question} ({one.path})" for one in due]


def _substitutes(context: Context) -> list[str]:
    return [f"  missing   {item.path}: {item.without}." for item in context.missing]


def _opening(project: Project, step: Step, record: Record | None, since: str) -> list[str]:
    if since:
        return [f"{bold(step.name)} has been under way since {since}; carry on."]
    lines = [f"{bold(step.name)} is under way: {step.title}."]
    if record and record.completed:
        lines.append(f"  It was completed {record.completed.at}: follow its Update Mode.")
    elif project.is_update(step):
        lines.append("  Its output is there already: follow its Update Mode.")
    if record and record.skipped:
        lines.append(f"  It was skipped before: {record.skipped.reason}.")
    return lines


def _next_lines(step: Step) -> list[str]:
    return [
        f"  follow    {step.path}",
        f"  live      python3 .milepost show {step.name}",
        f"  complete  python3 .milepost complete {step.name}",
    ]
