"""Update many projects of mixed answers by the fleet's program, in one run.

Run as a program, with the number of projects (default 100), it says how long one takes.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import cycle, islice, product
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests")]

from releases import FIRST, SECOND, THIRD, make, release_three, settle, start  # noqa: E402

PROGRAM = ROOT / "docs/fleet/milepost_fleet.py"


class Run(NamedTuple):
    """What one run over all projects gave; `seconds` is wall time, `cpu` that of all processes."""

    statuses: dict[str, str]
    versions: set[str]
    seconds: float
    cpu: float


def mixed_answers() -> Iterator[dict[str, Any]]:
    """Give different answers for ever."""
    kinds = ({"project_type": "browser-extension"}, {"project_type": "none"})
    methods = ({"methodology": "mvp"}, {"methodology": "deep"}, {"methodology": "custom"})
    agents = (["claude-code"], ["codex"], ["claude-code", "codex", "gemini"])
    deliveries = ("inline", "linked")
    for kind, method, chosen, delivery in cycle(product(kinds, methods, agents, deliveries)):
        own = {"steps_off": [], "agents": chosen, "knowledge_delivery": delivery}
        yield {**kind, **method, **own}


def make_projects(source: Path, folder: Path, number: int) -> list[Path]:
    """Make projects of two releases in turn."""
    tags = cycle((FIRST, SECOND))
    return [
        make(str(source), folder / f"p{index:03}", tag, project_name=f"Project {index}", **data)
        for index, (tag, data) in enumerate(
            zip(tags, islice(mixed_answers(), number), strict=False)
        )
    ]


def update_all(work: Path, number: int) -> Run:
    """Make the projects, then update all of them in one run."""
    source = release_three(work / "milepost")
    projects = make_projects(source, work / "projects", number)
    command = [sys.executable, "-B", str(PROGRAM), "render", "--source", str(source)]
    command += ["--output", str(work / "out"), *map(str, projects)]
    began, cpu = perf_counter(), _cpu()
    done = start(command, work)
    seconds, cpu = perf_counter() - began, _cpu() - cpu
    assert done.code == 0, done
    texts = [path.read_text("utf-8") for path in sorted((work / "out").glob("*/result.json"))]
    results = [json.loads(text) for text in texts]
    statuses = {one["project"]: one["status"] for one in results}
    return Run(statuses, {one["report"]["to"] for one in results}, seconds, cpu)


def _cpu() -> float:
    times = os.times()
    return times.children_user + times.children_system


def main(arguments: Sequence[str]) -> int:
    """Say how long one project takes."""
    number = int(arguments[0]) if arguments else 100
    with tempfile.TemporaryDirectory() as work:
        settle(Path(work))
        run = update_all(Path(work).resolve(), number)
    assert list(run.statuses.values()) == ["updated"] * number
    assert run.versions == {THIRD}
    each, cpu = run.seconds / number, run.cpu / number
    sys.stdout.write(f"{number} projects: {each:.2f} s each, {cpu:.2f} s of it computing\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
