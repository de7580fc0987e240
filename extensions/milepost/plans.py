"""Hold a resolved pipeline as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .answers import Answers
from .models import Evidence, Phase, Step, Tool
from .sections import Dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedInput:
    """A file that a step reads in this plan."""

    path: str
    take: str
    without: str
    required: bool
    update_only: bool
    creator: str | None
    """The step that creates it in this plan, if any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedKnowledge:
    """A knowledge entry as one step shows it."""

    name: str
    description: str
    brought_by: str
    """`step`, or the project type whose overlay appended it."""
    owner: str
    text: str
    """What is shown inline; empty when linked."""
    sections: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    is_linked: bool
    why_linked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """A step that is on, with everything resolved."""

    step: Step
    depth: int
    is_conditional: bool
    dependencies: tuple[str, ...]
    inputs: tuple[PlannedInput, ...]
    outputs: tuple[str, ...]
    optional_outputs: tuple[str, ...]
    revises: tuple[str, ...]
    knowledge: tuple[PlannedKnowledge, ...]
    why: tuple[str, ...]

    @property
    def name(self) -> str:
        """The step's name."""
        return self.step.name

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What shows that the step applies, where that is open."""
        return self.step.evidence if self.is_conditional else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OffStep:
    """A step that is off, and who switched it off."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTool:
    """A tool with its knowledge."""

    tool: Tool
    depth: int
    knowledge: tuple[PlannedKnowledge, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedEntry:
    """An entry that is rendered once, for every step that names it."""

    name: str
    description: str
    text: str
    depth: int
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The resolved pipeline of one project; `steps` is in pipeline order."""

    answers: Answers
    phases: tuple[Phase, ...]
    steps: tuple[PlannedStep, ...]
    off: tuple[OffStep, ...]
    tools: tuple[PlannedTool, ...]
    linked: tuple[LinkedEntry, ...]
    known: Mapping[str, Any]
    """What conditions may ask for in this plan: the answers, and the steps that are on."""

    @property
    def creators(self) -> dict[str, str]:
        """The step that creates each artifact of this plan, by path."""
        return {
            path: step.name
            for step in self.steps
            for path in (*step.outputs, *step.optional_outputs)
        }
