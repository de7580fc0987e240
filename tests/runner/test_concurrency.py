"""Many agents, many branches, and interruptions at any moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sample import TEMPLATE, Sample, install_runner, make_sample, plan_of, step

GIT = {
    **os.environ,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}


def independent_steps(root: Path, count: int) -> Sample:
    sample = make_sample(root, plan_of(*(step(f"step-{n}") for n in range(count))))
    for number in range(count):
        sample.write(f"docs/step-{number}.md", f"# Step {number}\n")
    return sample


def git(sample: Sample, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", *arguments],
        cwd=sample.root,
        env=GIT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_fifty_processes_lose_nothing(tmp_path: Path) -> None:
    sample = independent_steps(tmp_path, 50)
    runner = install_runner(sample)

    processes = [
        subprocess.Popen(
            [*runner, "complete", f"step-{number}"],
            cwd=sample.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for number in range(50)
    ]
    errors = [process.communicate()[1] for process in processes]

    assert errors == [b""] * 50
    status = sample.json("status")
    assert (status["percent"], status["counts"]["completed"]) == (100, 50)
    assert not list((tmp_path / ".milepost/progress").glob(".*"))


KILLER = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
moment = int(sys.argv[2])
calls = 0

def watch(event, arguments):
    global calls
    if event in ("open", "os.rename", "os.remove", "os.mkdir") and "progress" in str(arguments[0]):
        calls += 1
        if calls == moment:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
from runner.cli import main
code = main(["complete", "vision"], sys.argv[3])
sys.exit(99 if code == 0 else code)
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal on Windows")
def test_killed_at_any_moment_progress_stays_readable(tmp_path: Path) -> None:
    sample = make_sample(tmp_path, plan_of(step("vision"), step("prd")))
    sample.write("docs/vision.md", "# Vision\n")
    runner = Path(__file__).parents[2] / "template" / ".milepost"
    sample.run("start", "vision")

    for moment in range(1, 50):
        done = subprocess.run(
            [sys.executable, "-c", KILLER, str(runner), str(moment), str(tmp_path)],
            capture_output=True,
            check=False,
        )
        assert sample.json("status")["counts"]["unreadable"] == 0
        if done.returncode != -signal.SIGKILL:
            break

    assert (moment > 3, done.returncode) == (True, 99), done
    assert sample.record("vision")["status"] == "completed"


def repository(root: Path) -> Sample:
    sample = independent_steps(root, 3)
    git(sample, "init", "-q", "-b", "main")
    git(sample, "add", "-A")
    git(sample, "commit", "-qm", "start")
    return sample


def on_branch(sample: Sample, branch: str, *commands: tuple[str, ...]) -> None:
    git(sample, "checkout", "-q", "main")
    git(sample, "checkout", "-qb", branch)
    for command in commands:
        assert sample.run(*command).code == 0
    git(sample, "add", "-A")
    git(sample, "commit", "-qm", branch)


def test_what_a_killed_command_leaves_is_never_committed(tmp_path: Path) -> None:
    sample = repository(tmp_path)
    ignored = (TEMPLATE / ".gitignore.jinja").read_text(encoding="utf-8")
    sample.write(".milepost/.gitignore", ignored)
    git(sample, "add", "-A")
    git(sample, "commit", "-qm", "ignore")

    sample.write(".milepost/progress/.step-0.json.1-a.tmp", '{"schema": 1, "st')

    assert git(sample, "status", "--porcelain").stdout == ""
    assert "an interrupted command left this file behind" in sample.run("validate").out


def test_branches_that_record_different_steps_merge(tmp_path: Path) -> None:
    sample = repository(tmp_path)
    on_branch(sample, "one", ("complete", "step-0"), ("decide", "Lend for 14 days"))
    on_branch(sample, "two", ("complete", "step-1"), ("decide", "Remind after 10 days"))

    assert git(sample, "merge", "-q", "one", "-m", "merge").returncode == 0
    assert sample.json("status")["counts"]["completed"] == 2
    assert len(sample.json("decisions")["decisions"]) == 2


def test_runs_of_one_stateless_step_merge(tmp_path: Path) -> None:
    rows = [step("vision"), step("build", stateless=True, outputs=[], revises=["docs/vision.md"])]
    sample = make_sample(tmp_path, plan_of(*rows))
    sample.write("docs/vision.md", "# Vision\n")
    git(sample, "init", "-q", "-b", "main")
    git(sample, "add", "-A")
    git(sample, "commit", "-qm", "start")
    on_branch(sample, "one", ("start", "build"))
    on_branch(sample, "two", ("start", "build"))

    assert git(sample, "merge", "-q", "one", "-m", "merge").returncode == 0
    assert sample.run("status").code == 0


def test_the_same_step_recorded_twice_gives_one_question(tmp_path: Path) -> None:
    sample = repository(tmp_path)
    on_branch(sample, "one", ("complete", "step-0"))
    git(sample, "checkout", "-q", "main")
    sample.write("docs/step-0.md", "# Another\n")
    git(sample, "commit", "-qam", "other text")
    on_branch(sample, "two", ("complete", "step-0"))
    path = ".milepost/progress/step-0.json"

    assert git(sample, "merge", "one", "-m", "merge").returncode == 1
    outcome = sample.run("status")

    assert outcome.code == 1
    assert outcome.err == (
        f"{path}: two branches recorded `step-0` and Git could not merge them\n"
        f"  fix: keep one: `git checkout --ours -- {path}` or `--theirs`, then `git add {path}`\n"
    )
    assert git(sample, "checkout", "--ours", "--", path).returncode == 0
    assert sample.run("status").code == 0
    assert json.loads(sample.read(path))["status"] == "completed"
