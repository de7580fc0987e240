"""The live prompt, decisions, knowledge and the check of conditional steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sample import Sample, reads, step, step_text

Make = Callable[..., Sample]

ENTRY = (
    "### prd-craft\n\nWrite one capability per row.\n\n#### Priorities\n\n```python\n# x\n```\n\n"
)


def knowledge(name: str, linked: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "description": "How to write requirements.",
        "from": "prd",
        "sections": ["Priorities"],
        "linked": linked,
    }


def with_knowledge(project: Make) -> Sample:
    row = step(
        "prd",
        inputs=[
            reads("docs/vision.md", "vision", take="goals", without="ask the user for the goal"),
            reads("docs/later.md", None, required=False, update_only=True),
        ],
        dependencies=["vision"],
        knowledge=[knowledge("prd-craft"), knowledge("review-method", linked=True)],
    )
    sample = project(step("vision"), row)
    sample.write(".milepost/steps/prd.md", step_text(row, ENTRY))
    sample.write(".milepost/knowledge/review-method.md", "# Review method\n\nRead twice.\n")
    return sample


def test_show_gives_the_step_file_and_what_is_missing(project: Make) -> None:
    sample = with_knowledge(project)

    out = sample.run("show", "prd").out

    assert out.startswith("# Prd\n\n## System\n")
    assert "- Not ready: it waits for `vision`." in out
    assert "- Missing: `docs/vision.md`. Without it ask the user for the goal." in out
    assert "docs/later.md" not in out


def test_show_names_what_is_live(project: Make) -> None:
    sample = with_knowledge(project)
    sample.do("vision")
    sample.write(".milepost/local/instructions.md", "Use short sentences.\n")
    sample.write(".milepost/local/steps/prd.md", "Money is in cents.\n")
    sample.write(".milepost/local/knowledge/prd-craft.md", "Ours.\n")
    sample.run("decide", "Lend for 14 days", "--step", "vision")

    data = sample.json("show", "prd", "only", "loans")
    out = data["prompt"]

    assert "- There: `docs/vision.md` (about 14 tokens). Take goals." in out
    assert "- Read `.milepost/local/instructions.md`.\n- Read `.milepost/local/steps/prd.md`" in out
    assert "- For `prd-craft` read `.milepost/local/knowledge/prd-craft.md` instead." in out
    assert "`vision`: Lend for 14 days (`.milepost/decisions/" in out
    assert "### Arguments\n\nonly loans\n" in out
    assert data["update-mode"] is False


def test_show_in_update_mode_says_what_the_output_holds(project: Make) -> None:
    sample = with_knowledge(project)
    sample.write("docs/prd.md", "# PRD\n\n## Users\n\n## Success\n")

    data = sample.json("show", "prd")

    assert data["update-mode"] is True
    assert "- `docs/prd.md` holds about 7 tokens, 2 sections." in data["prompt"]
    assert "- Missing: `docs/later.md`." in data["prompt"]


def test_seeds_are_no_evidence_of_update_mode(project: Make) -> None:
    sample = project(step("agents", outputs=["AGENTS.md"]))
    sample.write("AGENTS.md", "# Agents\n")

    assert sample.json("show", "agents")["update-mode"] is False


def test_show_pastes_whole_files_within_the_budget(project: Make) -> None:
    sample = with_knowledge(project)
    sample.write("docs/vision.md", "# Vision\n\n```text\nx\n```\n")
    sample.write("docs/prd.md", "word " * 400)

    data = sample.json("show", "prd", "--paste", "--budget", "100")

    assert (data["pasted"], data["left-out"]) == (["docs/vision.md"], ["docs/prd.md"])
    assert "### `docs/vision.md`\n\n````\n# Vision" in data["prompt"]
    assert "Pasted about 6 of 100 tokens." in data["prompt"]
    assert "Too large, so read it yourself: `docs/prd.md`." in data["prompt"]


def test_decisions_are_read_in_order(project: Make) -> None:
    sample = with_knowledge(project)
    sample.run("start", "vision")
    sample.run("decide", "Lend for 14 days\nCON-02 says so.")
    sample.run("decide", "Zebras: größer?")
    sample.write(".milepost/decisions/2020-01-01-by-hand.md", "# By hand\n\nBecause.\n")

    rows = sample.json("decisions")["decisions"]

    assert [(row["title"], row["step"], row["body"]) for row in rows] == [
        ("By hand", "", "Because."),
        ("Lend for 14 days", "vision", "CON-02 says so."),
        ("Zebras: größer?", "vision", ""),
    ]
    names = sorted(path.name for path in (sample.root / ".milepost/decisions").iterdir())
    assert names[1][10:].startswith("-lend-for-14-days-")
    assert len(sample.json("decisions", "--step", "vision")["decisions"]) == 2


def test_an_empty_decision_is_wrong_usage(project: Make) -> None:
    assert with_knowledge(project).run("decide", " ").code == 2


def test_knowledge_is_listed_and_shown(project: Make) -> None:
    sample = with_knowledge(project)

    assert sample.json("knowledge", "list")["entries"] == [
        {"name": "prd-craft", "used-by": ["prd"], "overridden": False},
        {"name": "review-method", "used-by": ["prd"], "overridden": False},
    ]
    assert sample.json("knowledge", "show", "prd-craft")["text"] == (
        "Write one capability per row.\n\n#### Priorities\n\n```python\n# x\n```\n"
    )
    assert "Read twice." in sample.run("knowledge", "show", "review-method").out
    assert "did you mean `prd-craft`?" in sample.run("knowledge", "show", "prd-carft").err


def test_an_override_is_made_and_put_away(project: Make) -> None:
    sample = with_knowledge(project)
    path = ".milepost/local/knowledge/prd-craft.md"

    assert sample.json("knowledge", "override", "prd-craft")["path"] == path
    assert sample.run("knowledge", "override", "prd-craft").code == 1
    assert sample.json("knowledge", "reset", "prd-craft")["kept"] is None

    sample.run("knowledge", "override", "prd-craft")
    sample.write(path, "Ours.\n")
    assert sample.run("knowledge", "show", "prd-craft").out == "Ours.\n"
    kept = sample.json("knowledge", "reset", "prd-craft")["kept"]
    assert sample.read(kept) == "Ours.\n"
    assert sample.run("knowledge", "reset", "prd-craft").code == 1


def test_unknown_local_knowledge_is_reported(project: Make) -> None:
    sample = with_knowledge(project)
    sample.write(".milepost/local/knowledge/prd-carft.md", "Ours.\n")

    assert sample.json("knowledge", "list")["unknown"] == ["prd-carft"]


def conditional(**changes: Any) -> dict[str, Any]:
    return step("schema", conditional=True, applies_when_text="The product stores data.", **changes)


SQL = [{"glob": "src/**/*.sql", "says": "tables"}, {"glob": "db/", "says": "migrations"}]


def test_check_finds_evidence(project: Make) -> None:
    sample = project(conditional(evidence=SQL))
    sample.write("src/a/b/tables.sql", "")
    sample.write("src/node_modules/x.sql", "")

    data = sample.json("check", "schema")

    assert data["verdict"] == "applies"
    assert [row["files"] for row in data["evidence"]] == [["src/a/b/tables.sql"], []]
    assert "looked for    db/ (migrations): nothing" in sample.run("check", "schema").out


def test_check_leaves_open_what_is_not_built_yet(project: Make) -> None:
    sample = project(conditional(evidence=SQL))

    outcome = sample.run("check", "schema")

    assert "schema is for you to decide." in outcome.out
    assert 'python3 .milepost skip schema --reason "..."' in outcome.out


def test_check_leaves_open_what_no_evidence_can_show(project: Make) -> None:
    assert project(conditional()).json("check", "schema")["verdict"] == "undecided"


def test_check_knows_what_the_answers_settled(project: Make) -> None:
    sample = project(
        step("vision", why=["You turned it on."]),
        off=[{"name": "ux-spec", "why": ["There is no interface."]}],
    )

    assert sample.json("check", "vision")["verdict"] == "applies"
    assert sample.run("check", "vision").out == (
        "vision is on in your plan.\n  because       You turned it on.\n"
    )
    off = sample.json("check", "ux-spec")
    assert (off["verdict"], off["why"]) == ("does-not-apply", ["There is no interface."])
    assert sample.run("check", "ux-spce").code == 2


def test_show_prints_a_tool_with_its_arguments(project: Make) -> None:
    tool = {
        "name": "release",
        "title": "Release",
        "description": "Cut a release.",
        "argument-hint": "<version>",
        "path": ".milepost/tools/release.md",
        "knowledge": [],
        "bytes": 400,
        "tokens": 100,
    }
    sample = project(step("vision"), tools=[tool])
    sample.write(".milepost/tools/release.md", "# Release\n")

    data = sample.json("show", "release", "v2")

    assert (data["kind"], data["update-mode"]) == ("tool", False)
    assert data["prompt"].startswith("# Release\n\n## Live context\n\n### Arguments\n\nv2\n")


def test_questions_that_are_due_are_asked_again(project: Make) -> None:
    sample = project(step("vision", outputs=["docs/vision.md"]), step("prd"), step("stories"))
    head = "| ID | Question | Default in force | If the answer differs | Decide before | Asked |"
    rows = [
        "| Q-vision-01 | Who pays? | nobody | G-01 | `prd` | 2026-11-22, no answer |",
        "| Q-vision-02 | Where? | here | G-01 | `stories` | 2026-11-22, no answer |",
        "| Q-vision-03 | When? | soon | G-01 | `prd` | answered: today |",
    ]
    text = "\n".join(["# Vision", "", "## Open questions", "", head, "|---" * 6 + "|", *rows, ""])
    sample.write("docs/vision.md", text)

    assert "- Q-vision-01: Who pays? (`docs/vision.md`)" in sample.run("show", "prd").out
    started = sample.run("start", "prd", "--force", "--reason", "in a test").out
    assert "  ask again Q-vision-01: Who pays? (docs/vision.md)" in started
    assert "Q-vision-02" not in started
    assert "Q-vision-03" not in started
