"""Write the state of the project as a page."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..coverage import coverage
from ..errors import Problem, RunnerError
from ..options import add_json
from ..page import Content, build_page
from ..pipeline import percent
from ..project import Project, now
from ..report import Report, reported, tokens_of

HELP = """\
Write one HTML file that shows progress by phase, the graph, what is next,
what needs attention, how requirements are taken up, and sizes.
It needs no network and no other file; open it in any browser."""
EXAMPLE = "python3 .milepost dashboard --output public/index.html"
PAGE = ".milepost/dashboard.html"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--output", metavar="FILE", help=f"where to write it (default: {PAGE} in the project)"
    )
    add_json(parser)


def run(project: Project, options: Namespace) -> Report:
    content = Content(
        plan=project.plan,
        states=project.states,
        coverage=tuple(coverage(project)),
        problems=project.problems,
        linked=_linked_tokens(project),
        made=now(),
    )
    path = _write(project, build_page(content), options.output)
    data = {"path": path, "percent": percent(project.states)}
    return reported([f"Open {path} in a browser."], data, project.problems)


def _linked_tokens(project: Project) -> int:
    folder = ".milepost/knowledge"
    texts = (project.tree.read(f"{folder}/{name}") or "" for name in project.tree.names(folder))
    return sum(map(tokens_of, texts))


def _write(project: Project, page: str, output: str | None) -> str:
    if output is None:
        project.tree.write(PAGE, page)
        return project.tree.absolute(PAGE)
    from pathlib import Path  # noqa: PLC0415 - only for a place outside the project

    path = Path(output)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        what = f"it cannot be written: {error.strerror}"
        raise RunnerError(Problem(output, what, "choose another file")) from error
    return str(path.absolute())
