"""Hold steps to the structure of the artifacts that they create."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..errors import Problem
from ..exports import headings_of
from ..markdown import Section, parse_sections, render_section
from ..models import DEPTHS, Artifact, Step
from ..sections import Reading, filter_text
from .content import Content

_HEADING = re.compile(r"`## ([^`]+)`")
_PATH = re.compile(r"^`([^`]+)`$")


def check_outputs(content: Content) -> Iterator[Problem]:
    """Compare each step's outputs and Expected Outputs with `artifacts.yml`."""
    for step in content.steps.values():
        owned = [one for one in content.artifacts.artifacts if one.owner == step.name]
        yield from _check_list(step, owned)
        for depth in DEPTHS:
            yield from _check_section(step, owned, depth, content)


def _check_list(step: Step, owned: list[Artifact]) -> Iterator[Problem]:
    where = f"{step.source}:1"
    listed = {output.path: output.from_depth for output in step.outputs}
    rows = {one.path: one.from_depth for one in owned}
    for path in sorted(listed.keys() - rows.keys()):
        what = f"the output `{path}` has no row of this owner in artifacts.yml"
        yield Problem(where, what, "add the row, or correct its owner")
    for path in sorted(rows.keys() - listed.keys()):
        yield Problem(where, f"the step does not list its output `{path}`", "add it to `outputs`")
    for path in sorted(rows.keys() & listed.keys()):
        if rows[path] != listed[path]:
            what = f"`{path}` is from depth {listed[path]} here, and {rows[path]} in artifacts.yml"
            yield Problem(where, what, "make them equal")


def _check_section(
    step: Step, owned: list[Artifact], depth: int, content: Content
) -> Iterator[Problem]:
    section = _expected_outputs(step, depth)
    where = f"{step.source}:{step.body_line + section.line}"
    parts = {match[1]: child for child in section.children if (match := _PATH.match(child.title))}
    in_force = [one for one in owned if one.from_depth <= depth]
    for path in sorted(parts.keys() - {one.path for one in in_force}):
        what = f"Expected Outputs shows `{path}` at depth {depth}, where it is not made"
        yield Problem(where, what, "give its heading the marker `depth`, as in artifacts.yml")
    for one in in_force:
        if one.path in parts:
            yield from _check_part(one, parts[one.path], where, depth, content)
        elif f"`{one.path}`" not in render_section(section):
            what = f"Expected Outputs does not show `{one.path}` at depth {depth}"
            yield Problem(where, what, f"add a heading ### `{one.path}`")


def _expected_outputs(step: Step, depth: int) -> Section:
    """Give the section as it stands at a depth, conditions on answers left in."""
    lines = {section.title: section.line for section in parse_sections(step.body).children}
    body = re.sub(r"<!--\s*when:.*?-->", "", step.body)
    root = filter_text(body, Reading(depth=depth)).section
    for section in root.children:
        if section.title == "Expected Outputs":
            blocks, children = section.blocks, section.children
            break
    else:
        blocks, children = (), ()
    return Section(2, "Expected Outputs", (), blocks, children, lines["Expected Outputs"])


def _check_part(
    one: Artifact, part: Section, where: str, depth: int, content: Content
) -> Iterator[Problem]:
    text = render_section(part)
    wanted = [
        heading for heading in headings_of(one, content.artifacts) if heading.from_depth <= depth
    ]
    shown = list(dict.fromkeys(_HEADING.findall(text)))
    titles = [heading.title for heading in wanted]
    if shown != titles:
        what = f"`{one.path}` at depth {depth} has the headings {shown}"
        yield Problem(where, what, f"artifacts.yml says {titles}")
    tables = [heading.table for heading in wanted if heading.table]
    tables += [heading.each.table for heading in wanted if heading.each and heading.each.table]
    tables += one.tables
    rows = [line.strip() for line in text.splitlines() if line.strip().startswith("|")]
    for columns in tables:
        yield from _check_table(one.path, columns, rows, where, depth)
    for heading in wanted:
        for label in heading.each.parts if heading.each else ():
            if f"**{label}**" not in text:
                what = f"`{one.path}` does not show **{label}** of its items at depth {depth}"
                yield Problem(where, what, "add it, as artifacts.yml has it")


def _check_table(
    path: str, columns: tuple[str, ...], rows: list[str], where: str, depth: int
) -> Iterator[Problem]:
    header = f"| {' | '.join(columns)} |"
    if header not in rows:
        what = f"`{path}` at depth {depth} lacks the table `{header}`"
        yield Problem(where, what, "write its header row, and one example row")
        return
    position = rows.index(header)
    example = rows[position + 2] if position + 2 < len(rows) else ""
    if not rows[position + 1 : position + 2] or not set(rows[position + 1]) <= set("|-: "):
        yield Problem(where, f"`{header}` has no line `|---|` below it", "add it")
    elif _cells(example) != len(columns):
        what = f"the example row of `{header}` has {_cells(example)} cells"
        yield Problem(where, what, f"fill in all {len(columns)}")


def _cells(row: str) -> int:
    return len(re.split(r"(?<!\\)\|", row.strip().strip("|"))) if row else 0
