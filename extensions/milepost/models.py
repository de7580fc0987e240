"""Hold content, answers and plans as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Literal

from .errors import Location, closest_line

Depth = Literal[1, 2, 3, 4, 5]
DEPTHS: tuple[Depth, ...] = (1, 2, 3, 4, 5)
Value = str | int | bool | tuple[str, ...]
"""An answer as conditions see it."""


def kebab(name: str) -> str:
    """Spell a field's name as the key that it has in YAML."""
    return name.rstrip("_").replace("_", "-")


class _FromYaml:
    """Base of the records that pydantic builds from YAML with kebab-case keys."""

    __slots__ = ()
    __pydantic_config__: ClassVar[Mapping[str, object]] = {
        "alias_generator": kebab,
        "extra": "forbid",
        "strict": True,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Located(_FromYaml):
    """A record that knows the file it came from."""

    source: str = ""
    """Path below the template's root, with `/`."""
    lines: Mapping[Location, int] = field(default_factory=dict, compare=False, repr=False)
    """Line by place in the YAML that it came from."""

    def where(self, *location: str | int) -> str:
        """Give `path:line` of a place in its YAML, or of the closest place around it."""
        return f"{self.source}:{closest_line(self.lines, location)}"


# Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase(_FromYaml):
    """One of sixteen groups of steps."""

    name: str
    title: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeItem(_FromYaml):
    """One place in a step's list of knowledge."""

    entry: str
    when: str | None = None
    from_depth: Depth = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Input(_FromYaml):
    """A file that a step reads, and what to use without it."""

    path: str
    take: str
    without: str
    required: bool = False
    update_only: bool = False
    when: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Output(_FromYaml):
    """A file that a step creates."""

    path: str
    from_depth: Depth = 1
    when: str | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(_FromYaml):
    """What in a repository shows that a conditional step applies."""

    glob: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Located):
    """One unit of work: its front matter and the five sections of its body."""

    name: str
    title: str
    description: str
    phase: str
    order: int
    dependencies: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()
    revises: tuple[str, ...] = ()
    knowledge_base: tuple[KnowledgeItem, ...] = ()
    review: bool = False
    conditional: Literal["if-needed"] | None = None
    applies_when: str | None = None
    applies_when_text: str | None = None
    evidence: tuple[Evidence, ...] = ()
    stateless: bool = False
    argument_hint: str | None = None
    depth_scaling: Mapping[int, str]
    """What is done, by depth from 1 to 5."""
    body: str = ""
    body_line: int = 1
    """Line of the file on which the body starts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool(Located):
    """A prompt outside the order."""

    name: str
    title: str
    description: str
    argument_hint: str | None = None
    knowledge_base: tuple[KnowledgeItem, ...] = ()
    body: str = ""
    body_line: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill(Located):
    """A router that a coding agent lists and loads by its description."""

    name: str
    description: str
    body: str = ""
    body_line: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNote(_FromYaml):
    """A primary source and the claims that it carries."""

    title: str
    url: str
    supports: tuple[str, ...]
    as_of: str | None = None
    checked: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Located):
    """Expertise on one topic."""

    name: str
    description: str
    topics: tuple[str, ...]
    sources: tuple[SourceNote, ...]
    last_reviewed: date
    delivery: Literal["inline", "linked"] = "inline"
    body: str = ""
    body_line: int = 1
    owner: str = ""
    """The project type that brings it, or an empty string for shared entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSetting(_FromYaml):
    """What a methodology says about one step."""

    enabled: bool
    conditional: Literal["if-needed"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Methodology(Located):
    """A preset: which steps are on, and how deep."""

    name: str
    title: str
    description: str
    default_depth: Depth
    steps: Mapping[str, StepSetting]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOverride(_FromYaml):
    """What a project type changes about one step being on."""

    enabled: bool | None = None
    conditional: Literal["if-needed", "settled"] | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeOverride(_FromYaml):
    """Entries that a project type adds to a step or takes away."""

    append: tuple[KnowledgeItem, ...] = ()
    remove: tuple[str, ...] = ()
    when: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputOverride(_FromYaml):
    """Inputs that a project type replaces by path or adds."""

    replace: Mapping[str, Input]
    append: tuple[Input, ...] = ()
    when: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyItem(_FromYaml):
    """One dependency that a project type adds."""

    step: str
    when: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyOverride(_FromYaml):
    """Dependencies that a project type replaces by name or adds."""

    replace: Mapping[str, DependencyItem]
    append: tuple[DependencyItem, ...] = ()
    when: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telltale(_FromYaml):
    """A name, or a text in a file, that gives a repository's type away."""

    file: str
    contains: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay(Located):
    """What a project type changes."""

    name: str
    title: str
    description: str
    detect: tuple[Telltale, ...] = ()
    step_overrides: Mapping[str, StepOverride]
    knowledge_overrides: Mapping[str, KnowledgeOverride]
    input_overrides: Mapping[str, InputOverride]
    dependency_overrides: Mapping[str, DependencyOverride]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(_FromYaml):
    """Answers that do not go together."""

    refuse_when: str
    message: str
    fix: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the wizard asks: enough of it to check an answer."""

    name: str
    kind: Literal["str", "int", "bool", "yaml"]
    choices: tuple[str, ...] = ()
    is_multiple: bool = False
    default: Any = None
    """The default where it is plain data, and `None` where it is a template."""
    owner: str = ""
    """The project type that asks, or an empty string for general questions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCommands(_FromYaml):
    """Where an agent looks for commands that a person starts by name."""

    path: str
    """Path from the project's root, with `<step>` for the step's name."""
    format: Literal["markdown", "toml"]
    arguments: str
    """What the agent replaces by what the person typed after the command."""
    hidden_by: str | None = None
    """Key in the front matter that keeps the command out of what the model is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent(_FromYaml):
    """Where one coding agent reads, and since when we know."""

    name: str
    title: str
    instructions: str
    """The file that it reads at the start of every session."""
    setting: str | None = None
    """What makes it read `AGENTS.md`, where it does not by itself."""
    skills: str
    """The folder that holds the skills for it."""
    also_reads: tuple[str, ...] = ()
    """Folders of other agents in which it finds skills as well."""
    commands: AgentCommands | None = None
    notes: tuple[str, ...] = ()
    """Limits, and what its users should know."""
    docs: Mapping[Literal["instructions", "skills", "commands"], str]
    """The page that states each fact."""
    checked: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Renames(Located):
    """Names of earlier versions, and what became of them."""

    steps: Mapping[str, Rename]
    answers: Mapping[str, Rename]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename(_FromYaml):
    """What a step or an answer is called since a version, or that it is gone."""

    to: str | None
    since: str


# Artifacts


@dataclass(frozen=True, slots=True, kw_only=True)
class IdSeries(_FromYaml):
    """One kind of identifier."""

    means: str
    digits: int = 0
    slug: bool = False
    topics: bool = False
    defined_in: tuple[str, ...] = ()
    refers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadLink(_FromYaml):
    """Two neighbours of the thread from goal to test."""

    from_: tuple[str, ...]
    to: tuple[str, ...]
    also: tuple[str, ...] = ()
    """Kinds that may be the origin of an item on the right instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EachItem(_FromYaml):
    """The form of the items under a heading, one `### ID Title` per item."""

    id: str
    parts: tuple[str, ...] = ()
    table: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading(_FromYaml):
    """One level-two heading of a document."""

    title: str
    from_depth: Depth = 1
    optional: bool = False
    table: tuple[str, ...] = ()
    each: EachItem | None = None


SEEDED = "copy"
"""The owner of an artifact that the first copy creates, and that is the team's from then on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact(_FromYaml):
    """What one document looks like inside."""

    path: str
    owner: str
    """The step that creates it, or `SEEDED`."""
    when: str | None = None
    """Under which answers the first copy creates it."""
    revised_by: tuple[str, ...] = ()
    from_depth: Depth = 1
    headings: tuple[Heading, ...] = ()
    shape: str | None = None
    tables: tuple[tuple[str, ...], ...] = ()
    defines: tuple[str, ...] = ()
    refers: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    final: bool = False
    """Whether people read it, so that no later step has to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifacts(Located):
    """All documents, their identifiers and the thread that ties them together."""

    ids: Mapping[str, IdSeries]
    thread: tuple[ThreadLink, ...]
    shapes: Mapping[str, tuple[Heading, ...]]
    artifacts: tuple[Artifact, ...]
