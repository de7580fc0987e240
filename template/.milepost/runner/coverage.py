"""Count how far requirements are taken up along the thread."""

from __future__ import annotations

from .corpus import Corpus
from .project import Project
from .records import Frozen
from .rules import Link, read_rules
from .thread import covers, is_due


class Coverage(Frozen):
    """How much of one link in the thread holds; `is_due` once its documents are finished."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    total: int
    uncovered: tuple[str, ...]
    is_due: bool


def coverage(project: Project) -> list[Coverage]:
    """Count what is taken up along the thread."""
    corpus = Corpus(project.tree, read_rules(project.tree))
    return [_coverage(project, corpus, link) for link in corpus.rules.thread]


def _coverage(project: Project, corpus: Corpus, link: Link) -> Coverage:
    found = covers(corpus, link)
    uncovered = tuple(cover.place.item.identifier for cover in found if not cover.by)
    due = is_due(corpus, link, lambda artifact: project.is_done(artifact.owner))
    return Coverage(link.left, link.right, len(found), uncovered, due)
