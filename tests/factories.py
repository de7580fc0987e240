"""Write small content trees, so that a test shows all that matters in itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, settings
from milepost.answers import Answers
from milepost.library import Library

Tree = dict[str, str]
"""Text by path below the template's root."""

examples = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""How many examples a property is tried with; a busy machine is no failure."""

DEMO = "content/project-types/demo"
PLAN_IT = "content/steps/plan/plan-it.md"
BUILD_IT = "content/steps/build/build-it.md"
SHIP_IT = "content/steps/build/ship-it.md"
PLANNING = "content/knowledge/core/planning.md"

PHASES = [
    {"name": "plan", "title": "Plan", "purpose": "Know what to build."},
    {"name": "build", "title": "Build", "purpose": "Build it."},
]
AGENTS = [
    {
        "name": "claude-code",
        "title": "Claude Code",
        "instructions": "CLAUDE.md",
        "skills": ".claude/skills",
        "checked": "2026-11-01",
        "docs": dict.fromkeys(("instructions", "skills"), "https://example.com/docs"),
    },
    {
        "name": "codex",
        "title": "Codex",
        "instructions": "AGENTS.md",
        "skills": ".agents/skills",
        "checked": "2026-11-01",
        "docs": dict.fromkeys(("instructions", "skills"), "https://example.com/docs"),
    },
]
QUESTIONS: dict[str, Any] = {
    "demo_mode": {"type": "str", "choices": {"Quick": "quick", "Slow": "slow"}, "default": "quick"},
    "demo_parts": {"type": "str", "multiselect": True, "choices": ["left", "right"], "default": []},
    "demo_fast": {"type": "bool", "default": False},
}


def dump(data: Any) -> str:
    """Write YAML in the order given."""
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=1000)


def document(front: Mapping[str, Any], body: str) -> str:
    """Write Markdown with front matter, whose keys may be written in snake_case."""
    keys = {name.replace("_", "-"): value for name, value in front.items()}
    return f"---\n{dump(keys)}---\n\n{body}"


def body_of(outputs: Iterable[Any] = (), **sections: str) -> str:
    """Write a step's five sections; each may be given by its name in snake_case."""
    paths = [one if isinstance(one, str) else one["path"] for one in outputs]
    shown = "\n\n".join(f"### `{path}`\n\n- `## Text`: words" for path in paths) or "None."
    texts = {
        "purpose": "Why it is done.",
        "instructions": "1. Do it.",
        "expected_outputs": shown,
        "quality_criteria": "- It is there.",
        "update_mode": "- Keep what stands.",
        **sections,
    }
    return "\n".join(
        f"## {name.replace('_', ' ').title()}\n\n{text}\n" for name, text in texts.items()
    )


def step(name: str, **keys: Any) -> str:
    """Write a step; `body` may be given, everything else is front matter."""
    body = keys.pop("body", None) or body_of(keys.get("outputs", ()))
    front = {
        "name": name,
        "title": f"Do {name}",
        "description": f"The work of {name}.",
        "phase": "build",
        "order": 10,
        **keys,
        "depth-scaling": {depth: f"Depth {depth} of {name}." for depth in range(1, 6)},
    }
    return document(front, body)


def entry(name: str, summary: str = "Short.", guidance: str = "", **keys: Any) -> str:
    """Write a knowledge entry."""
    front = {
        "name": name,
        "description": f"All about {name}.",
        "topics": [name],
        "sources": [],
        "last-reviewed": "2026-11-01",
        **keys,
    }
    guidance = guidance or "### More\n\nLonger."
    return document(front, f"## Summary\n\n{summary}\n\n## Deep Guidance\n\n{guidance}\n")


def tool(name: str, body: str = "Use it.\n", **keys: Any) -> str:
    """Write a tool."""
    front = {"name": name, "title": f"Use {name}", "description": f"The tool {name}.", **keys}
    return document(front, body)


def tree(
    steps: Mapping[str, Mapping[str, Any]],
    *,
    entries: Mapping[str, str] | None = None,
    off: Iterable[str] = (),
    conditional: Iterable[str] = (),
    overlay: Mapping[str, Any] | None = None,
    questions: Mapping[str, Any] | None = None,
    rules: Iterable[Mapping[str, str]] = (),
    own_entries: Mapping[str, str] | None = None,
) -> Tree:
    """Make a whole content.

    Args:
        steps: Front matter by step name, in order; `body` may be among it.
        entries: Text by name of the shared entries.
        off: Steps that `mvp` has off.
        conditional: Steps that every methodology has where they are needed.
        overlay: The overlay of the project type `demo`.
        questions: The questions of `demo`; without them it has three.
        rules: The rules of `demo`.
        own_entries: Text by name of the entries of `demo`.
    """
    files: Tree = {}
    rows: list[dict[str, Any]] = []
    for number, (name, keys) in enumerate(steps.items(), start=1):
        phase = keys.get("phase", "build")
        files[f"content/steps/{phase}/{name}.md"] = step(name, **{"order": number * 10, **keys})
        for output in keys.get("outputs", ()):
            one = {"path": output} if isinstance(output, str) else output
            row = {"path": one["path"], "owner": name, "headings": [{"title": "Text"}]}
            row |= {"from-depth": one["from-depth"]} if "from-depth" in one else {}
            rows.append({**row, "final": True})
    for row in rows:
        path = row["path"]
        revisers = [name for name, keys in steps.items() if path in keys.get("revises", ())]
        if revisers:
            row["revised-by"] = revisers
    files |= {f"content/knowledge/core/{name}.md": text for name, text in (entries or {}).items()}
    files |= {f"{DEMO}/knowledge/{name}.md": text for name, text in (own_entries or {}).items()}
    for methodology, depth in (("mvp", 1), ("deep", 5), ("custom", 3)):
        settings = {
            name: {"enabled": methodology != "mvp" or name not in off}
            | ({"conditional": "if-needed"} if name in conditional else {})
            for name in steps
        }
        files[f"content/methodologies/{methodology}.yml"] = dump(
            {
                "name": methodology,
                "title": methodology.title(),
                "description": f"The preset {methodology}.",
                "default-depth": depth,
                "steps": settings,
            }
        )
    identity = {"name": "demo", "title": "Demo", "description": "A kind of product."}
    return files | {
        "content/phases.yml": dump(PHASES),
        "content/agents.yml": dump(AGENTS),
        "content/rules.yml": "[]\n",
        "content/renames.yml": dump({"steps": {}, "answers": {}}),
        "content/artifacts.yml": dump({"ids": {}, "thread": [], "shapes": {}, "artifacts": rows}),
        "content/project-types/order.yml": "- demo\n",
        f"{DEMO}/questions.yml": dump(dict(questions or QUESTIONS)),
        f"{DEMO}/rules.yml": dump(list(rules)),
        f"{DEMO}/overlay.yml": dump({**identity, **(overlay or {})}),
    }


def sound_tree() -> Tree:
    """Make a content with which nothing is wrong, and in which every part is used."""
    return tree(
        {
            "plan-it": {
                "phase": "plan",
                "outputs": ["docs/plan.md"],
                "knowledge_base": ["planning"],
            },
            "build-it": {
                "dependencies": ["plan-it"],
                "inputs": [
                    {
                        "path": "docs/plan.md",
                        "take": "the goals",
                        "required": True,
                        "without": "ask for them",
                    }
                ],
                "outputs": ["docs/build.md", {"path": "docs/report.md", "from-depth": 3}],
                "knowledge_base": ["building"],
                "body": body_of(
                    expected_outputs=(
                        "### `docs/build.md`\n\n- `## Text`: words\n\n"
                        "### `docs/report.md`\n<!-- depth: 3 -->\n\n- `## Text`: words"
                    )
                ),
            },
            "ship-it": {
                "dependencies": ["build-it"],
                "revises": ["docs/plan.md"],
                "conditional": "if-needed",
                "applies_when": "'web' in platforms",
                "applies_when_text": "It applies where people use a browser.",
            },
        },
        conditional=["ship-it"],
        entries={"planning": entry("planning"), "building": entry("building")},
        own_entries={"demo-parts": entry("demo-parts")},
        overlay={
            "knowledge-overrides": {
                "build-it": {"append": [{"entry": "demo-parts", "when": "demo_fast"}]}
            },
        },
        rules=[
            {
                "refuse-when": "demo_fast and demo_mode == 'slow'",
                "message": "It cannot be fast and slow.",
                "fix": "Choose one.",
            }
        ],
    )


def write(root: Path, files: Mapping[str, str]) -> Path:
    """Write a tree below a folder and give the folder."""
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8", newline="")
    return root


def library(root: Path, files: Mapping[str, str]) -> Library:
    """Write a tree below a folder and give its library."""
    return Library(write(root, files))


def answers(**changes: Any) -> Answers:
    """Give answers; the methodology is `custom`, at its default depth of 3."""
    return Answers(**{"project_name": "Shed", "methodology": "custom", **changes})


def place(files: Mapping[str, str], path: str, text: str) -> str:
    """Give `path:line` of the only line of a file that has a text in it."""
    lines = files[path].split("\n")
    numbers = [number for number, line in enumerate(lines, start=1) if text in line]
    assert len(numbers) == 1, (text, numbers)
    return f"{path}:{numbers[0]}"
