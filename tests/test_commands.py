"""The authors' commands read well in a terminal, and speak JSON to programs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from factories import PLANNING, dump, sound_tree, write
from milepost.__main__ import Milepost


class Outcome(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Terminal:
    """Runs commands on one content, in this process."""

    def __init__(self, root: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capture = capture

    def run(self, command: str, *arguments: str) -> Outcome:
        self._capture.readouterr()
        with pytest.raises(SystemExit) as caught:
            Milepost.run(["milepost", command, "--root", str(self.root), *arguments])
        out, err = self._capture.readouterr()
        return Outcome(int(caught.value.code or 0), out, err)


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(write(tmp_path, sound_tree()), capsys)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Outcome:
    with pytest.raises(SystemExit) as caught:
        Milepost.run(["milepost", *arguments])
    out, err = capsys.readouterr()
    return Outcome(int(caught.value.code or 0), out, err)


# check


def test_check_says_that_sound_content_is_sound(terminal: Terminal) -> None:
    assert terminal.run("check") == Outcome(0, "The content is sound.\n", "")
    assert terminal.run("check", "--json").json == []


def test_check_reports_every_problem_and_exits_1(terminal: Terminal) -> None:
    text = sound_tree()[PLANNING].replace("Longer.", "TODO\tit")
    write(terminal.root, {PLANNING: text})
    number = text.split("\n").index("TODO\tit") + 1
    assert terminal.run("check") == Outcome(
        1,
        f"{PLANNING}:{number}: the line has a tab\n  fix: use spaces\n"
        f"{PLANNING}:{number}: `TODO` was left behind\n  fix: finish it\n"
        "2 problems.\n",
        "",
    )
    outcome = terminal.run("check", "--json")
    assert outcome.code == 1
    assert outcome.json == [
        {"where": f"{PLANNING}:{number}", "what": "the line has a tab", "fix": "use spaces"},
        {
            "where": f"{PLANNING}:{number}",
            "what": "`TODO` was left behind",
            "fix": "finish it",
        },
    ]


def test_check_counts_a_single_problem(terminal: Terminal) -> None:
    write(terminal.root, {PLANNING: "broken"})
    outcome = terminal.run("check")
    assert (outcome.code, outcome.out.split("\n")[-2]) == (1, "1 problem.")


# explain


def test_explain_says_why_each_step_is_on_or_off(terminal: Terminal) -> None:
    data = ("-d", "project_type=demo", "-d", "demo_fast=yes", "-d", "step_depths={plan-it: 2}")
    assert terminal.run("explain", *data) == Outcome(
        0,
        "plan-it (depth 2)\n"
        "  on because `mvp` switches it on\n"
        "  depth 2 from your `step_depths`\n"
        "  knows planning (from step)\n"
        "    without More: from depth 3\n"
        "\n"
        "build-it (depth 1)\n"
        "  on because `mvp` switches it on\n"
        "  depth 1 from `mvp`\n"
        "  after plan-it\n"
        "  knows building (from step)\n"
        "    without More: from depth 3\n"
        "  knows demo-parts (from demo)\n"
        "    without More: from depth 3\n"
        "\n"
        "Off\n"
        "  ship-it: your answers do not need it (`'web' in platforms`)\n",
        "",
    )


def test_explain_shows_only_the_steps_that_are_named(terminal: Terminal) -> None:
    outcome = terminal.run("explain", "--json", "-d", "methodology=custom", "plan-it", "ship-it")
    assert outcome.json == {
        "on": [
            {
                "name": "plan-it",
                "depth": 3,
                "conditional": False,
                "why": ["`custom` switches it on", "depth 3 from your `depth`"],
                "after": [],
                "knowledge": [
                    {
                        "name": "planning",
                        "from": "step",
                        "linked": None,
                        "sections": ["More"],
                        "dropped": [],
                    }
                ],
            }
        ],
        "off": [{"name": "ship-it", "why": "your answers do not need it (`'web' in platforms`)"}],
    }


def test_explain_takes_answers_from_a_project_and_data_wins(
    terminal: Terminal, tmp_path: Path
) -> None:
    recorded = {"_commit": "v1", "methodology": "deep", "old_answer": 1, "project_name": "Shed"}
    answers = tmp_path / ".copier-answers.yml"
    answers.write_text(dump(recorded), "utf-8")
    outcome = terminal.run("explain", "--json", "-a", str(answers), "plan-it")
    assert outcome.json["on"][0]["depth"] == 5
    outcome = terminal.run("explain", "--json", "-a", str(answers), "-d", "methodology=mvp")
    assert outcome.json["on"][0]["depth"] == 1


WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "no-pair": (("-d", "depth"), "depth: this is no answer\n  fix: write it as NAME=VALUE\n"),
    "unknown-name": (
        ("-d", "dept=3"),
        "dept: there is no such answer\n  fix: did you mean `depth`?\n",
    ),
    "wrong-value": (
        ("-d", "methodology=mpv"),
        "methodology: `mpv` is no choice\n  fix: did you mean `mvp`?\n",
    ),
    "not-asked": (
        ("-d", "depth=3"),
        "depth: this is not asked with your other answers\n  fix: choose `methodology: custom`\n",
    ),
    "together": (
        ("-d", "project_type=demo", "-d", "demo_fast=yes", "-d", "demo_mode=slow"),
        "answers of demo: It cannot be fast and slow.\n  fix: Choose one.\n",
    ),
}


@pytest.mark.parametrize("command", ["explain", "sizes"])
@pytest.mark.parametrize(("arguments", "message"), WRONG.values(), ids=WRONG.keys())
def test_wrong_answers_are_told_in_words(
    terminal: Terminal, command: str, arguments: tuple[str, ...], message: str
) -> None:
    assert terminal.run(command, *arguments) == Outcome(1, "", message)


def test_unknown_step_is_named_with_the_closest(terminal: Terminal) -> None:
    assert terminal.run("explain", "paln-it") == Outcome(
        1, "", "paln-it: there is no such step\n  fix: did you mean `plan-it`?\n"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", "this holds no answers"),
        ("", "this holds no answers"),
        ("a: [\n", "this is no YAML: "),
    ],
)
def test_file_that_holds_no_answers_is_refused(
    terminal: Terminal, tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "a.yml").write_text(text, "utf-8")
    outcome = terminal.run("sizes", "-a", str(tmp_path / "a.yml"))
    assert (outcome.code, outcome.out) == (1, "")
    assert message in outcome.err


def test_content_that_cannot_be_read_is_told_in_words(terminal: Terminal) -> None:
    write(terminal.root, {PLANNING: "broken"})
    message = (
        f"{PLANNING}:1: the front matter is missing\n  fix: start the file with a line `---`\n"
    )
    assert terminal.run("explain") == terminal.run("sizes") == Outcome(1, "", message)


# sizes


def test_sizes_shows_each_part_against_its_ceiling(terminal: Terminal) -> None:
    data = ("-d", "methodology=custom", "-d", "knowledge_delivery=linked")
    document = terminal.run("sizes", "--json", *data).json
    assert [row["name"] for row in document["steps"]] == ["plan-it", "build-it"]
    first, second = document["steps"]
    assert (first["depth"], first["frame"][1], first["knowledge"][1]) == (3, 500, 7500)
    assert (first["body"][1], second["body"][1]) == (1600, 1640)
    assert first["tokens"] == -(-first["bytes"] // 4)
    assert list(document["linked"]) == ["building", "planning"]
    assert document["tokens"] == (
        first["tokens"] + second["tokens"] + sum(document["linked"].values())
    )
    lines = terminal.run("sizes", *data).out.split("\n")
    assert lines[0].split() == ["step", "depth", "tokens", "frame", "body", "knowledge"]
    used = f"{first['body'][0]:,} of 1,600"
    assert lines[1].startswith("plan-it ")
    assert used in lines[1]
    assert lines[3].split() == ["building", "(linked)", f"{document['linked']['building']:,}"]
    assert lines[5].split() == ["all", f"{document['tokens']:,}"]


# Around the commands


def test_unknown_command_is_named_with_the_closest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "chekc") == Outcome(
        2, "", "`chekc` is no command\n  fix: did you mean `check`?\n"
    )
    assert run(capsys, "zzz").err.endswith("fix: use one of check, explain, sizes\n")


def test_no_command_shows_help_and_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run(capsys)
    assert outcome.code == 2
    assert "explain" in outcome.out


def test_unknown_option_is_wrong_usage(terminal: Terminal) -> None:
    outcome = terminal.run("check", "--jsn")
    assert outcome.code == 2
    assert "--jsn" in outcome.out + outcome.err


def test_package_is_started_as_a_module(tmp_path: Path) -> None:

    done = subprocess.run(
        [sys.executable, "-m", "milepost", "check", "--root", write(tmp_path, sound_tree())],
        cwd=Path(__file__).parents[1] / "extensions",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "The content is sound.\n", "")
