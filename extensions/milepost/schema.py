"""Turn parsed documents into records, or say what is wrong with them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from itertools import zip_longest
from types import UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from . import models
from .conditions import ConditionError, names_in
from .documents import MarkdownDocument, YamlDocument
from .errors import ContentError, Location, Problem, raise_all, suggest
from .markdown import Section, block_lines, parse_sections

T = TypeVar("T")

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_STEP_SECTIONS = ("Purpose", "Instructions", "Expected Outputs", "Quality Criteria", "Update Mode")
_ENTRY_SECTIONS = ("Summary", "Deep Guidance")
_CONDITIONS = ("when", "applies-when", "refuse-when")
_HIDDEN = frozenset({"source", "lines", "body", "body-line", "owner"})
"""Fields that no file may give, as keys."""


def to_step(document: MarkdownDocument) -> models.Step:
    """Read a step.

    Raises:
        ContentError: If a key is unknown, missing or mistyped, or the body has other
            sections than the five.
    """
    data = _mapping(document.front)
    data["knowledge-base"] = _items(data.get("knowledge-base"), "entry")
    data["outputs"] = _items(data.get("outputs"), "path")
    step = _build(models.Step, document.front, data)
    raise_all(
        (*_check_depths(document, step), *_check_sections(document, step.source, _STEP_SECTIONS))
    )
    return replace(step, body=document.body, body_line=document.body_line)


def to_dependencies(document: MarkdownDocument) -> tuple[str, ...]:
    """Read of a step only what it depends on; errors as for `to_step`."""
    listed = _mapping(document.front).get("dependencies") or []
    return cast(tuple[str, ...], _validate(tuple[str, ...], document.front, listed))


def to_tool(document: MarkdownDocument) -> models.Tool:
    """Read a tool; errors as for `to_step`, but its body is free."""
    data = _mapping(document.front)
    data["knowledge-base"] = _items(data.get("knowledge-base"), "entry")
    tool = _build(models.Tool, document.front, data)
    return replace(tool, body=document.body, body_line=document.body_line)


def to_skill(document: MarkdownDocument) -> models.Skill:
    """Read a skill; errors as for `to_step`, but its body is free."""
    skill = _build(models.Skill, document.front, _mapping(document.front))
    return replace(skill, body=document.body, body_line=document.body_line)


def to_entry(document: MarkdownDocument, owner: str) -> models.Entry:
    """Read a knowledge entry; errors as for `to_step`.

    Args:
        document: The parsed file.
        owner: The project type whose folder holds it, or an empty string.
    """
    entry = _build(models.Entry, document.front, _mapping(document.front))
    raise_all(_check_sections(document, entry.source, _ENTRY_SECTIONS))
    return replace(entry, body=document.body, body_line=document.body_line, owner=owner)


def to_methodology(document: YamlDocument) -> models.Methodology:
    """Read a methodology; errors as for `to_step`."""
    return _build(models.Methodology, document, _mapping(document))


def to_overlay(document: YamlDocument) -> models.Overlay:
    """Read an overlay, every part of which may be missing; errors as for `to_step`."""
    data = _mapping(document)
    complete: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
        "step-overrides": dict,
        "knowledge-overrides": _knowledge_override,
        "input-overrides": _input_override,
        "dependency-overrides": _dependency_override,
    }
    for part, override in complete.items():
        data[part] = _each(data.get(part), override)
    return _build(models.Overlay, document, data)


def to_artifacts(document: YamlDocument) -> models.Artifacts:
    """Read the structure of all artifacts; errors as for `to_step`."""
    return _build(models.Artifacts, document, _mapping(document))


def to_renames(document: YamlDocument) -> models.Renames:
    """Read the names of earlier versions; errors as for `to_step`."""
    return _build(models.Renames, document, _mapping(document))


def to_phases(document: YamlDocument) -> tuple[models.Phase, ...]:
    """Read the phases; errors as for `to_step`."""
    return _build_all(models.Phase, document)


def to_agents(document: YamlDocument) -> tuple[models.Agent, ...]:
    """Read the coding agents; errors as for `to_step`."""
    agents = _build_all(models.Agent, document)
    raise_all(_check_agents(document, agents))
    return agents


def to_rules(document: YamlDocument) -> tuple[models.Rule, ...]:
    """Read the rules across answers; errors as for `to_step`."""
    rules = _build_all(models.Rule, document)
    return tuple(replace(rule, source=document.where((index,))) for index, rule in enumerate(rules))


def to_names(document: YamlDocument) -> tuple[str, ...]:
    """Read a plain list of names; errors as for `to_step`."""
    return cast(tuple[str, ...], _validate(tuple[str, ...], document, document.data or []))


def to_questions(document: YamlDocument, owner: str) -> tuple[models.Question, ...]:
    """Read what guards the answers to a type's questions from Copier's own format.

    Raises:
        ContentError: If a question has no type that we check.
    """
    return tuple(
        _question(document, name, details, owner) for name, details in _mapping(document).items()
    )


def _question(
    document: YamlDocument, name: str, details: Mapping[str, Any], owner: str
) -> models.Question:
    kind = details.get("type") if isinstance(details, dict) else None
    if kind not in ("str", "int", "bool", "yaml"):
        problem = Problem(
            document.where((name,)),
            f"the question `{name}` has the type `{kind}`",
            "give it `type: str`, `int`, `bool` or `yaml`",
        )
        raise ContentError([problem])
    choices = details.get("choices") or ()
    values = choices.values() if isinstance(choices, dict) else choices
    return models.Question(
        name=name,
        kind=cast(Any, kind),
        choices=tuple(str(value) for value in values),
        is_multiple=bool(details.get("multiselect")),
        default=None if "{{" in str(details.get("default")) else details.get("default"),
        owner=owner,
    )


def _build(kind: type[T], document: YamlDocument, data: dict[str, Any]) -> T:
    raise_all(_check_hidden(kind, document, data, ()))
    record = cast(T, _validate(kind, document, data))
    if isinstance(record, models.Located):
        record = cast(T, replace(record, source=document.source, lines=document.lines))
    raise_all(_check_conditions(document))
    return record


def _build_all(kind: type[T], document: YamlDocument) -> tuple[T, ...]:
    for index, data in enumerate(document.data if isinstance(document.data, list) else ()):
        raise_all(_check_hidden(kind, document, data, (index,)))
    records = _validate(tuple[kind, ...], document, document.data or [])  # type: ignore[valid-type]
    raise_all(_check_conditions(document))
    return cast(tuple[T, ...], records)


def _check_hidden(
    kind: Any, document: YamlDocument, data: Any, location: Location
) -> Iterator[Problem]:
    """Refuse keys that only our own code may set."""
    own = {models.kebab(field.name) for field in fields(kind)} & _HIDDEN
    for key in sorted(own & set(data if isinstance(data, dict) else ())):
        known = ", ".join(_known_keys(kind, ()))
        where = document.where((*location, key))
        yield Problem(where, f"the key `{key}` is unknown", f"remove it; known are {known}")


def _check_conditions(document: YamlDocument) -> Iterator[Problem]:
    """Find conditions anywhere in a document that are no expressions."""
    for location in document.lines:
        if location and location[-1] in _CONDITIONS:
            value = document.data
            for key in location:
                value = value[key]
            if isinstance(value, str):
                yield from _check_condition(value, document.where(location))


def _check_condition(text: str, where: str) -> Iterator[Problem]:
    try:
        names_in(text)
    except ConditionError as error:
        yield Problem(where, error.what, error.problems[0].fix)


def _validate(kind: Any, document: YamlDocument, data: Any) -> Any:
    try:
        # Only JSON input lets strict records be built from mappings and lists.
        return _adapter(kind).validate_json(json.dumps(data, default=str))
    except ValidationError as error:
        raise ContentError(_explain(error, kind, document)) from error


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _explain(error: ValidationError, kind: Any, document: YamlDocument) -> Iterator[Problem]:
    for detail in error.errors(include_url=False):
        location = tuple(detail["loc"])
        where = document.where(location)
        key = ".".join(str(part) for part in location) or "the document"
        if detail["type"] == "unexpected_keyword_argument":
            known = _known_keys(kind, location[:-1])
            fix = suggest(str(location[-1]), known, f"remove it; known are {', '.join(known)}")
            yield Problem(where, f"the key `{key}` is unknown", fix)
        elif detail["type"] in ("missing", "missing_argument"):
            yield Problem(where, f"the key `{key}` is missing", "add it; see content/README.md")
        else:
            given = _shortened(detail.get("input"))
            what = f"`{key}` has the value `{given}`: {detail['msg'].lower()}"
            yield Problem(where, what, "see content/README.md for what it holds")


def _shortened(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _known_keys(kind: Any, location: tuple[str | int, ...]) -> tuple[str, ...]:
    """List the keys of the record at a place inside a record."""
    for part in location:
        kind = _inner_type(kind, str(part))
    if not is_dataclass(kind):
        return ()
    hidden = _HIDDEN if kind is not models.Artifact else frozenset[str]()
    return tuple(sorted({models.kebab(field.name) for field in fields(kind)} - hidden))


def _inner_type(kind: Any, part: str) -> Any:
    """Give the type of a record's field, or of a collection's items."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        kind = next((hints[name] for name in hints if models.kebab(name) == part), None)
    else:
        kind = get_args(kind)[-1] if get_origin(kind) is Mapping else get_args(kind)[0]
    options = [option for option in get_args(kind) if option is not type(None)]
    return options[0] if isinstance(kind, UnionType) else kind


def _mapping(document: YamlDocument) -> dict[str, Any]:
    if isinstance(document.data, dict):
        return dict(document.data)
    problem = Problem(document.where(()), "the document is no mapping", "write `key: value` lines")
    raise ContentError([problem])


def _items(values: Any, key: str) -> Any:
    """Read each plain name of a list as `{key: name}`."""
    if values is None:
        return []
    if not isinstance(values, list):
        return values
    return [{key: value} if isinstance(value, str) else value for value in values]


def _each(overrides: Any, complete: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """Complete each override of a part; what is no mapping stays, to be reported."""
    if overrides is None:
        return {}
    if not isinstance(overrides, dict):
        return overrides
    return {
        step: complete(override) if isinstance(override, dict) else override
        for step, override in overrides.items()
    }


def _knowledge_override(override: dict[str, Any]) -> dict[str, Any]:
    return {**override, "append": _items(override.get("append"), "entry")}


def _input_override(override: dict[str, Any]) -> dict[str, Any]:
    return {"replace": {}, **override}


def _dependency_override(override: dict[str, Any]) -> dict[str, Any]:
    replaced = override.get("replace") or {}
    if isinstance(replaced, dict):
        replaced = {
            old: {"step": new} if isinstance(new, str) else new for old, new in replaced.items()
        }
    return {**override, "replace": replaced, "append": _items(override.get("append"), "step")}


def _check_depths(document: MarkdownDocument, step: models.Step) -> Iterator[Problem]:
    if set(step.depth_scaling) != set(models.DEPTHS):
        where = document.front.where(("depth-scaling",))
        yield Problem(where, "`depth-scaling` has not the keys 1 to 5", "write one sentence each")


def _check_agents(document: YamlDocument, agents: tuple[models.Agent, ...]) -> Iterator[Problem]:
    for index, agent in enumerate(agents):
        where = document.where((index, "name"))
        if not KEBAB.fullmatch(agent.name):
            yield Problem(where, f"`{agent.name}` is not kebab-case", "write it as `my-agent`")
        if any(agent.name == other.name for other in agents[:index]):
            yield Problem(where, f"`{agent.name}` stands twice", "remove one of them")
        yield from _check_paths(document, index, agent)
        facts = {"instructions", "skills", *(["commands"] if agent.commands else [])}
        for fact in sorted(agent.docs.keys() ^ facts):
            what = f"`{fact}` has no page, or a page and no fact"
            yield Problem(document.where((index, "docs")), what, "name one page for each fact")


def _check_paths(document: YamlDocument, index: int, agent: models.Agent) -> Iterator[Problem]:
    """Find paths that leave the project, and command files that would be the same one."""
    command = agent.commands.path if agent.commands else "<step>"
    for key, path in (("skills", agent.skills), ("commands", command)):
        if path.startswith("/") or {"..", ""} & set(path.split("/")):
            what = f"`{path}` is no path inside a project"
            yield Problem(document.where((index, key)), what, "write it from the root, without `/`")
    if "<step>" not in command.rpartition("/")[2]:
        what = f"`{command}` is the same for every step"
        where = document.where((index, "commands", "path"))
        yield Problem(where, what, "put `<step>` into the file's name")


def _check_sections(
    document: MarkdownDocument, source: str, expected: tuple[str, ...]
) -> Iterator[Problem]:
    root = parse_sections(document.body)
    if any(line.strip() for line in block_lines(root.blocks)):
        where, what = f"{source}:{document.body_line}", "there is text above the first section"
        yield Problem(where, what, "move it into a section")
    found = tuple(_top_sections(root))
    titles = tuple(section.title for section in found)
    if titles == expected:
        return
    wrong = (one for one, title in zip_longest(found, expected) if one and one.title != title)
    line = document.body_line + next(wrong, found[-1] if found else root).line
    what = f"the sections are {_listed(titles)}"
    yield Problem(f"{source}:{line}", what, f"write {_listed(expected)}, in this order")


def _top_sections(section: Section) -> Iterator[Section]:
    """List the sections of level one and two, which are all that a body may have."""
    for child in section.children:
        if child.level <= 2:
            yield child
            yield from _top_sections(child)


def _listed(titles: tuple[str, ...]) -> str:
    return ", ".join(f"`{title}`" for title in titles) or "missing"
