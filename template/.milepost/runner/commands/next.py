"""Say what to do now."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..options import add_json
from ..pipeline import READY, STARTED, State, percent
from ..project import Project
from ..report import Report, bold, counted, quoted, reported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HELP = """\
Show the step to carry out now: first those under way, then what is ready, in order.
Follow its file, then record it with `complete`.
Stateless steps, which you may carry out again and again, stand apart."""
EXAMPLE = "python3 .milepost next --all"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="show every ready step")
    add_json(parser)


def run(project: Project, options: Namespace) -> Report:
    states = project.states
    working = [s for s in states if s.status == STARTED and not s.step.stateless]
    ready = [s for s in states if s.status == READY and not s.step.stateless]
    any_time = [s for s in states if s.step.stateless and not s.waiting_for]
    stale = [s.step.name for s in states if s.stale]
    outdated = [s.step.name for s in states if s.outdated]
    shown = working + (ready if options.all else [] if working else ready[:1])
    data = {
        "percent": percent(states),
        "started": [_data(project, s) for s in working],
        "ready": [_data(project, s) for s in ready],
        "stateless": [_data(project, s) for s in any_time],
        "stale": stale,
        "outdated": outdated,
    }
    lines = [line for state in shown for line in [*_lines(project, state), ""]]
    if not shown:
        lines += [_nothing(states), ""]
    hidden = [s.step.name for s in ready if s not in shown]
    lines += [f"Also ready: {quoted(hidden)} (`--all` shows them)."] if hidden else []
    lines += [f"At any time: {quoted([s.step.name for s in any_time])}."] if any_time else []
    lines += _attention(stale, "stale (what was read has changed)")
    lines += _attention(outdated, "outdated (the task has changed)")
    return reported(lines, data, project.problems)


def _attention(steps: list[str], what: str) -> list[str]:
    if not steps:
        return []
    return [f"{counted(len(steps), 'completed step')} {what}; see `python3 .milepost rework`."]


def _lines(project: Project, state: State) -> list[str]:
    step = state.step
    verb = "Under way" if state.status == STARTED else "Next"
    lines = [
        f"{verb}: {bold(step.name)} - {step.title}",
        f"  {step.description}",
        f"  follow    {step.path} (depth {step.depth}, about {step.tokens:,} tokens)",
    ]
    reads = _reads(project, state)
    if reads:
        lines.append(f"  reads     {', '.join(reads)}")
    if step.outputs or step.revises:
        lines.append(f"  writes    {', '.join((*step.outputs, *step.revises))}")
    if step.conditional:
        lines.append(f"  only if   {step.applies_when}")
        lines.append(f"  decide    python3 .milepost check {step.name}")
        lines.append(f'  if not    python3 .milepost skip {step.name} --reason "..."')
    verb = "complete" if state.status == STARTED else "start"
    lines.append(f"  {verb:<9} python3 .milepost {verb} {step.name}")
    return lines


def _reads(project: Project, state: State) -> list[str]:
    is_update = project.is_update(state.step)
    return [item.path for item in state.step.inputs if is_update or not item.update_only]


def _nothing(states: tuple[State, ...]) -> str:
    if percent(states) == 100:
        return "Every step is done."
    return "Nothing is ready; `python3 .milepost status` says what is waiting for what."


def _data(project: Project, state: State) -> dict[str, Any]:
    step = state.step
    return {
        "name": step.name,
        "title": step.title,
        "phase": step.phase,
        "depth": step.depth,
        "path": step.path,
        "tokens": step.tokens,
        "conditional": step.conditional,
        "applies-when-text": step.applies_when,
        "inputs": [item.path for item in step.inputs],
        "outputs": list(step.outputs),
        "revises": list(step.revises),
        "update-mode": project.is_update(step),
        "argument-hint": step.argument_hint,
    }
