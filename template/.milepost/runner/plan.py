"""Turn `.milepost/plan.json` into records."""

from __future__ import annotations

import json
from collections.abc import Mapping

from .errors import Problem, RunnerError
from .records import Frozen
from .values import as_number, as_text, as_texts, as_texts_by_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PATH = ".milepost/plan.json"
SCHEMA = 1
SEEDS = ("AGENTS.md", "CLAUDE.md", ".milepost/local/README.md")


class Input(Frozen):
    """A file that a step reads; `creator` is the step of this plan that makes it."""

    path: str
    take: str
    without: str
    required: bool
    update_only: bool
    creator: str | None


class Knowledge(Frozen):
    """An entry that a step uses; `source` is who brought it."""

    name: str
    description: str
    source: str
    sections: tuple[str, ...]
    linked: bool


class Evidence(Frozen):
    """What in a repository shows that a conditional step applies."""

    glob: str
    says: str


class Step(Frozen):
    """One unit of work; `position` is its place in the plan, from 0."""

    name: str
    position: int
    title: str
    description: str
    phase: str
    depth: int
    stateless: bool
    conditional: bool
    applies_when: str
    argument_hint: str
    dependencies: tuple[str, ...]
    inputs: tuple[Input, ...]
    outputs: tuple[str, ...]
    optional_outputs: tuple[str, ...]
    revises: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    knowledge: tuple[Knowledge, ...]
    path: str
    bytes: int
    tokens: int
    task_digest: str
    why: tuple[str, ...]


class Tool(Frozen):
    """A prompt outside the order, usable at any time."""

    name: str
    title: str
    description: str
    argument_hint: str
    path: str
    knowledge: tuple[Knowledge, ...]
    bytes: int
    tokens: int


class Phase(Frozen):
    """A group of steps."""

    name: str
    title: str
    purpose: str


class Off(Frozen):
    """A step that this plan does not have."""

    name: str
    why: tuple[str, ...]


class Plan(Frozen):
    """The resolved pipeline of one project; steps are in pipeline order."""

    version: str
    name: str
    idea: str
    answers: Mapping[str, Any]
    phases: tuple[Phase, ...]
    steps: tuple[Step, ...]
    steps_by_name: Mapping[str, Step]
    off: tuple[Off, ...]
    tools: tuple[Tool, ...]
    digests: Mapping[str, str]
    renamed_steps: Mapping[str, str]

    @property
    def methodology(self) -> str:
        """The methodology by name."""
        return str(self.answers.get("methodology", ""))


def parse_plan(text: str) -> Plan:
    """Read a plan.

    Raises:
        RunnerError: If it is no plan, or one that this runner does not know.
    """
    try:
        data = json.loads(text)
        schema = data["schema"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RunnerError(_broken("it is not a plan")) from error
    if schema != SCHEMA:
        raise RunnerError(
            Problem(
                PATH,
                f"its schema is {schema!r}; this runner reads schema {SCHEMA}",
                "bring `.milepost/` to one version: `copier update`, or restore it from Git",
            )
        )
    try:
        plan = _plan(data)
    except KeyError as error:
        raise RunnerError(_broken(f"it lacks {error}")) from error
    except (TypeError, ValueError, AttributeError) as error:
        raise RunnerError(_broken(f"it is malformed: {error}")) from error
    _check_dependencies(plan)
    return plan


def _broken(what: str) -> Problem:
    return Problem(PATH, what, f"restore it: `git checkout -- {PATH}`, or `copier recopy`")


def _check_dependencies(plan: Plan) -> None:
    for step in plan.steps:
        for name in step.dependencies:
            if name not in plan.steps_by_name:
                raise RunnerError(_broken(f"`{step.name}` depends on `{name}`, which is missing"))


def _plan(data: dict[str, Any]) -> Plan:
    steps = tuple(_step(row, position) for position, row in enumerate(data["steps"]))
    return Plan(
        version=str(data["template"]["version"]),
        name=str(data["project"]["name"]),
        idea=str(data["project"]["idea"]),
        answers=dict(data["answers"]),
        phases=tuple(_phase(row) for row in data["phases"]),
        steps=steps,
        steps_by_name={step.name: step for step in steps},
        off=tuple(Off(as_text(row["name"]), _sentences(row["why"])) for row in data["off"]),
        tools=tuple(_tool(row) for row in data["tools"]),
        digests=as_texts_by_name(data["digests"]),
        renamed_steps=_renames(data["renames"]),
    )


def _phase(row: dict[str, Any]) -> Phase:
    return Phase(as_text(row["name"]), as_text(row["title"]), as_text(row["purpose"]))


def _renames(row: dict[str, Any]) -> dict[str, str]:
    """Give renamed steps; one that was retired has no new name."""
    return {old: as_text(new) for old, new in row.get("steps", {}).items() if new}


def _sentences(why: str | list[str]) -> tuple[str, ...]:
    return (why,) if isinstance(why, str) else as_texts(why)


def _step(row: dict[str, Any], position: int) -> Step:
    return Step(
        name=as_text(row["name"]),
        position=position,
        title=as_text(row["title"]),
        description=as_text(row["description"]),
        phase=as_text(row["phase"]),
        depth=as_number(row["depth"]),
        stateless=bool(row["stateless"]),
        conditional=bool(row["conditional"]),
        applies_when=as_text(row["applies-when-text"] or ""),
        argument_hint=as_text(row.get("argument-hint") or ""),
        dependencies=as_texts(row["dependencies"]),
        inputs=tuple(_input(item) for item in row["inputs"]),
        outputs=as_texts(row["outputs"]),
        optional_outputs=as_texts(row["optional-outputs"]),
        revises=as_texts(row["revises"]),
        evidence=tuple(
            Evidence(as_text(item["glob"]), as_text(item["says"])) for item in row["evidence"]
        ),
        knowledge=tuple(_knowledge(item) for item in row["knowledge"]),
        path=as_text(row["path"]),
        bytes=as_number(row["bytes"]),
        tokens=as_number(row["tokens"]),
        task_digest=as_text(row["task-digest"]),
        why=_sentences(row["why"]),
    )


def _input(row: dict[str, Any]) -> Input:
    return Input(
        path=as_text(row["path"]),
        take=as_text(row.get("take") or ""),
        without=as_text(row.get("without") or ""),
        required=bool(row["required"]),
        update_only=bool(row["update-only"]),
        creator=None if row["creator"] is None else as_text(row["creator"]),
    )


def _knowledge(row: dict[str, Any]) -> Knowledge:
    return Knowledge(
        name=as_text(row["name"]),
        description=as_text(row["description"]),
        source=as_text(row["from"]),
        sections=as_texts(row["sections"]),
        linked=bool(row["linked"]),
    )


def _tool(row: dict[str, Any]) -> Tool:
    return Tool(
        name=as_text(row["name"]),
        title=as_text(row["title"]),
        description=as_text(row["description"]),
        argument_hint=as_text(row["argument-hint"] or ""),
        path=as_text(row["path"]),
        knowledge=tuple(_knowledge(item) for item in row["knowledge"]),
        bytes=as_number(row["bytes"]),
        tokens=as_number(row["tokens"]),
    )
