"""Read the wizard's answers, and say in words what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

import yaml

from .conditions import evaluate
from .errors import Problem, suggest
from .library import Library
from .models import Question, Rule

NO_TYPE = "none"
_TOO_LARGE = "a value too large to show"
LENGTH_LIMITS = {"project_name": 80, "idea": 300}
"""Greatest number of characters of the answers that are one line of text."""
PLATFORMS = ("web", "mobile", "desktop")
DELIVERIES = ("inline", "linked")
CHECK_QUESTIONS = ("guard", "preflight")
_LINE_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_NO_YAML = (yaml.YAMLError, ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What PyYAML raises for text that is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the user answered, as Copier records it."""

    project_name: str
    idea: str = ""
    project_type: str = NO_TYPE
    additional_types: tuple[str, ...] = ()
    methodology: str = "mvp"
    depth: int | None = None
    steps_on: tuple[str, ...] = ()
    steps_off: tuple[str, ...] = ()
    step_depths: Mapping[str, int] = field(default_factory=dict)
    platforms: tuple[str, ...] = ()
    agents: tuple[str, ...] = ("claude-code",)
    per_step_commands: bool = False
    knowledge_delivery: str = "inline"
    type_answers: Mapping[str, Any] = field(default_factory=dict)
    """Answers to the questions of the project's types, lists as lists."""

    @property
    def types(self) -> tuple[str, ...]:
        """The project's type and the additional ones, without `none` and repeats."""
        return types_of(self.project_type, self.additional_types)

    def known(self) -> dict[str, Any]:
        """Give the answers that conditions may ask for, by name."""
        return {
            "methodology": self.methodology,
            "project_type": self.project_type,
            "additional_types": list(self.additional_types),
            "platforms": list(self.platforms),
            "agents": list(self.agents),
            "knowledge_delivery": self.knowledge_delivery,
            **self.type_answers,
        }


GENERAL_CONDITION_NAMES = tuple(Answers(project_name="").known())
ANSWER_NAMES = tuple(one.name for one in fields(Answers) if one.name != "type_answers")
"""The general answers."""


class _InvalidError(ValueError):
    """A value is wrong; the text says what, the second argument how to fix it."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.fix = fix


class _General(NamedTuple):
    kind: str
    choices: tuple[str, ...] = ()


def types_of(project_type: Any, additional_types: Any) -> tuple[str, ...]:
    """List the types of a project, the main one first."""
    additional = additional_types if isinstance(additional_types, list | tuple) else ()
    names = (_spelled(project_type), *(_spelled(name) for name in additional))
    return tuple(dict.fromkeys(name for name in names if name and name != NO_TYPE))


def read_answers(recorded: Mapping[str, Any], library: Library) -> Answers:
    """Build the record from Copier's recorded answers.

    Args:
        recorded: What Copier writes to the answers file; other names are ignored.
        library: The content, for the names of the types' questions.

    Returns:
        The answers; those of types that the project does not have are left out.
    """
    values: dict[str, Any] = {}
    for name, rule in _general_rules(library).items():
        if recorded.get(name) is not None:
            values[name] = _renamed(_convert(recorded[name], rule.kind), rule.kind, library)
    if "additional_types" in values:
        given = values["additional_types"]
        values["additional_types"] = tuple(sorted(given, key=library.project_types.index))
    types = types_of(values.get("project_type", NO_TYPE), values.get("additional_types"))
    own = {
        question.name: _plain(_convert(recorded[question.name], _kind_of(question)))
        for project_type in types
        for question in library.questions(project_type)
        if recorded.get(question.name) is not None
    }
    return Answers(**{"project_name": "", **values}, type_answers=own)


def check_raw(
    data: Mapping[str, Any], recorded: Mapping[str, Any], library: Library
) -> Iterator[Problem]:
    """Check answers as they were given, before any of them is converted.

    Args:
        data: Given with `--data` or a data file, under any name.
        recorded: Given or recorded earlier; unknown names are ignored.
        library: The content.
    """
    questions = {
        question.name: question
        for project_type in library.project_types
        for question in library.questions(project_type)
    }
    given = {**recorded, **data}
    yield from _check_names(data, given, questions, library)
    for name, rule in _general_rules(library).items():
        if given.get(name) is not None:
            yield from _check_value(name, given[name], rule, library)
    types = types_of(*_types_given(given))
    for question in questions.values():
        if question.owner in types and given.get(question.name) is not None:
            rule = _General(_kind_of(question), question.choices)
            yield from _check_value(question.name, given[question.name], rule, library)


def check_asked(
    data: Mapping[str, Any], recorded: Mapping[str, Any], library: Library
) -> Iterator[Problem]:
    """Find answers that were given to questions that these answers do not raise.

    Copier would use such an answer once and not record it, so that the next update
    conflicts.
    """
    known = [*_general_rules(library)]
    for project_type in library.project_types:
        known += (question.name for question in library.questions(project_type))
    for name in known:
        if name in data and name not in recorded:
            what = "this is not asked with your other answers"
            fix = "leave it out, or change the answer that it depends on"
            yield Problem(name, what, "choose `methodology: custom`" if name == "depth" else fix)


def check_together(answers: Answers, library: Library) -> Iterator[Problem]:
    """Apply the rules across answers, the general ones and those of the types."""
    for name in sorted(set(answers.steps_on) & set(answers.steps_off)):
        what = f"`{name}` is switched on and off"
        yield Problem("steps_on, steps_off", what, "remove it from one of them")
    if answers.project_type in answers.additional_types:
        what = f"`{answers.project_type}` is the project's type already"
        yield Problem("additional_types", what, "remove it there")
    known = answers.known()
    for where, rule in _rules(answers, library):
        if evaluate(rule.refuse_when, known) is True:
            yield Problem(where, rule.message, rule.fix)


def complaint(name: str, value: Any, library: Library) -> str:
    """Say what is wrong with one value as a line of text, or give an empty string."""
    rule = _general_rules(library)[name]
    problems = tuple(_check_value(name, value, rule, library))
    return "; ".join(f"{problem.what} ({problem.fix})" for problem in problems)


def _general_rules(library: Library) -> Mapping[str, _General]:
    agents = tuple(agent.name for agent in library.agents)
    return {
        "project_name": _General("line"),
        "idea": _General("line"),
        "project_type": _General("choice", (*library.project_types, NO_TYPE)),
        "additional_types": _General("list", library.project_types),
        "methodology": _General("choice", library.methodology_names),
        "depth": _General("depth"),
        "steps_on": _General("steps"),
        "steps_off": _General("steps"),
        "step_depths": _General("depths"),
        "platforms": _General("list", PLATFORMS),
        "agents": _General("filled-list", agents),
        "per_step_commands": _General("bool"),
        "knowledge_delivery": _General("choice", DELIVERIES),
    }


def _kind_of(question: Question) -> str:
    if question.is_multiple:
        return "list"
    if question.kind == "str" and question.choices:
        return "choice"
    return {"str": "line", "int": "int", "bool": "bool", "yaml": "list"}[question.kind]


def _rules(answers: Answers, library: Library) -> Iterator[tuple[str, Rule]]:
    for rule in library.general_rules:
        yield "answers", rule
    for project_type in answers.types:
        for rule in library.rules(project_type):
            yield f"answers of {project_type}", rule


def _types_given(given: Mapping[str, Any]) -> tuple[Any, Any]:
    """Read the types without complaint; a wrong one is reported as a value."""
    try:
        additional = _as_list(given.get("additional_types"))
    except _InvalidError:
        additional = ()
    return given.get("project_type") or NO_TYPE, additional


def _check_names(
    data: Mapping[str, Any],
    given: Mapping[str, Any],
    questions: Mapping[str, Question],
    library: Library,
) -> Iterator[Problem]:
    known = (*_general_rules(library), *questions)
    types = types_of(*_types_given(given))
    for name in data:
        if name in CHECK_QUESTIONS:
            yield Problem(name, "this check cannot be answered", "leave it out")
        elif str(name).startswith("_") or name in library.renames.answers:
            continue
        elif name not in known:
            fix = suggest(_spelled(name), known, "leave it out; README.md lists the answers")
            yield Problem(_shown(name), "there is no such answer", fix)
        elif name in questions and questions[name].owner not in types:
            owner = questions[name].owner
            fix = f"set `project_type` to `{owner}` or add it to `additional_types`"
            yield Problem(name, f"this is an answer of the type `{owner}`", fix)


def _check_value(name: str, value: Any, rule: _General, library: Library) -> Iterator[Problem]:
    try:
        converted = _convert(value, rule.kind)
        if rule.kind == "line":
            _check_line(converted, LENGTH_LIMITS.get(name, LENGTH_LIMITS["idea"]))
    except _InvalidError as error:
        yield Problem(name, str(error), error.fix)
        return
    if name == "project_name" and not converted.strip():
        yield Problem(name, "it is empty", "give the project a name")
    if rule.kind in ("steps", "depths"):
        steps = (*library.step_sources, *library.renames.steps)
        yield from _check_members(name, converted, steps, "step")
    elif rule.choices:
        members = converted if isinstance(converted, tuple) else (str(converted),)
        yield from _check_members(name, members, rule.choices, "choice")
    if rule.kind == "filled-list" and not converted:
        yield Problem(name, "the list is empty", f"name at least one of {', '.join(rule.choices)}")


def _check_members(name: str, members: Any, known: tuple[str, ...], kind: str) -> Iterator[Problem]:
    for member in members:
        if member not in known:
            otherwise = f"choose from {', '.join(known)}" if kind == "choice" else "remove it"
            what = f"`{_shown(member)}` is no {kind}"
            yield Problem(name, what, suggest(member, known, otherwise))


def _check_line(text: str, limit: int) -> None:
    if _LINE_BREAKS.search(text):
        raise _InvalidError("it has more than one line", "write it in one line")
    if _CONTROL.search(text):
        raise _InvalidError("it has characters that cannot be shown", "remove them")
    if len(text) > limit:
        raise _InvalidError(f"it has {len(text)} characters", f"use at most {limit}")


def _convert(value: Any, kind: str) -> Any:
    """Turn a raw value, perhaps a text from the command line, into what it stands for."""
    if kind in ("line", "choice"):
        if isinstance(value, str | int | float) and _spelled(value) != _TOO_LARGE:
            return str(value)
        raise _InvalidError(f"`{_shown(value)}` is no text", "write one line of text")
    if kind in ("depth", "int"):
        return _as_int(value, range(1, 6) if kind == "depth" else None)
    if kind == "bool":
        return _as_bool(value)
    if kind == "depths":
        return _as_depths(value)
    return _as_list(value)


def _as_int(value: Any, allowed: range | None) -> int:
    fix = f"give a whole number from {allowed[0]} to {allowed[-1]}" if allowed else "give a number"
    if isinstance(value, bool) or not re.fullmatch(r"\s*-?\d{1,9}\s*", _spelled(value)):
        raise _InvalidError(f"`{_shown(value)}` is no whole number", fix)
    number = int(value)
    if allowed and number not in allowed:
        raise _InvalidError(f"`{number}` is out of range", fix)
    return number


def _as_bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    words = {"true": True, "yes": True, "y": True, "on": True, "1": True}
    words |= {"false": False, "no": False, "n": False, "off": False, "0": False}
    text = _spelled(value).strip().lower()
    if text not in words:
        raise _InvalidError(f"`{_shown(value)}` is neither yes nor no", "give `true` or `false`")
    return words[text]


def _as_list(value: Any) -> tuple[str, ...]:
    parsed = _parse_yaml(value)
    if parsed is None:
        return ()
    if isinstance(parsed, str):
        parsed = [parsed]
    if not isinstance(parsed, list | tuple) or not all(
        isinstance(item, str | int | float) for item in parsed
    ):
        raise _InvalidError(f"`{_shown(value)}` is no list of names", "write it as `[one, two]`")
    return tuple(dict.fromkeys(_spelled(item) for item in parsed))


def _as_depths(value: Any) -> dict[str, int]:
    parsed = _parse_yaml(value)
    if parsed is None:
        return {}
    if not isinstance(parsed, dict):
        fix = "write it as `{tech-stack: 4, tdd: 2}`"
        raise _InvalidError(f"`{_shown(value)}` gives no depth to steps", fix)
    return {_spelled(name): _as_int(depth, range(1, 6)) for name, depth in parsed.items()}


def _parse_yaml(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return yaml.safe_load(value)
    except _NO_YAML as error:
        raise _InvalidError(f"`{_shown(value)}` is not understood", "write it as YAML") from error


def _renamed(value: Any, kind: str, library: Library) -> Any:
    """Carry the names of renamed steps over; retired ones are left out."""
    if kind not in ("steps", "depths"):
        return value
    present = {name: _present_name(name, library) for name in value}
    if kind == "steps":
        return tuple(dict.fromkeys(new for new in present.values() if new is not None))
    return {new: value[old] for old, new in present.items() if new is not None}


def _present_name(name: str, library: Library) -> str | None:
    """Follow a step through all its renames; `None` where nothing took its place."""
    renames, seen = library.renames.steps, set[str]()
    found: str | None = name
    while found is not None and found in renames and found not in seen:
        seen.add(found)
        found = renames[found].to
    return found


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _spelled(value: Any) -> str:
    """Give a value as text; Python refuses to spell integers of thousands of digits."""
    try:
        return str(value)
    except (ValueError, RecursionError):
        return _TOO_LARGE


def _shown(value: Any) -> str:
    """Shorten a value for a message and keep it on one line."""
    text = _CONTROL.sub(" ", _spelled(value))
    return text if len(text) <= 60 else f"{text[:59]}…"
