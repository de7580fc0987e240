"""Print a prompt with what is live."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..context import Context, context_of, format_context
from ..errors import Problem, RunnerError, UsageError
from ..options import add_json
from ..plan import Step, Tool
from ..project import Project
from ..report import Report, reported, tokens_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HELP = """\
Print the whole prompt of a step or tool: its file, then what is live, that is
which inputs are there, what was decided, your own instructions and knowledge,
your arguments, and what its outputs hold already.
Files are named; `--paste` adds their text, whole files only, up to `--budget` tokens."""
EXAMPLE = 'python3 .milepost show quick-task "remind borrowers by mail"'
BUDGET = 8000


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="STEP", help="name of a step or tool")
    parser.add_argument(
        "arguments", nargs="*", default=[], metavar="TEXT", help="what the step is to work on"
    )
    parser.add_argument("--paste", action="store_true", help="add the text of the files it names")
    parser.add_argument(
        "--budget",
        type=int,
        default=BUDGET,
        metavar="TOKENS",
        help=f"how much to paste at most, in tokens (default {BUDGET:,})",
    )
    add_json(parser)


def run(project: Project, options: Namespace) -> Report:
    if options.budget < 0:
        raise UsageError(Problem("--budget", "it is negative", "give a number of tokens"))
    target = project.step_or_tool(options.name)
    text = _text(project, target)
    context = context_of(project, target, " ".join(options.arguments))
    lines = [*text.rstrip("\n").split("\n"), "", *format_context(context)]
    pasted: list[str] = []
    left_out: list[str] = []
    if options.paste:
        lines += _paste(project, context, options.budget, pasted, left_out)
    data = _data(target, context)
    data.update({"prompt": "\n".join(lines), "pasted": pasted, "left-out": left_out})
    problems = [p for name, p in project.progress.problems.items() if name == target.name]
    return reported(lines, data, tuple(problems))


def _text(project: Project, target: Step | Tool) -> str:
    text = project.tree.read(target.path)
    if text is None:
        raise RunnerError(
            Problem(
                target.path,
                "the file is missing",
                f"restore it: `git checkout -- {target.path}`, or `copier recopy`",
            )
        )
    return text


def _paste(
    project: Project,
    context: Context,
    budget: int,
    pasted: list[str],
    left_out: list[str],
) -> list[str]:
    """Add whole files while they fit, the most binding first."""
    lines = ["## Files", ""]
    spent = 0
    for path in _files(context):
        text = project.tree.read(path) or ""
        if spent + tokens_of(text) > budget:
            left_out.append(path)
            continue
        spent += tokens_of(text)
        pasted.append(path)
        fence = _fence(text)
        lines += [f"### `{path}`", "", fence, text.rstrip("\n"), fence, ""]
    lines.append(f"Pasted about {spent:,} of {budget:,} tokens.")
    lines += [f"Too large, so read it yourself: `{path}`." for path in left_out]
    return lines


def _files(context: Context) -> list[str]:
    inputs = sorted(context.present, key=lambda pair: not pair[0].required)
    paths = [
        *context.instructions,
        *(override.path for override in context.overrides),
        *(decision.path for decision in context.decisions),
        *(file.path for _, files in inputs for file in files),
        *(held.path for held in context.held),
    ]
    return list(dict.fromkeys(paths))


def _fence(text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return fence


def _data(target: Step | Tool, context: Context) -> dict[str, Any]:
    files = [(item, file) for item, found in context.present for file in found]
    return {
        "name": target.name,
        "kind": "step" if isinstance(target, Step) else "tool",
        "path": target.path,
        "update-mode": context.update_mode,
        "present": [{"path": file.path, "tokens": file.tokens} for _, file in files],
        "missing": [{"path": item.path, "without": item.without} for item in context.missing],
        "outputs-held": [{"path": held.path, "tokens": held.tokens} for held in context.held],
        "decisions": [decision.path for decision in context.decisions],
        "instructions": list(context.instructions),
        "overrides": [override.as_dict() for override in context.overrides],
        "arguments": context.arguments,
    }
