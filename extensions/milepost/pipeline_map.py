"""Turn a plan into `PIPELINE.md`, the map that people read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .plans import Plan, PlannedStep
from .prompts import NOTES, Page, StepPage, escape


def pipeline_map(
    plan: Plan, steps: Sequence[StepPage], tools: Sequence[Page], linked: Sequence[Page]
) -> str:
    """Write the map: phases, steps, why each is on or off, sizes, and the graph."""
    pages = {page.name: page for page in steps}
    lines = (
        *_head(plan, steps, linked),
        *_phases(plan, pages),
        *_graph(plan),
        *_linked(plan, linked),
        *_tools(plan, tools),
        *_off(plan),
    )
    return "\n".join(lines) + "\n\n" + NOTES


def _head(plan: Plan, steps: Sequence[StepPage], linked: Sequence[Page]) -> Iterator[str]:
    answers = plan.answers
    types = ", ".join(f"`{name}`" for name in answers.types) or "none"
    total = sum(page.tokens for page in (*steps, *linked))
    yield f"# Pipeline of {escape(answers.project_name)}"
    yield ""
    if answers.idea:
        yield f"The idea: {escape(answers.idea)}"
        yield ""
    yield f"Methodology `{answers.methodology}`, project type {types}, {len(steps)} steps."
    yield f"All step files together cost about {total:,} tokens (bytes / 4), linked entries once."
    yield "`python3 .milepost next` says what is next; `python3 .milepost status` shows progress."
    yield ""


def _phases(plan: Plan, pages: Mapping[str, StepPage]) -> Iterator[str]:
    number = 0
    for phase in plan.phases:
        steps = [step for step in plan.steps if step.step.phase == phase.name]
        if not steps:
            continue
        yield f"## {phase.title}"
        yield ""
        yield phase.purpose
        yield ""
        yield "| Step | Does | Depth | Tokens | Why it is on |"
        yield "|---|---|---|---|---|"
        for step in steps:
            number += 1
            yield _row(step, pages[step.name])
        yield ""


def _row(step: PlannedStep, page: StepPage) -> str:
    link = f"[{step.name}](steps/{step.name}.md)"
    why = "; ".join(_cell(reason) for reason in step.why)
    return f"| {link} | {step.step.title} | {step.depth} | {page.tokens:,} | {why} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _graph(plan: Plan) -> Iterator[str]:
    yield "## Graph"
    yield ""
    yield "```mermaid"
    yield "flowchart TD"
    for step in plan.steps:
        yield f'  {_id(step.name)}["{step.name}"]'
    for step in plan.steps:
        for dependency in step.dependencies:
            yield f"  {_id(dependency)} --> {_id(step.name)}"
    yield "```"
    yield ""


def _id(name: str) -> str:
    """Spell a name so that no part of it is a Mermaid keyword, such as `end`."""
    return f"s_{name.replace('-', '_')}"


def _linked(plan: Plan, linked: Sequence[Page]) -> Iterator[str]:
    if not linked:
        return
    sizes = {page.name: page.tokens for page in linked}
    yield "## Linked knowledge"
    yield ""
    yield "These entries are files of their own, because several steps read them, they did not"
    yield "fit into a step file, or you chose so."
    yield ""
    yield "| Entry | Tokens | Read by |"
    yield "|---|---|---|"
    for entry in plan.linked:
        readers = ", ".join(f"`{name}`" for name in entry.steps)
        link = f"[{entry.name}](knowledge/{entry.name}.md)"
        yield f"| {link} | {sizes[entry.name]:,} | {readers} |"
    yield ""


def _tools(plan: Plan, tools: Sequence[Page]) -> Iterator[str]:
    if not tools:
        return
    sizes = {page.name: page.tokens for page in tools}
    yield "## Tools"
    yield ""
    yield "| Tool | Does | Tokens |"
    yield "|---|---|---|"
    for planned in plan.tools:
        tool = planned.tool
        yield f"| [{tool.name}](tools/{tool.name}.md) | {tool.title} | {sizes[tool.name]:,} |"
    yield ""


def _off(plan: Plan) -> Iterator[str]:
    if not plan.off:
        return
    yield "## Steps that are off"
    yield ""
    yield "| Step | Why |"
    yield "|---|---|"
    for step in plan.off:
        yield f"| {step.name} | {_cell(step.why)} |"
    yield ""
    yield "Switch one on with `copier update --trust -d 'steps_on=[NAME]'`."
    yield ""
