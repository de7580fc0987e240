"""List steps and tools."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..options import add_json
from ..pipeline import by_phase
from ..project import Project
from ..report import Report, bold, columns, reported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HELP = """\
List every step of your plan by phase, in pipeline order, and every tool.
With `--off` also the steps that your plan leaves out, and why."""
EXAMPLE = "python3 .milepost list --off"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--off", action="store_true", help="also list what your plan leaves out")
    add_json(parser)


def run(project: Project, options: Namespace) -> Report:
    plan = project.plan
    titles = {phase.name: phase.title for phase in plan.phases}
    lines: list[str] = []
    for name, group in by_phase(plan, project.states).items():
        rows = [(s.step.name, _status(s.step.stateless, s.status), s.step.title) for s in group]
        lines += [bold(titles.get(name, name)), *columns(rows), ""]
    if plan.tools:
        tools = columns([(tool.name, tool.title) for tool in plan.tools])
        lines += [bold("Tools, usable at any time"), *tools, ""]
    if options.off:
        lines += [
            bold("Off"),
            *(columns([(off.name, " ".join(off.why)) for off in plan.off]) or ["  no step"]),
        ]
    return reported(lines, _data(project), project.problems)


def _data(project: Project) -> dict[str, Any]:
    return {
        "steps": [
            {
                "name": s.step.name,
                "title": s.step.title,
                "description": s.step.description,
                "phase": s.step.phase,
                "depth": s.step.depth,
                "status": s.status,
                "stateless": s.step.stateless,
                "conditional": s.step.conditional,
                "path": s.step.path,
            }
            for s in project.states
        ],
        "tools": [
            {
                "name": t.name,
                "title": t.title,
                "description": t.description,
                "path": t.path,
            }
            for t in project.plan.tools
        ],
        "off": [{"name": off.name, "why": list(off.why)} for off in project.plan.off],
    }


def _status(stateless: bool, status: str) -> str:
    return "any time" if stateless and status == "ready" else status
