"""The documents of a project, parsed when they are needed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property

from .identifiers import Item, Matcher, Reference, items_in, linked_rows, references_in
from .markdown import Document, parse_markdown, tables_of
from .records import Frozen
from .report import quoted
from .rules import Artifact, Rules
from .shape import ERROR, Finding, check_shape
from .tree import Tree


class Page:
    """One file of an artifact."""

    def __init__(self, path: str, artifact: Artifact, text: str, matcher: Matcher) -> None:
        self.path = path
        self.artifact = artifact
        self.text = text
        self._matcher = matcher

    @cached_property
    def document(self) -> Document:
        """The parsed text; a file that is no Markdown has no lines."""
        return parse_markdown(self.text if self.path.endswith(".md") else "")

    @cached_property
    def candidates(self) -> list[Item]:
        """All that stands where a definition stands."""
        return items_in(self.document, self._matcher)

    @property
    def items(self) -> list[Item]:
        """What is rightly defined here."""
        return [i for i in self.candidates if self.artifact.may_define(i.kind, i.identifier)]

    @cached_property
    def references(self) -> list[Reference]:
        """What is named here."""
        return references_in(self.document, self._matcher)

    @property
    def links(self) -> list[tuple[str, int]]:
        """Give the IDs that table rows link, each with its line."""
        tables = list(tables_of(self.document.lines))
        return [(each, row.number) for each, _, row in linked_rows(tables, self._matcher)]

    def breaches(self, rules: Rules) -> list[Finding]:
        """Report where the file departs from the shape it must have."""
        if not self.text.strip():
            return [Finding(ERROR, self.path, 0, "the file is empty", "write it")]
        if self.path.endswith(".json"):
            return list(_check_json(self.path, self.text))
        if not self.path.endswith(".md"):
            return []
        return [*check_shape(self.path, self.document, self.artifact, rules), *self._nothing(rules)]

    def _nothing(self, rules: Rules) -> Iterator[Finding]:
        kinds = [i.kind for i in rules.identifiers if i.kind in self.artifact.defines]
        if kinds and not any(item.kind in kinds for item in self.items):
            yield Finding(
                ERROR,
                self.path,
                0,
                f"it defines no ID, though it is the place of {quoted(kinds)}",
                "begin each row or heading with its ID, as the step's Expected Outputs show",
            )


def _check_json(path: str, text: str) -> Iterator[Finding]:
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        yield Finding(ERROR, path, 0, f"it is no valid JSON: {error}", "write it again")


class Place(Frozen):
    """Where an item stands."""

    page: Page
    item: Item


class Corpus:
    """All documents that artifact rules speak of."""

    def __init__(self, tree: Tree, rules: Rules) -> None:
        self.rules = rules
        self._tree = tree
        self._matcher = Matcher(rules)
        self._pages: dict[str, list[Page]] = {}
        self._definers: dict[tuple[str, str], list[Artifact]] = {}

    def pages(self, artifact: Artifact) -> list[Page]:
        """Give the files of an artifact that are there."""
        if artifact.path not in self._pages:
            own = {each.path for each in self.rules.artifacts if "<" not in each.path}
            self._pages[artifact.path] = [
                self.page(path, artifact)
                for path in self._tree.expand(artifact.path)
                if path == artifact.path or path not in own
            ]
        return self._pages[artifact.path]

    def page(self, path: str, artifact: Artifact) -> Page:
        """Read a file as if it were the artifact."""
        return Page(path, artifact, self._tree.read(path) or "", self._matcher)

    def all_pages(self) -> list[Page]:
        """Give every file that is there, in the order of the rules."""
        return [page for artifact in self.rules.artifacts for page in self.pages(artifact)]

    def definers(self, kind: str, identifier: str = "") -> list[Artifact]:
        """Name the artifacts where an ID, or a kind of ID, is defined."""
        series = (kind, identifier.rpartition("-")[0])
        if series not in self._definers:
            self._definers[series] = [
                a for a in self.rules.artifacts if a.may_define(kind, identifier)
            ]
        return self._definers[series]

    def identifiers_in(self, text: str) -> set[str]:
        """Give every ID that a text names."""
        return {identifier for identifier, _ in self._matcher.find(text)}

    def items(self, kind: str) -> list[Place]:
        """Find all items of a kind where they are defined."""
        return [
            Place(page, item)
            for artifact in self.definers(kind)
            for page in self.pages(artifact)
            for item in page.items
            if item.kind == kind
        ]
