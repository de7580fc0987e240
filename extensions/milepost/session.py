"""Give Copier's questions and templates the functions that they call."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from . import origins, surroundings
from .agent_pages import about_project, chosen_agents, settings_needed
from .answers import (
    LENGTH_LIMITS,
    NO_TYPE,
    check_asked,
    check_raw,
    check_together,
    complaint,
    read_answers,
    types_of,
)
from .errors import raise_all
from .library import Library
from .prompts import Page
from .rendering import Rendering, render


class Session:
    """The functions of one Jinja environment; nothing is read before one is called.

    Args:
        root: The template's root.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._last: tuple[Mapping[str, Any], Rendering] | None = None

    def functions(self) -> dict[str, Callable[..., Any]]:
        """Give every function that questions and templates may call, by name."""
        names = (
            *("guard", "preflight", "complaint", "types_of"),
            *("type_choices", "methodology_choices", "agent_choices"),
            *("suggested_name", "suggested_type", "suggested_methodology"),
            *("step_files", "tool_files", "knowledge_files", "agent_files"),
            *("pipeline_map", "plan_json", "artifacts_json"),
            *("is_agent", "is_step", "about_project", "seed_advice", "update_advice"),
        )
        return {name: getattr(self, name) for name in names}

    @cached_property
    def _library(self) -> Library:
        return Library(self._root)

    # Checks

    @pass_context
    def guard(self, context: Context) -> str:
        """Check what was given with `--data` or recorded, before anything is asked."""
        values = context.get_all()
        recorded = {name: value for name, value in values.items() if not callable(value)}
        raise_all(check_raw(_data(context), recorded, self._library))
        return ""

    @pass_context
    def preflight(self, context: Context) -> str:
        """Check the answers together and resolve them, before anything is written."""
        self._rendering(context)
        return ""

    def complaint(self, name: str, value: Any) -> str:
        """Say what is wrong with an answer typed in the wizard."""
        return complaint(name, value, self._library)

    # Questions

    def types_of(self, project_type: Any, additional_types: Any) -> tuple[str, ...]:
        """List the types of the project."""
        return types_of(project_type, additional_types)

    def type_choices(self, *, with_none: bool = False) -> str:
        """Give the project types as choices."""
        overlays = [self._library.overlay(name) for name in self._library.project_types]
        pairs = [(overlay.title, overlay.name) for overlay in overlays]
        return _choices([*pairs, ("None of these", NO_TYPE)] if with_none else pairs)

    def methodology_choices(self) -> str:
        """Give the methodologies as choices, the smallest first."""
        library = self._library
        presets = [library.methodology(name) for name in library.methodology_names]
        ordered = sorted(presets, key=lambda preset: preset.default_depth)
        return _choices((preset.title, preset.name) for preset in ordered)

    def agent_choices(self) -> str:
        """Give the coding agents as choices."""
        return _choices((agent.title, agent.name) for agent in self._library.agents)

    @pass_context
    def suggested_name(self, context: Context) -> str:
        """Suggest the folder's name as the project's."""
        name = re.sub(r"[^\w .+-]", "", str(context["_folder_name"])).strip()
        return name[: LENGTH_LIMITS["project_name"]] or "My project"

    @pass_context
    def suggested_type(self, context: Context) -> str:
        """Suggest the project type that the destination's files give away."""
        folder = _destination(context)
        names = surroundings.names_around(folder)
        if not names:
            return NO_TYPE
        overlays = (self._library.overlay(name) for name in self._library.project_types)
        found = (
            overlay.name
            for overlay in overlays
            if surroundings.gives_away(overlay.detect, folder, names)
        )
        return next(found, NO_TYPE)

    @pass_context
    def suggested_methodology(self, context: Context, idea: Any) -> str:
        """Suggest a methodology from the idea and the destination."""
        names = surroundings.names_around(_destination(context))
        return surroundings.suggest_methodology(str(idea or ""), names)

    # Files

    @pass_context
    def step_files(self, context: Context) -> tuple[Page, ...]:
        """Give the step files."""
        return self._rendering(context).steps

    @pass_context
    def tool_files(self, context: Context) -> tuple[Page, ...]:
        """Give the tools' files."""
        return self._rendering(context).tools

    @pass_context
    def knowledge_files(self, context: Context) -> tuple[Page, ...]:
        """Give the files of linked entries."""
        return self._rendering(context).linked

    @pass_context
    def agent_files(self, context: Context) -> tuple[Page, ...]:
        """Give the files of the coding agents, with paths from the project's root."""
        return self._rendering(context).agent_files

    @pass_context
    def pipeline_map(self, context: Context) -> str:
        """Give the map."""
        return self._rendering(context).pipeline_map

    @pass_context
    def plan_json(self, context: Context) -> str:
        """Give the plan for programs."""
        return self._rendering(context).plan_json

    @pass_context
    def artifacts_json(self, context: Context) -> str:
        """Give the structure of the artifacts for programs."""
        return self._rendering(context).artifacts_json

    @pass_context
    def is_agent(self, context: Context, name: str) -> bool:
        """Tell whether a coding agent was chosen."""
        return name in self._rendering(context).plan.answers.agents

    @pass_context
    def is_step(self, context: Context, name: str) -> bool:
        """Tell whether a step is on."""
        return any(step.name == name for step in self._rendering(context).steps)

    @pass_context
    def about_project(self, context: Context) -> str:
        """Say what the project is, for the instructions of every agent."""
        return about_project(self._rendering(context).plan)

    @pass_context
    def seed_advice(self, context: Context) -> str:
        """Say what the user should add, so that every chosen agent reads `AGENTS.md`."""
        plan = self._rendering(context).plan
        missing = surroundings.missing_lines(_destination(context), plan.answers.agents)
        settings = settings_needed(chosen_agents(self._library, plan))
        return "\n".join((*missing, *settings))

    @pass_context
    def update_advice(self, context: Context) -> str:
        """Say what would keep this copy from being updated, if anything does."""
        return "\n".join(origins.obstacles(context["_copier_answers"], self._root))

    def _rendering(self, context: Context) -> Rendering:
        """Check and render once for the same answers; Copier asks again for every file."""
        recorded = dict(context["_copier_answers"])
        if self._last is None or self._last[0] != recorded:
            self._last = (recorded, self._render(_data(context), recorded))
        return self._last[1]

    def _render(self, data: Mapping[str, Any], recorded: Mapping[str, Any]) -> Rendering:
        """Render, and repeat every check, because `--data` can answer the hidden questions."""
        library = self._library
        raise_all(check_raw(data, recorded, library))
        raise_all(check_asked(data, recorded, library))
        answers = read_answers(recorded, library)
        raise_all(check_together(answers, library))
        return render(library, answers, recorded.get("_commit"))


def _data(context: Context) -> Mapping[str, Any]:
    data: Mapping[str, Any] = context["_copier_conf"]["data"]
    return data


def _destination(context: Context) -> Path:
    return Path(context["_copier_conf"]["dst_path"])


def _choices(pairs: Iterable[tuple[str, str]]) -> str:
    """Write choices as Copier reads them, in their order."""
    return json.dumps([list(pair) for pair in pairs])
