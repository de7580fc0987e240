"""Compare three ways to take a new release, with the same project and the same edits.

Run as a program, it writes the table into `docs/updating.md`.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests")]

import copier  # noqa: E402 - the tests' own modules are found on the path set above
from releases import (  # noqa: E402
    ANSWERS,
    FIRST,
    OWN,
    STEPS,
    THIRD,
    Edit,
    apply_edits,
    copied,
    edits,
    make,
    release_three,
    render,
    settle,
    update,
)
from templates import commit, files  # noqa: E402

PAGE = ROOT / "docs/updating.md"
_MARKS = re.compile(r"(<!-- comparison -->\n).*?(<!-- /comparison -->)", re.DOTALL)
DELETED = f"{STEPS}/quick-task.md"
LOST = "**lost, without a word**"


class After(NamedTuple):
    """A project after it took the new release, and what was said about it."""

    files: Mapping[str, bytes]
    fresh: Mapping[str, bytes]
    report: Mapping[str, Any]


class Row(NamedTuple):
    """Something of the team's, and how to see what became of it."""

    what: str
    became: Callable[[After], str]


def line(what: str, path: str, place: str) -> Row:
    """Follow a line that was added to a file."""
    one = Edit(path, place)

    def became(after: After) -> str:
        found = [name for name, data in after.files.items() if one.line.encode() in data]
        copies = {item["copy"] for item in after.report["kept"]}
        if not found:
            return LOST
        if path in after.report["conflicts"]:
            return "shown as a conflict"
        if path in after.fresh and path in found:
            return "kept"
        if any(name in after.fresh for name in found):
            return "moved to the step's new file"
        return "kept as a copy" if copies & set(found) else "left in a file that no plan names"

    return Row(what, became)


def own(what: str, path: str) -> Row:
    """Follow a file of the team's."""

    def became(after: After) -> str:
        return "kept" if after.files.get(path) == OWN[path].encode() else LOST

    return Row(what, became)


ROWS = (
    line("Notes below `## Project notes`", f"{STEPS}/user-stories.md", "notes"),
    line("A line in the middle of a step file", f"{STEPS}/tdd.md", "middle"),
    line("A line beside one that the release changed", f"{STEPS}/tech-stack.md", "top"),
    line("Notes in a step that has another name now", f"{STEPS}/code-rules.md", "notes"),
    line("Another edit in that step", f"{STEPS}/code-rules.md", "top"),
    line("An edit in a step that is gone", f"{STEPS}/press-release.md", "middle"),
    line("An edit in a tool that is gone", ".milepost/tools/ship.md", "middle"),
    line("An edit in a skill", ".claude/skills/milepost-next/SKILL.md", "notes"),
    own("`AGENTS.md`, rewritten by the team", "AGENTS.md"),
    own("Instructions under `.milepost/local/`", ".milepost/local/instructions.md"),
    Row(
        "A step file that was deleted on purpose",
        lambda after: "comes back" if DELETED in after.files else "stays deleted",
    ),
    Row(
        "Files of steps that the release no longer has",
        lambda after: (
            "stay behind"
            if {f"{STEPS}/code-rules.md", f"{STEPS}/press-release.md"} & after.files.keys()
            else "removed"
        ),
    ),
)


def overwrite(project: Path, fresh: Path) -> dict[str, Any]:
    """Take a release by copying its files over the project's."""
    shutil.copytree(fresh, project, dirs_exist_ok=True)
    return {"kept": [], "conflicts": []}


def update_plainly(project: Path, _: Path) -> dict[str, Any]:
    """Take a release with `copier update`."""
    copier.run_update(
        project, vcs_ref=THIRD, defaults=True, unsafe=True, quiet=True, overwrite=True
    )
    marked = [name for name, data in files(project).items() if b"<<<<<<< before" in data]
    return {"kept": [], "conflicts": marked}


def update_with_the_runner(project: Path, _: Path) -> dict[str, Any]:
    """Take a release with `python3 .milepost update`."""
    return update(project, "--vcs-ref", THIRD, code=None)


WAYS: Mapping[str, Callable[[Path, Path], dict[str, Any]]] = {
    "overwriting files": overwrite,
    "`copier update`": update_plainly,
    "`python3 .milepost update`": update_with_the_runner,
}


def table(work: Path) -> str:
    """Take the release in each way and write what became of everything."""
    source = str(release_three(work / "milepost"))
    fresh = render(source, work / "fresh", THIRD, ANSWERS)
    start = make(source, work / "start", FIRST)
    apply_edits(start, edits(FIRST))
    (start / DELETED).unlink()
    commit(start, "Without quick tasks")
    afters = []
    for number, take in enumerate(WAYS.values()):
        project = copied(start, work / f"project-{number}")
        report = take(project, work / "fresh")
        afters.append(After(files(project), fresh, report))
    rows = [["", *WAYS], ["---"] * (len(WAYS) + 1)]
    rows += [[row.what, *(row.became(after) for after in afters)] for row in ROWS]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


def inserted(page: str, rows: str) -> str:
    """Put the table between its marks."""
    return _MARKS.sub(lambda match: f"{match[1]}\n{rows}\n{match[2]}", page)


def main(_: Sequence[str]) -> int:
    """Write the table into the page."""
    with tempfile.TemporaryDirectory() as work:
        settle(Path(work))
        rows = table(Path(work).resolve())
    PAGE.write_text(inserted(PAGE.read_text("utf-8"), rows), "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
