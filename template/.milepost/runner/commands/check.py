"""Say whether a conditional step applies here."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..globs import find
from ..options import add_json
from ..plan import Off, Step
from ..project import Project
from ..records import Frozen
from ..report import Report, bold, reported

HELP = """\
Say whether a conditional step applies to this project, and by what:
your answers where they settle it, else what is found in the repository.
The decision stays yours: `start` the step, or `skip` it with the reason."""
EXAMPLE = "python3 .milepost check database-schema"
APPLIES, NOT, UNDECIDED = "applies", "does-not-apply", "undecided"
_HEADLINES = {
    APPLIES: "applies",
    UNDECIDED: "is for you to decide",
}
_SHOWN = 3


class Sighting(Frozen):
    """A piece of evidence, and the files that carry it."""

    says: str
    glob: str
    files: tuple[str, ...]


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("step", metavar="STEP", help="name of a step")
    add_json(parser)


def run(project: Project, options: Namespace) -> Report:
    name = project.current_name(options.step)
    off = next((off for off in project.plan.off if off.name == name), None)
    if off:
        return _report_off(off)
    step = project.step(options.step)
    seen = [
        Sighting(item.says, item.glob, tuple(find(project.tree, item.glob, _SHOWN)))
        for item in step.evidence
    ]
    verdict = _verdict(step, seen)
    lines = [
        f"{bold(step.name)} {_HEADLINES[verdict] if step.conditional else 'is on in your plan'}.",
        *_reasons(step),
        *_sightings(seen),
    ]
    if step.conditional:
        lines.append(f"  If it does: python3 .milepost start {step.name}")
        lines.append(f'  If it does not: python3 .milepost skip {step.name} --reason "..."')
    data = {
        "name": step.name,
        "verdict": verdict,
        "conditional": step.conditional,
        "applies-when-text": step.applies_when,
        "why": list(step.why),
        "evidence": [{**item.as_dict(), "files": list(item.files)} for item in seen],
    }
    return reported(lines, data)


def _report_off(off: Off) -> Report:
    lines = [f"{bold(off.name)} does not apply: it is off in your plan."]
    lines += [f"  because  {sentence}" for sentence in off.why]
    lines.append(f"  To have it: `copier update` with `{off.name}` in `steps_on`.")
    data = {
        "name": off.name,
        "verdict": NOT,
        "conditional": False,
        "applies-when-text": "",
        "why": list(off.why),
        "evidence": [],
    }
    return reported(lines, data)


def _verdict(step: Step, seen: list[Sighting]) -> str:
    """Judge by what is there; what a new repository lacks may still be planned."""
    if not step.conditional or any(item.files for item in seen):
        return APPLIES
    return UNDECIDED


def _reasons(step: Step) -> list[str]:
    if step.conditional:
        return [f"  applies when  {step.applies_when}"]
    return [f"  because       {sentence}" for sentence in step.why]


def _sightings(seen: list[Sighting]) -> list[str]:
    lines = []
    for item in seen:
        found = ", ".join(item.files) if item.files else "nothing"
        lines.append(f"  looked for    {item.glob} ({item.says}): {found}")
    return lines
