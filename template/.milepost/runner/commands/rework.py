"""Say what a change makes stale."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..errors import Problem, UsageError, did_you_mean
from ..options import add_json
from ..pipeline import State, dependants
from ..project import Project
from ..report import Report, bold, columns, quoted, reported

HELP = """\
List the completed steps to carry out again, in order.
Without options: those that are stale or outdated now, and those that read from them.
`--from` and `--phase` ask beforehand: what would a change in this step or phase touch?
Nothing is recorded; begin each with `start`, and its Update Mode applies."""
EXAMPLE = "python3 .milepost rework --from create-prd"


def add_arguments(parser: ArgumentParser) -> None:
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--from", dest="origin", metavar="STEP", help="as if this step changed")
    group.add_argument("--phase", metavar="PHASE", help="as if every step of this phase changed")
    add_json(parser)


def run(project: Project, options: Namespace) -> Report:
    roots = _roots(project, options)
    done = {state.step.name for state in project.states if state.is_completed}
    touched = dependants(project.plan, roots, done)
    rows = [
        (state, *_reason(state, roots, touched))
        for state in project.states
        if state.step.name in done & {*roots, *touched}
    ]
    lines = [line for state, certain, why in rows if certain for line in _lines(state, why)]
    lines += _afterwards([(state.step.name, *why) for state, certain, why in rows if not certain])
    data = {
        "rework": [
            {
                "name": state.step.name,
                "path": state.step.path,
                "certain": certain,
                "why": list(why),
            }
            for state, certain, why in rows
        ]
    }
    return reported(lines or ["Nothing needs to be done again."], data, project.problems)


def _roots(project: Project, options: Namespace) -> set[str]:
    if options.origin:
        return {project.step(options.origin).name}
    if options.phase:
        return _steps_of_phase(project, options.phase)
    return {state.step.name for state in project.states if state.stale or state.outdated}


def _steps_of_phase(project: Project, phase: str) -> set[str]:
    known = [each.name for each in project.plan.phases]
    if phase not in known:
        hint = did_you_mean(phase, known) or f"the phases are {quoted(known)}"
        raise UsageError(Problem(phase, "no phase has this name", hint))
    return {step.name for step in project.plan.steps if step.phase == phase}


def _reason(
    state: State, roots: set[str], touched: dict[str, tuple[str, ...]]
) -> tuple[bool, tuple[str, ...]]:
    """Say whether a step must be done again or may have to be, and why."""
    name = state.step.name
    now = (*state.stale, *([state.outdated] if state.outdated else []))
    if now:
        return True, now
    if name in roots:
        return True, ("the change starts here",)
    return False, tuple(f"{path} may change" for path in touched[name])


def _lines(state: State, why: tuple[str, ...]) -> list[str]:
    return [
        f"{bold(state.step.name)}: {'; '.join(why)}",
        f"  python3 .milepost start {state.step.name}",
    ]


def _afterwards(rows: list[tuple[str, ...]]) -> list[str]:
    """List what to look at only when the steps above really changed what it reads."""
    if not rows:
        return []
    table = columns([(name, "; ".join(why)) for name, *why in rows])
    return ["", "Then, only if what they read really changes:", *table]
