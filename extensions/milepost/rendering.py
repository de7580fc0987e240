"""Turn content and answers into everything that a project is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from .agent_pages import pages_of_agents
from .answers import Answers
from .documents import files_below, read_bytes
from .exports import artifacts_json, plan_json
from .library import Library
from .pipeline_map import pipeline_map
from .plans import Plan
from .prompts import Page, StepPage, digest, linked_pages, step_pages, tool_pages
from .resolve import resolve

_VERBATIM = "template/.milepost"
"""Folder of the template whose files are copied as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """The texts of one project, ready to be written."""

    plan: Plan
    steps: tuple[StepPage, ...]
    tools: tuple[Page, ...]
    linked: tuple[Page, ...]
    agent_files: tuple[Page, ...]
    """What the coding agents read, with paths from the project's root."""
    pipeline_map: str
    plan_json: str
    artifacts_json: str


def render(library: Library, answers: Answers, version: str | None) -> Rendering:
    """Render a project.

    Args:
        library: The content.
        answers: Answers that passed the checks.
        version: The template's version as Copier records it, or `None` without one.

    Raises:
        ContentError: As `resolve`.
    """
    plan = resolve(library, answers)
    steps, tools, linked = step_pages(plan), tool_pages(plan), linked_pages(plan)
    agent_files = tuple(pages_of_agents(library, plan))
    artifacts = artifacts_json(plan, library.artifacts)
    overview = pipeline_map(plan, steps, tools, linked)
    digests = dict(_verbatim(library.root))
    digests[".milepost/PIPELINE.md"] = digest(overview)
    digests[".milepost/artifacts.json"] = digest(artifacts)
    for folder, pages in (("steps", steps), ("tools", tools), ("knowledge", linked)):
        digests |= {f".milepost/{folder}/{page.path}.md": digest(page.text) for page in pages}
    digests |= {page.path: digest(page.text) for page in agent_files}
    return Rendering(
        plan=plan,
        steps=steps,
        tools=tools,
        linked=linked,
        agent_files=agent_files,
        pipeline_map=overview,
        plan_json=plan_json(plan, library, version, steps, tools, digests),
        artifacts_json=artifacts,
    )


def _verbatim(root: Path) -> Iterator[tuple[str, str]]:
    """Give the digest of every file that Copier copies unchanged, by its path there."""
    for source in files_below(root, _VERBATIM):
        name = source.removeprefix("template/")
        if _is_rendered(name):
            continue
        data = read_bytes(root / source)
        if data is not None:
            text = data.replace(b"\r\n", b"\n")
            yield name.removesuffix(".jinja"), sha256(text).hexdigest()


def _is_rendered(name: str) -> bool:
    """Tell whether a file of the template is filled in, a seed, or no part of a project."""
    rendered = ("plan.json.jinja", "artifacts.json.jinja", "PIPELINE.md.jinja")
    return (
        name.endswith(rendered)
        or "{%" in name
        or "/local/" in name
        or "__pycache__" in name
        or name.endswith((".pyc", ".pyo", ".DS_Store"))
    )
