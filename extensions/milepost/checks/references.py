"""Find names that do not exist, stand twice, or are used by nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from ..documents import files_below
from ..errors import Problem, suggest
from ..exports import headings_of
from ..models import Artifact, Artifacts, Entry, KnowledgeOverride, Overlay, Step
from ..schema import KEBAB
from ..sizes import SUMMARY_WORDS
from .content import Content

MOST_OWN_ENTRIES = 8
CATEGORIES = ("core", "product", "review", "validation", "finalization", "execution", "tools")


def check_references(content: Content) -> Iterator[Problem]:
    """Check every name in the content against what it names."""
    yield from _check_file_names(content)
    for step in content.steps.values():
        yield from _check_step(step, content)
    yield from _check_methodologies(content)
    for overlay in content.overlays.values():
        yield from _check_overlay(overlay, content)
    yield from _check_entries(content)
    yield from _check_artifacts(content)
    for tool in content.tools.values():
        for item in tool.knowledge_base:
            yield from _unknown(f"{tool.source}:1", item.entry, content.entries, "entry")


def _check_file_names(content: Content) -> Iterator[Problem]:
    for document in content.documents:
        expected = PurePosixPath(document.source).stem
        where = f"{document.source}:2"
        if document.name != expected:
            what = f"the name `{document.name}` is not the file's"
            yield Problem(where, what, f"write `name: {expected}`, or rename the file")
        if not KEBAB.fullmatch(document.name):
            what = f"the name `{document.name}` is not kebab-case"
            yield Problem(where, what, "use small letters, digits and single hyphens")
    for folder in ("content/steps", "content/knowledge", "content/project-types"):
        names = [
            (PurePosixPath(source).name, source)
            for source in files_below(content.library.root, folder)
            if source.endswith(".md")
        ]
        counts = Counter(name for name, _ in names)
        for name, source in names:
            if counts[name] > 1:
                what = f"there is more than one `{name}`"
                yield Problem(f"{source}:1", what, "give one of them another name")


def _check_step(step: Step, content: Content) -> Iterator[Problem]:
    where = f"{step.source}:1"
    phases = [phase.name for phase in content.library.phases]
    yield from _unknown(where, step.phase, phases, "phase")
    if PurePosixPath(step.source).parent.name != step.phase:
        what = f"the step of phase `{step.phase}` lies in another phase's folder"
        yield Problem(where, what, f"move it to `content/steps/{step.phase}/`")
    for name in step.dependencies:
        yield from _unknown(where, name, content.steps, "step")
        other = content.steps.get(name)
        known_phases = other and step.phase in phases and other.phase in phases
        if other and known_phases and phases.index(other.phase) > phases.index(step.phase):
            what = f"the step depends on `{name}` of a later phase"
            yield Problem(where, what, "remove the dependency, or move a step")
    for item in step.knowledge_base:
        yield from _unknown(where, item.entry, content.entries, "entry")
        entry = content.entries.get(item.entry)
        if entry and entry.owner:
            what = f"the step names `{entry.name}`, which belongs to the type `{entry.owner}`"
            yield Problem(where, what, "let the type's overlay append it")
    if len(step.knowledge_base) > MOST_OWN_ENTRIES:
        what = f"the step names {len(step.knowledge_base)} entries"
        yield Problem(where, what, f"name at most {MOST_OWN_ENTRIES}")
    if (step.conditional is None) != (step.applies_when_text is None):
        what = "`conditional` and `applies-when-text` do not come together"
        yield Problem(where, what, "give both or neither")
    if step.conditional is None and step.applies_when is not None:
        what = "`applies-when` stands in a step that is not conditional"
        yield Problem(where, what, "add `conditional: if-needed`, or remove it")
    for path in [one.path for one in step.inputs] + list(step.revises):
        known = [artifact.path for artifact in content.artifacts.artifacts]
        yield from _unknown(where, path, known, "artifact")


def _check_methodologies(content: Content) -> Iterator[Problem]:
    for methodology in content.methodologies.values():
        where = f"{methodology.source}:1"
        for name in sorted(set(content.steps) - set(methodology.steps)):
            yield Problem(where, f"the step `{name}` is missing", "say whether it is on")
        for name, setting in methodology.steps.items():
            yield from _unknown(where, name, content.steps, "step")
            step = content.steps.get(name)
            if step and setting.conditional and step.conditional is None:
                what = f"`{name}` is conditional here, and does not say when it applies"
                yield Problem(where, what, "add `conditional` and `applies-when-text` to the step")


def _check_overlay(overlay: Overlay, content: Content) -> Iterator[Problem]:
    where = f"{overlay.source}:1"
    for part in (
        overlay.step_overrides,
        overlay.knowledge_overrides,
        overlay.input_overrides,
        overlay.dependency_overrides,
    ):
        for name in part:
            yield from _unknown(where, name, content.steps, "step")
    for override in overlay.knowledge_overrides.values():
        yield from _check_knowledge_override(override, overlay.name, where, content)
    paths = [artifact.path for artifact in content.artifacts.artifacts]
    for inputs in overlay.input_overrides.values():
        for one in (*inputs.replace.values(), *inputs.append):
            yield from _unknown(where, one.path, paths, "artifact")
    for dependencies in overlay.dependency_overrides.values():
        for dependency in (*dependencies.replace.values(), *dependencies.append):
            yield from _unknown(where, dependency.step, content.steps, "step")


def _check_knowledge_override(
    override: KnowledgeOverride, project_type: str, where: str, content: Content
) -> Iterator[Problem]:
    for item in override.append:
        yield from _unknown(where, item.entry, content.entries, "entry")
        entry = content.entries.get(item.entry)
        if entry and entry.owner not in ("", project_type):
            what = f"`{entry.name}` belongs to the type `{entry.owner}`"
            yield Problem(where, what, "append entries of this type or shared ones")
    for name in override.remove:
        yield from _unknown(where, name, content.entries, "entry")


def _check_entries(content: Content) -> Iterator[Problem]:
    own = [step.knowledge_base for step in content.steps.values()]
    own += [tool.knowledge_base for tool in content.tools.values()]
    used = {item.entry for items in own for item in items} | {
        item.entry
        for overlay in content.overlays.values()
        for override in overlay.knowledge_overrides.values()
        for item in override.append
    }
    for entry in content.entries.values():
        where = f"{entry.source}:1"
        if entry.name not in used:
            yield Problem(where, "no step uses this entry", "name it in a step, or remove it")
        category = PurePosixPath(entry.source).parent.name
        if not entry.owner and category not in CATEGORIES:
            yield Problem(where, f"the folder `{category}` is no category", "move the entry")
        for source in entry.sources:
            parts = urlsplit(source.url)
            if parts.scheme not in ("https", "http") or not parts.path.strip("/"):
                what = f"the source `{source.url}` is not the page that states a fact"
                yield Problem(where, what, "give the page's own address")
            if not source.supports:
                yield Problem(where, f"`{source.title}` supports nothing", "list its claims")
            if source.checked > entry.last_reviewed:
                what = f"`{source.title}` was checked after the last review"
                yield Problem(where, what, "set `last-reviewed` to that day or later")
        words = _summary_words(entry)
        if words > SUMMARY_WORDS:
            what = f"the Summary has {words} words"
            yield Problem(where, what, f"cut it to {SUMMARY_WORDS}, or give its parts conditions")


def _summary_words(entry: Entry) -> int:
    """Count the words of the Summary before its first part with a condition of its own."""
    summary = entry.body.split("## Deep Guidance")[0].removeprefix("## Summary")
    return len(summary.split("\n### ")[0].split())


def _check_artifacts(content: Content) -> Iterator[Problem]:
    artifacts = content.artifacts
    where = f"{artifacts.source}:1"
    paths = [one.path for one in artifacts.artifacts]
    for path, count in Counter(paths).items():
        if count > 1:
            yield Problem(where, f"`{path}` has {count} rows", "keep one")
    for one in artifacts.artifacts:
        yield from _check_artifact(one, content, where)
    for name, ids in artifacts.ids.items():
        for path in ids.defined_in:
            yield from _unknown(where, path, paths, "artifact")
        if not ids.slug and not ids.digits:
            yield Problem(where, f"`{name}` has neither `digits` nor `slug`", "give one")
    prefixes = [prefix for ids in artifacts.ids.values() for prefix in ids.refers]
    prefixes += [prefix for link in artifacts.thread for prefix in (*link.from_, *link.to)]
    for prefix in prefixes:
        yield from _unknown(where, prefix, artifacts.ids, "series of IDs")
    yield from _check_topics(artifacts, where)
    yield from _check_revisers(content)
    read = {one.path for step in content.steps.values() for one in step.inputs}
    for one in artifacts.artifacts:
        if one.path not in read and not one.final:
            yield Problem(where, f"no step reads `{one.path}`", "say `final: true` if people do")


def _check_artifact(one: Artifact, content: Content, where: str) -> Iterator[Problem]:
    yield from _unknown(where, one.owner, content.steps, "step")
    for name in one.revised_by:
        yield from _unknown(where, name, content.steps, "step")
    if one.shape is not None:
        yield from _unknown(where, one.shape, content.artifacts.shapes, "shape")
        if one.headings:
            yield Problem(where, f"`{one.path}` has a shape and headings", "keep one of them")
    titles = [
        heading.title
        for heading in (headings_of(one, content.artifacts) if _has_shape(one, content) else ())
    ]
    for title, count in Counter(titles).items():
        if count > 1:
            yield Problem(where, f"`{one.path}` has `{title}` twice", "name one otherwise")


def _has_shape(one: Artifact, content: Content) -> bool:
    return one.shape is None or one.shape in content.artifacts.shapes


def _check_topics(artifacts: Artifacts, where: str) -> Iterator[Problem]:
    series = {name.split(".")[0] for name in artifacts.ids}
    seen: Counter[str] = Counter()
    for one in artifacts.artifacts:
        for prefix in (*one.defines, *one.refers):
            plain = prefix.split(".")[0].split("-")[0]
            yield from _unknown(where, plain, series, "series of IDs")
        seen.update(prefix for prefix in one.defines if "-" in prefix)
    for prefix, count in seen.items():
        if count > 1:
            yield Problem(where, f"`{prefix}` is defined in {count} documents", "rename one")


def _check_revisers(content: Content) -> Iterator[Problem]:
    for one in content.artifacts.artifacts:
        revising = {step.name for step in content.steps.values() if one.path in step.revises}
        for name in sorted(revising - set(one.revised_by)):
            step = content.steps[name]
            what = f"the step revises `{one.path}`, whose row does not list it"
            yield Problem(f"{step.source}:1", what, "add it to `revised-by` in artifacts.yml")
        for name in sorted(set(one.revised_by) & set(content.steps) - revising):
            step = content.steps[name]
            what = f"artifacts.yml lets the step revise `{one.path}`, and it does not"
            yield Problem(f"{step.source}:1", what, "add it to `revises`, or remove it there")


def _unknown(where: str, name: str, known: Iterable[str], kind: str) -> Iterator[Problem]:
    names = tuple(known)
    if name not in names:
        fix = suggest(name, names, f"add the {kind}, or remove its name")
        yield Problem(where, f"there is no {kind} `{name}`", fix)
