"""What `copier copy` makes of the template as it stands."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from copier.errors import UserMessageError
from milepost.answers import CHECK_QUESTIONS, _general_rules
from milepost.library import Library
from templates import copy, edit, files, snapshot

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = Library(ROOT)
METHODOLOGIES = LIBRARY.methodology_names
TYPES = ("none", *LIBRARY.project_types)
SECTIONS = [
    "System",
    "Step",
    "Project context",
    "Knowledge",
    "Methodology",
    "Project instructions",
    "Execution",
    "Project notes",
]
HOSTILE = {
    "jinja": "{{ 7 * 7 }} {% raw %} {# x #}",
    "yaml": "key: [value, {x: !!python/object:os.system \"y\"}] # no 'comment'",
    "markdown": "# Not a heading <!-- --> | `code` **bold** [link](x) ~~~",
    "emoji": "Grüße 🛠️ 日本語",
    "path": "../../etc/passwd ..\\..\\windows C:\\x",
    "shell": "$(touch pwned) `touch pwned`; rm -rf / && \"quoted\" 'single'",
    "dashes": "--- ... --- %YAML",
}


def headings(text: str) -> list[str]:
    return re.findall(r"^## (.*)$", text, re.MULTILINE)


@pytest.mark.parametrize("project_type", TYPES)
@pytest.mark.parametrize("methodology", METHODOLOGIES)
def test_every_methodology_and_type_renders(
    template: Path, tmp_path: Path, methodology: str, project_type: str
) -> None:
    project = copy(
        template,
        tmp_path / "p",
        methodology=methodology,
        project_type=project_type,
        platforms=["web", "mobile"],
    )
    plan = json.loads((project / ".milepost/plan.json").read_text("utf-8"))
    on = {name for name, one in LIBRARY.methodology(methodology).steps.items() if one.enabled}
    assert {step["name"] for step in plan["steps"]} == on
    for step in plan["steps"]:
        text = (project / step["path"]).read_text("utf-8")
        assert headings(text) == SECTIONS, step["name"]
        assert len(text.encode()) == step["bytes"]
        assert text.endswith("updates leave it alone. -->\n")
    assert {path.name for path in (project / ".milepost/steps").iterdir()} == {
        f"{name}.md" for name in on
    }


def test_the_defaults_alone_make_a_project(template: Path, tmp_path: Path) -> None:
    project = copy(template, tmp_path / "tool library")
    answers = yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))
    assert answers == {
        "_src_path": str(template),
        "project_name": "tool library",
        "idea": "",
        "project_type": "none",
        "methodology": "mvp",
        "steps_on": [],
        "steps_off": [],
        "step_depths": {},
        "platforms": [],
        "agents": ["claude-code"],
        "per_step_commands": False,
        "knowledge_delivery": "inline",
    }


def test_the_same_answers_give_the_same_bytes(template: Path, tmp_path: Path) -> None:
    answers = {"project_type": "browser-extension", "methodology": "custom", "project_name": "x"}
    first = copy(template, tmp_path / "first", **answers)
    second = copy(template, tmp_path / "second", **answers)
    assert files(first) == files(second)


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_stays_text(template: Path, tmp_path: Path, kind: str) -> None:
    text = HOSTILE[kind][:80]
    project = copy(template, tmp_path / "p", project_name=text, idea=HOSTILE[kind])
    recorded = yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))
    plan = json.loads((project / ".milepost/plan.json").read_text("utf-8"))
    assert (recorded["project_name"], recorded["idea"]) == (text, HOSTILE[kind])
    assert plan["project"] == {"name": text, "idea": HOSTILE[kind]}
    plain = copy(template, tmp_path / "plain", project_name="x", idea="y")
    assert files(project).keys() == files(plain).keys()
    for step in plan["steps"]:
        assert headings((project / step["path"]).read_text("utf-8")) == SECTIONS


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"project_name": "x\ny"}, "project_name: it has more than one line"),
        ({"project_name": "x" * 10_000}, "project_name: it has 10000 characters"),
        ({"project_name": "  "}, "project_name: it is empty"),
        ({"idea": "x" * 301}, "idea: it has 301 characters\n  fix: use at most 300"),
        ({"idea": "a\u202eb"}, "idea: it has characters that cannot be shown"),
        ({"methodology": "mpv"}, "methodology: `mpv` is no choice\n  fix: did you mean `mvp`?"),
        ({"project_type": "browser"}, "project_type: `browser` is no choice"),
        ({"agents": []}, "agents: the list is empty"),
        ({"agents": ["claude"]}, "agents: `claude` is no choice"),
        ({"depth": "abc", "methodology": "custom"}, "depth: `abc` is no whole number"),
        ({"depth": 6, "methodology": "custom"}, "depth: `6` is out of range"),
        ({"depth": 3, "methodology": "mvp"}, "depth: this is not asked"),
        ({"steps_off": ["tech-stak"]}, "`tech-stak` is no step\n  fix: did you mean `tech-stack`?"),
        ({"step_depths": "{tdd: 9}"}, "step_depths: `9` is out of range"),
        ({"steps_on": ["tdd"], "steps_off": ["tdd"]}, "`tdd` is switched on and off"),
        ({"metodology": "mvp"}, "there is no such answer\n  fix: did you mean `methodology`?"),
        ({"preflight": "x"}, "preflight: this check cannot be answered"),
        ({"guard": "x"}, "guard: this check cannot be answered"),
        ({"ext_manifest": "3"}, "this is an answer of the type `browser-extension`"),
        (
            {"project_type": "browser-extension", "ext_ui_surfaces": ["pop-up"]},
            "ext_ui_surfaces: `pop-up` is no choice\n  fix: did you mean `popup`?",
        ),
        (
            {
                "project_type": "browser-extension",
                "ext_ui_surfaces": [],
                "ext_content_script": False,
                "ext_background_worker": False,
            },
            "answers of browser-extension:",
        ),
    ],
)
def test_wrong_answers_are_refused_in_words(
    template: Path, tmp_path: Path, answers: dict[str, object], message: str
) -> None:
    with pytest.raises(UserMessageError) as caught:
        copy(template, tmp_path / "p", **answers)
    assert message in str(caught.value)
    assert not (tmp_path / "p").exists()


def test_all_wrong_answers_are_named_at_once(template: Path, tmp_path: Path) -> None:
    with pytest.raises(UserMessageError) as caught:
        copy(template, tmp_path / "p", depth="x", agents=["y"], colour="z")
    assert str(caught.value).count("fix:") == 3


def test_a_refusal_leaves_an_existing_folder_as_it_was(template: Path, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p/mine.txt").write_text("mine", "utf-8")
    with pytest.raises(UserMessageError):
        copy(template, tmp_path / "p", methodology="x")
    assert files(tmp_path / "p") == {"mine.txt": b"mine"}


def test_broken_content_gives_its_line_and_no_half_made_project(
    template: Path, tmp_path: Path
) -> None:
    broken = snapshot(tmp_path / "broken")
    edit(broken / "content/steps/foundation/tdd.md", "\ndependencies:", "\ndependecies:")
    with pytest.raises(UserMessageError, match=r"content/steps/foundation/tdd\.md:\d+: the key"):
        copy(broken, tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_files_that_are_there_are_never_overwritten(template: Path, tmp_path: Path) -> None:
    own = {name: f"{name} is mine\n".encode() for name in ("README.md", "AGENTS.md", "CLAUDE.md")}
    (tmp_path / "p").mkdir()
    for name, text in own.items():
        (tmp_path / "p" / name).write_bytes(text)
    project = copy(template, tmp_path / "p")
    rendered = files(project)
    assert {name: rendered[name] for name in own} == own


def test_the_type_of_an_existing_repository_is_suggested(template: Path, tmp_path: Path) -> None:
    (tmp_path / "p/src").mkdir(parents=True)
    (tmp_path / "p/manifest.json").write_text('{"manifest_version": 3}', "utf-8")
    (tmp_path / "p/src/popup.js").write_text("", "utf-8")
    project = copy(template, tmp_path / "p")
    answers = yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))
    assert (answers["project_type"], answers["methodology"]) == ("browser-extension", "custom")


def test_words_of_the_idea_suggest_the_smallest_pipeline(template: Path, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p/app.py").write_text("", "utf-8")
    project = copy(template, tmp_path / "p", idea="A Quick prototype")
    answers = yaml.safe_load((project / ".copier-answers.yml").read_text("utf-8"))
    assert answers["methodology"] == "mvp"


def test_digests_cover_every_rendered_file_but_the_plan_answers_and_seeds(
    template: Path, tmp_path: Path
) -> None:
    project = copy(
        template, tmp_path / "p", agents=["claude-code", "gemini"], per_step_commands=True
    )
    plan = json.loads((project / ".milepost/plan.json").read_text("utf-8"))
    excepted = {
        ".milepost/plan.json",
        ".copier-answers.yml",
        "AGENTS.md",
        "CLAUDE.md",
        ".milepost/local/README.md",
    }
    assert plan["digests"] == {
        path: sha256(data).hexdigest()
        for path, data in files(project).items()
        if path not in excepted
    }


def test_linked_delivery_moves_every_entry_into_a_file_of_its_own(
    template: Path, tmp_path: Path
) -> None:
    project = copy(template, tmp_path / "p", knowledge_delivery="linked")
    plan = json.loads((project / ".milepost/plan.json").read_text("utf-8"))
    used = [one for each in plan["steps"] + plan["tools"] for one in each["knowledge"]]
    named = {one["name"] for one in used}
    assert all(one["linked"] for one in used)
    assert {path.stem for path in (project / ".milepost/knowledge").iterdir()} == named


def test_each_question_of_copier_yml_is_known_to_the_checks() -> None:
    text = (ROOT / "copier.yml").read_text("utf-8")
    asked = set(re.findall(r"^([a-z]\w*):$", text, re.MULTILINE))
    assert asked == {*CHECK_QUESTIONS, *_general_rules(LIBRARY)}


def test_each_type_has_one_include_line_in_order() -> None:
    text = (ROOT / "copier.yml").read_text("utf-8")
    included = re.findall(r"^!include (.*)$", text, re.MULTILINE)
    assert included == [
        f"content/project-types/{name}/questions.yml" for name in LIBRARY.project_types
    ]
    assert all((ROOT / path).is_file() for path in included)
