"""The live part of a prompt: what is there at this moment."""

from __future__ import annotations

from .additions import Override, instructions_for, overrides_for
from .decisions import Decision, read_decisions
from .pipeline import State
from .plan import SEEDS, Input, Step, Tool
from .project import Project
from .questions import DueQuestion, questions_due
from .records import Frozen
from .report import quoted, tokens_of


class Present(Frozen):
    """An artifact that is there."""

    path: str
    tokens: int
    headings: int


class Context(Frozen):
    """What a prompt says beyond its step file."""

    state: State | None
    present: tuple[tuple[Input, tuple[Present, ...]], ...]
    missing: tuple[Input, ...]
    held: tuple[Present, ...]
    update_mode: bool
    questions: tuple[DueQuestion, ...]
    decisions: tuple[Decision, ...]
    instructions: tuple[str, ...]
    overrides: tuple[Override, ...]
    arguments: str


def context_of(project: Project, target: Step | Tool, arguments: str) -> Context:
    """Gather what is live for a step or tool."""
    entries = [entry.name for entry in target.knowledge]
    state = project.state(target) if isinstance(target, Step) else None
    held = _held(project, target) if isinstance(target, Step) else ()
    update_mode = isinstance(target, Step) and project.is_update(target)
    inputs = target.inputs if isinstance(target, Step) else ()
    found = [(i, measure(project, i.path)) for i in inputs if update_mode or not i.update_only]
    return Context(
        state=state,
        present=tuple((item, files) for item, files in found if files),
        missing=tuple(item for item, files in found if not files),
        held=held,
        update_mode=update_mode,
        questions=tuple(questions_due(project, target.name)),
        decisions=tuple(read_decisions(project.tree)),
        instructions=tuple(instructions_for(project, target.name)),
        overrides=tuple(overrides_for(project, entries)),
        arguments=arguments,
    )


def _held(project: Project, step: Step) -> tuple[Present, ...]:
    """List the outputs of a step that exist already; seeds prove nothing."""
    paths = [path for path in (*step.outputs, *step.optional_outputs) if path not in SEEDS]
    return tuple(item for path in paths for item in measure(project, path))


def measure(project: Project, path: str) -> tuple[Present, ...]:
    """Find the files of an artifact with their sizes."""
    found = []
    for file in project.tree.expand(path):
        text = project.tree.read(file) or ""
        headings = sum(line.startswith("## ") for line in text.split("\n"))
        found.append(Present(file, tokens_of(text), headings))
    return tuple(found)


def format_context(context: Context) -> list[str]:
    """Write the live part as Markdown."""
    parts = [
        *_state_lines(context),
        *_input_lines(context),
        *_update_lines(context),
        *_part(
            "Ask again before this step",
            [f"- {q.identifier}: {q.question} (`{q.path}`)" for q in context.questions],
        ),
        *_part(
            "Decisions so far",
            [f"- {_day(d)}{d.title} (`{d.path}`)" for d in context.decisions],
        ),
        *_part(
            "The project's own instructions, which win",
            [f"- Read `{path}`." for path in context.instructions],
        ),
        *_part(
            "The project's own knowledge, which wins",
            [f"- For `{o.entry}` read `{o.path}` instead." for o in context.overrides],
        ),
        *_part("Arguments", [context.arguments] if context.arguments else []),
    ]
    return ["## Live context", "", *(parts or ["Nothing beyond the file above.", ""])]


def _part(title: str, lines: list[str]) -> list[str]:
    return [f"### {title}", "", *lines, ""] if lines else []


def _day(decision: Decision) -> str:
    step = f", `{decision.step}`" if decision.step else ""
    return f"{decision.at[:10]}{step}: "


def _state_lines(context: Context) -> list[str]:
    state = context.state
    if state is None:
        return []
    lines = []
    if state.waiting_for and not state.is_done:
        lines.append(f"- Not ready: it waits for {quoted(state.waiting_for)}.")
    lines += [f"- Since it was done: {what}." for what in state.stale]
    lines += [f"- Since it was done {state.outdated}."] if state.outdated else []
    return _part("State", lines)


def _input_lines(context: Context) -> list[str]:
    lines = []
    for item, files in context.present:
        take = f" Take {item.take}." if item.take else ""
        sizes = ", ".join(f"`{f.path}` (about {f.tokens:,} tokens)" for f in files)
        lines.append(f"- There: {sizes}.{take}")
    for item in context.missing:
        without = f" Without it {item.without}." if item.without else ""
        lines.append(f"- Missing: `{item.path}`.{without}")
    return _part("Inputs", lines)


def _update_lines(context: Context) -> list[str]:
    if not context.update_mode:
        return []
    lines = [
        "This step was carried out before or its output is there: follow Update Mode.",
        "",
    ]
    for held in context.held:
        size = f"about {held.tokens:,} tokens, {held.headings} sections"
        lines.append(f"- `{held.path}` holds {size}.")
    return _part("Update mode", lines)
