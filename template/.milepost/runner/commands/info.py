"""Tell all about one step or tool."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..options import add_json
from ..pipeline import State
from ..plan import Step, Tool
from ..project import Project
from ..report import Report, bold, quoted, reported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HELP = """\
Show what a step or tool is for, what it reads and writes, what it waits for,
why it is in your plan, which knowledge it brings, how far it is,
and whether your team edited its file."""
EXAMPLE = "python3 .milepost info create-prd"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="STEP", help="name of a step or tool")
    add_json(parser)


def run(project: Project, options: Namespace) -> Report:
    found = project.step_or_tool(options.name)
    if isinstance(found, Tool):
        tool = {**_tool_data(found), "file": project.file_state(found.path)}
        return reported(_tool_lines(project, found), {"tool": tool})
    state = project.state(found)
    problems = tuple(p for name, p in project.progress.problems.items() if name == found.name)
    data = {**_data(state), "file": project.file_state(found.path)}
    return reported(_lines(project, state), {"step": data}, problems)


def _lines(project: Project, state: State) -> list[str]:
    step = state.step
    titles = {phase.name: phase.title for phase in project.plan.phases}
    lines = [
        f"{bold(step.name)} - {step.title}",
        f"  {step.description}",
        f"  phase      {titles.get(step.phase, step.phase)} (`{step.phase}`), depth {step.depth}",
        _file_line(project, step),
        f"  status     {_status(state)}",
        *(f"  stale      {what}" for what in state.stale),
        *([f"  outdated   {state.outdated}"] if state.outdated else []),
        *([f"  after      {quoted(step.dependencies)}"] if step.dependencies else []),
        *([f"  only if    {step.applies_when}"] if step.conditional else []),
        *([f"  arguments  {step.argument_hint}"] if step.argument_hint else []),
    ]
    lines += [f"  reads      {i.path}{_about(i.required, i.update_only)}" for i in step.inputs]
    lines += [f"  creates    {path}" for path in step.outputs]
    lines += [f"  may create {path}" for path in step.optional_outputs]
    lines += [f"  revises    {path}" for path in step.revises]
    lines += [f"  knowledge  {k.name}, from {k.source}" for k in step.knowledge]
    return [*lines, *(f"  why        {sentence}" for sentence in step.why)]


def _file_line(project: Project, target: Step | Tool) -> str:
    says = {
        "untouched": "",
        "edited": "; your team edited it, and updates keep that",
        "missing": f"; it is missing: `git checkout -- {target.path}` restores it",
    }
    state = project.file_state(target.path)
    return f"  file       {target.path} (about {target.tokens:,} tokens){says[state]}"


def _about(required: bool, update_only: bool) -> str:
    if update_only:
        return " (in update mode)"
    return "" if required else " (if it is there)"


def _status(state: State) -> str:
    record = state.record
    if record and record.started:
        return f"under way since {record.started.at}"
    if record and record.completed:
        return f"completed {record.completed.at} at depth {record.completed.depth}"
    if record and record.skipped:
        return f"skipped {record.skipped.at}: {record.skipped.reason}"
    if state.waiting_for:
        return f"{state.status}, waits for {quoted(state.waiting_for)}"
    return state.status


def _data(state: State) -> dict[str, Any]:
    step: Step = state.step
    return {
        "name": step.name,
        "title": step.title,
        "description": step.description,
        "phase": step.phase,
        "depth": step.depth,
        "path": step.path,
        "bytes": step.bytes,
        "tokens": step.tokens,
        "stateless": step.stateless,
        "conditional": step.conditional,
        "applies-when-text": step.applies_when,
        "argument-hint": step.argument_hint,
        "dependencies": list(step.dependencies),
        "inputs": [item.as_dict() for item in step.inputs],
        "outputs": list(step.outputs),
        "optional-outputs": list(step.optional_outputs),
        "revises": list(step.revises),
        "knowledge": [{"name": k.name, "from": k.source} for k in step.knowledge],
        "why": list(step.why),
        "status": state.status,
        "waiting-for": list(state.waiting_for),
        "stale": list(state.stale),
        "outdated": state.outdated,
    }


def _tool_lines(project: Project, tool: Tool) -> list[str]:
    return [
        f"{bold(tool.name)} - {tool.title}",
        f"  {tool.description}",
        _file_line(project, tool),
        *([f"  arguments  {tool.argument_hint}"] if tool.argument_hint else []),
        *(f"  knowledge  {k.name}, from {k.source}" for k in tool.knowledge),
    ]


def _tool_data(tool: Tool) -> dict[str, Any]:
    return {
        "name": tool.name,
        "title": tool.title,
        "description": tool.description,
        "path": tool.path,
        "bytes": tool.bytes,
        "tokens": tool.tokens,
        "argument-hint": tool.argument_hint,
        "knowledge": [{"name": k.name, "from": k.source} for k in tool.knowledge],
    }
