"""Read the decision log."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..decisions import Decision, read_decisions
from ..options import add_json
from ..project import Project
from ..report import Report, bold, reported

HELP = """\
Show what was decided, oldest first.
Each decision is a file under `.milepost/decisions/` that you may edit."""
EXAMPLE = "python3 .milepost decisions --step create-prd"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--step", metavar="STEP", help="only what was decided in this step")
    add_json(parser)


def run(project: Project, options: Namespace) -> Report:
    decisions = read_decisions(project.tree)
    if options.step:
        name = project.step(options.step).name
        decisions = [d for d in decisions if project.current_name(d.step) == name]
    lines = [line for decision in decisions for line in _lines(decision)]
    empty = ["Nothing was decided yet; `python3 .milepost decide` adds to the log."]
    return reported(lines or empty, {"decisions": [d.as_dict() for d in decisions]})


def _lines(decision: Decision) -> list[str]:
    step = f", {decision.step}" if decision.step else ""
    return [
        f"{decision.at[:10]}{step}: {bold(decision.title)}",
        *(f"  {line}" for line in decision.body.split("\n") if line.strip()),
        f"  {decision.path}",
    ]
