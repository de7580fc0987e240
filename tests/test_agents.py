"""Every coding agent gets what it reads, where it reads it, and nothing that runs."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import copier
import pytest
import yaml
from agent_docs import CEILING, DOCS, agent_docs, load_of, write
from factories import dump, examples, sound_tree
from factories import write as write_tree
from hypothesis import given
from hypothesis import strategies as st
from milepost.agent_pages import (
    SHARED_INSTRUCTIONS,
    SHARED_SKILLS,
    _inert,
    _quoted,
    about_project,
)
from milepost.answers import Answers
from milepost.documents import split_document
from milepost.errors import ContentError
from milepost.library import Library
from milepost.models import Agent
from milepost.rendering import Rendering, render
from milepost.surroundings import missing_lines
from templates import commit, copy, files, snapshot, update
from test_copy import HOSTILE

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = Library(ROOT)
AGENTS = {agent.name: agent for agent in LIBRARY.agents}
SEEDED = ("AGENTS.md", "CLAUDE.md")
ASKED_FOR = {
    *("claude-code", "codex", "gemini", "github-copilot", "cursor", "opencode", "windsurf"),
    *("zed", "amp", "qwen-code", "kiro", "antigravity"),
}
INVENTED = """
- name: robot-nine
  title: Robot Nine
  instructions: ROBOT.md
  setting: Write `read AGENTS.md` into `robot.toml`.
  skills: .robot/skills
  also-reads: [.claude/skills]
  commands: {path: .robot/orders/<step>.toml, format: toml, arguments: "%ARGS%"}
  notes: [It | is new.]
  docs:
    instructions: https://example.com/rules
    skills: https://example.com/skills
    commands: https://example.com/orders
  checked: 2026-11-22
"""


@pytest.fixture(scope="module")
def project(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a project for which every agent was chosen, commands included."""
    return copy(
        template,
        tmp_path_factory.mktemp("agents") / "p",
        project_name="Tool library",
        agents=list(AGENTS),
        per_step_commands=True,
    )


def agent_files(project: Path) -> dict[str, str]:
    """Read what agents read: everything outside of `.milepost` but the answers."""
    return {
        path: data.decode()
        for path, data in files(project).items()
        if not path.startswith(".milepost/") and path != ".copier-answers.yml"
    }


def front_of(text: str, path: str) -> dict[str, Any]:
    front: dict[str, Any] = split_document(text, path).front.data
    return front


# The table


def test_the_agents_asked_for_are_there() -> None:
    assert set(AGENTS) >= ASKED_FOR


@pytest.mark.parametrize("agent", AGENTS.values(), ids=AGENTS)
def test_each_skill_reaches_an_agent_through_one_folder_of_ours(agent: Agent) -> None:
    assert agent.skills == SHARED_SKILLS or SHARED_SKILLS not in agent.also_reads
    own = {one.skills for one in AGENTS.values()}
    assert set(agent.also_reads) <= own - {agent.skills}


@pytest.mark.parametrize("agent", AGENTS.values(), ids=AGENTS)
def test_each_agent_reads_agents_md_or_is_told_how(agent: Agent) -> None:
    reads = agent.instructions in (SHARED_INSTRUCTIONS, "CLAUDE.md")
    assert reads == (agent.setting is None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "Two"}, r"agents\.yml:1: `Two` is not kebab-case"),
        ({"name": "codex"}, "`codex` stands twice"),
        ({"skills": "/etc/skills"}, "`/etc/skills` is no path inside a project"),
        ({"skills": "../skills"}, "`../skills` is no path inside a project"),
        ({"docs": {"skills": "x"}}, "`instructions` has no page"),
        (
            {"commands": {"path": "a/b.md", "format": "markdown", "arguments": "x"}},
            "same for every",
        ),
        ({"hooks": "x"}, r"the key `0\.hooks` is unknown"),
    ],
)
def test_wrong_rows_are_refused(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    tree = sound_tree()
    rows = yaml.safe_load(tree["content/agents.yml"])
    rows[0] |= change
    write_tree(tmp_path, tree | {"content/agents.yml": dump(rows)})
    with pytest.raises(ContentError, match=message):
        _ = Library(tmp_path).agents


def test_an_agent_more_is_a_row_more(
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invented = snapshot(tmp_path / "template")
    with (invented / "content/agents.yml").open("a", encoding="utf-8") as table:
        table.write(INVENTED)
    data = {"agents": ["robot-nine"], "per_step_commands": True}
    made = tmp_path / "p"
    copier.run_copy(str(invented), made, data=data, defaults=True, unsafe=True)
    assert "Robot Nine does not read AGENTS.md by itself. Write" in capsys.readouterr().err
    skills = {path.name for path in (made / ".robot/skills").iterdir()}
    assert skills == set(LIBRARY.skill_sources)
    order = tomllib.loads((made / ".robot/orders/tdd.toml").read_text("utf-8"))
    assert order["prompt"].endswith("The user's request: %ARGS%\n")
    assert not (made / ".claude").exists()
    page = write(invented, tmp_path / "all")
    assert "| Robot Nine | `robot-nine` | `ROBOT.md` | `.robot/skills` | `.claude/skills` |" in page
    assert "- **Robot Nine**: It | is new." in page


# What is rendered


@pytest.mark.parametrize("agent", AGENTS.values(), ids=AGENTS)
def test_an_agent_gets_its_own_and_no_other_folder(agent: Agent) -> None:
    pages = render(LIBRARY, Answers(project_name="x", agents=(agent.name,)), None).agent_files
    assert {page.path for page in pages} == {
        f"{folder}/{name}/SKILL.md"
        for folder in (SHARED_SKILLS, agent.skills)
        for name in LIBRARY.skill_sources
    }


ABOUT_AGENTS = {"ai-memory-setup", "beads", "claude-md-optimization", "workflow-audit"}
"""Steps that write the files from which agents read."""


def test_only_steps_about_agents_differ_between_agents() -> None:
    def steps(*agents: str) -> tuple[object, ...]:
        answers = Answers(
            project_name="x",
            project_type="browser-extension",
            methodology="deep",
            agents=agents,
            type_answers={"ext_ui_surfaces": ["popup"], "ext_manifest": "3"},
        )
        made = render(LIBRARY, answers, None)
        same = tuple(page for page in made.steps if page.name not in ABOUT_AGENTS)
        return same, made.tools, made.linked, made.artifacts_json

    expected = steps("claude-code")
    assert all(steps(name) == expected for name in AGENTS)


def test_skills_are_the_same_bytes_in_every_folder(project: Path) -> None:
    for folder in {agent.skills for agent in AGENTS.values()}:
        for name, source in LIBRARY.skill_sources.items():
            rendered = (project / folder / name / "SKILL.md").read_bytes()
            assert rendered == (ROOT / source).read_bytes()


def test_commands_are_rendered_only_when_asked_for(template: Path, tmp_path: Path) -> None:
    made = agent_files(copy(template, tmp_path / "p", agents=list(AGENTS)))
    assert {path for path in made if not path.endswith("/SKILL.md")} == set(SEEDED)


def test_agents_md_names_no_step_that_is_off(template: Path, tmp_path: Path) -> None:
    with_it = (copy(template, tmp_path / "on") / "AGENTS.md").read_text("utf-8")
    off = copy(template, tmp_path / "off", steps_off=["quick-task"])
    line = "- Small work needs no documents: `python3 .milepost show quick-task`.\n"
    without = (off / "AGENTS.md").read_text("utf-8").replace('"off"', '"on"')
    assert without == with_it.replace(line, "")
    assert line in with_it


def test_settings_are_told_and_never_written(
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = {"agents": ["gemini", "codex"]}
    copier.run_copy(str(template), tmp_path / "p", data=data, defaults=True, unsafe=True)
    told = capsys.readouterr().err
    assert '{"context": {"fileName": ["AGENTS.md", "GEMINI.md"]}}' in told
    assert "CLAUDE.md" not in told.partition("Milepost is in place")[2]
    assert not {"GEMINI.md", ".gemini"} & {path.name for path in (tmp_path / "p").iterdir()}


def test_a_linked_claude_md_needs_no_line(tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").write_text("See .milepost\n", "utf-8")
    (tmp_path / "CLAUDE.md").symlink_to("AGENTS.md")
    assert list(missing_lines(tmp_path, ["claude-code"])) == []
    (tmp_path / "CLAUDE.md").unlink()
    (tmp_path / "CLAUDE.md").write_text("", "utf-8")
    (line,) = missing_lines(tmp_path, ["claude-code"])
    assert line == "CLAUDE.md was here before. Add this line to it: @AGENTS.md"


def test_an_own_agents_md_is_given_one_exact_line(tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").write_text("Ours.\n", "utf-8")
    (line,) = missing_lines(tmp_path, ["codex"])
    assert line == (
        "AGENTS.md was here before. Add: Work follows `.milepost/PIPELINE.md`; "
        "run `python3 .milepost next` first."
    )
    (tmp_path / "AGENTS.md").write_text(line.partition("Add: ")[2], "utf-8")
    assert list(missing_lines(tmp_path, ["codex"])) == []


def test_switching_agents_off_removes_what_was_rendered_and_nothing_else(
    tmp_path: Path,
) -> None:
    template = snapshot(tmp_path / "template")
    commit(template, "First", "v1.0.0")
    off = sorted(LIBRARY.step_sources.keys() - {"create-vision", "tdd"})
    answers = {"project_name": "x", "steps_off": off, "per_step_commands": True}
    made = copy(template, tmp_path / "p", agents=list(AGENTS), **answers)
    own = {
        ".claude/skills/mine/SKILL.md": "---\nname: mine\ndescription: Mine.\n---\n",
        ".claude/settings.json": "{}\n",
        ".gemini/commands/milepost/mine.toml": 'prompt = "Mine"\n',
        ".github/prompts/mine.prompt.md": "Mine.\n",
        ".kiro/skills/milepost-next/notes.md": "Mine.\n",
        "CLAUDE.md": "@AGENTS.md\n\nAnswer in French.\n",
        "GEMINI.md": "@AGENTS.md\n",
    }
    write_tree(made, own)
    commit(made, "Start")
    update(made, agents=["codex"])
    after = {path: data.decode() for path, data in files(made).items()}
    fresh = files(copy(template, tmp_path / "fresh", agents=["codex"], **answers))
    assert after.keys() == fresh.keys() | own.keys()
    assert {path: after[path] for path in own} == own


# Nothing runs by itself


def test_agents_are_given_these_files_and_no_other(project: Path) -> None:
    steps = [path.stem for path in (project / ".milepost/steps").iterdir()]
    allowed = set(SEEDED)
    for agent in AGENTS.values():
        allowed |= {f"{agent.skills}/{name}/SKILL.md" for name in LIBRARY.skill_sources}
        if agent.commands:
            allowed |= {agent.commands.path.replace("<step>", step) for step in steps}
    allowed |= {f"{SHARED_SKILLS}/{name}/SKILL.md" for name in LIBRARY.skill_sources}
    assert agent_files(project).keys() == allowed


def test_nothing_is_a_link_or_a_program(project: Path) -> None:
    for path in project.rglob("*"):
        assert not path.is_symlink(), path
        assert path.is_dir() or not path.stat().st_mode & 0o111, path


def test_no_front_matter_grants_anything(project: Path) -> None:
    harmless = {"name", "description", "argument-hint", "disable-model-invocation"}
    for path, text in agent_files(project).items():
        if path.endswith(".toml"):
            assert tomllib.loads(text).keys() == {"description", "prompt"}, path
        elif path not in SEEDED:
            assert front_of(text, path).keys() <= harmless, path


def test_nothing_is_carried_out_while_a_file_is_loaded(project: Path) -> None:
    # Claude Code and OpenCode run !`…`, Gemini CLI runs !{…} and inserts @{…} and @path.
    loaded = re.compile(r"!`|!\{|@\{|(?:^|\s)@\S", re.MULTILINE)
    found = {path for path, text in agent_files(project).items() if loaded.search(text)}
    assert found == {"CLAUDE.md"}
    assert (project / "CLAUDE.md").read_text("utf-8") == "@AGENTS.md\n"


# Formats


def test_every_file_is_read_by_its_own_parser(project: Path) -> None:
    for path, text in agent_files(project).items():
        if path.endswith(".toml"):
            assert all(tomllib.loads(text).values()), path
        elif path not in SEEDED:
            raw = text.split("---\n")[1]
            assert yaml.safe_load(raw) == front_of(text, path), path
            assert yaml.safe_load(raw)["description"], path


def test_files_for_programs_are_read_by_their_own_parsers(project: Path) -> None:
    for path in sorted(project.rglob("*.json")):
        assert json.loads(path.read_text("utf-8")), path
    for path in sorted(project.rglob("*.yml")):
        assert yaml.safe_load(path.read_text("utf-8")), path


def test_commands_pass_on_what_the_user_typed(project: Path) -> None:
    for agent in AGENTS.values():
        if agent.commands:
            text = (project / agent.commands.path.replace("<step>", "tdd")).read_text("utf-8")
            assert agent.commands.arguments in text
            assert (agent.commands.hidden_by or "---") in text or agent.commands.format == "toml"


@pytest.mark.parametrize("name", LIBRARY.skill_sources)
def test_skills_pass_the_validator_of_the_standard(project: Path, name: str) -> None:
    command = Path(sysconfig.get_path("scripts")) / "agentskills"
    folder = str(project / SHARED_SKILLS / name)
    done = subprocess.run(
        [command, "validate", folder], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


ANY_TOOL = {
    "CC-SK-027": "commands of steps stay commands: as skills the other agents would list them",
    "OC-SK-002": "the copy of a skill for Claude Code; it says the same",
    "VER-001": "no version is pinned, since a project may use any",
    "XP-006": "CLAUDE.md imports AGENTS.md, so there is nothing to reconcile",
}
CURSOR_ONLY = {"XP-008": "Cursor reads AGENTS.md itself, which is all that CLAUDE.md imports"}
AGNIX_TOOLS = {
    **{name: name for name in ("claude-code", "codex", "github-copilot", "cursor")},
    **{name: name for name in ("opencode", "windsurf", "amp", "kiro")},
    "gemini": "gemini-cli",
}
"""What agnix calls an agent that it has rules of its own for; `generic` runs all of them."""


@pytest.mark.parametrize("tool", [*AGNIX_TOOLS.values(), "generic"])
def test_agnix_finds_nothing_but_what_is_meant(project: Path, tmp_path: Path, tool: str) -> None:
    config = tmp_path / ".agnix.toml"
    config.write_text("" if tool == "generic" else f'tools = ["{tool}"]\n', "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "agnix", "--config", str(config), "--format", "json", "."],
        capture_output=True,
        text=True,
        cwd=project,
        check=False,
    )
    report = json.loads(done.stdout)
    assert report["files_checked"] > len(LIBRARY.skill_sources)
    accepted = {**ANY_TOOL, **(CURSOR_ONLY if tool == "cursor" else {})}
    left = [one for one in report["diagnostics"] if one["rule"] not in accepted]
    assert left == []
    if tool == "generic":
        assert {one["rule"] for one in report["diagnostics"]} == set(ANY_TOOL)


# What is loaded before any work


def test_the_page_of_agents_is_written_from_the_table(template: Path, tmp_path: Path) -> None:
    # `python tests/agent_docs.py` writes it anew.
    assert DOCS.read_text("utf-8") == write(template, tmp_path / "p")


def test_what_an_agent_loads_before_any_work_stays_small(template: Path, tmp_path: Path) -> None:
    longest = {"project_name": "🛠" * 80, "idea": "🛠" * 300}
    made = copy(template, tmp_path / "p", agents=list(AGENTS), **longest)
    sizes = {name: load_of(agent, made).tokens(alone=False) for name, agent in AGENTS.items()}
    assert max(sizes.values()) < CEILING, sizes
    assert min(sizes.values()) > 200
    assert agent_docs(LIBRARY, made).count("| Codex |") == 3


# What the texts name


def command_lines(text: str) -> Iterator[str]:
    """Find the runner's command lines, in backticks or on lines of their own."""
    yield from re.findall(r"`(python3 \.milepost [^`\n]+)`", text)
    yield from re.findall(r"^(python3 \.milepost .+)$", text, re.MULTILINE)


def safe(line: str, steps: set[str]) -> tuple[str, ...]:
    """Put one step in place of every step, and real names in place of placeholders."""
    line = line.replace("<step>", "tdd").replace("<entry>", "review-methodology")
    words = shlex.split(line)[2:]
    return tuple("tdd" if word in steps else word for word in words)


NEED_AN_ARGUMENT = {("decide",), ("show",), ("start",), ("complete",), ("skip",), ("check",)}
"""What a prompt may call by its name alone; skills give the whole line."""
PROMPTS = (".milepost/steps/", ".milepost/tools/", ".milepost/knowledge/")


def test_every_command_line_in_generated_files_works(project: Path, tmp_path: Path) -> None:
    made = tmp_path / "p"
    shutil.copytree(project, made)
    steps = {path.stem for path in (made / ".milepost/steps").iterdir()}
    lines: dict[tuple[str, ...], str] = {}
    for path, data in files(made).items():
        for line in command_lines(data.decode()) if path.endswith((".md", ".toml")) else ():
            words = safe(line, steps)
            is_mention = words in NEED_AN_ARGUMENT and path.startswith(PROMPTS)
            lines[(*words, "--help") if is_mention else words] = path
    assert len(lines) >= 20
    for words, path in sorted(lines.items()):
        done = subprocess.run(
            [sys.executable, ".milepost", *words],
            cwd=made,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
            check=False,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        # 1 is the project's fault, such as a document that is not there yet; 2 is ours.
        assert done.returncode in (0, 1), (words, path, done.stderr)
        assert "Traceback" not in done.stderr


def test_arguments_for_copier_are_arguments_of_copier() -> None:
    text = "\n".join(LIBRARY.skill_text(name) for name in LIBRARY.skill_sources)
    passed = {
        word
        for line in command_lines(text)
        if " -- " in line
        for word in shlex.split(line.partition(" -- ")[2])
        if word.startswith("-")
    }
    shown = subprocess.run(
        [sys.executable, "-m", "copier", "update", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert passed == {"--trust", "--data"}
    assert all(word in shown.stdout for word in passed)


def test_paths_in_the_texts_exist_or_are_the_projects_own(project: Path) -> None:
    own = (".milepost/progress/", ".milepost/decisions/", ".milepost/local/")
    for path, text in agent_files(project).items():
        for named in re.findall(r"`(\.[\w-]+(?:\.\w+)?(?:/[^`\s]*)?)`", text):
            assert named.startswith(own) or (project / named).exists(), (path, named)


def test_skills_name_skills_that_exist() -> None:
    for name in LIBRARY.skill_sources:
        named = set(re.findall(r"`(milepost-\w+)`", LIBRARY.skill_text(name)))
        assert named <= set(LIBRARY.skill_sources)


@pytest.mark.parametrize("name", LIBRARY.skill_sources)
def test_skills_say_what_an_agent_must_know(name: str) -> None:
    skill = LIBRARY.skill(name)
    assert re.findall(r"^## (.*)$", skill.body, re.MULTILINE) == [
        "Run",
        "Ask the user first",
        "Finish",
        "Never",
    ]
    assert " Use " in skill.description
    assert len(skill.description) <= 150
    assert len(skill.body.encode()) <= 2_000


# Hostile names


TEXTS = {
    **HOSTILE,
    "import": "@/etc/passwd @~/.ssh/id_rsa @AGENTS.md",
    "run": "!`touch pwned` !{touch pwned} @{/etc/passwd} $ARGUMENTS {{args}} ${input:x}",
    "table": "| a | b |",
    "toml": '""" \\u0000 [x] # y',
}


def rendering(name: str, idea: str) -> Rendering:
    answers = Answers(project_name=name, idea=idea, agents=tuple(AGENTS), per_step_commands=True)
    return render(LIBRARY, answers, None)


@pytest.mark.parametrize("kind", TEXTS)
def test_hostile_names_break_out_of_nothing(kind: str) -> None:
    made, plain = rendering(TEXTS[kind][:80], TEXTS[kind]), rendering("x", "y")
    assert made.agent_files == plain.agent_files
    tables = [
        [
            re.sub(r"[\d,]+", "0", line)  # Sizes count the name as well.
            for line in page.pipeline_map.split("\n")
            if line.startswith("|")
        ]
        for page in (made, plain)
    ]
    assert tables[0] == tables[1]
    name, idea = about_project(made.plan).split("\n")
    assert name.startswith('This repository is the project "')
    assert idea.startswith("The idea: ")
    assert not re.search(r"(?:^|\s)@|!`|(?<!\\)[`|<]", name + idea)


def test_hostile_names_stay_in_their_lines_of_agents_md(template: Path, tmp_path: Path) -> None:
    text = f"{TEXTS['import']} {TEXTS['run']} {TEXTS['jinja']}"
    hostile = copy(template, tmp_path / "p", project_name=text[:80], idea=text)
    plain = copy(template, tmp_path / "plain", project_name="x", idea="y")
    lines, expected = (
        (made / "AGENTS.md").read_text("utf-8").split("\n") for made in (hostile, plain)
    )
    assert lines[:2] + lines[4:] == expected[:2] + expected[4:]
    assert "{{ 7 \\* 7 }}" in lines[3]


@examples
@given(st.text())
def test_a_quoted_text_is_the_same_text_in_every_format(text: str) -> None:
    quoted = _quoted(text)
    assert "\n" not in quoted
    assert json.loads(quoted) == text
    assert tomllib.loads(f"x = {quoted}") == {"x": text}
    assert yaml.safe_load(f"x: {quoted}") == {"x": text}


@examples
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_an_inert_text_imports_nothing(text: str) -> None:
    assert not re.search(r"(?:^|\s)@", _inert(text))
