"""Find names that do not exist, stand twice, or are used by nobody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from ..answers import ANSWER_NAMES
from ..documents import files_below
from ..errors import Problem, suggest
from ..exports import headings_of
from ..markdown import parse_sections
from ..models import SEEDED, Artifact, Artifacts, Entry, Input, Methodology, Overlay, Step, Tool
from ..schema import KEBAB
from ..sizes import SUMMARY_WORDS
from ..surroundings import READABLE
from .content import Content

MOST_OWN_ENTRIES = 8
FRAME_OF_A_TOOL = ("Knowledge", "Project instructions", "Project notes")
_LINK = re.compile(r"`\.milepost/(steps|tools|knowledge)/([a-z0-9-]+)\.md`")
CATEGORIES = ("core", "product", "review", "validation", "finalization", "execution", "tools")


def check_references(content: Content) -> Iterator[Problem]:
    """Check every name in the content against what it names."""
    yield from _check_file_names(content)
    for step in content.steps.values():
        yield from _check_step(step, content)
    yield from _check_methodologies(content)
    for project_type, overlay in content.overlays.items():
        yield from _check_overlay(project_type, overlay, content)
    yield from _check_entries(content)
    yield from _check_artifacts(content)
    yield from _check_renames(content)
    for tool in content.tools.values():
        yield from _check_tool(tool, content)
    yield from _check_links(content)


def _check_tool(tool: Tool, content: Content) -> Iterator[Problem]:
    if tool.name in content.steps:
        what = f"there is a step `{tool.name}` as well"
        yield Problem(tool.where("name"), what, "give one of them another name")
    yield from _check_own_entries(tool, "tool", "name shared entries only", content)
    for heading in parse_sections(tool.body).children:
        if heading.level == 1 or heading.title in FRAME_OF_A_TOOL:
            where = f"{tool.source}:{tool.body_line + heading.line}"
            what = f"the heading `{heading.title}` belongs to the frame"
            yield Problem(where, what, "use another title, of level two")


def _check_own_entries(
    one: Step | Tool, kind: str, fix: str, content: Content
) -> Iterator[Problem]:
    for index, item in enumerate(one.knowledge_base):
        where = one.where("knowledge-base", index)
        yield from _unknown(where, item.entry, content.entries, "entry")
        entry = content.entries.get(item.entry)
        if entry and entry.owner:
            what = f"the {kind} names `{entry.name}`, which belongs to the type `{entry.owner}`"
            yield Problem(where, what, fix)


def _check_links(content: Content) -> Iterator[Problem]:
    """Find files of the rendered project that are named and never rendered."""
    kinds = {"steps": content.steps, "tools": content.tools, "knowledge": content.entries}
    for document in content.documents:
        for number, line in enumerate(document.body.split("\n"), start=document.body_line):
            for kind, name in _LINK.findall(line):
                where = f"{document.source}:{number}"
                yield from _unknown(where, name, kinds[kind], kind.removesuffix("s"))


def _check_file_names(content: Content) -> Iterator[Problem]:
    for document in content.documents:
        expected = PurePosixPath(document.source).stem
        where = document.where("name")
        if document.name != expected:
            what = f"the name `{document.name}` is not the file's"
            yield Problem(where, what, f"write `name: {expected}`, or rename the file")
        if not KEBAB.fullmatch(document.name):
            what = f"the name `{document.name}` is not kebab-case"
            yield Problem(where, what, "use small letters, digits and single hyphens")
    for folders in (("content/steps",), ("content/knowledge", "content/project-types")):
        names = [
            (PurePosixPath(source).name, source)
            for folder in folders
            for source in files_below(content.library.root, folder)
            if source.endswith(".md")
        ]
        counts = Counter(name for name, _ in names)
        for name, source in names:
            if counts[name] > 1:
                what = f"there is more than one `{name}`"
                yield Problem(f"{source}:1", what, "give one of them another name")


def _check_step(step: Step, content: Content) -> Iterator[Problem]:
    phases = [phase.name for phase in content.library.phases]
    yield from _unknown(step.where("phase"), step.phase, phases, "phase")
    if PurePosixPath(step.source).parent.name != step.phase:
        what = f"the step of phase `{step.phase}` lies in another phase's folder"
        yield Problem(step.where("phase"), what, f"move it to `content/steps/{step.phase}/`")
    yield from _check_dependencies(step, phases, content)
    yield from _check_own_entries(step, "step", "let the type's overlay append it", content)
    if len(step.knowledge_base) > MOST_OWN_ENTRIES:
        what = f"the step names {len(step.knowledge_base)} entries"
        yield Problem(step.where("knowledge-base"), what, f"name at most {MOST_OWN_ENTRIES}")
    if (step.conditional is None) != (step.applies_when_text is None):
        what = "`conditional` and `applies-when-text` do not come together"
        key = "conditional" if step.conditional else "applies-when-text"
        yield Problem(step.where(key), what, "give both or neither")
    if step.conditional is None and step.applies_when is not None:
        what = "`applies-when` stands in a step that is not conditional"
        fix = "add `conditional: if-needed`, or remove it"
        yield Problem(step.where("applies-when"), what, fix)
    known = [artifact.path for artifact in content.artifacts.artifacts]
    for index, one in enumerate(step.inputs):
        yield from _unknown(step.where("inputs", index, "path"), one.path, known, "artifact")
    for index, path in enumerate(step.revises):
        yield from _unknown(step.where("revises", index), path, known, "artifact")


def _check_dependencies(step: Step, phases: list[str], content: Content) -> Iterator[Problem]:
    for index, name in enumerate(step.dependencies):
        where = step.where("dependencies", index)
        yield from _unknown(where, name, content.steps, "step")
        other = content.steps.get(name)
        known_phases = other and step.phase in phases and other.phase in phases
        if other and known_phases and phases.index(other.phase) > phases.index(step.phase):
            what = f"the step depends on `{name}` of a later phase"
            yield Problem(where, what, "remove the dependency, or move a step")


def _check_methodologies(content: Content) -> Iterator[Problem]:
    for file_name, methodology in content.methodologies.items():
        yield from _check_own_name(methodology, file_name)
        for name in sorted(set(content.steps) - set(methodology.steps)):
            where = methodology.where("steps")
            yield Problem(where, f"the step `{name}` is missing", "say whether it is on")
        for name, setting in methodology.steps.items():
            where = methodology.where("steps", name)
            yield from _unknown(where, name, content.steps, "step")
            if setting.conditional:
                yield from _check_conditional(name, where, content)


def _check_conditional(name: str, where: str, content: Content) -> Iterator[Problem]:
    step = content.steps.get(name)
    if step and step.conditional is None:
        what = f"`{name}` is conditional here, and does not say when it applies"
        yield Problem(where, what, "add `conditional` and `applies-when-text` to the step")


def _check_own_name(record: Methodology | Overlay, expected: str) -> Iterator[Problem]:
    if record.name != expected:
        what = f"the name `{record.name}` is not `{expected}`, under which it is found"
        yield Problem(record.where("name"), what, f"write `name: {expected}`, or rename the file")


def _check_overlay(project_type: str, overlay: Overlay, content: Content) -> Iterator[Problem]:
    yield from _check_own_name(overlay, project_type)
    parts: dict[str, Mapping[str, object]] = {
        "step-overrides": overlay.step_overrides,
        "knowledge-overrides": overlay.knowledge_overrides,
        "input-overrides": overlay.input_overrides,
        "dependency-overrides": overlay.dependency_overrides,
    }
    for part, overrides in parts.items():
        for name in overrides:
            yield from _unknown(overlay.where(part, name), name, content.steps, "step")
    for name, override in overlay.step_overrides.items():
        if override.conditional == "if-needed":
            where = overlay.where("step-overrides", name, "conditional")
            yield from _check_conditional(name, where, content)
    yield from _check_knowledge_overrides(overlay, content)
    yield from _check_input_overrides(overlay, content)
    yield from _check_dependency_overrides(overlay, content)
    for index, sign in enumerate(overlay.detect):
        if sign.contains is not None and sign.file not in READABLE:
            what = f"nobody looks into `{sign.file}`"
            fix = f"remove `contains`, or name one of {', '.join(READABLE)}"
            yield Problem(overlay.where("detect", index), what, fix)


def _check_knowledge_overrides(overlay: Overlay, content: Content) -> Iterator[Problem]:
    for name, override in overlay.knowledge_overrides.items():
        for index, item in enumerate(override.append):
            where = overlay.where("knowledge-overrides", name, "append", index)
            yield from _unknown(where, item.entry, content.entries, "entry")
            entry = content.entries.get(item.entry)
            if entry and entry.owner not in ("", overlay.name):
                what = f"`{entry.name}` belongs to the type `{entry.owner}`"
                yield Problem(where, what, "append entries of this type or shared ones")
        for index, removed in enumerate(override.remove):
            where = overlay.where("knowledge-overrides", name, "remove", index)
            yield from _unknown(where, removed, content.entries, "entry")


def _check_input_overrides(overlay: Overlay, content: Content) -> Iterator[Problem]:
    known = [artifact.path for artifact in content.artifacts.artifacts]
    for name, override in overlay.input_overrides.items():
        place = ("input-overrides", name)
        step = content.steps.get(name)
        for old, one in override.replace.items():
            where = overlay.where(*place, "replace", old)
            if step and old not in [own.path for own in step.inputs]:
                what = f"`{name}` has no input `{old}` that could be replaced"
                yield Problem(where, what, "name one of its inputs, or append the new one")
            yield from _unknown(where, one.path, known, "artifact")
        for index, one in enumerate(override.append):
            where = overlay.where(*place, "append", index)
            yield from _unknown(where, one.path, known, "artifact")


def _check_dependency_overrides(overlay: Overlay, content: Content) -> Iterator[Problem]:
    for name, override in overlay.dependency_overrides.items():
        place = ("dependency-overrides", name)
        step = content.steps.get(name)
        for old, one in override.replace.items():
            where = overlay.where(*place, "replace", old)
            if step and old not in step.dependencies:
                what = f"`{name}` has no dependency `{old}` that could be replaced"
                yield Problem(where, what, "name one of its dependencies, or append the new one")
            yield from _unknown(where, one.step, content.steps, "step")
        for index, one in enumerate(override.append):
            where = overlay.where(*place, "append", index)
            yield from _unknown(where, one.step, content.steps, "step")


def _check_renames(content: Content) -> Iterator[Problem]:
    renames = content.library.renames
    present = {*content.steps, *renames.steps}
    answers = {*ANSWER_NAMES, *content.questions, *renames.answers}
    for old, step in renames.steps.items():
        if step.to is not None:
            yield from _unknown(renames.where("steps", old), step.to, sorted(present), "step")
    for old, answer in renames.answers.items():
        if answer.to is not None:
            where = renames.where("answers", old)
            yield from _unknown(where, answer.to, sorted(answers), "answer")


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
        where = entry.where("name")
        if entry.name not in used:
            yield Problem(where, "no step uses this entry", "name it in a step, or remove it")
        category = PurePosixPath(entry.source).parent.name
        if not entry.owner and category not in CATEGORIES:
            yield Problem(where, f"the folder `{category}` is no category", "move the entry")
        for index, source in enumerate(entry.sources):
            where = entry.where("sources", index)
            if not _is_page(source.url):
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
            where = f"{entry.source}:{entry.body_line}"
            yield Problem(where, what, f"cut it to {SUMMARY_WORDS}, or give its parts conditions")


def _is_page(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.path.strip("/"))


def _summary_words(entry: Entry) -> int:
    """Count the words of the Summary before its first part with a condition of its own."""
    summary = entry.body.split("## Deep Guidance")[0].removeprefix("## Summary")
    return len(summary.split("\n### ")[0].split())


def _check_artifacts(content: Content) -> Iterator[Problem]:
    artifacts = content.artifacts
    paths = [one.path for one in artifacts.artifacts]
    read = {one.path for step in content.steps.values() for one in step.inputs}
    read |= {one.path for inputs in _overlay_inputs(content) for one in inputs}
    for index, one in enumerate(artifacts.artifacts):
        where = artifacts.where("artifacts", index)
        if paths.index(one.path) != index:
            yield Problem(where, f"`{one.path}` has another row", "keep one")
        yield from _check_artifact(one, content, where)
        if one.path not in read and not one.final:
            yield Problem(where, f"no step reads `{one.path}`", "say `final: true` if people do")
    for name, ids in artifacts.ids.items():
        where = artifacts.where("ids", name)
        for path in ids.defined_in:
            yield from _unknown(where, path, paths, "artifact")
        if not ids.slug and not ids.digits:
            yield Problem(where, f"`{name}` has neither `digits` nor `slug`", "give one")
        for prefix in ids.refers:
            yield from _unknown(where, prefix, artifacts.ids, "series of IDs")
    for index, link in enumerate(artifacts.thread):
        for prefix in (*link.from_, *link.to, *link.also):
            where = artifacts.where("thread", index)
            yield from _unknown(where, prefix, artifacts.ids, "series of IDs")
    yield from _check_topics(artifacts)
    yield from _check_revisers(content)


def _overlay_inputs(content: Content) -> Iterator[tuple[Input, ...]]:
    for overlay in content.overlays.values():
        for override in overlay.input_overrides.values():
            yield (*override.replace.values(), *override.append)


def _check_artifact(one: Artifact, content: Content, where: str) -> Iterator[Problem]:
    if one.owner != SEEDED:
        yield from _unknown(where, one.owner, content.steps, "step")
        if one.when is not None:
            what = f"`{one.path}` says `when`, and a step creates it"
            yield Problem(where, what, "let the step's output say it")
    for name in one.revised_by:
        yield from _unknown(where, name, content.steps, "step")
    if one.shape is not None:
        yield from _unknown(where, one.shape, content.artifacts.shapes, "shape")
        if one.headings:
            yield Problem(where, f"`{one.path}` has a shape and headings", "keep one of them")
    titles = [heading.title for heading in headings_of(one, content.artifacts)]
    for title, count in Counter(titles).items():
        if count > 1:
            yield Problem(where, f"`{one.path}` has `{title}` twice", "name one otherwise")


def _check_topics(artifacts: Artifacts) -> Iterator[Problem]:
    series = {name.split(".")[0] for name in artifacts.ids}
    seen: set[str] = set()
    for index, one in enumerate(artifacts.artifacts):
        where = artifacts.where("artifacts", index)
        for prefix in (*one.defines, *one.refers):
            plain = prefix.split(".")[0].split("-")[0]
            yield from _unknown(where, plain, sorted(series), "series of IDs")
        for prefix in one.defines:
            if "-" in prefix and prefix in seen:
                what = f"`{prefix}` is defined in another document as well"
                yield Problem(where, what, "rename one")
            seen.add(prefix)


def _check_revisers(content: Content) -> Iterator[Problem]:
    for one in content.artifacts.artifacts:
        revising = {step.name for step in content.steps.values() if one.path in step.revises}
        for name in sorted(revising - set(one.revised_by)):
            step = content.steps[name]
            what = f"the step revises `{one.path}`, whose row does not list it"
            where = step.where("revises", step.revises.index(one.path))
            yield Problem(where, what, "add it to `revised-by` in artifacts.yml")
        for name in sorted(set(one.revised_by) & set(content.steps) - revising):
            step = content.steps[name]
            what = f"artifacts.yml lets the step revise `{one.path}`, and it does not"
            yield Problem(step.where("revises"), what, "add it to `revises`, or remove it there")


def _unknown(where: str, name: str, known: Iterable[str], kind: str) -> Iterator[Problem]:
    names = tuple(known)
    if name not in names:
        fix = suggest(name, names, f"add the {kind}, or remove its name")
        yield Problem(where, f"there is no {kind} `{name}`", fix)
