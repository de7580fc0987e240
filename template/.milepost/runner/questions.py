"""Open questions that have to be asked again before a step."""

from __future__ import annotations

from .markdown import parse_markdown, tables_of
from .project import Project
from .records import Frozen

_IDENTIFIER, _QUESTION, _BEFORE, _ASKED = "ID", "Question", "Decide before", "Asked"


class DueQuestion(Frozen):
    """A question without an answer, and the document that asks it."""

    identifier: str
    question: str
    path: str


def questions_due(project: Project, step: str) -> list[DueQuestion]:
    """Find the questions whose "Decide before" names a step, in the order of the pipeline."""
    found = []
    paths = [p for each in project.plan.steps for p in (*each.outputs, *each.optional_outputs)]
    for path in (
        file for each in paths if each.endswith(".md") for file in project.tree.expand(each)
    ):
        text = project.tree.read(path) or ""
        if _BEFORE not in text or step not in text:
            continue
        for table in tables_of(parse_markdown(text).lines):
            if not {_IDENTIFIER, _QUESTION, _BEFORE, _ASKED} <= set(table.header):
                continue
            for row in table.rows:
                cells = dict(zip(table.header, row.cells))
                names = cells.get(_BEFORE, "").replace("`", " ").replace(",", " ").split()
                if step in names and "answered" not in cells.get(_ASKED, "").casefold():
                    found.append(DueQuestion(cells[_IDENTIFIER], cells[_QUESTION], path))
    return found
