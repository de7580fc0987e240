"""Say how far the project is."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable

from ..options import add_json
from ..pipeline import (
    BLOCKED,
    COMPLETED,
    READY,
    SKIPPED,
    STARTED,
    UNREADABLE,
    State,
    by_phase,
    percent,
)
from ..project import Project
from ..report import (
    BLUE,
    DIM,
    GREEN,
    RED,
    YELLOW,
    Report,
    bold,
    paint,
    quoted,
    reported,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HELP = """\
Show progress phase by phase: what is done, under way, ready and blocked by what,
which completed steps are stale (what they read has changed since)
and which are outdated (their task has changed by an update)."""
EXAMPLE = "python3 .milepost status --compact"
_COLORS = {
    COMPLETED: GREEN,
    SKIPPED: DIM,
    STARTED: BLUE,
    READY: YELLOW,
    BLOCKED: DIM,
    UNREADABLE: RED,
}
_BAR = 20


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--compact", action="store_true", help="one line per phase")
    add_json(parser)


def run(project: Project, options: Namespace) -> Report:
    states = project.states
    share = percent(states)
    phases = by_phase(project.plan, states)
    titles = {phase.name: phase.title for phase in project.plan.phases}
    lines = [f"{bold(project.plan.name)}  {_bar(share)} {share} %", _counts(states)]
    for name, group in phases.items():
        title = titles.get(name, name)
        lines += [_phase_line(title, group)] if options.compact else _phase(title, group)
    data = {
        "project": project.plan.name,
        "version": project.plan.version,
        "methodology": project.plan.methodology,
        "percent": share,
        "counts": _count(states),
        "phases": [
            {
                "name": name,
                "title": titles.get(name, name),
                "steps": [_data(s) for s in group],
            }
            for name, group in phases.items()
        ],
    }
    return reported(lines, data, project.problems)


def _bar(share: int) -> str:
    full = share * _BAR // 100
    return f"[{'#' * full}{'.' * (_BAR - full)}]"


def _count(states: Iterable[State]) -> dict[str, int]:
    counts = dict.fromkeys((COMPLETED, SKIPPED, STARTED, READY, BLOCKED, UNREADABLE), 0)
    stateless = stale = outdated = 0
    for state in states:
        stale += bool(state.stale)
        outdated += bool(state.outdated)
        if state.step.stateless:
            stateless += 1
        else:
            counts[state.status] += 1
    return {**counts, "stateless": stateless, "stale": stale, "outdated": outdated}


def _counts(states: Iterable[State]) -> str:
    return ", ".join(f"{count} {name}" for name, count in _count(states).items() if count)


def _phase_line(title: str, group: tuple[State, ...]) -> str:
    counted = [state for state in group if not state.step.stateless]
    done = sum(state.is_done for state in counted)
    share = f"{done}/{len(counted)}" if counted else "-"
    marks = [state.step.name for state in group if state.stale or state.outdated]
    return f"  {share:>6}  {title}" + (f"  look at {quoted(marks)}" if marks else "")


def _phase(title: str, group: tuple[State, ...]) -> list[str]:
    return ["", bold(title), *(line for state in group for line in _step(state))]


def _step(state: State) -> list[str]:
    status = "any time" if _is_any_time(state) else state.status
    color = _COLORS[state.status]
    lines = [f"  {paint(f'{status:<10}', color)} {state.step.name}"]
    if state.status == BLOCKED:
        lines[0] += f"  waits for {quoted(state.waiting_for)}"
    if state.status == SKIPPED and state.record and state.record.skipped:
        lines[0] += f"  because {state.record.skipped.reason}"
    if state.stale:
        lines.append(f"             {paint('stale', YELLOW)}: {'; '.join(state.stale)}")
    if state.outdated:
        lines.append(f"             {paint('outdated', YELLOW)}: {state.outdated}")
    return lines


def _is_any_time(state: State) -> bool:
    return state.step.stateless and state.status == READY


def _data(state: State) -> dict[str, Any]:
    record = state.record
    return {
        "name": state.step.name,
        "status": state.status,
        "stateless": state.step.stateless,
        "conditional": state.step.conditional,
        "waiting-for": list(state.waiting_for),
        "stale": list(state.stale),
        "outdated": state.outdated,
        "completed-at": record.completed.at if record and record.completed else None,
        "reason": record.skipped.reason if record and record.skipped else None,
    }
