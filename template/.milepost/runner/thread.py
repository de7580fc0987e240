"""Hold documents to each other: IDs defined once, nothing dangling, every Must covered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from .corpus import Corpus, Page, Place
from .identifiers import held
from .records import Frozen
from .report import quoted
from .rules import Artifact, Link
from .shape import ERROR, WARNING, Finding


def misplaced(pages: Iterable[Page], corpus: Corpus) -> Iterator[Finding]:
    """Report IDs that stand first in a row or heading where they are not defined."""
    for page in pages:
        for item in page.candidates:
            if not page.artifact.may_define(item.kind, item.identifier):
                home = quoted([a.path for a in corpus.definers(item.kind, item.identifier)])
                yield Finding(
                    ERROR,
                    page.path,
                    item.line,
                    f"`{item.identifier}` stands first, which defines it"
                    + (
                        f"; it belongs to {home}"
                        if home
                        else " in a document that defines no such ID"
                    ),
                    _other_series(page.artifact, item.kind)
                    or "put another column before it, or make it a link",
                )


def _other_series(artifact: Artifact, kind: str) -> str:
    """Say which series of a kind is numbered here, such as `Q-stack`."""
    series = [each for each in artifact.defines if each.startswith(f"{kind}-")]
    return f"number it as {quoted([f'{each}-01' for each in series])} and on" if series else ""


def out_of_index(pages: Iterable[Page]) -> Iterator[Finding]:
    """Report items whose table of links has no row or two of them."""
    for page in pages:
        kinds = {h.items.kind for h in page.artifact.headings if h.items}
        rows: dict[str, int] = {}
        for identifier, line in page.links if kinds else ():
            if identifier in rows:
                what = f"`{identifier}` has a row already in line {rows[identifier]}"
                yield Finding(ERROR, page.path, line, what, "keep one of them")
            rows.setdefault(identifier, line)
        for item in page.items if rows else ():
            if item.kind in kinds and item.identifier not in rows:
                what = f"`{item.identifier}` has no row in the table that links its kind"
                yield Finding(ERROR, page.path, item.line, what, "add the row")


def defined_twice(pages: Iterable[Page]) -> Iterator[Finding]:
    """Report IDs that are defined again."""
    first: dict[str, tuple[str, int]] = {}
    for page in pages:
        for item in page.items:
            if item.identifier in first:
                path, line = first[item.identifier]
                yield Finding(
                    ERROR,
                    page.path,
                    item.line,
                    f"`{item.identifier}` is defined already in {path}:{line}",
                    "give the newer one the next free number",
                )
            else:
                first[item.identifier] = (page.path, item.line)


def dangling(pages: Iterable[Page], corpus: Corpus) -> Iterator[Finding]:
    """Report references to IDs that nobody defines, once their document is there."""
    known: dict[str, set[str]] = {}
    for page in pages:
        for reference in page.references:
            kind, identifier = reference.kind, reference.identifier
            homes = [each for a in corpus.definers(kind, identifier) for each in corpus.pages(a)]
            for home in homes:
                if home.path not in known:
                    known[home.path] = {item.identifier for item in home.items}
            if homes and not any(identifier in known[home.path] for home in homes):
                yield Finding(
                    ERROR,
                    page.path,
                    reference.line,
                    f"`{identifier}` is not defined",
                    f"define it in `{homes[0].path}`, or name the one that is meant",
                )


class Cover(Frozen):
    """A Must, and the items of the next documents that take it up."""

    place: Place
    by: tuple[str, ...]


def covers(corpus: Corpus, link: Link) -> list[Cover]:
    """Say for each Must on the left of a link what takes it up on the right."""
    left = {p.item.identifier: p for kind in link.left for p in corpus.items(kind)}
    takers: dict[str, list[str]] = {identifier: [] for identifier in left}
    for other in _right(corpus, link):
        parent = other.item.identifier.rpartition(".")[0]
        for identifier in sorted({parent, *corpus.identifiers_in(other.item.text)}):
            if identifier in takers:
                takers[identifier].append(other.item.identifier)
    settled = _set_aside(corpus, link)
    return [
        Cover(place, tuple(takers[identifier]))
        for identifier, place in left.items()
        if place.item.is_must and not place.item.is_dropped
        if takers[identifier] or identifier not in settled
    ]


def _set_aside(corpus: Corpus, link: Link) -> set[str]:
    """Give what the right documents list under headings such as "Requirements without a story"."""
    return _in_sections(_pages(corpus, link), corpus, "without")


def _in_sections(pages: Iterable[Page], corpus: Corpus, word: str) -> set[str]:
    """Give what documents list under headings of level two that have a word."""
    return {
        identifier
        for page in pages
        for section in page.document.sections
        if section.level == 2 and word in section.title.casefold().split()
        for line in section.lines
        for identifier in corpus.identifiers_in(line.text)
    }


def _pages(corpus: Corpus, link: Link) -> list[Page]:
    return [p for kind in link.right for a in corpus.definers(kind) for p in corpus.pages(a)]


def _right(corpus: Corpus, link: Link) -> list[Place]:
    places = [place for kind in link.right for place in corpus.items(kind)]
    return [place for place in places if not place.item.is_dropped]


def is_due(corpus: Corpus, link: Link, is_finished: Callable[[Artifact], bool]) -> bool:
    """Say whether the project has come far enough to hold a link.

    Args:
        corpus: The documents.
        link: A pair of neighbours in the thread.
        is_finished: Says whether nobody will write the document any more.
    """
    homes = [artifact for kind in link.right for artifact in corpus.definers(kind)]
    return all(map(is_finished, homes)) and any(corpus.pages(artifact) for artifact in homes)


def breaks(corpus: Corpus, link: Link) -> Iterator[Finding]:
    """Report every Must that nothing takes up, and what takes up nothing."""
    means = " or ".join(corpus.rules.means(kind) for kind in link.right)
    mentioned = {
        identifier
        for page in _pages(corpus, link)
        for text in held(line.text for line in page.document.lines)
        for identifier in corpus.identifiers_in(text)
    }
    for cover in covers(corpus, link):
        place = cover.place
        if not cover.by:
            aside = place.item.identifier in mentioned
            yield Finding(
                WARNING if aside else ERROR,
                place.page.path,
                place.item.line,
                f"no {means} takes up `{place.item.identifier}`"
                + (", it is only mentioned beside them" if aside else ""),
                "name it where it is taken up, or drop it with the reason",
            )
    yield from _without_origin(corpus, link)


def _without_origin(corpus: Corpus, link: Link) -> Iterator[Finding]:
    known = {place.item.identifier for kind in link.left for place in corpus.items(kind)}
    others = {place.item.identifier for kind in link.also for place in corpus.items(kind)}
    means = " or ".join(corpus.rules.means(kind) for kind in link.left)
    for place in _right(corpus, link) if known else []:
        identifier = place.item.identifier
        is_part = identifier.rpartition(".")[0] in known
        if not is_part and not corpus.identifiers_in(place.item.text) & (known | others):
            yield Finding(
                WARNING,
                place.page.path,
                place.item.line,
                f"`{identifier}` names no {means}",
                f"name the {means} that it serves; leave it where a constraint or a person asked",
            )


def untested(corpus: Corpus, named: set[str]) -> Iterator[Finding]:
    """Report Must criteria that no test names, once any test names one.

    What stands under a heading such as "Criteria that no automatic test can show" is set aside.

    Args:
        corpus: The documents.
        named: IDs found in tests, in the form that names in code have: `us_014_2`.
    """
    kinds = [i.kind for i in corpus.rules.identifiers if i.kind.endswith(".n")]
    places = [place for kind in kinds for place in corpus.items(kind)]
    aside = _in_sections(corpus.all_pages(), corpus, "no")
    due = [p for p in places if p.item.is_must and not p.item.is_dropped]
    due = [p for p in due if p.item.identifier not in aside]
    missing = [place for place in due if in_code(place.item.identifier) not in named]
    for place in missing if len(missing) < len(due) else []:
        name = in_code(place.item.identifier)
        yield Finding(
            WARNING,
            place.page.path,
            place.item.line,
            f"no test names `{place.item.identifier}`",
            f"write a test with `{name}` in its name",
        )


def in_code(identifier: str) -> str:
    """Give the form that an ID has in names of tests."""
    return "".join(c if c.isalnum() else "_" for c in identifier).lower()
