"""Every kind of mistake in the content is reported, with its line and how to mend it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from factories import (
    BUILD_IT,
    DEMO,
    PLAN_IT,
    PLANNING,
    SHIP_IT,
    Tree,
    answers,
    body_of,
    dump,
    entry,
    library,
    place,
    sound_tree,
    step,
    tool,
    tree,
)
from milepost import sizes
from milepost.checks import check_content, load_content
from milepost.checks.combinations import distinct_answers, possible_values
from milepost.checks.content import Content
from milepost.checks.fences import Fence, check_fences, fences_in, parse_error
from milepost.checks.soundness import check_plan
from milepost.errors import Problem
from milepost.resolve import resolve

OVERLAY = f"{DEMO}/overlay.yml"
RULES = f"{DEMO}/rules.yml"
DEMO_ENTRY = f"{DEMO}/knowledge/demo-parts.md"
ARTIFACTS = "content/artifacts.yml"
MVP = "content/methodologies/mvp.yml"
HEAD = "name: demo\ntitle: Demo\ndescription: A kind of product.\n"
KNOWN_NAMES = (
    "methodology, project_type, additional_types, platforms, agents, knowledge_delivery, "
    "demo_mode, demo_parts, demo_fast"
)


def check(root: Path, files: Tree) -> list[Problem]:
    return list(check_content(library(root, files)))


def test_sound_content_has_no_problem(tmp_path: Path) -> None:
    assert check(tmp_path, sound_tree()) == []


class Mistake(NamedTuple):
    """One change to sound content, and what has to be said about it."""

    path: str
    old: str
    new: str
    at: str
    """A text that only the reported line has; an empty one is the file's first line."""
    what: str
    fix: str


INPUT = "- path: docs/plan.md\n  take: the goals\n  required: true\n  without: ask for them\n"
MISTAKES = {
    # Names
    "file-name": Mistake(
        PLANNING,
        "name: planning",
        "name: plannning",
        "name:",
        "the name `plannning` is not the file's",
        "write `name: planning`, or rename the file",
    ),
    "methodology-name": Mistake(
        MVP,
        "name: mvp",
        "name: mpv",
        "name: mpv",
        "the name `mpv` is not `mvp`, under which it is found",
        "write `name: mvp`, or rename the file",
    ),
    "overlay-name": Mistake(
        OVERLAY,
        "name: demo\n",
        "name: dem\n",
        "name: dem",
        "the name `dem` is not `demo`, under which it is found",
        "write `name: demo`, or rename the file",
    ),
    # Steps
    "phase": Mistake(
        BUILD_IT,
        "phase: build",
        "phase: biuld",
        "phase:",
        "there is no phase `biuld`",
        "did you mean `build`?",
    ),
    "dependency": Mistake(
        BUILD_IT,
        "- plan-it",
        "- plan-it\n- paln-it",
        "- paln-it",
        "there is no step `paln-it`",
        "did you mean `plan-it`?",
    ),
    "later-phase": Mistake(
        PLAN_IT,
        "order: 10",
        "order: 10\ndependencies:\n- ship-it",
        "- ship-it",
        "the step depends on `ship-it` of a later phase",
        "remove the dependency, or move a step",
    ),
    "entry": Mistake(
        BUILD_IT,
        "- building",
        "- building\n- bilding",
        "- bilding",
        "there is no entry `bilding`",
        "did you mean `building`?",
    ),
    "types-entry": Mistake(
        BUILD_IT,
        "- building",
        "- building\n- demo-parts",
        "- demo-parts",
        "the step names `demo-parts`, which belongs to the type `demo`",
        "let the type's overlay append it",
    ),
    "too-many-entries": Mistake(
        BUILD_IT,
        "- building",
        "- building" + "\n- planning" * 8,
        "knowledge-base:",
        "the step names 9 entries",
        "name at most 8",
    ),
    "conditional-without-words": Mistake(
        SHIP_IT,
        "applies-when-text: It applies where people use a browser.\n",
        "",
        "conditional:",
        "`conditional` and `applies-when-text` do not come together",
        "give both or neither",
    ),
    "words-without-conditional": Mistake(
        PLAN_IT,
        "order: 10",
        "order: 10\napplies-when-text: Always.",
        "applies-when-text:",
        "`conditional` and `applies-when-text` do not come together",
        "give both or neither",
    ),
    "applies-when-without-conditional": Mistake(
        PLAN_IT,
        "order: 10",
        "order: 10\napplies-when: agents",
        "applies-when:",
        "`applies-when` stands in a step that is not conditional",
        "add `conditional: if-needed`, or remove it",
    ),
    "input": Mistake(
        BUILD_IT,
        INPUT,
        f"{INPUT}- path: docs/plna.md\n  take: x\n  without: y\n",
        "docs/plna.md",
        "there is no artifact `docs/plna.md`",
        "did you mean `docs/plan.md`?",
    ),
    "revision": Mistake(
        SHIP_IT,
        "- docs/plan.md",
        "- docs/plan.md\n- docs/plna.md",
        "- docs/plna.md",
        "there is no artifact `docs/plna.md`",
        "did you mean `docs/plan.md`?",
    ),
    # Methodologies
    "silent-methodology": Mistake(
        MVP,
        "  build-it:\n    enabled: true\n",
        "",
        "steps:",
        "the step `build-it` is missing",
        "say whether it is on",
    ),
    "methodologys-step": Mistake(
        MVP,
        "steps:\n",
        "steps:\n  biuld-it:\n    enabled: false\n",
        "biuld-it",
        "there is no step `biuld-it`",
        "did you mean `build-it`?",
    ),
    "methodologys-conditional": Mistake(
        MVP,
        "  build-it:\n    enabled: true\n",
        "  build-it:\n    enabled: true\n    conditional: if-needed\n",
        "build-it",
        "`build-it` is conditional here, and does not say when it applies",
        "add `conditional` and `applies-when-text` to the step",
    ),
    # Overlays
    **{
        f"{part}-step": Mistake(
            OVERLAY,
            HEAD,
            f"{HEAD}{part}:\n  biuld-it: {{}}\n",
            "biuld-it",
            "there is no step `biuld-it`",
            "did you mean `build-it`?",
        )
        for part in ("step-overrides", "input-overrides", "dependency-overrides")
    },
    "knowledge-overrides-step": Mistake(
        OVERLAY,
        "knowledge-overrides:\n",
        "knowledge-overrides:\n  biuld-it: {}\n",
        "biuld-it",
        "there is no step `biuld-it`",
        "did you mean `build-it`?",
    ),
    "overlays-conditional": Mistake(
        OVERLAY,
        HEAD,
        f"{HEAD}step-overrides:\n  plan-it:\n    conditional: if-needed\n",
        "conditional:",
        "`plan-it` is conditional here, and does not say when it applies",
        "add `conditional` and `applies-when-text` to the step",
    ),
    "overlays-entry": Mistake(
        OVERLAY,
        "    append:\n",
        "    append:\n    - bilding\n",
        "bilding",
        "there is no entry `bilding`",
        "did you mean `building`?",
    ),
    "removed-entry": Mistake(
        OVERLAY,
        "    append:\n",
        "    remove: [bilding]\n    append:\n",
        "bilding",
        "there is no entry `bilding`",
        "did you mean `building`?",
    ),
    "overlays-input": Mistake(
        OVERLAY,
        HEAD,
        HEAD + "input-overrides:\n  ship-it:\n    append:\n"
        "    - {path: docs/plna.md, take: x, without: y}\n",
        "docs/plna.md",
        "there is no artifact `docs/plna.md`",
        "did you mean `docs/plan.md`?",
    ),
    "replacing-input": Mistake(
        OVERLAY,
        HEAD,
        HEAD + "input-overrides:\n  build-it:\n    replace:\n"
        "      docs/plan.md: {path: docs/plna.md, take: x, without: y}\n",
        "docs/plna.md",
        "there is no artifact `docs/plna.md`",
        "did you mean `docs/plan.md`?",
    ),
    "replaced-input": Mistake(
        OVERLAY,
        HEAD,
        HEAD + "input-overrides:\n  build-it:\n    replace:\n"
        "      docs/plna.md: {path: docs/plan.md, take: x, without: y}\n",
        "docs/plna.md",
        "`build-it` has no input `docs/plna.md` that could be replaced",
        "name one of its inputs, or append the new one",
    ),
    "overlays-dependency": Mistake(
        OVERLAY,
        HEAD,
        f"{HEAD}dependency-overrides:\n  ship-it:\n    append: [paln-it]\n",
        "paln-it",
        "there is no step `paln-it`",
        "did you mean `plan-it`?",
    ),
    "replacing-dependency": Mistake(
        OVERLAY,
        HEAD,
        f"{HEAD}dependency-overrides:\n  ship-it:\n    replace: {{build-it: paln-it}}\n",
        "paln-it",
        "there is no step `paln-it`",
        "did you mean `plan-it`?",
    ),
    "replaced-dependency": Mistake(
        OVERLAY,
        HEAD,
        f"{HEAD}dependency-overrides:\n  ship-it:\n    replace: {{biuld-it: plan-it}}\n",
        "biuld-it",
        "`ship-it` has no dependency `biuld-it` that could be replaced",
        "name one of its dependencies, or append the new one",
    ),
    "telltale": Mistake(
        OVERLAY,
        HEAD,
        f"{HEAD}detect:\n- {{file: setup.py, contains: demo}}\n",
        "setup.py",
        "nobody looks into `setup.py`",
        "remove `contains`, or name one of AGENTS.md, CLAUDE.md, package.json, pyproject.toml, "
        "manifest.json",
    ),
    # Entries
    "unused-entry": Mistake(
        PLAN_IT,
        "- planning",
        "- building",
        PLANNING,
        "no step uses this entry",
        "name it in a step, or remove it",
    ),
    "sites-root": Mistake(
        PLANNING,
        "sources: []",
        "sources:\n- title: A\n  url: https://example.com/\n  supports: [x]\n  checked: 2026-11-01",
        "title: A",
        "the source `https://example.com/` is not the page that states a fact",
        "give the page's own address",
    ),
    "no-address": Mistake(
        PLANNING,
        "sources: []",
        "sources:\n- title: A\n  url: https://[x/y\n  supports: [x]\n  checked: 2026-11-01",
        "title: A",
        "the source `https://[x/y` is not the page that states a fact",
        "give the page's own address",
    ),
    "source-without-claims": Mistake(
        PLANNING,
        "sources: []",
        "sources:\n- title: A\n  url: https://example.com/a\n  supports: []\n  checked: 2026-11-01",
        "title: A",
        "`A` supports nothing",
        "list its claims",
    ),
    "checked-after-review": Mistake(
        PLANNING,
        "sources: []",
        "sources:\n- title: A\n  url: https://example.com/a\n  supports: [x]\n"
        "  checked: 2026-11-02",
        "title: A",
        "`A` was checked after the last review",
        "set `last-reviewed` to that day or later",
    ),
    "long-summary": Mistake(
        PLANNING,
        "Short.",
        "word " * 110 + "end.",
        "## Summary",
        "the Summary has 111 words",
        "cut it to 110, or give its parts conditions",
    ),
    # Artifacts
    "owner": Mistake(
        ARTIFACTS,
        "- path: docs/plan.md\n  owner: plan-it",
        "- path: docs/new.md\n  owner: paln-it\n  final: true\n"
        "- path: docs/plan.md\n  owner: plan-it",
        "docs/new.md",
        "there is no step `paln-it`",
        "did you mean `plan-it`?",
    ),
    "unread-artifact": Mistake(
        ARTIFACTS,
        "- path: docs/build.md\n  owner: build-it\n  headings:\n  - title: Text\n  final: true\n",
        "- path: docs/build.md\n  owner: build-it\n  headings:\n  - title: Text\n",
        "docs/build.md",
        "no step reads `docs/build.md`",
        "say `final: true` if people do",
    ),
    "reviser": Mistake(
        ARTIFACTS,
        "  - ship-it\n",
        "  - ship-it\n  - shpi-it\n",
        "docs/plan.md",
        "there is no step `shpi-it`",
        "did you mean `ship-it`?",
    ),
    "unlisted-reviser": Mistake(
        ARTIFACTS,
        "  revised-by:\n  - ship-it\n",
        "",
        SHIP_IT,
        "the step revises `docs/plan.md`, whose row does not list it",
        "add it to `revised-by` in artifacts.yml",
    ),
    "idle-reviser": Mistake(
        ARTIFACTS,
        "  - ship-it\n",
        "  - ship-it\n  - build-it\n",
        BUILD_IT,
        "artifacts.yml lets the step revise `docs/plan.md`, and it does not",
        "add it to `revises`, or remove it there",
    ),
    "series-without-form": Mistake(
        ARTIFACTS,
        "ids: {}",
        "ids:\n  G: {means: goal}",
        "G:",
        "`G` has neither `digits` nor `slug`",
        "give one",
    ),
    "defining-artifact": Mistake(
        ARTIFACTS,
        "ids: {}",
        "ids:\n  G: {means: goal, digits: 2, defined-in: [docs/plna.md]}",
        "G:",
        "there is no artifact `docs/plna.md`",
        "did you mean `docs/plan.md`?",
    ),
    "referred-series": Mistake(
        ARTIFACTS,
        "ids: {}",
        "ids:\n  GOAL: {means: goal, digits: 2, refers: [GAOL]}",
        "GOAL:",
        "there is no series of IDs `GAOL`",
        "did you mean `GOAL`?",
    ),
    "thread": Mistake(
        ARTIFACTS,
        "thread: []",
        "thread:\n- {from: [G], to: []}",
        "from: [G]",
        "there is no series of IDs `G`",
        "add the series of IDs, or remove its name",
    ),
    "defined-series": Mistake(
        ARTIFACTS,
        "  owner: plan-it",
        "  owner: plan-it\n  defines: [Q-plan]",
        "docs/plan.md",
        "there is no series of IDs `Q`",
        "add the series of IDs, or remove its name",
    ),
    "renamed-step": Mistake(
        "content/renames.yml",
        "steps: {}",
        "steps:\n  old: {to: paln-it, since: '1'}",
        "old:",
        "there is no step `paln-it`",
        "did you mean `plan-it`?",
    ),
    "renamed-answer": Mistake(
        "content/renames.yml",
        "answers: {}",
        "answers:\n  ceremony: {to: methodolgy, since: '1'}",
        "ceremony:",
        "there is no answer `methodolgy`",
        "did you mean `methodology`?",
    ),
    # Conditions
    "passages-name": Mistake(
        PLANNING,
        "Longer.",
        "- Longer. <!-- when: demo_fats -->",
        "demo_fats",
        "there is no answer `demo_fats`",
        "did you mean `demo_fast`?",
    ),
    "passages-syntax": Mistake(
        PLANNING,
        "Longer.",
        "- Longer. <!-- when: demo_fast and -->",
        "demo_fast",
        "`demo_fast and` is no expression: unexpected 'end of template'",
        "write a Jinja expression over the answers",
    ),
    "passages-value": Mistake(
        PLANNING,
        "Longer.",
        "- Longer. <!-- when: demo_mode == 'quik' -->",
        "demo_mode",
        "`demo_mode` is never `quik`",
        "did you mean `quick`?",
    ),
    "plans-step": Mistake(
        PLANNING,
        "Longer.",
        "- Longer. <!-- when: 'paln-it' in steps_in_plan -->",
        "paln-it",
        "`steps_in_plan` is never `paln-it`",
        "did you mean `plan-it`?",
    ),
    "applies-when-asks-for-the-plan": Mistake(
        SHIP_IT,
        "'''web'' in platforms'",
        "\"'plan-it' in steps_in_plan\"",
        "applies-when:",
        "there is no answer `steps_in_plan`",
        f"use one of {KNOWN_NAMES}",
    ),
    "items-condition": Mistake(
        BUILD_IT,
        "- building",
        "- entry: building\n  when: demo_fats",
        "demo_fats",
        "there is no answer `demo_fats`",
        "did you mean `demo_fast`?",
    ),
    "outputs-condition": Mistake(
        BUILD_IT,
        "- docs/build.md\n",
        "- path: docs/build.md\n  when: demo_fats\n",
        "demo_fats",
        "there is no answer `demo_fats`",
        "did you mean `demo_fast`?",
    ),
    "inputs-condition": Mistake(
        BUILD_IT,
        "  take: the goals\n",
        "  take: the goals\n  when: demo_fats\n",
        "demo_fats",
        "there is no answer `demo_fats`",
        "did you mean `demo_fast`?",
    ),
    "overlays-condition": Mistake(
        OVERLAY,
        "when: demo_fast",
        "when: demo_fats",
        "demo_fats",
        "there is no answer `demo_fats`",
        "did you mean `demo_fast`?",
    ),
    **{
        f"{name}-condition": Mistake(
            OVERLAY,
            HEAD,
            HEAD + text,
            "demo_fats",
            "there is no answer `demo_fats`",
            "did you mean `demo_fast`?",
        )
        for name, text in {
            "step-override": "step-overrides:\n  plan-it:\n    when: demo_fats\n",
            "input-override": "input-overrides:\n  plan-it:\n    when: demo_fats\n",
            "dependency-override": "dependency-overrides:\n  plan-it:\n    when: demo_fats\n",
            "replacing-dependency": "dependency-overrides:\n  build-it:\n    replace:\n"
            "      plan-it:\n        step: plan-it\n        when: demo_fats\n",
            "appended-input": "input-overrides:\n  ship-it:\n    append:\n"
            "    - path: docs/build.md\n      take: x\n      without: y\n      when: demo_fats\n",
        }.items()
    },
    "rules-condition": Mistake(
        RULES,
        "demo_mode == 'slow'",
        "demo_mode == 'slwo'",
        "refuse-when",
        "`demo_mode` is never `slwo`",
        "did you mean `slow`?",
    ),
    # Prose
    "marker": Mistake(
        PLANNING,
        "Longer.",
        "Longer. <!-- depth: 4 -->",
        "Longer.",
        "the marker has no effect here",
        "put it directly under a heading, or at the end of a list item or table row",
    ),
    "spaces": Mistake(
        PLANNING, "Longer.", "Longer. ", "Longer.", "the line ends with spaces", "remove them"
    ),
    "tab": Mistake(PLANNING, "Longer.", "A\tb.", "A\tb", "the line has a tab", "use spaces"),
    "left-behind": Mistake(
        PLANNING, "Longer.", "TODO say more", "TODO", "`TODO` was left behind", "finish it"
    ),
    "two-sentences": Mistake(
        PLANNING,
        "Longer.",
        "One. Two.",
        "One.",
        "the line has two sentences",
        "put each on a line of its own",
    ),
    "fence-without-language": Mistake(
        PLANNING,
        "Longer.",
        "```\nx\n~~~",
        "```",
        "the fenced block names no language, or is not closed",
        "write it after the opening fence, such as ```bash",
    ),
    "fence-that-does-not-parse": Mistake(
        PLANNING,
        "Longer.",
        "~~~~json\n{,}\n~~~~",
        "~~~~json",
        "this block is not json: Expecting property name enclosed in double quotes: "
        "line 1 column 2 (char 1)",
        "write it so that it parses; `...` stands for what is left out",
    ),
    # Outputs
    "output-without-row": Mistake(
        SHIP_IT,
        "revises:",
        "outputs:\n- docs/new.md\nrevises:",
        "",
        "the output `docs/new.md` has no row of this owner in artifacts.yml",
        "add the row, or correct its owner",
    ),
    "artifact-of-a-step-with-condition": Mistake(
        "content/artifacts.yml",
        "path: docs/report.md",
        "path: docs/report.md\n  when: demo_fast",
        "path: docs/report.md",
        "`docs/report.md` says `when`, and a step creates it",
        "let the step's output say it",
    ),
    "outputs-depth": Mistake(
        BUILD_IT,
        "from-depth: 3",
        "from-depth: 2",
        "",
        "`docs/report.md` is from depth 2 here, and 3 in artifacts.yml",
        "make them equal",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_mistake_is_reported_with_its_line_and_how_to_mend_it(
    tmp_path: Path, mistake: Mistake
) -> None:
    files = sound_tree()
    assert mistake.old in files[mistake.path]
    files[mistake.path] = files[mistake.path].replace(mistake.old, mistake.new, 1)
    if mistake.at in files:
        where = {PLANNING: "name:", SHIP_IT: "- docs/plan.md", BUILD_IT: "name: "}[mistake.at]
        where = place(files, mistake.at, where)
    elif mistake.at:
        where = place(files, mistake.path, mistake.at)
    else:
        where = f"{mistake.path}:1"
    assert Problem(where, mistake.what, mistake.fix) in check(tmp_path, files)


@pytest.mark.parametrize("heading", ["# Fix", "## Knowledge"])
def test_headings_of_a_tool_are_not_those_of_its_frame(tmp_path: Path, heading: str) -> None:
    path = "content/tools/fix.md"
    files = sound_tree() | {path: tool("fix", f"## Do\n\nIt.\n\n{heading}\n\nNone.\n")}
    what = f"the heading `{heading.lstrip('# ')}` belongs to the frame"
    where = place(files, path, heading)
    assert check(tmp_path, files) == [Problem(where, what, "use another title, of level two")]


def test_rendered_files_that_are_named_are_rendered(tmp_path: Path) -> None:
    text = "Follow `.milepost/steps/plan-it.md`, then `.milepost/tools/fxi.md`.\n"
    files = sound_tree() | {"content/tools/fix.md": tool("fix", text)}
    found = Problem("content/tools/fix.md:7", "there is no tool `fxi`", "did you mean `fix`?")
    assert check(tmp_path, files) == [found]


def problems(root: Path, files: Tree, path: str, old: str, new: str) -> list[Problem]:
    """Check sound content with one change, which has to be one."""
    assert old in files[path]
    return check(root, files | {path: files[path].replace(old, new, 1)})


def test_mistake_is_reported_alone(tmp_path: Path) -> None:
    mistake = MISTAKES["dependency"]
    files = sound_tree()
    found = problems(tmp_path, files, *mistake[:3])
    assert [problem.what for problem in found] == [mistake.what]


def test_files_that_cannot_be_read_are_all_named_and_end_the_check(tmp_path: Path) -> None:
    files = sound_tree()
    files[PLANNING] = "broken"
    files[RULES] = "- {}\n"
    files["content/phases.yml"] = "- name: x\n"
    files["content/project-types/order.yml"] = "- demo\n- gone\n"
    assert {problem.where for problem in check(tmp_path, files)} == {
        f"{PLANNING}:1",
        "content/phases.yml:1",
        "content/project-types/order.yml:1",
    }


def test_types_folder_and_line_have_to_be_there_both(tmp_path: Path) -> None:
    files = sound_tree() | {"content/project-types/order.yml": "- dmo\n"}
    where = "content/project-types/order.yml:1"
    assert check(tmp_path, files) == [
        Problem(where, "`demo` has a folder and no line", "add its line"),
        Problem(where, "`dmo` has a line and no folder", "add the folder"),
    ]


def test_name_that_is_not_kebab_case_is_reported(tmp_path: Path) -> None:
    files = sound_tree() | {"content/tools/Fix_It.md": tool("Fix_It")}
    assert check(tmp_path, files) == [
        Problem(
            "content/tools/Fix_It.md:2",
            "the name `Fix_It` is not kebab-case",
            "use small letters, digits and single hyphens",
        )
    ]


def test_entry_of_a_type_may_not_have_the_name_of_a_shared_one(tmp_path: Path) -> None:
    files = sound_tree() | {f"{DEMO}/knowledge/planning.md": entry("planning")}
    what, fix = "there is more than one `planning.md`", "give one of them another name"
    found = check(tmp_path, files)
    assert Problem(f"{PLANNING}:1", what, fix) in found
    assert Problem(f"{DEMO}/knowledge/planning.md:1", what, fix) in found


def test_tool_may_not_have_the_name_of_a_step_nor_an_unknown_entry(tmp_path: Path) -> None:
    path = "content/tools/plan-it.md"
    files = sound_tree() | {path: tool("plan-it", knowledge_base=["plannin"])}
    assert check(tmp_path, files) == [
        Problem(f"{path}:2", "there is a step `plan-it` as well", "give one of them another name"),
        Problem(f"{path}:6", "there is no entry `plannin`", "did you mean `planning`?"),
    ]


def test_step_and_entry_lie_in_their_folders(tmp_path: Path) -> None:
    files = sound_tree()
    files["content/steps/plan/ship-it.md"] = files.pop(SHIP_IT)
    files["content/knowledge/other/planning.md"] = files.pop(PLANNING)
    assert check(tmp_path, files) == [
        Problem(
            place(files, "content/steps/plan/ship-it.md", "phase:"),
            "the step of phase `build` lies in another phase's folder",
            "move it to `content/steps/build/`",
        ),
        Problem(
            "content/knowledge/other/planning.md:2",
            "the folder `other` is no category",
            "move the entry",
        ),
    ]


def test_entry_of_another_type_is_not_for_this_overlay(tmp_path: Path) -> None:
    files = sound_tree()
    files["content/project-types/order.yml"] = "- demo\n- more\n"
    files |= {
        "content/project-types/more/overlay.yml": files[OVERLAY].replace("demo\n", "more\n"),
        "content/project-types/more/rules.yml": "[]\n",
        "content/project-types/more/questions.yml": "{}\n",
    }
    path = "content/project-types/more/overlay.yml"
    assert Problem(
        place(files, path, "entry:"),
        "`demo-parts` belongs to the type `demo`",
        "append entries of this type or shared ones",
    ) in check(tmp_path, files)


def rows(files: Tree, *more: dict[str, Any], **parts: Any) -> Tree:
    """Add rows and other parts to a tree's `artifacts.yml`."""
    text = files[ARTIFACTS] + "".join(dump([row]) for row in more)
    for name, value in parts.items():
        text = text.replace(f"{name}: {{}}\n", dump({name: value}))
    return files | {ARTIFACTS: text}


def test_artifact_with_a_second_row_a_wrong_shape_or_repeated_heading(tmp_path: Path) -> None:
    twice = {"path": "docs/plan.md", "owner": "plan-it", "headings": [{"title": "Text"}]}
    shape = {"path": "docs/s.md", "owner": "ship-it", "shape": "reveiw", "final": True}
    both = {**shape, "path": "docs/b.md", "shape": "review", "headings": [{"title": "A"}]}
    same = {**twice, "path": "docs/h.md", "headings": [{"title": "A"}, {"title": "A"}]}
    files = rows(sound_tree(), twice, shape, both, {**same, "final": True}, shapes={"review": []})
    lines = files[ARTIFACTS].split("\n")
    second = 1 + max(n for n, line in enumerate(lines) if line == "- path: docs/plan.md")
    found = [one for one in check(tmp_path, files) if one.where.startswith(ARTIFACTS)]
    assert found == [
        Problem(f"{ARTIFACTS}:{second}", "`docs/plan.md` has another row", "keep one"),
        Problem(
            place(files, ARTIFACTS, "docs/s.md"),
            "there is no shape `reveiw`",
            "did you mean `review`?",
        ),
        Problem(
            place(files, ARTIFACTS, "docs/b.md"),
            "`docs/b.md` has a shape and headings",
            "keep one of them",
        ),
        Problem(
            place(files, ARTIFACTS, "docs/h.md"), "`docs/h.md` has `A` twice", "name one otherwise"
        ),
    ]


def test_series_of_a_topic_is_defined_in_one_document(tmp_path: Path) -> None:
    files = sound_tree()
    text = files[ARTIFACTS].replace("- title: Text\n", "- title: Text\n  defines: [Q-x]\n")
    files[ARTIFACTS] = text.replace("ids: {}", "ids:\n  Q: {means: q, digits: 2, topics: true}")
    what = "`Q-x` is defined in another document as well"
    assert check(tmp_path, files) == [
        Problem(place(files, ARTIFACTS, path), what, "rename one")
        for path in ("docs/build.md", "docs/report.md")
    ]


# Outputs


def outputs(root: Path, shown: str, **row: Any) -> list[Problem]:
    """Check a step whose Expected Outputs shows something for the one row."""
    row = {"path": "docs/a.md", "owner": "a", "final": True, **row}
    output = {"path": "docs/a.md", "from-depth": row.get("from-depth", 1)}
    files = tree({"a": {"outputs": [output], "body": body_of(expected_outputs=shown)}})
    files[ARTIFACTS] = dump({"ids": {}, "thread": [], "shapes": {}, "artifacts": [row]})
    path = "content/steps/build/a.md"
    where = place(files, path, "## Expected Outputs")
    found = check(root, files)
    assert {problem.where for problem in found} <= {where}
    return found


PATH = "### `docs/a.md`\n\n"
TABLE = "| A | B |\n|---|---|\n| a | b |"


def test_heading_of_an_artifact_is_shown_from_its_depth(tmp_path: Path) -> None:
    headings = [{"title": "One"}, {"title": "Two", "from-depth": 3}]
    assert outputs(tmp_path, f"{PATH}- `## One`\n- (depth 3+) `## Two`", headings=headings) == []
    found = outputs(tmp_path, f"{PATH}- `## One`\n- (depth 4+) `## Two`", headings=headings)
    assert [(problem.what, problem.fix) for problem in found] == [
        (
            "`docs/a.md` at depth 3 has the headings ['One']",
            "artifacts.yml says ['One', 'Two']",
        )
    ]


def test_artifact_is_shown_where_it_is_made_and_only_there(tmp_path: Path) -> None:
    late = outputs(tmp_path, "### `docs/a.md`\n<!-- depth: 4 -->\n\nX", **{"from-depth": 3})
    assert [problem.what for problem in late] == [
        "Expected Outputs does not show `docs/a.md` at depth 3"
    ]
    early = outputs(tmp_path, "### `docs/a.md`\n<!-- depth: 2 -->\n\nX", **{"from-depth": 3})
    assert [problem.what for problem in early] == [
        "Expected Outputs shows `docs/a.md` at depth 2, where it is not made"
    ]


@pytest.mark.parametrize(
    ("shown", "what"),
    [
        (TABLE, ""),
        (TABLE.replace("| A", "| a", 1), "`docs/a.md` at depth {} lacks the table `| A | B |`"),
        ("| A | B |\n| a | b |\n| c | d |", "`| A | B |` has no line `|---|` below it"),
        (
            TABLE.replace("| a | b |", "| a |"),
            "the example row of `| A | B |` has 1 cells",
        ),
        (TABLE.replace("| a | b |", r"| a \| x | b |"), ""),
    ],
    ids=["right", "other", "no-rule", "short", "escaped"],
)
def test_table_is_shown_word_for_word_with_a_whole_row(
    tmp_path: Path, shown: str, what: str
) -> None:
    found = outputs(tmp_path, f"{PATH}{shown}", tables=[["A", "B"]])
    expected = [what.format(depth) for depth in range(1, 6)] if what else []
    assert [problem.what for problem in found] == expected


def test_tables_of_headings_and_parts_of_items_are_shown(tmp_path: Path) -> None:
    each = {"id": "G", "parts": ["By"], "table": ["A", "B"]}
    headings = [{"title": "One", "table": ["C"], "each": each}]
    shown = f"{PATH}- `## One` with **By**\n\n{TABLE}\n\n| C |\n|---|\n| c |"
    assert outputs(tmp_path, shown, headings=headings) == []
    found = outputs(tmp_path, f"{PATH}- `## One`", headings=headings)
    assert {problem.what.replace("1", "N") for problem in found if "depth 1" in problem.what} == {
        "`docs/a.md` at depth N lacks the table `| A | B |`",
        "`docs/a.md` at depth N lacks the table `| C |`",
        "`docs/a.md` does not show **By** of its items at depth N",
    }


def test_step_lists_every_output_of_its_own(tmp_path: Path) -> None:
    files = rows(sound_tree(), {"path": "docs/new.md", "owner": "ship-it", "final": True})
    assert Problem(
        f"{SHIP_IT}:1", "the step does not list its output `docs/new.md`", "add it to `outputs`"
    ) in check(tmp_path, files)


# Soundness


def needing(**keys: Any) -> Tree:
    """Make two steps of which one needs what the other makes, without waiting for it."""
    need = {"path": "docs/a.md", "take": "all", "without": "ask", **keys}
    return tree({"a": {"outputs": ["docs/a.md"]}, "b": {"inputs": [need]}})


def test_creator_of_a_required_input_is_an_ancestor(tmp_path: Path) -> None:
    what, fix = "`b` needs `docs/a.md`, and can be ready before `a`", "let it depend on `a`"
    assert set(check(tmp_path, needing(required=True))) == {
        Problem(f"{methodology} × {project_type}", what, fix)
        for methodology in ("custom", "deep", "mvp")
        for project_type in ("none", "demo")
    }
    assert check(tmp_path, needing()) == []
    assert check(tmp_path, needing(required=True, **{"update-only": True})) == []


def test_only_the_plans_that_an_answer_makes_unsound_are_reported(tmp_path: Path) -> None:
    files = needing(required=True)
    files["content/steps/build/b.md"] = files["content/steps/build/b.md"].replace(
        "order: 20", "order: 20\ndependencies: [a]"
    )
    assert check(tmp_path, files) == []
    override = {"b": {"replace": {"a": {"step": "c", "when": "demo_fast"}}}}
    files |= {
        OVERLAY: files[OVERLAY] + dump({"dependency-overrides": override}),
        "content/steps/build/c.md": step("c"),
    }
    for name in ("mvp", "deep", "custom"):
        files[f"content/methodologies/{name}.yml"] += "  c: {enabled: true}\n"
    assert {problem.where for problem in check(tmp_path, files)} == {
        "mvp × demo",
        "deep × demo",
        "custom × demo",
    }


def test_what_a_later_step_creates_is_read_in_update_mode_only(tmp_path: Path) -> None:
    need = {"path": "docs/b.md", "take": "all", "without": "ask"}
    files = tree({"a": {"inputs": [need]}, "b": {"outputs": ["docs/b.md"], "dependencies": ["a"]}})
    assert Problem(
        "mvp × none",
        "`a` reads `docs/b.md`, which `b` creates later",
        "say `update-only: true`, or change the order",
    ) in check(tmp_path, files)
    need["update-only"] = True  # type: ignore[assignment]
    assert check(tmp_path, files | {"content/steps/build/a.md": step("a", inputs=[need])}) == []


def test_creator_of_what_is_revised_is_an_ancestor(tmp_path: Path) -> None:
    files = tree({"a": {"outputs": ["docs/a.md"]}, "b": {"revises": ["docs/a.md"]}})
    what = "`b` needs `docs/a.md`, and can be ready before `a`"
    assert Problem("mvp × none", what, "let it depend on `a`") in check(tmp_path, files)


def test_path_has_one_creator_and_steps_follow_what_they_need(tmp_path: Path) -> None:
    files = tree(
        {
            "a": {"outputs": ["docs/a.md"]},
            "b": {"outputs": ["docs/a.md"], "dependencies": ["a"]},
        }
    )
    plan = resolve(library(tmp_path, files), answers())
    created = Problem("x", "`docs/a.md` is created by `a` and by `b`", "let one of them revise it")
    assert list(check_plan(plan, "x")) == [created]
    turned = replace(plan, steps=plan.steps[::-1])
    assert Problem("x", "`b` stands before `a`, on which it depends", "mend the order") in list(
        check_plan(turned, "x")
    )


def test_circle_is_reported_once(tmp_path: Path) -> None:
    files = tree({"a": {"dependencies": ["b"]}, "b": {"dependencies": ["a"]}})
    (problem,) = check(tmp_path, files)
    assert problem.where == "content/steps"
    assert problem.what.startswith("the steps depend on each other in a circle: ")


# Sizes


def tokens(count: int) -> str:
    """Write one paragraph that costs this many tokens."""
    return "x" * (count * sizes.BYTES_PER_TOKEN - 1)


def sized(root: Path, files: Tree, *words: str) -> list[str]:
    return [one.what for one in check(root, files) if all(word in one.what for word in words)]


def test_a_tool_has_the_ceilings_of_a_step(tmp_path: Path) -> None:
    text = f"{tokens(1300)}\n\n- {tokens(1450)} <!-- when: 'web' in platforms -->\n"
    entries = {f"x{number}": entry(f"x{number}", tokens(390)) for number in range(7)}
    files = tree({"a": {}}, entries=entries)
    files["content/tools/fix.md"] = tool("fix", text, knowledge_base=list(entries))
    found = sized(tmp_path, files)
    assert [what.split(" has ")[0] for what in found][:3] == [
        "the body",
        "all inline knowledge",
        "the body",
    ]
    assert found[0].endswith(" at depth 1 with platforms=['web']")


def test_body_has_a_ceiling_at_each_depth_and_for_each_answer(tmp_path: Path) -> None:
    purpose = f"- {tokens(1000)} <!-- when: 'web' in platforms -->\n- small"
    files = tree({"a": {"body": body_of(purpose=purpose)}})
    (found,) = check(tmp_path, files)
    assert found.where == "content/steps/build/a.md:1"
    assert found.what.endswith(" tokens at depth 1 with platforms=['web']")
    assert found.fix == "cut it to 900"


def test_entry_has_a_ceiling_and_another_one_in_a_review(tmp_path: Path) -> None:
    probes = f"### Probes\n<!-- for: review -->\n<!-- depth: 1 -->\n\n{tokens(300)}"
    files = sound_tree() | {DEMO_ENTRY: entry("demo-parts", guidance=probes)}
    (found,) = sized(tmp_path, files, "in a review", "depth 1")
    assert found.startswith("the entry in a review has 3")
    files = sound_tree() | {PLANNING: entry("planning", guidance=f"### A\n\n{tokens(1500)}")}
    assert sized(tmp_path, files, "the entry", "depth 3") == [
        "the entry has 1,505 tokens at depth 3"
    ]


def test_all_inline_knowledge_of_a_step_has_a_ceiling_when_its_override_applies(
    tmp_path: Path,
) -> None:
    names = [f"e{number}" for number in range(7)]
    files = tree(
        {"a": {"knowledge_base": names}},
        entries={
            name: entry(name, guidance=f"### A\n<!-- depth: 1 -->\n\n{tokens(330)}")
            for name in names
        },
        own_entries={"own": entry("own", guidance=f"### A\n<!-- depth: 1 -->\n\n{tokens(330)}")},
        overlay={"knowledge-overrides": {"a": {"append": ["own"], "when": "demo_fast"}}},
    )
    (found,) = [one for one in check(tmp_path, files) if "depth 1" in one.what]
    assert found.where == f"{OVERLAY}:1"
    assert found.what.startswith("all inline knowledge of `a` has 2,")
    assert found.what.endswith(" tokens at depth 1 with demo_fast=True")


def test_frame_has_a_ceiling(tmp_path: Path) -> None:
    keys = {"conditional": "if-needed", "applies_when_text": f"{tokens(600)}."}
    (found,) = sized(tmp_path, tree({"a": keys}, conditional=["a"]), "frame")[:1]
    assert found.startswith("the frame of `a` has 1")
    assert sized(tmp_path, tree({"a": keys}), "frame") == []


def test_whole_pipeline_has_a_ceiling_for_each_methodology(tmp_path: Path) -> None:
    files = tree({"a": {"body": body_of(purpose=tokens(231_000))}})
    whole = [one for one in check(tmp_path, files) if "pipeline" in one.what]
    assert [(one.where, one.fix) for one in whole] == [
        ("`mvp`", "cut it to 40,000"),
        ("`custom`", "cut it to 230,000"),
    ]


# Combinations


@pytest.fixture
def content(tmp_path: Path) -> Content:
    files = sound_tree()
    files[f"{DEMO}/questions.yml"] += dump({"demo_count": {"type": "int", "default": 3}})
    found, broken = load_content(library(tmp_path, files))
    assert found is not None, broken
    return found


def test_each_way_in_which_conditions_come_out_is_given_once(content: Content) -> None:
    texts = ["demo_fast", "'left' in demo_parts", "demo_fast and demo_count > 2"]
    found = list(distinct_answers(texts, content, {}))
    assert [(known["demo_fast"], "left" in known["demo_parts"]) for known in found] == [
        (False, False),
        (False, True),
        (True, False),
        (True, True),
    ]


def test_answers_that_are_fixed_unknown_or_refused_do_not_vary(content: Content) -> None:
    rules = content.library.rules("demo")
    texts = ["demo_fast", "demo_mode == 'slow'"]
    assert list(distinct_answers(texts, content, {"demo_fast": True}, rules)) == [
        {"demo_fast": True, "demo_mode": "quick"}
    ]
    assert list(distinct_answers(texts, content, {"demo_fast": None, "demo_mode": None})) == [{}]


def test_possible_values_are_choices_subsets_or_the_default(content: Content) -> None:
    def values(name: str, *texts: str) -> tuple[Any, ...]:
        return possible_values(name, texts, content)

    assert values("demo_mode") == ("quick", "slow")
    assert values("demo_fast") == (False, True)
    assert values("demo_count") == (3,)
    assert values("demo_parts") == ([], ["left"], ["right"], ["left", "right"])
    for text in ("'plan-it' in steps_in_plan", '"plan-it" in steps_in_plan'):
        assert values("steps_in_plan", text) == (["plan-it"], [])


# Fences


@pytest.mark.parametrize(
    ("language", "right", "wrong"),
    [
        ("python", "x = ...\n", "x =\n"),
        ("json", "[1]", "[1,]"),
        ("jsonl", "1\n2\n", "1\n{\n"),
        ("jsonc", '{"a": 1} // b\n', '{"a": }\n'),
        ("yaml", "a: [1]\n", "a: [1\n"),
        ("toml", "a = 1\n", "a = \n"),
        ("bash", "if x; then y; fi\n", "if x; then\n"),
        ("sh", "echo x\n", "echo 'x\n"),
        ("ts", "const a: number = 1;\n", "const a: = 1;\n"),
        ("html", "<p>x</p>\n", "<p <p></p>\n"),
        ("mermaid", "flowchart TD\n  a --> b\n", "flowchart TD\n  a --> \n"),
    ],
)
def test_block_parses_in_its_language(language: str, right: str, wrong: str) -> None:
    assert parse_error(Fence(language, right, 0)) == ""
    assert parse_error(Fence(language, wrong, 0)) != ""


def test_free_text_is_not_parsed_and_unknown_languages_are_named() -> None:
    assert parse_error(Fence("text", "{{{", 0)) == ""
    assert parse_error(Fence("cobol", "", 0)).startswith("no parser is known for it; known are ")


def test_fences_are_found_dedented_with_their_lines() -> None:
    text = "a\n\n- b\n\n  ````markdown\n  ```json\n  {,}\n  ```\n  ````\n\n~~~text\nc\n~~~\n"
    assert list(fences_in(text)) == [
        Fence("markdown", "```json\n{,}\n```\n", 4),
        Fence("text", "c\n", 10),
    ]
    assert list(check_fences(text, "a.md", 1)) == []


def test_every_body_is_checked(tmp_path: Path) -> None:
    files = sound_tree()
    files["content/tools/fix.md"] = tool("fix", "TODO\n")
    files["content/skills/go.md"] = "---\nname: go\ndescription: Go.\n---\n\nTODO\n"
    files[PLAN_IT] += "\nTODO\n"
    files[PLANNING] += "\nTODO\n"
    found = check(tmp_path, files)
    assert sorted(problem.where.split(":")[0] for problem in found) == sorted(
        ["content/skills/go.md", "content/tools/fix.md", PLANNING, PLAN_IT]
    )
    assert {problem.what for problem in found} == {"`TODO` was left behind"}
