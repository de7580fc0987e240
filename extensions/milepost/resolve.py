"""Turn content and answers into a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from . import graph, sizes
from .answers import Answers
from .conditions import evaluate
from .errors import Problem, raise_all, suggest
from .knowledge import show_entry, show_linked_entry
from .library import Library
from .models import SEEDED, Input, Output, Overlay, Step, Tool
from .overlays import (
    Brought,
    Switch,
    applies,
    bring_dependencies,
    bring_inputs,
    bring_knowledge,
    switch_steps,
)
from .plans import (
    LinkedEntry,
    OffStep,
    Plan,
    PlannedInput,
    PlannedKnowledge,
    PlannedStep,
    PlannedTool,
)


class _Context(NamedTuple):
    """What every stage of resolving asks for."""

    library: Library
    answers: Answers
    overlays: tuple[Overlay, ...]
    known: Mapping[str, Any]
    depths: Mapping[str, int]
    """Depth by name of the steps that are on."""

    def depth(self, step: str) -> int:
        return self.depths[step]


def resolve(library: Library, answers: Answers) -> Plan:
    """Resolve the pipeline of one project.

    Args:
        library: The content; only what the plan needs is read.
        answers: Answers that passed the checks.

    Returns:
        The plan; the same content and answers give an equal plan.

    Raises:
        ContentError: If content is wrong, refers to what is not there, or the
            steps depend on each other in a circle.
    """
    overlays = tuple(library.overlay(project_type) for project_type in answers.types)
    switches = _switch(library, answers, overlays)
    on = tuple(name for name, switch in switches.items() if switch.enabled)
    known = {**answers.known(), "steps_in_plan": list(on)}
    depths = {name: _depth(library, answers, name) for name in on}
    context = _Context(library, answers, overlays, known, depths)
    dependencies = _dependencies(context, on)
    phases = {phase.name: number for number, phase in enumerate(library.phases)}
    raise_all(_check_phases(phases, (library.step(name) for name in on)))

    def key(name: str) -> tuple[int, int, str]:
        step = library.step(name)
        return phases[step.phase], step.order, name

    ordered = graph.order(dependencies, key)
    positions = {name: position for position, name in enumerate(ordered)}
    creators = _creators(context, ordered)
    steps = tuple(
        _plan_step(
            context,
            library.step(name),
            switches[name],
            tuple(sorted(dependencies[name], key=positions.__getitem__)),
            creators,
        )
        for name in ordered
    )
    tools = tuple(_plan_tool(context, library.tool(name)) for name in sorted(library.tool_sources))
    return Plan(
        answers=answers,
        phases=library.phases,
        steps=steps,
        off=tuple(
            OffStep(name=name, why=switch.why[-1])
            for name, switch in switches.items()
            if not switch.enabled
        ),
        tools=tools,
        linked=_link_entries(context, steps, tools),
        known=known,
    )


def _check_phases(phases: Iterable[str], steps: Iterable[Step]) -> Iterator[Problem]:
    for step in steps:
        if step.phase not in phases:
            fix = suggest(step.phase, phases, "name one of content/phases.yml")
            yield Problem(step.where("phase"), f"there is no phase `{step.phase}`", fix)


def _switch(library: Library, answers: Answers, overlays: tuple[Overlay, ...]) -> dict[str, Switch]:
    known = answers.known()
    methodology = library.methodology(answers.methodology)
    switches = switch_steps(methodology.steps, methodology.name, overlays, known)
    for name, switch in switches.items():
        if name in answers.steps_on:
            why = "you switched it on with `steps_on`"
            switches[name] = switch.changed(why, enabled=True, is_conditional=False)
        elif name in answers.steps_off:
            why = "you switched it off with `steps_off`"
            switches[name] = switch.changed(why, enabled=False, is_conditional=False)
        elif switch.is_conditional:
            switches[name] = _settle(library.step(name), switch, known)
    return switches


def _settle(step: Step, switch: Switch, known: Mapping[str, Any]) -> Switch:
    """Let the answers decide whether a conditional step applies, where they can."""
    if step.applies_when is None:
        return switch
    holds = evaluate(step.applies_when, known)
    if holds is None:
        return switch
    why = f"your answers {'ask for' if holds else 'do not need'} it (`{step.applies_when}`)"
    return switch.changed(why, enabled=holds, is_conditional=False)


def _depth(library: Library, answers: Answers, name: str) -> int:
    methodology = library.methodology(answers.methodology)
    default = answers.depth if answers.depth is not None else methodology.default_depth
    return answers.step_depths.get(name, default)


def _dependencies(context: _Context, on: Iterable[str]) -> graph.Graph:
    """Give the dependencies among the steps that are on; what is off hands its own over."""

    def dependencies_of(name: str) -> tuple[str, ...]:
        is_on = name in context.depths
        own = (
            context.library.step(name).dependencies if is_on else context.library.dependencies(name)
        )
        return bring_dependencies(name, own, context.overlays, context.known)

    everything = graph.reachable(on, dependencies_of)
    graph.check_cycles(everything)
    return graph.contract(everything, frozenset(on))


def _creators(context: _Context, ordered: Iterable[str]) -> dict[str, str]:
    """Give the step, or `SEEDED`, that creates each artifact of this plan, by path."""
    seeds = {
        one.path: SEEDED
        for one in context.library.artifacts.artifacts
        if one.owner == SEEDED and applies(one.when, context.known)
    }
    return seeds | {
        output.path: name
        for name in ordered
        for output in _outputs(context, context.library.step(name))
    }


def _outputs(context: _Context, step: Step) -> tuple[Output, ...]:
    """List what a step creates at its depth and with these answers."""
    return tuple(
        output
        for output in step.outputs
        if output.from_depth <= context.depth(step.name) and applies(output.when, context.known)
    )


def _plan_step(
    context: _Context,
    step: Step,
    switch: Switch,
    dependencies: tuple[str, ...],
    creators: Mapping[str, str],
) -> PlannedStep:
    depth = context.depth(step.name)
    outputs = _outputs(context, step)
    inputs = bring_inputs(step.name, step.inputs, context.overlays, context.known)
    brought = bring_knowledge(
        step.name, step.knowledge_base, context.overlays, context.known, depth
    )
    return PlannedStep(
        step=step,
        depth=depth,
        is_conditional=switch.is_conditional,
        dependencies=dependencies,
        inputs=tuple(_plan_input(one, creators) for one in inputs),
        outputs=tuple(output.path for output in outputs if not output.optional),
        optional_outputs=tuple(output.path for output in outputs if output.optional),
        revises=tuple(path for path in step.revises if path in creators),
        knowledge=_fit((_show(context, one, depth, step.review) for one in brought), depth),
        why=(*switch.why, _why_depth(context.answers, step.name, depth)),
    )


def _plan_input(one: Input, creators: Mapping[str, str]) -> PlannedInput:
    return PlannedInput(
        path=one.path,
        take=one.take,
        without=one.without,
        required=one.required,
        update_only=one.update_only,
        creator=creators.get(one.path),
    )


def _plan_tool(context: _Context, tool: Tool) -> PlannedTool:
    methodology = context.library.methodology(context.answers.methodology)
    depth = context.answers.depth or methodology.default_depth
    brought = bring_knowledge(tool.name, tool.knowledge_base, (), context.known, depth)
    knowledge = _fit((_show(context, one, depth, is_review=False) for one in brought), depth)
    return PlannedTool(tool=tool, depth=depth, knowledge=knowledge)


def _why_depth(answers: Answers, name: str, depth: int) -> str:
    if name in answers.step_depths:
        return f"depth {depth} from your `step_depths`"
    if answers.depth is not None:
        return f"depth {depth} from your `depth`"
    return f"depth {depth} from `{answers.methodology}`"


def _show(context: _Context, one: Brought, depth: int, is_review: bool) -> PlannedKnowledge:
    entry = context.library.entry(one.item.entry)
    shown = show_entry(entry, depth, context.known, is_review)
    knowledge = PlannedKnowledge(
        name=entry.name,
        description=entry.description,
        brought_by=one.by,
        owner=entry.owner,
        text=shown.text,
        sections=shown.sections,
        dropped=shown.dropped,
        is_linked=False,
    )
    if entry.delivery == "linked":
        return _linked(knowledge, "one reading serves many steps")
    if context.answers.knowledge_delivery == "linked":
        return _linked(knowledge, "you chose `knowledge_delivery: linked`")
    return knowledge


def _fit(entries: Iterable[PlannedKnowledge], depth: int) -> tuple[PlannedKnowledge, ...]:
    """Link entries, the last first, until what stays inline is within the ceiling."""
    fitted = [one for one in entries if one.is_linked or one.text]
    for index in reversed(range(len(fitted))):
        inline = sum(sizes.count_tokens(one.text) for one in fitted)
        if inline <= sizes.INLINE_KNOWLEDGE[depth]:
            break
        fitted[index] = _linked(fitted[index], "it does not fit into the step file")
    return tuple(fitted)


def _linked(one: PlannedKnowledge, why: str) -> PlannedKnowledge:
    return one if one.is_linked else replace(one, text="", is_linked=True, why_linked=why)


def _link_entries(
    context: _Context, steps: Iterable[PlannedStep], tools: Iterable[PlannedTool]
) -> tuple[LinkedEntry, ...]:
    """Show each linked entry once, as deep as the deepest step that names it reads."""
    readers: dict[str, list[tuple[str, int, bool]]] = {}
    for step in steps:
        for one in step.knowledge:
            if one.is_linked:
                reader = (step.name, step.depth, step.step.review)
                readers.setdefault(one.name, []).append(reader)
    for tool in tools:
        for one in tool.knowledge:
            if one.is_linked:
                readers.setdefault(one.name, []).append((tool.tool.name, tool.depth, False))
    return tuple(_link_entry(context, name, readers[name]) for name in sorted(readers))


def _link_entry(context: _Context, name: str, readers: list[tuple[str, int, bool]]) -> LinkedEntry:
    entry = context.library.entry(name)
    depth = max(depth for _, depth, _ in readers)
    is_review = any(is_review for _, _, is_review in readers)
    shown = show_linked_entry(entry, depth, context.known, is_review)
    return LinkedEntry(
        name=name,
        description=entry.description,
        text=shown.text,
        depth=depth,
        steps=tuple(step for step, _, _ in readers),
    )
