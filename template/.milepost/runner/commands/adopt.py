"""Take over what an existing repository already has."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..adoption import HIGH, LEVELS, MEDIUM, Candidate, Discovery, find_candidates
from ..options import add_json
from ..progress import Allowance
from ..project import Project, now
from ..recording import finish
from ..report import Report, bold, counted, reported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HELP = """\
Look for the outputs of every step, also under common other names, and show what was
found and how sure that is:
  high    every output stands at its place and keeps its rules
  medium  at its place, but its headings or IDs are not as the step would write them
  low     something is missing, or stands elsewhere
Nothing is recorded without `--write`."""
EXAMPLE = "python3 .milepost adopt --write"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--write", action="store_true", help="record the steps that are sure")
    parser.add_argument(
        "--confidence",
        choices=(HIGH, MEDIUM),
        default=HIGH,
        help="how sure is sure enough for --write (default: high)",
    )
    add_json(parser)


def run(project: Project, options: Namespace) -> Report:
    candidates = find_candidates(project)
    enough = LEVELS[: LEVELS.index(options.confidence) + 1]
    chosen = [c for c in candidates if c.confidence in enough]
    if options.write:
        for candidate in chosen:
            _record(project, candidate)
    lines = [line for candidate in candidates for line in _lines(candidate)]
    lines += _summary(candidates, chosen, options)
    data = {
        "written": options.write,
        "steps": [
            {
                "name": c.state.step.name,
                "confidence": c.confidence,
                "recorded": options.write and c in chosen,
                "outputs": [_output_data(d) for d in c.discoveries],
            }
            for c in candidates
        ],
    }
    return reported(lines, data, project.problems)


def _record(project: Project, candidate: Candidate) -> None:
    step = candidate.state.step
    allowed = tuple(
        Allowance(f"{finding.where}: {finding.what}", "adopted as it was found")
        for discovery in candidate.discoveries
        for finding in discovery.findings
    )
    record = finish(step, project.plan, None, project.digests.of, now(), allowed, adopted=True)
    project.save(step.name, record)


def _lines(candidate: Candidate) -> list[str]:
    lines = [f"{bold(candidate.state.step.name)}: {candidate.confidence}"]
    for discovery in candidate.discoveries:
        found = f" <- {', '.join(discovery.found)}" if _is_elsewhere(discovery) else ""
        lines.append(f"  {discovery.path}{found}: {discovery.evidence}")
        lines += [f"    {finding.what}" for finding in discovery.findings]
        if _is_elsewhere(discovery):
            lines.append(f'    to take it over: move it to "{discovery.path}", then adopt again')
    return lines


def _is_elsewhere(discovery: Discovery) -> bool:
    return bool(discovery.found) and not discovery.is_at_home


def _summary(candidates: list[Candidate], chosen: list[Candidate], options: Namespace) -> list[str]:
    if not candidates:
        return ["Nothing to take over: no output of a step that is still to do was found."]
    found = counted(len(candidates), "step")
    verb = "recorded" if options.write else "can be recorded with `--write`"
    lines = [
        "",
        f"Something was found for {found}; {len(chosen)} {verb}.",
    ]
    rest = [c for c in candidates if c not in chosen]
    if rest:
        lines.append("Carry out the others with `start`: what is at its place is kept and updated.")
    if any(c.confidence == MEDIUM for c in rest):
        lines.append("`--write --confidence medium` records documents of another form as they are.")
    return lines


def _output_data(discovery: Discovery) -> dict[str, Any]:
    return {
        "path": discovery.path,
        "found": list(discovery.found),
        "confidence": discovery.confidence,
        "evidence": discovery.evidence,
        "missing": [finding.what for finding in discovery.findings],
    }
