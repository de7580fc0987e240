"""Show that no step of a plan is ready before what it really needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .. import graph, sizes
from ..answers import NO_TYPE, PLATFORMS, Answers
from ..errors import ContentError, Problem
from ..models import SEEDED
from ..plans import Plan
from ..prompts import linked_pages, step_pages
from ..resolve import resolve
from .combinations import distinct_answers
from .content import Content
from .expressions import structural_expressions

# DESIGN.md, Rendered project; without a project type, on every platform.
PIPELINE_CEILINGS = (("mvp", None, 40_000), ("deep", None, 340_000), ("custom", 3, 230_000))


def check_all_plans(content: Content) -> Iterator[Problem]:
    """Resolve every methodology for every project type, and check each plan."""
    found = dict.fromkeys(
        problem
        for methodology in content.methodologies
        for project_type in (NO_TYPE, *content.overlays)
        for answers in _distinct_plans(content, methodology, project_type)
        for problem in _check_answers(content, answers)
    )
    yield from found or _check_pipelines(content)


def _distinct_plans(content: Content, methodology: str, project_type: str) -> Iterator[Answers]:
    """Give answers for every way in which conditions on steps and overrides come out."""
    absent = {name for name, one in content.questions.items() if one.owner != project_type}
    fixed: dict[str, Any] = {
        "methodology": methodology,
        "project_type": project_type,
        "additional_types": [],
        **dict.fromkeys(absent),
    }
    expressions = structural_expressions(content, project_type)
    rules = () if project_type == NO_TYPE else content.library.rules(project_type)
    for known in distinct_answers(expressions, content, fixed, rules):
        own = {name: value for name, value in known.items() if name in content.questions}
        yield Answers(
            project_name="Check",
            methodology=methodology,
            project_type=project_type,
            platforms=tuple(known.get("platforms", ())),
            agents=tuple(known.get("agents", ("claude-code",))),
            knowledge_delivery=known.get("knowledge_delivery", "inline"),
            type_answers=own,
        )


def _check_answers(content: Content, answers: Answers) -> Iterator[Problem]:
    try:
        plan = resolve(content.library, answers)
    except ContentError as error:
        yield from error.problems
        return
    where = f"{answers.methodology} × {answers.project_type}"
    yield from check_plan(plan, where)
    for page in step_pages(plan):
        ceiling = sizes.FRAME[1]
        if page.frame_tokens > ceiling:
            what = f"the frame of `{page.name}` has {page.frame_tokens} tokens"
            yield Problem(where, what, f"cut it to {ceiling}")


def check_plan(plan: Plan, where: str) -> Iterator[Problem]:
    """Check the soundness of one plan (DESIGN.md, Soundness).

    The creator of each required input, when it is on, is an ancestor; what a step
    revises has its creator as an ancestor; every path has one creator; steps stand
    after what they depend on.
    """
    dependencies = {step.name: step.dependencies for step in plan.steps}
    before = graph.ancestors(dependencies)
    creators: dict[str, str] = {}
    done: set[str] = set()
    for step in plan.steps:
        for path in (*step.outputs, *step.optional_outputs):
            other = creators.setdefault(path, step.name)
            if other != step.name:
                what = f"`{path}` is created by `{other}` and by `{step.name}`"
                yield Problem(where, what, "let one of them revise it")
        for name in step.dependencies:
            if name not in done:
                what = f"`{step.name}` stands before `{name}`, on which it depends"
                yield Problem(where, what, "mend the order")
        done.add(step.name)
    yield from _check_inputs(plan, where, before, creators)


def _check_inputs(
    plan: Plan, where: str, before: Mapping[str, frozenset[str]], creators: Mapping[str, str]
) -> Iterator[Problem]:
    for step in plan.steps:
        needed = {
            one.path: one.creator for one in step.inputs if one.required and not one.update_only
        }
        needed |= {path: creators.get(path) for path in step.revises}
        for path, creator in needed.items():
            if creator in (None, SEEDED, step.name):
                continue
            if creator not in before[step.name]:
                what = f"`{step.name}` needs `{path}`, and can be ready before `{creator}`"
                yield Problem(where, what, f"let it depend on `{creator}`")
        for one in step.inputs:
            if one.creator in (None, SEEDED) or one.update_only:
                continue
            if step.name in before[one.creator]:
                what = f"`{step.name}` reads `{one.path}`, which `{one.creator}` creates later"
                yield Problem(where, what, "say `update-only: true`, or change the order")


def _check_pipelines(content: Content) -> Iterator[Problem]:
    for methodology, depth, ceiling in PIPELINE_CEILINGS:
        if methodology not in content.methodologies:
            continue
        answers = Answers(
            project_name="Check", methodology=methodology, depth=depth, platforms=PLATFORMS
        )
        plan = resolve(content.library, answers)
        total = sum(page.tokens for page in (*step_pages(plan), *linked_pages(plan)))
        if total > ceiling:
            what = f"the whole pipeline has {total:,} tokens"
            yield Problem(f"`{methodology}`", what, f"cut it to {ceiling:,}")
