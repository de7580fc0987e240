"""What a command costs beside starting Python."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sample import install_runner, make_large_sample

ROUNDS = 11
FACTOR, ALLOWANCE = 2.5, 0.060
COMMANDS = {
    "help": ["--help"],
    "version": ["--version"],
    "next": ["next"],
    "next --all": ["next", "--all", "--json"],
    "status": ["status"],
    "status --json": ["status", "--json"],
    "list": ["list"],
    "info": ["info", "step-40"],
    "show": ["show", "step-40", "text"],
    "show --paste": ["show", "step-40", "--paste"],
    "check": ["check", "step-40"],
    "start": ["start", "step-83"],
    "complete": ["complete", "step-83"],
    "reset": ["reset", "step-83"],
    "skip": ["skip", "step-83", "--reason", "not here"],
    "rework": ["rework", "--from", "step-10"],
    "decide": ["decide", "Lend for 14 days"],
    "decisions": ["decisions"],
    "knowledge": ["knowledge", "list"],
    "dashboard": ["dashboard"],
}


# Python keeps bytecode after the first run, unless the environment forbids it.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def seconds(command: list[str], root: Path) -> float:
    begin = time.perf_counter()
    subprocess.run(command, cwd=root, env=ENVIRONMENT, check=True, capture_output=True)
    return time.perf_counter() - begin


@pytest.mark.benchmark
def test_commands_cost_little_more_than_starting_python(tmp_path: Path) -> None:
    """Compare the fastest of several runs; both sides run in turn, so that noise meets both.

    The limit is 2.5 times `python -c pass` and 60 ms.
    """
    sample = make_large_sample(tmp_path / "project")
    runner = install_runner(sample)
    for arguments in COMMANDS.values():
        seconds([*runner, *arguments], sample.root)
    report, slow = [], []
    for name, arguments in COMMANDS.items():
        ours, bare = [], []
        for _ in range(ROUNDS):
            if name == "skip":
                (sample.root / ".milepost/progress/step-83.json").unlink(missing_ok=True)
            bare.append(seconds([sys.executable, "-c", "pass"], sample.root))
            ours.append(seconds([*runner, *arguments], sample.root))
        limit = FACTOR * min(bare) + ALLOWANCE
        took = min(ours)
        line = f"{name:15} {took * 1000:6.1f} ms, at most {limit * 1000:6.1f} ms"
        report.append(line)
        if took > limit:
            slow.append(line)
    print("\n" + "\n".join(report))  # noqa: T201 - `pytest -s` shows what was measured
    assert not slow, "\n".join(slow)
