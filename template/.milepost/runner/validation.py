"""Hold a whole project to its rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .consistency import check_project
from .corpus import Corpus, Page
from .errors import RunnerError
from .project import Project
from .reach import overreaching
from .report import quoted
from .rules import Artifact, read_rules
from .shape import ERROR, WARNING, Finding
from .thread import (
    breaks,
    dangling,
    defined_twice,
    is_due,
    misplaced,
    out_of_index,
    untested,
)

_TEST_PATH = re.compile(r"(^|[/_.-])(tests?|specs?|e2e)([/_.-]|$)", re.IGNORECASE)
_NAME_IN_CODE = re.compile(r"[a-z]{1,4}_[0-9]{2,4}(?:_[0-9]{1,2})?(?![0-9])")
_LARGEST_TEST = 1_000_000


def validate(project: Project) -> list[Finding]:
    """Report everything that breaks a rule, errors first, each in order of its place."""
    corpus = Corpus(project.tree, read_rules(project.tree))
    pages = list(corpus.all_pages())
    findings = [*check_project(project), *_shapes(project, corpus, pages)]
    findings += [*misplaced(pages, corpus), *defined_twice(pages), *dangling(pages, corpus)]
    findings += [*out_of_index(pages), *overreaching(pages, corpus)]
    for link in corpus.rules.thread:
        if is_due(corpus, link, lambda artifact: project.is_done(artifact.owner)):
            findings += breaks(corpus, link)
    findings += untested(corpus, _ids_in_tests(project))
    return sorted(dict.fromkeys(findings), key=lambda f: (f.level != ERROR, f.path, f.line))


def _shapes(project: Project, corpus: Corpus, pages: list[Page]) -> Iterator[Finding]:
    """Report shapes; what nobody called done yet, or what was accepted, is a warning."""
    for page in pages:
        accepted = _accepted(project, page.artifact)
        for finding in page.breaches(corpus.rules):
            if accepted is None:
                yield finding
            else:
                yield finding.replace(level=WARNING, fix=f"{finding.fix} ({accepted})")


def _accepted(project: Project, artifact: Artifact) -> str | None:
    record = project.progress.records.get(artifact.owner)
    if record is None or record.completed is None:
        return f"`{artifact.owner}` is not completed yet"
    reasons = list(dict.fromkeys(item.reason for item in record.completed.allowances))
    return f"accepted: {quoted(reasons)}" if reasons else None


def _ids_in_tests(project: Project) -> set[str]:
    """Find the IDs that tests name, in the form `us_014_2`."""
    named: set[str] = set()
    for path in project.tree.files_below(""):
        if path.endswith(".md") or not _TEST_PATH.search(path):
            continue
        try:
            text = (project.tree.read_bytes(path) or b"")[:_LARGEST_TEST].decode("utf-8", "replace")
        except RunnerError:
            continue
        named.update(_NAME_IN_CODE.findall(re.sub(r"[-.]", "_", text.lower())))
    return named
