"""Turn a plan into what programs read: `plan.json` and `artifacts.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .library import Library
from .models import Artifact, Artifacts, Heading, IdSeries
from .plans import Plan, PlannedKnowledge, PlannedStep
from .prompts import Page, StepPage

PLAN_SCHEMA = 1
ARTIFACTS_SCHEMA = 1


def plan_json(
    plan: Plan,
    library: Library,
    version: str | None,
    steps: Sequence[StepPage],
    tools: Sequence[Page],
    digests: Mapping[str, str],
) -> str:
    """Write the plan, schema 1 (DESIGN.md, Rendered project).

    Args:
        plan: The plan.
        library: The content it came from.
        version: The template's version as Copier records it, or `None` without one.
        steps: The step files, in pipeline order.
        tools: The tools' files.
        digests: SHA-256 by path of every rendered file.
    """
    answers = plan.answers
    pages = {page.name: page for page in steps}
    tool_pages = {page.name: page for page in tools}
    tasks = {page.name: page.task_digest for page in steps}
    phases = {step.step.phase for step in plan.steps}
    document = {
        "schema": PLAN_SCHEMA,
        "template": {"name": "milepost", "version": version},
        "project": {"name": answers.project_name, "idea": answers.idea},
        "answers": {
            **answers.known(),
            "depth": answers.depth,
            "steps_on": list(answers.steps_on),
            "steps_off": list(answers.steps_off),
            "step_depths": dict(answers.step_depths),
            "per_step_commands": answers.per_step_commands,
        },
        "phases": [
            {"name": phase.name, "title": phase.title, "purpose": phase.purpose}
            for phase in plan.phases
            if phase.name in phases
        ],
        "steps": [_step(step, pages[step.name], tasks[step.name]) for step in plan.steps],
        "off": [{"name": step.name, "why": step.why} for step in plan.off],
        "tools": [
            {
                "name": planned.tool.name,
                "title": planned.tool.title,
                "description": planned.tool.description,
                "argument-hint": planned.tool.argument_hint,
                "path": f".milepost/tools/{planned.tool.name}.md",
                "knowledge": [_knowledge(one) for one in planned.knowledge],
                "bytes": tool_pages[planned.tool.name].size,
                "tokens": tool_pages[planned.tool.name].tokens,
            }
            for planned in plan.tools
        ],
        "digests": dict(sorted(digests.items())),
        "renames": {
            "steps": {old: one.to for old, one in sorted(library.renames.steps.items())},
            "answers": {old: one.to for old, one in sorted(library.renames.answers.items())},
        },
    }
    return _dump(document)


def artifacts_json(plan: Plan, artifacts: Artifacts) -> str:
    """Write what the documents of this plan look like inside, for the runner."""
    depths = {step.name: step.depth for step in plan.steps}
    paths = set(plan.creators)
    made = [one for one in artifacts.artifacts if one.path in paths and one.owner in depths]
    optional = {path for step in plan.steps for path in step.optional_outputs}
    document = {
        "schema": ARTIFACTS_SCHEMA,
        "ids": [_series(name, series, paths) for name, series in artifacts.ids.items()],
        "thread": [
            {"from": list(link.from_), "to": list(link.to), "also": list(link.also)}
            for link in artifacts.thread
        ],
        "artifacts": [
            {
                "path": one.path,
                "owner": one.owner,
                "optional": one.path in optional,
                "revised-by": [name for name in one.revised_by if name in depths],
                "alternatives": list(one.alternatives),
                "headings": [
                    _heading(heading)
                    for heading in headings_of(one, artifacts)
                    if heading.from_depth <= depths[one.owner]
                ],
                "tables": [list(columns) for columns in one.tables],
                "defines": [
                    prefix
                    for prefix in one.defines
                    if _defined_in(artifacts.ids.get(prefix), paths) in (one.path, None)
                ],
                "refers": list(one.refers),
            }
            for one in made
        ],
    }
    return _dump(document)


def _defined_in(series: IdSeries | None, paths: set[str]) -> str | None:
    """Give the document of a plan that defines a series; others stand in without it."""
    documents = series.defined_in if series else ()
    return next((path for path in documents if path in paths), None)


def headings_of(artifact: Artifact, artifacts: Artifacts) -> tuple[Heading, ...]:
    """Give an artifact's headings, its own or those of its shape."""
    return artifacts.shapes.get(artifact.shape, ()) if artifact.shape else artifact.headings


def id_pattern(name: str, series: IdSeries) -> str:
    """Give the regular expression of a series of identifiers."""
    if series.slug:
        return f"{name}-[a-z0-9]+(?:-[a-z0-9]+)*"
    number = f"[0-9]{{{series.digits}}}"
    if series.topics:
        return f"{name}-[a-z]+(?:-[a-z]+)*-{number}"
    if name.endswith(".n"):
        return rf"{name.removesuffix('.n')}-{number}\.[0-9]{{1,2}}"
    return f"{name}-{number}"


def _series(name: str, series: IdSeries, paths: set[str]) -> dict[str, Any]:
    return {
        "id": name,
        "means": series.means,
        "pattern": id_pattern(name, series),
        "defined-in": _defined_in(series, paths),
        "refers": list(series.refers),
    }


def _heading(heading: Heading) -> dict[str, Any]:
    each = heading.each
    return {
        "title": heading.title,
        "optional": heading.optional,
        "table": list(heading.table) or None,
        "each": each
        and {"id": each.id, "parts": list(each.parts), "table": list(each.table) or None},
    }


def _step(planned: PlannedStep, page: Page, task_digest: str) -> dict[str, Any]:
    step = planned.step
    return {
        "name": step.name,
        "title": step.title,
        "description": step.description,
        "phase": step.phase,
        "order": step.order,
        "depth": planned.depth,
        "stateless": step.stateless,
        "conditional": planned.is_conditional,
        "applies-when-text": step.applies_when_text if planned.is_conditional else None,
        "argument-hint": step.argument_hint,
        "dependencies": list(planned.dependencies),
        "inputs": list(_inputs(planned)),
        "outputs": list(planned.outputs),
        "optional-outputs": list(planned.optional_outputs),
        "revises": list(planned.revises),
        "evidence": [{"glob": one.glob, "says": one.says} for one in planned.evidence],
        "knowledge": [_knowledge(one) for one in planned.knowledge],
        "path": f".milepost/steps/{step.name}.md",
        "bytes": page.size,
        "tokens": page.tokens,
        "task-digest": task_digest,
        "why": list(planned.why),
    }


def _inputs(planned: PlannedStep) -> Iterator[dict[str, Any]]:
    for one in planned.inputs:
        yield {
            "path": one.path,
            "take": one.take,
            "without": one.without,
            "required": one.required,
            "update-only": one.update_only,
            "creator": one.creator,
        }


def _knowledge(one: PlannedKnowledge) -> dict[str, Any]:
    return {
        "name": one.name,
        "description": one.description,
        "from": one.brought_by,
        "sections": list(one.sections),
        "linked": one.is_linked,
    }


def _dump(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
