"""Find what an existing repository already has of a plan's artifacts."""

from __future__ import annotations

import re

from .corpus import Corpus, Page
from .pipeline import State
from .plan import SEEDS
from .project import Project
from .records import Frozen
from .report import quoted
from .rules import Artifact, read_rules
from .shape import ERROR, Finding

HIGH, MEDIUM, LOW, NONE = "high", "medium", "low", "none"
LEVELS = (HIGH, MEDIUM, LOW, NONE)
_HALF = 0.5
_LARGEST_DEPTH = 3


class Discovery(Frozen):
    """What was found for one output of a step.

    `is_at_home` says that it stands where the step would write it.
    """

    path: str
    found: tuple[str, ...]
    is_at_home: bool
    confidence: str
    evidence: str
    findings: tuple[Finding, ...] = ()


class Candidate(Frozen):
    """A step of which something was found."""

    state: State
    discoveries: tuple[Discovery, ...]

    @property
    def confidence(self) -> str:
        """That of the weakest output; what only exists elsewhere is low."""
        levels = [d.confidence if d.is_at_home else NONE for d in self.discoveries]
        weakest = max(levels, key=LEVELS.index)
        return LOW if weakest == NONE else weakest


def find_candidates(project: Project) -> list[Candidate]:
    """Look for the outputs of every step that nothing is recorded of."""
    corpus = Corpus(project.tree, read_rules(project.tree))
    texts = _texts(project, corpus)
    candidates = []
    for state in project.states:
        outputs = [path for path in state.step.outputs if path not in SEEDS]
        if state.record or state.step.stateless or not outputs:
            continue
        found = tuple(_discover(project, corpus, path, texts) for path in outputs)
        if any(discovery.found for discovery in found):
            candidates.append(Candidate(state, found))
    return candidates


def _texts(project: Project, corpus: Corpus) -> list[str]:
    """List the documents that stand nowhere in the plan, near the root."""
    own = {artifact.path for artifact in corpus.rules.artifacts}
    return [
        path
        for path in project.tree.files_below("", _LARGEST_DEPTH)
        if path.casefold().endswith((".md", ".rst", ".txt", ".adoc"))
        and path not in own
        and path not in SEEDS
    ]


def _discover(project: Project, corpus: Corpus, path: str, texts: list[str]) -> Discovery:
    artifact = next((a for a in corpus.rules.artifacts if a.path == path), None)
    home = project.tree.expand(path)
    if home:
        return _at_home(corpus, path, home, artifact)
    taken = {name.casefold() for each in corpus.rules.artifacts for name in each.alternatives}
    own = {name.casefold() for name in artifact.alternatives} if artifact else set()
    named = [text for text in texts if text.casefold() in own]
    alike = [t for t in texts if _stem(t) == _stem(path) and t.casefold() not in taken]
    for found, says in ((named, "a common name for it"), (alike, "the same file name")):
        if found:
            return _elsewhere(corpus, path, found[0], artifact, says)
    return Discovery(path, (), False, NONE, "nothing found")


def _stem(path: str) -> str:
    name = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _at_home(
    corpus: Corpus, path: str, found: tuple[str, ...], artifact: Artifact | None
) -> Discovery:
    if artifact is None:
        return Discovery(path, found, True, HIGH, "at its place")
    pages = corpus.pages(artifact)
    findings = tuple(
        finding
        for page in pages
        for finding in page.breaches(corpus.rules)
        if finding.level == ERROR
    )
    shape = _shape(pages[0], artifact) if pages else ""
    confidence = MEDIUM if findings else HIGH
    return Discovery(path, found, True, confidence, f"at its place{shape}", findings)


def _elsewhere(
    corpus: Corpus, path: str, found: str, artifact: Artifact | None, says: str
) -> Discovery:
    if artifact is None:
        return Discovery(path, (found,), False, LOW, f"elsewhere, {says}")
    page = corpus.page(found, artifact)
    wanted, there = _headings(page, artifact)
    likely = bool(wanted) and len(there) >= _HALF * len(wanted)
    confidence = MEDIUM if likely else LOW
    evidence = f"elsewhere, {says}{_shape(page, artifact)}"
    return Discovery(path, (found,), False, confidence, evidence)


def _headings(page: Page, artifact: Artifact) -> tuple[list[str], list[str]]:
    wanted = [heading.title for heading in artifact.headings if not heading.optional]
    titles = {section.title.casefold() for section in page.document.sections}
    return wanted, [title for title in wanted if title.casefold() in titles]


def _shape(page: Page, artifact: Artifact) -> str:
    wanted, there = _headings(page, artifact)
    ids = quoted(sorted({item.kind for item in page.items}))
    shape = f", {len(there)} of {len(wanted)} headings" if wanted else ""
    return shape + (f", IDs {ids}" if ids else "")
