"""Hold each document to the IDs that it may build on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .corpus import Corpus, Page
from .report import quoted
from .rules import Artifact, Rules
from .shape import WARNING, Finding


def overreaching(pages: Iterable[Page], corpus: Corpus) -> Iterator[Finding]:
    """Report IDs of documents that a document does not build on, each kind once.

    Who names what comes later must be edited whenever that changes. Findings and
    questions are about anything, so their rows may name anything.
    """
    homes = {identifier.kind: identifier.home for identifier in corpus.rules.identifiers}
    for page in pages:
        if _is_about_anything(page.artifact, homes):
            continue
        allowed = _may_name(page.artifact, corpus.rules)
        free = {item.line for item in page.candidates if homes[item.kind] is None}
        for reference in page.references:
            kind = reference.kind
            if homes[kind] is None or kind in allowed or reference.line in free:
                continue
            allowed.add(kind)
            yield Finding(
                WARNING,
                page.path,
                reference.line,
                f"`{reference.identifier}` is named, but this document builds on "
                + (f"{quoted(page.artifact.refers)} only" if page.artifact.refers else "no ID"),
                "leave it out: a document names what it builds on, never what builds on it",
            )


def _is_about_anything(artifact: Artifact, homes: dict[str, str | None]) -> bool:
    return not artifact.refers and not any(homes.get(kind) for kind in artifact.defines)


def _may_name(artifact: Artifact, rules: Rules) -> set[str]:
    """Name the kinds of ID of a document and of all that it builds on, step by step."""
    kinds = {*artifact.defines, *artifact.refers}
    grows = True
    while grows:
        below = [a for a in rules.artifacts if not kinds.isdisjoint(a.defines)]
        found = {kind for each in below for kind in (*each.defines, *each.refers)}
        grows = not found <= kinds
        kinds |= found
    return kinds
