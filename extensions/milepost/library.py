"""Find content by name and read it when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from . import models, schema
from .documents import list_names, read_markdown, read_text, read_yaml
from .errors import ContentError, Problem, suggest

T = TypeVar("T")


class Library:
    """The content of one checkout; each file is read at most once.

    Args:
        root: The template's root, which holds `content/`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._read: dict[str, Any] = {}

    @cached_property
    def phases(self) -> tuple[models.Phase, ...]:
        """All phases, in order."""
        return schema.to_phases(read_yaml(self.root, "content/phases.yml"))

    @cached_property
    def artifacts(self) -> models.Artifacts:
        """What the documents of a project look like inside."""
        return schema.to_artifacts(read_yaml(self.root, "content/artifacts.yml"))

    @cached_property
    def agents(self) -> tuple[models.Agent, ...]:
        """The coding agents that can be chosen."""
        return schema.to_agents(read_yaml(self.root, "content/agents.yml"))

    @cached_property
    def renames(self) -> models.Renames:
        """Names of earlier versions."""
        return schema.to_renames(read_yaml(self.root, "content/renames.yml"))

    @cached_property
    def general_rules(self) -> tuple[models.Rule, ...]:
        """Rules across the general answers."""
        return schema.to_rules(read_yaml(self.root, "content/rules.yml"))

    @cached_property
    def project_types(self) -> tuple[str, ...]:
        """The project types in canonical order.

        Raises:
            ContentError: If `order.yml` and the folders differ.
        """
        source = "content/project-types/order.yml"
        ordered = schema.to_names(read_yaml(self.root, source))
        folders = self._folders("content/project-types")
        problems = [
            Problem(f"{source}:1", f"`{name}` has a folder and no line", "add its line")
            for name in sorted(set(folders) - set(ordered))
        ] + [
            Problem(f"{source}:1", f"`{name}` has a line and no folder", "add the folder")
            for name in sorted(set(ordered) - set(folders))
        ]
        if problems:
            raise ContentError(problems)
        return ordered

    @cached_property
    def step_sources(self) -> Mapping[str, str]:
        """Path by step name."""
        return dict(self._markdown_in_folders("content/steps"))

    @cached_property
    def entry_sources(self) -> Mapping[str, str]:
        """Path by entry name, those of every project type included."""
        found = dict(self._markdown_in_folders("content/knowledge"))
        for project_type in self._folders("content/project-types"):
            folder = f"content/project-types/{project_type}/knowledge"
            found.update(self._markdown_in(folder))
        return found

    @cached_property
    def tool_sources(self) -> Mapping[str, str]:
        """Path by tool name."""
        return dict(self._markdown_in("content/tools"))

    @cached_property
    def skill_sources(self) -> Mapping[str, str]:
        """Path by skill name."""
        return dict(self._markdown_in("content/skills"))

    @cached_property
    def methodology_names(self) -> tuple[str, ...]:
        """The methodologies, sorted."""
        names = list_names(self.root / "content/methodologies")
        return tuple(name.removesuffix(".yml") for name in names if name.endswith(".yml"))

    def step(self, name: str) -> models.Step:
        """Read a step; `ContentError` if there is none of this name or it is wrong."""
        return self._document(self.step_sources, "step", name, schema.to_step)

    def dependencies(self, name: str) -> tuple[str, ...]:
        """Read what a step depends on without looking at its body; errors as for `step`."""
        source = self.step_sources.get(name)
        if source is None or source in self._read:
            return self.step(name).dependencies
        return schema.to_dependencies(read_markdown(self.root, source))

    def tool(self, name: str) -> models.Tool:
        """Read a tool; errors as for `step`."""
        return self._document(self.tool_sources, "tool", name, schema.to_tool)

    def skill(self, name: str) -> models.Skill:
        """Read a skill; errors as for `step`."""
        return self._document(self.skill_sources, "skill", name, schema.to_skill)

    def skill_text(self, name: str) -> str:
        """Give the file of a skill as it is written; errors as for `step`."""
        self.skill(name)
        return read_text(self.root, self.skill_sources[name])

    def entry(self, name: str) -> models.Entry:
        """Read a knowledge entry; errors as for `step`."""
        parts = self.entry_sources.get(name, "").split("/")
        owner = parts[2] if parts[1:2] == ["project-types"] else ""
        return self._document(
            self.entry_sources, "entry", name, lambda document: schema.to_entry(document, owner)
        )

    def methodology(self, name: str) -> models.Methodology:
        """Read a methodology; errors as for `step`."""
        source = f"content/methodologies/{name}.yml"
        return self._once(source, lambda: schema.to_methodology(read_yaml(self.root, source)))

    def overlay(self, project_type: str) -> models.Overlay:
        """Read the overlay of a project type; errors as for `step`."""
        source = f"content/project-types/{project_type}/overlay.yml"
        return self._once(source, lambda: schema.to_overlay(read_yaml(self.root, source)))

    def questions(self, project_type: str) -> tuple[models.Question, ...]:
        """Read the questions of a project type; errors as for `step`."""
        source = f"content/project-types/{project_type}/questions.yml"
        return self._once(
            source, lambda: schema.to_questions(read_yaml(self.root, source), project_type)
        )

    def rules(self, project_type: str) -> tuple[models.Rule, ...]:
        """Read the rules of a project type; errors as for `step`."""
        source = f"content/project-types/{project_type}/rules.yml"
        return self._once(source, lambda: schema.to_rules(read_yaml(self.root, source)))

    def _document(
        self, sources: Mapping[str, str], kind: str, name: str, convert: Callable[[Any], T]
    ) -> T:
        if name not in sources:
            fix = suggest(name, sources, f"add the {kind}, or remove its name")
            raise ContentError([Problem("content", f"there is no {kind} `{name}`", fix)])
        source = sources[name]
        return self._once(source, lambda: convert(read_markdown(self.root, source)))

    def _once(self, source: str, read: Callable[[], T]) -> T:
        if source not in self._read:
            self._read[source] = read()
        found: T = self._read[source]
        return found

    def _folders(self, folder: str) -> tuple[str, ...]:
        names = list_names(self.root / folder)
        return tuple(name for name in names if "." not in name)

    def _markdown_in(self, folder: str) -> Iterator[tuple[str, str]]:
        for name in list_names(self.root / folder):
            if name.endswith(".md"):
                yield name.removesuffix(".md"), f"{folder}/{name}"

    def _markdown_in_folders(self, folder: str) -> Iterator[tuple[str, str]]:
        for name in self._folders(folder):
            yield from self._markdown_in(f"{folder}/{name}")
