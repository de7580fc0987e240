"""Help, usage, output and the shape of `--json`."""

from __future__ import annotations

import ast
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from runner.cli import COMMANDS
from runner.terminal import print_lines, wants_color
from sample import TEMPLATE, Sample, install_runner, reads, step

Make = Callable[..., Sample]
SOURCES = sorted((TEMPLATE / "runner").rglob("*.py"))


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_help_names_every_command(project: Make) -> None:
    out = project(step("vision")).run("--help").out

    assert out.startswith("Milepost v1.0.0, plan of Tool library\n")
    for command, says in COMMANDS.items():
        assert re.search(rf"^  {command} +{re.escape(says)}$", out, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_with_an_example(
    project: Make, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = project(step("vision")).run(command, "--help")

    assert outcome.code == 0
    assert f"example:\n  python3 .milepost {command}" in outcome.out
    assert "--json" in outcome.out or command == "knowledge"


def test_help_and_version_are_understood_as_words(project: Make) -> None:
    sample = project(step("vision"))

    assert sample.run("help").out == sample.run("--help").out
    assert sample.run("help", "next").out == sample.run("next", "--help").out
    assert sample.run("help", "nxt").code == 2
    assert sample.run("version").out == "Milepost v1.0.0, plan of Tool library\n"
    assert "required: STEP\n" in sample.run("show").err


def test_unknown_command_and_option(project: Make) -> None:
    sample = project(step("vision"))

    assert sample.run("stauts").err == (
        "stauts: there is no such command\n  fix: did you mean `status`?\n"
    )
    assert sample.run("stauts").code == 2
    outcome = sample.run("next", "--al")
    assert (outcome.code, "Traceback" in outcome.err) == (2, False)
    assert "`python3 .milepost next --help` explains it" in outcome.err


def test_colour_is_for_terminals_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    screen, file = Screen(), io.StringIO()

    for stream in (screen, file):
        print_lines(("\x1b[1mnext\x1b[0m",), stream)

    assert screen.getvalue() == "\x1b[1mnext\x1b[0m\n"
    assert file.getvalue() == "next\n"
    assert not wants_color(Screen(), {"NO_COLOR": "1", "TERM": "xterm"})
    assert not wants_color(Screen(), {"TERM": "dumb"})


SHAPES = {
    ("next",): "percent started ready stateless stale outdated",
    ("status",): "project version methodology percent counts phases",
    ("list",): "steps tools off",
    ("info", "vision"): "step",
    ("show", "vision"): "name kind path update-mode present missing outputs-held decisions "
    "instructions overrides arguments prompt pasted left-out",
    ("check", "vision"): "name verdict conditional applies-when-text why evidence",
    ("start", "vision"): "started",
    ("complete", "vision"): "completed stale",
    ("skip", "prd", "--reason", "x"): "skipped need-its-output",
    ("reset", "prd"): "reset",
    ("rework",): "rework",
    ("decide", "Yes"): "at title step body path",
    ("decisions",): "decisions",
    ("knowledge", "list"): "entries unknown",
    ("validate",): "errors warnings findings coverage",
    ("adopt",): "written steps",
    ("dashboard",): "path percent",
}


def test_json_has_its_documented_shape(project: Make) -> None:
    sample = project(step("vision"), step("prd", inputs=[reads("docs/vision.md", "vision")]))
    sample.write("docs/vision.md", "# Vision\n")
    reference = (Path(__file__).parents[2] / "docs/runner.md").read_text(encoding="utf-8")

    assert {command[0] for command in SHAPES} | {"update"} == set(COMMANDS)
    for command, keys in SHAPES.items():
        data = sample.json(*command)
        assert set(data) == {"schema", "command", "problems", *keys.split()}
        assert (data["schema"], data["command"]) == (1, command[0])
        section = reference.split(f"\n### {command[0]}\n", 1)[1].split("\n### ", 1)[0]
        for key in keys.split():
            assert f"`{key}`" in section, (command, key)


def imports_of(source: Path) -> list[tuple[int, str]]:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    return [
        (node.level, node.module or "")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    ] + [
        (0, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    ]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_only_the_standard_library_is_imported(source: Path) -> None:
    for level, module in imports_of(source):
        assert level or module.split(".")[0] in {*sys.stdlib_module_names, "_sha2", "_sha256"}


def test_next_loads_no_more_than_it_needs(project: Make) -> None:
    sample = project(step("vision"))
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from runner.cli import main\n"
        "main(['next'], sys.argv[2]); print(*sorted(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(TEMPLATE), str(sample.root)],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.splitlines()[-1].split())

    assert not loaded & {
        "pathlib",
        "subprocess",
        "difflib",
        "inspect",
        "dataclasses",
        "html",
        "typing",
    }
    assert not loaded & {"runner.corpus", "runner.page", "runner.markdown", "runner.decisions"}
    assert "runner.commands.next" in loaded


def test_python_3_9_is_enough() -> None:
    options = ["-t=3.9-", "--violations", "--no-tips"]
    done = subprocess.run(
        [sys.executable, "-c", "import vermin; vermin.main()", *options, str(TEMPLATE)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def has_python_3_9() -> bool:
    return shutil.which("python3.9") is not None and not subprocess.call(
        ["python3.9", "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@pytest.mark.skipif(not has_python_3_9(), reason="needs Python 3.9")
@pytest.mark.parametrize("command", SHAPES, ids=" ".join)
def test_every_command_runs_on_python_3_9(project: Make, command: tuple[str, ...]) -> None:
    sample = project(step("vision"), step("prd", inputs=[reads("docs/vision.md", "vision")]))
    sample.write("docs/vision.md", "# Vision\n")
    install_runner(sample)

    done = subprocess.run(
        ["python3.9", ".milepost", *command], cwd=sample.root, capture_output=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, b"")
