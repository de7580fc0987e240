"""Find everything that is wrong with the content, at once."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import Problem
from ..library import Library
from .content import Content, load_content
from .expressions import check_expressions
from .outputs import check_outputs
from .prose import check_prose
from .references import check_references
from .sizes import check_sizes
from .soundness import check_all_plans

__all__ = ["Content", "check_content", "load_content"]


def check_content(library: Library) -> Iterator[Problem]:
    """Check all content.

    Files that cannot be read end the check, because the others refer to them.
    """
    content, problems = load_content(library)
    if content is None:
        yield from problems
        return
    structure = [*check_references(content), *check_expressions(content)]
    yield from structure
    yield from check_prose(content)
    yield from check_outputs(content)
    if not structure:
        yield from check_all_plans(content)
        yield from check_sizes(content)
