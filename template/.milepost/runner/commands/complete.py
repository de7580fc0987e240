"""Verify steps and record them as done."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..errors import Problem
from ..options import add_force, add_json, add_steps, check_force
from ..pipeline import ready_steps, unmet_dependencies
from ..plan import Step
from ..progress import Allowance, Record
from ..project import Project, now
from ..recording import changed_while_working, finish
from ..report import Report, bold, quoted, reported
from ..shape import ERROR
from ..stepfile import criteria
from ..verification import breaches, missing_outputs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HELP = """\
Verify that a step's outputs exist and keep the rules of their document
(headings, tables, IDs), then record the step as done.
What no program can judge, the quality criteria, is listed for you to report on.
`--force --reason "..."` records the step in spite of what is wrong."""
EXAMPLE = "python3 .milepost complete create-prd"


def add_arguments(parser: ArgumentParser) -> None:
    add_steps(parser)
    add_force(parser)
    add_json(parser)


def run(project: Project, options: Namespace) -> Report:
    check_force(options)
    lines: list[str] = []
    problems: list[Problem] = []
    done: list[dict[str, Any]] = []
    refused = []
    for step in project.steps(options.steps):
        found, warnings = _check(project, step)
        if step.name in project.progress.problems or (found and not options.force):
            problems += found
            refused.append(step.name)
            continue
        allowed = tuple(Allowance(_words(each), options.reason or "") for each in found)
        lines += _complete(project, step, allowed)
        lines += [f"  look at   {_words(each)}" for each in warnings]
        lines += _to_judge(project, step)
        done.append({"name": step.name, "criteria": _criteria(project, step)})
    stale = _stale_readers(project, {item["name"] for item in done})
    lines += _after(project, stale) if done else []
    if refused:
        lines.append(
            f"Not recorded: {quoted(refused)}. Mend what is wrong and run the command again, "
            'or record it as it is: `--force --reason "..."`.'
        )
    return reported(lines, {"completed": done, "stale": stale}, tuple(problems))


def _stale_readers(project: Project, names: set[str]) -> list[str]:
    """Name the completed steps that must look at what these steps wrote."""
    plan = project.plan
    steps = [plan.steps_by_name[name] for name in names]
    written = {p for s in steps for p in (*s.outputs, *s.optional_outputs, *s.revises)}
    readers = [s for s in plan.steps if any(item.path in written for item in s.inputs)]
    return [s.name for s in readers if project.is_completed(s) and project.state(s).stale]


def _words(problem: Problem) -> str:
    return f"{problem.where}: {problem.what}"


def _check(project: Project, step: Step) -> tuple[list[Problem], list[Problem]]:
    """Give what forbids the completion, and what is only worth a look."""
    if step.name in project.progress.problems:
        return [project.progress.problems[step.name]], []
    unmet = unmet_dependencies(step, project.plan, project.progress)
    waits = Problem(step.name, f"it waits for {quoted(unmet)}", "complete what it waits for first")
    findings = breaches(project, step)
    errors = [Problem(f.where, f.what, f.fix) for f in findings if f.level == ERROR]
    warnings = [Problem(f.where, f.what, f.fix) for f in findings if f.level != ERROR]
    return [*([waits] if unmet else []), *missing_outputs(project, step), *errors], warnings


def _complete(project: Project, step: Step, allowed: tuple[Allowance, ...]) -> list[str]:
    digest_of = project.digests.of
    name, record = _open_record(project, step)
    changed = changed_while_working(step, record, digest_of)
    finished = finish(step, project.plan, record, digest_of, now(), allowed)
    if not step.stateless or (finished.completed and finished.completed.revised):
        project.save(name, finished)
    else:
        project.forget(name)
    lines = [f"{bold(step.name)} is done: {step.title}."]
    lines += [f"  allowed   {item.what} ({item.reason})" for item in allowed]
    lines += [f"  look at   {path}: it changed while you worked" for path in changed]
    return lines


def _to_judge(project: Project, step: Step) -> list[str]:
    remaining = _criteria(project, step)
    if not remaining:
        return []
    return [
        "  Yours to judge; report each as pass or fail with its evidence:",
        *(f"    {number}. {text}" for number, text in enumerate(remaining, start=1)),
    ]


def _open_record(project: Project, step: Step) -> tuple[str, Record | None]:
    """Find the record that this completion ends: a stateless step's newest open run."""
    if not step.stateless:
        return step.name, project.progress.records.get(step.name)
    runs = project.progress.runs
    opened = sorted(n for n, run in runs.items() if run.step == step.name and run.started)
    if opened:
        return opened[-1], runs[opened[-1]]
    return f"{step.name}@{now().replace(':', '').replace('-', '')}", None


def _criteria(project: Project, step: Step) -> list[str]:
    return criteria(project.tree.read(step.path) or "")


def _after(project: Project, stale: list[str]) -> list[str]:
    lines = [""]
    if stale:
        lines.append(f"Now stale: {quoted(stale)}; see `python3 .milepost rework`.")
    ready = [step.name for step in ready_steps(project.plan, project.progress)]
    following = f"Next: {quoted(ready[:1])}." if ready else "Nothing else is ready."
    return [*lines, f"{following} `python3 .milepost next` says more."]
