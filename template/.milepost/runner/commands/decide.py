"""Add a decision to the log."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from time import time_ns

from ..decisions import format_decision, make_decision
from ..errors import Problem, UsageError
from ..options import add_json
from ..pipeline import STARTED
from ..project import Project, now
from ..report import Report, reported

HELP = """\
Write down what was decided, and why, as one file under `.milepost/decisions/`.
The first line is the title.
Without `--step` it is noted under the step that is under way, if there is exactly one."""
EXAMPLE = 'python3 .milepost decide "A loan lasts 14 days, because CON-02 says so"'
_MILLISECOND = 1_000_000


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help="what was decided, and why")
    parser.add_argument("--step", metavar="STEP", help="the step in which it was decided")
    add_json(parser)


def run(project: Project, options: Namespace) -> Report:
    if not options.text.strip():
        raise UsageError(Problem("decide", "the text is empty", f"for example: `{EXAMPLE}`"))
    step = project.step(options.step).name if options.step else _step_under_way(project)
    at = f"{now()[:-1]}.{time_ns() // _MILLISECOND % 1000:03}Z"
    decision = make_decision(options.text, step, at)
    project.tree.write(decision.path, format_decision(decision))
    place = f" (in `{step}`)" if step else ""
    return reported([f"Decided{place}: {decision.title}", f"  {decision.path}"], decision.as_dict())


def _step_under_way(project: Project) -> str:
    names = [name for name, record in project.progress.records.items() if record.status == STARTED]
    return names[0] if len(names) == 1 else ""
