"""Check the form of Markdown bodies: markers, fences, lines, and words left behind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..errors import Problem
from ..markdown import next_fence
from ..sections import check_markers
from .content import Content
from .fences import check_fences

_LEFT_BEHIND = re.compile(r"\b(TODO|FIXME|TBD|XXX|lorem ipsum)\b")
_SENTENCE_END = re.compile(
    r"(?<![A-Z]|\d)(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\betc)[.?!]\s+(?=[A-Z])"
)
_CODE = re.compile(r"`[^`]*`|\"[^\"]*\"|\([^)]*\)|\[[^\]]*\]")


def check_prose(content: Content) -> Iterator[Problem]:
    """Check the body of every step, tool, skill and entry."""
    for document in content.documents:
        yield from check_markers(document.body, document.source, document.body_line)
        yield from check_fences(document.body, document.source, document.body_line)
        yield from _check_lines(document.body, document.source, document.body_line)


def _check_lines(body: str, source: str, first_line: int) -> Iterator[Problem]:
    fence = ""
    for number, line in enumerate(body.split("\n"), start=first_line):
        where = f"{source}:{number}"
        if line != line.rstrip():
            yield Problem(where, "the line ends with spaces", "remove them")
        before, fence = fence, next_fence(fence, line)
        if before or fence:
            continue
        if "\t" in line:
            yield Problem(where, "the line has a tab", "use spaces")
        if match := _LEFT_BEHIND.search(_CODE.sub("", line)):
            yield Problem(where, f"`{match[1]}` was left behind", "finish it")
        if not line.lstrip().startswith("|") and _SENTENCE_END.search(_CODE.sub("x", line)):
            yield Problem(where, "the line has two sentences", "put each on a line of its own")
