"""Say whether the outputs of a step are there and keep the rules of their document."""

from __future__ import annotations

from collections.abc import Iterator

from .corpus import Corpus, Page
from .errors import Problem
from .plan import Step
from .project import Project
from .reach import overreaching
from .rules import Artifact, read_rules
from .shape import Finding
from .thread import breaks, dangling, defined_twice, is_due, misplaced, out_of_index
from .tree import names_file


def missing_outputs(project: Project, step: Step) -> list[Problem]:
    """Report required outputs that are missing or empty."""
    problems = []
    for path in step.outputs:
        files = project.tree.expand(path)
        if not files:
            problems.append(_missing(project, path))
        problems += [
            Problem(file, "the file is empty", "write it as the step's Expected Outputs say")
            for file in files
            if not (project.tree.read(file) or "").strip()
        ]
    return problems


def _missing(project: Project, path: str) -> Problem:
    fix = "write it as the step's Expected Outputs say"
    if project.tree.leaves(path):
        return Problem(path, "it is a symbolic link out of the project", "put the file itself here")
    if project.tree.has_folder(path) and names_file(path):
        return Problem(path, "a file is expected here, not a folder", "move the folder away")
    if project.tree.has_folder(path):
        return Problem(path, "the folder is empty", fix)
    return Problem(path, "it does not exist", fix)


def breaches(project: Project, step: Step) -> list[Finding]:
    """Report where what a step wrote breaks the rules that `validate` knows."""
    corpus = Corpus(project.tree, read_rules(project.tree))
    written = [a for a in corpus.rules.artifacts if _wrote(project, step, a)]
    pages = [page for artifact in written for page in corpus.pages(artifact) if page.text.strip()]
    findings = [finding for page in pages for finding in page.breaches(corpus.rules)]
    findings += misplaced(pages, corpus)
    findings += _twice(corpus, pages)
    findings += [*dangling(pages, corpus), *out_of_index(pages)]
    findings += overreaching(pages, corpus)
    return findings + list(_breaks(project, step, corpus))


def _wrote(project: Project, step: Step, artifact: Artifact) -> bool:
    if artifact.owner == step.name:
        return True
    record = project.progress.records.get(step.name)
    if artifact.path not in step.revises or record is None or record.started is None:
        return False
    return record.started.found.get(artifact.path) != project.digests.of(artifact.path)


def _twice(corpus: Corpus, pages: list[Page]) -> Iterator[Finding]:
    """Compare with the other documents that define the same kinds."""
    own = {page.path for page in pages}
    kinds = {item.kind for page in pages for item in page.items}
    homes = {artifact.path for kind in kinds for artifact in corpus.definers(kind)}
    others = [a for a in corpus.rules.artifacts if a.path in homes]
    everywhere = [page for a in others for page in corpus.pages(a) if page.path not in own]
    return (found for found in defined_twice([*everywhere, *pages]) if found.path in own)


def _breaks(project: Project, step: Step, corpus: Corpus) -> Iterator[Finding]:
    def is_finished(artifact: Artifact) -> bool:
        return artifact.owner == step.name or project.is_done(artifact.owner)

    for link in corpus.rules.thread:
        owners = {artifact.owner for kind in link.right for artifact in corpus.definers(kind)}
        if step.name in owners and is_due(corpus, link, is_finished):
            yield from breaks(corpus, link)
