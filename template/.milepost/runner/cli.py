"""Turn a command line into a report and an exit code."""

from __future__ import annotations

import sys
from importlib import import_module

from .errors import FIXABLE, Problem, RunnerError, UsageError, did_you_mean
from .project import Project
from .report import Report, bold, columns
from .terminal import prepare, print_json, print_lines, silence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCHEMA = 1
GROUPS: dict[str, dict[str, str]] = {
    "Find your way": {
        "next": "what is ready, and the file to follow",
        "status": "how far you are, phase by phase",
        "list": "every step and tool",
        "info": "all about one step or tool",
        "dashboard": "the same as a page for the browser",
    },
    "Carry out a step": {
        "show": "the whole prompt of a step or tool, with what is live",
        "check": "does a conditional step apply here?",
        "start": "begin a step",
        "complete": "verify a step's outputs and record it as done",
        "skip": "leave a step out, with the reason",
        "reset": "forget that a step was begun, done or skipped",
    },
    "Keep it true": {
        "rework": "what a change makes stale, in order",
        "decide": "add a decision to the log",
        "decisions": "read the log",
        "knowledge": "the knowledge in use, and your own versions of it",
        "validate": "hold plan, progress and documents to their rules",
    },
    "Now and then": {
        "adopt": "find what an existing repository already has",
        "update": "take a new version or changed answers",
    },
}
COMMANDS = {name: says for group in GROUPS.values() for name, says in group.items()}


def main(arguments: list[str], root: str) -> int:
    """Run one command.

    Args:
        arguments: The command line without the program.
        root: The folder that holds `.milepost/`.

    Returns:
        0 for done, 1 for what the user can fix, 2 for wrong usage.
    """
    prepare(sys.stdout)
    prepare(sys.stderr)
    try:
        return _main(arguments, Project(root))
    except BrokenPipeError:
        silence()
        return FIXABLE
    except KeyboardInterrupt:
        return 130


def _main(arguments: list[str], project: Project) -> int:
    try:
        if arguments[:1] == ["help"]:
            arguments = [*arguments[1:2], "--help"]
        if not arguments or arguments[0] in ("-h", "--help"):
            return _print(Report(tuple(_overview(project)), {}), "", as_json=False)
        if arguments[0] in ("-V", "--version", "version"):
            return _print(Report((_version(project),), {}), "", as_json=False)
        return _run(arguments[0], arguments[1:], project)
    except RunnerError as error:
        return _print(Report((), {}, error.code, error.problems), arguments[0], _json(arguments))


def _json(arguments: list[str]) -> bool:
    return "--json" in arguments


def _run(command: str, arguments: list[str], project: Project) -> int:
    if command not in COMMANDS:
        hint = did_you_mean(command, [*COMMANDS]) or "`python3 .milepost --help` lists them"
        raise UsageError(Problem(command, "there is no such command", hint))
    from .options import parse_options  # noqa: PLC0415 - help and version need no argparse

    module = import_module(f".commands.{command}", __package__)
    options = parse_options(command, module, arguments)
    report: Report = module.run(project, options)
    return _print(report, command, getattr(options, "json", False))


def _print(report: Report, command: str, as_json: bool) -> int:
    if as_json:
        envelope: dict[str, Any] = {"schema": SCHEMA, "command": command, **report.data}
        envelope["problems"] = [problem.as_dict() for problem in report.problems]
        print_json(envelope, sys.stdout)
    else:
        print_lines(report.lines, sys.stdout)
    print_lines(tuple(str(problem) for problem in report.problems), sys.stderr)
    return report.code


def _overview(project: Project) -> list[str]:
    lines = [
        bold(_version(project)),
        "",
        "usage: python3 .milepost <command> [options]",
    ]
    table = columns(list(COMMANDS.items()))
    for title, commands in GROUPS.items():
        lines += ["", bold(title), *table[: len(commands)]]
        table = table[len(commands) :]
    return [
        *lines,
        "",
        "Start with `python3 .milepost next`.",
        "`python3 .milepost <command> --help` explains a command and gives an example.",
    ]


def _version(project: Project) -> str:
    try:
        return f"Milepost {project.plan.version}, plan of {project.plan.name}"
    except RunnerError:
        return "Milepost, no readable plan"
