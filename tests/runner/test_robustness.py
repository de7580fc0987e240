"""Whatever is broken: a clear message, no traceback, nothing lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from runner.tree import Tree
from sample import TEMPLATE, Sample, install_runner, make_sample, plan_of, reads, step

Make = Callable[..., Sample]

needs_links = pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")


def two_steps() -> tuple[dict[str, object], ...]:
    return (
        step("vision"),
        step("prd", dependencies=["vision"], inputs=[reads("docs/vision.md", "vision")]),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "it is empty, cut short or not a progress file"),
        ('{"schema": 1, "step": "vis', "it is empty, cut short or not a progress file"),
        ("[]", "it is empty, cut short or not a progress file"),
        pytest.param("[" * 100_000, "it is empty, cut short", id="deep"),
        ("\x00\x00\x00", "it is empty, cut short or not a progress file"),
        ('{"schema": 1}', "it lacks 'step'"),
        ('{"schema": 1, "step": "prd"}', "it is about `prd`"),
        ('{"schema": 1, "step": "vision"}', "it records nothing"),
        ('{"schema": 1, "step": "vision", "completed": {"at": "x"}}', "it lacks 'methodology'"),
        ('{"schema": 1, "step": "vision", "completed": {"at": 3}}', "it is empty, cut short or"),
        ('{"schema": 1, "step": "vision", "skipped": 7}', "it is empty, cut short or"),
        ('{"schema": 2, "step": "vision"}', "its schema is 2; this runner reads schema 1"),
        ("<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> x\n", "two branches recorded `vision`"),
    ],
)
def test_unreadable_progress_is_named_and_kept(project: Make, text: str, says: str) -> None:
    sample = project(*two_steps())
    path = ".milepost/progress/vision.json"
    sample.write(path, text)

    for command in (["next"], ["status"], ["start", "vision"], ["complete", "vision"], ["rework"]):
        outcome = sample.run(*command)
        assert outcome.code == 1
        assert f"{path}: {says}" in outcome.err
        assert sample.read(path) == text
    assert sample.run("start", "prd").code == 1


WRONG: tuple[Any, ...] = (
    None,
    5,
    "x",
    [],
    [[]],
    {"docs/vision.md": []},
    {"docs/vision.md": {"before": 1}},
)


@pytest.mark.parametrize("key", ["depth", "task-digest", "inputs", "outputs", "revised"])
def test_foreign_values_in_progress_cause_no_traceback(project: Make, key: str) -> None:
    sample = project(*two_steps())
    sample.do("vision", "prd")
    record = sample.record("prd")
    sample.change_step("prd", task_digest="another")
    for wrong in WRONG:
        sample.write(
            ".milepost/progress/prd.json",
            json.dumps({**record, "completed": {**record["completed"], key: wrong}}),
        )
        for command in (["status"], ["rework"], ["info", "prd"], ["validate"]):
            assert sample.run(*command).code in (0, 1), (command, wrong)


@pytest.mark.parametrize("key", list(step("vision")))
def test_foreign_values_in_the_plan_cause_no_traceback(project: Make, key: str) -> None:
    sample = project(*two_steps())
    rows = sample.plan()["steps"]
    for wrong in (*WRONG, [1], [{"path": []}]):
        sample.change_plan(steps=[{**rows[0], key: wrong}, rows[1]])
        for command in (["status"], ["info", "prd"]):
            assert sample.run(*command).code in (0, 1), (command, wrong)


def test_reset_sets_an_unreadable_file_aside(project: Make) -> None:
    sample = project(*two_steps())
    sample.write(".milepost/progress/vision.json", "{")

    outcome = sample.run("reset", "vision")

    assert outcome.code == 0
    assert sample.read(".milepost/progress/vision.json.1.kept") == "{"
    assert [row["name"] for row in sample.json("next")["ready"]] == ["vision"]


def test_a_folder_in_place_of_a_progress_file(project: Make) -> None:
    sample = project(*two_steps())
    (sample.root / ".milepost/progress/vision.json").mkdir(parents=True)

    outcome = sample.run("start", "vision")

    assert outcome.code == 1
    assert "a file is expected here, not a folder" in outcome.err


def test_a_file_in_place_of_the_progress_folder(project: Make) -> None:
    sample = project(*two_steps())
    sample.write(".milepost/progress", "mine")

    for command in (["next"], ["start", "vision"]):
        outcome = sample.run(*command)
        assert (outcome.code, outcome.out) == (1, "")
        assert "a folder is expected here, not a file" in outcome.err
    assert sample.read(".milepost/progress") == "mine"


def test_a_folder_in_place_of_an_output(project: Make) -> None:
    sample = project(*two_steps())
    sample.write("docs/vision.md/notes.txt", "Somewhere else.\n")

    outcome = sample.run("complete", "vision")

    assert outcome.code == 1
    assert "docs/vision.md: a file is expected here, not a folder\n" in outcome.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "the plan is missing"),
        ("", "it is not a plan"),
        ("[]", "it is not a plan"),
        pytest.param("[" * 100_000, "it is not a plan", id="deep"),
        ('{"schema": 7}', "its schema is 7; this runner reads schema 1"),
        ('{"schema": 1}', "it lacks 'steps'"),
        ('{"schema": 1, "steps": [{"name": "x"}]}', "it lacks"),
        (json.dumps({**plan_of(), "steps": "x"}), "it is malformed"),
        (json.dumps(plan_of(step("vision", depth="3"))), "it is malformed: '3' is no whole number"),
    ],
)
def test_a_plan_that_cannot_be_used(project: Make, text: str | None, says: str) -> None:
    sample = project(*two_steps())
    path = sample.root / ".milepost/plan.json"
    path.unlink() if text is None else path.write_text(text)

    for command in ("next", "status", "list", "validate", "dashboard", "adopt", "decisions"):
        outcome = sample.run(command)
        if command != "decisions":
            assert outcome.code == 1
            assert f".milepost/plan.json: {says}" in outcome.err
    assert "no readable plan" in sample.run("--version").out


def test_json_reports_problems_too(project: Make) -> None:
    sample = project(*two_steps())
    (sample.root / ".milepost/plan.json").unlink()

    outcome = sample.run("next", "--json")

    assert outcome.code == 1
    assert outcome.data["problems"][0]["where"] == ".milepost/plan.json"


@pytest.mark.parametrize(
    "text",
    [
        None,
        "{",
        '{"schema": 9}',
        '{"schema": 1}',
        '{"schema": 1, "ids": [], "thread": [{"from": [1], "to": []}], "artifacts": []}',
    ],
)
def test_artifact_rules_that_cannot_be_used(project: Make, text: str | None) -> None:
    sample = project(*two_steps())
    path = sample.root / ".milepost/artifacts.json"
    path.unlink() if text is None else path.write_text(text)
    sample.write("docs/vision.md", "# V\n")

    for command in (["validate"], ["adopt"], ["complete", "vision"], ["dashboard"]):
        outcome = sample.run(*command)
        assert outcome.code == 1
        assert ".milepost/artifacts.json: " in outcome.err


@needs_links
def test_nothing_outside_the_project_is_read_or_written(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "vision.md").write_text("# Secret\n")
    sample = make_sample(tmp_path / "project", plan_of(*two_steps()))
    sample.write("docs/keep.md", "x")
    (sample.root / "docs/vision.md").symlink_to(outside / "vision.md")
    (sample.root / ".milepost/progress").symlink_to(outside)
    (sample.root / ".milepost/decisions").symlink_to(outside)

    assert "symbolic link out of the project" in sample.run("status").err
    assert "symbolic link out of the project" in sample.run("decide", "Yes").err
    (sample.root / ".milepost/progress").unlink()
    assert "symbolic link out of the project" in sample.run("complete", "vision").err
    assert sorted(path.name for path in outside.iterdir()) == ["vision.md"]


@needs_links
def test_a_link_inside_the_project_is_fine(project: Make) -> None:
    sample = project(*two_steps())
    sample.write("notes/vision.md", "# Vision\n")
    (sample.root / "docs").mkdir()
    (sample.root / "docs/vision.md").symlink_to(sample.root / "notes/vision.md")

    assert sample.run("complete", "vision").code == 0


AS_ANYBODY = """
import os, sys
sys.path.insert(0, sys.argv[1])
from runner.cli import main
main(["complete", "vision"], sys.argv[2])  # loads all that the next line needs
if os.geteuid() == 0:
    os.setuid(65534)
sys.exit(main(["complete", "vision"], sys.argv[3]))
"""


@pytest.mark.skipif(os.name == "nt", reason="folders have no such permission on Windows")
def test_a_read_only_folder() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        other, sample = (make_sample(Path(folder, n), plan_of(*two_steps())) for n in "ab")
        for each in (other, sample):
            each.write("docs/vision.md", "# Vision\n")
        sample.write(".milepost/progress/notes.txt", "mine")
        progress = sample.root / ".milepost/progress"
        progress.chmod(0o555)

        done = subprocess.run(
            [sys.executable, "-c", AS_ANYBODY, str(TEMPLATE), str(other.root), str(sample.root)],
            capture_output=True,
            text=True,
            check=False,
        )
        progress.chmod(0o755)

        assert done.returncode == 1, done
        assert done.stderr == (
            ".milepost/progress/vision.json: it cannot be written: Permission denied\n"
            "  fix: make the folder writable and run the command again; nothing was changed\n"
        )
        assert [path.name for path in progress.iterdir()] == ["notes.txt"]


def test_a_path_with_spaces_and_other_letters(tmp_path: Path) -> None:
    sample = make_sample(tmp_path / "Leihlädchen für alle 工具", plan_of(*two_steps()))
    runner = install_runner(sample)
    sample.write("docs/vision.md", "# Vision\n")

    done = subprocess.run(
        [*runner, "complete", "vision"], cwd=sample.root, capture_output=True, check=False
    )

    assert done.returncode == 0, done
    assert sample.record("vision")["status"] == "completed"


def test_the_runner_works_from_a_folder_below(tmp_path: Path) -> None:
    sample = make_sample(tmp_path, plan_of(*two_steps()))
    install_runner(sample)
    below = sample.root / "src"
    below.mkdir()

    done = subprocess.run(
        [sys.executable, "../.milepost", "next"], cwd=below, capture_output=True, check=False
    )

    assert b"Next: vision" in done.stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
@pytest.mark.parametrize("command", [["next"], ["status"], ["next", "--json"], ["show", "vision"]])
def test_output_survives_every_encoding(tmp_path: Path, encoding: str, command: list[str]) -> None:
    sample = make_sample(
        tmp_path, plan_of(step("vision", title="vision → 工具 🛠", description="é"))
    )
    runner = install_runner(sample)

    done = subprocess.run(
        [*runner, *command],
        cwd=sample.root,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert b"vision" in done.stdout
    done.stdout.decode(encoding)


def long_step() -> dict[str, object]:
    return step("vision", description="A sentence. " * 40_000)


@pytest.mark.skipif(os.name == "nt", reason="pipes block on Windows")
def test_output_is_whole_on_a_pipe_that_does_not_block(tmp_path: Path) -> None:
    sample = make_sample(tmp_path, plan_of(long_step()))
    runner = install_runner(sample)
    receiver, sender = os.pipe()
    os.set_blocking(sender, False)

    with subprocess.Popen([*runner, "next"], cwd=sample.root, stdout=sender) as process:
        os.close(sender)
        with os.fdopen(receiver, "rb") as pipe:
            received = pipe.read()
        assert process.wait() == 0

    assert received.count(b"A sentence.") == 40_000


def test_a_reader_that_goes_away_causes_no_traceback(tmp_path: Path) -> None:
    sample = make_sample(tmp_path, plan_of(long_step()))
    runner = install_runner(sample)

    with subprocess.Popen(
        [*runner, "next"], cwd=sample.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.parametrize("reason", ["caf\udce9", "lone \ud800", "two\nlines \x1b[31m"])
def test_damaged_characters_are_taken(project: Make, reason: str) -> None:
    sample = project(*two_steps())

    assert sample.run("skip", "vision", "--reason", reason).code == 0
    assert sample.run("decide", reason).code == 0
    assert sample.run("status").code == 0
    assert sample.run("decisions").code == 0


def test_file_names_suit_windows(project: Make) -> None:
    build = step("build", stateless=True, outputs=[], revises=["docs/vision.md"])
    sample = project(*two_steps(), build)
    sample.write("docs/vision.md", "# Vision\n")
    sample.run("start", "build")
    sample.run("complete", "vision")
    sample.run("decide", 'What: "a/b" <c> | CON? *')
    sample.run("knowledge", "list")

    names = [path.name for path in (sample.root / ".milepost").rglob("*")]

    assert any(name.startswith("build@") for name in names)
    for name in names:
        assert not set(name) & set('<>:"/\\|?*')
        assert not name.endswith((" ", "."))


def test_paths_are_joined_as_the_system_does() -> None:
    assert Tree("root").absolute("docs/a/b.md") == str(Path("root", "docs", "a", "b.md"))


def test_old_python_gets_a_sentence() -> None:
    source = Path(__file__).parents[2] / "template/.milepost/__main__.py"
    text = source.read_text(encoding="utf-8")

    assert "\nfrom __future__" not in text
    assert text.index("sys.version_info < (3, 9)") < text.index("from runner")
