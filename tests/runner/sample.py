"""Build small projects with a plan, as the template renders them."""

from __future__ import annotations

import io
import json
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

from runner.cli import main

TEMPLATE = Path(__file__).parents[2] / "template" / ".milepost"
SPEC = Path(__file__).parent / "data" / "pipeline.json"
JSON = dict[str, Any]


class Outcome(NamedTuple):
    """What a command printed and its exit code."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> JSON:
        data: JSON = json.loads(self.out)
        return data


class Sample:
    """A project in a folder, with a runner that runs in this process."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def run(self, *arguments: str) -> Outcome:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                code = main(list(arguments), str(self.root))
            except SystemExit as leave:
                code = int(leave.code or 0)
        return Outcome(code, out.getvalue(), err.getvalue())

    def json(self, *arguments: str) -> JSON:
        outcome = self.run(*arguments, "--json")
        assert outcome.code == 0, outcome
        return outcome.data

    def write(self, path: str, text: str) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def record(self, name: str) -> JSON:
        data: JSON = json.loads(self.read(f".milepost/progress/{name}.json"))
        return data

    def plan(self) -> JSON:
        data: JSON = json.loads(self.read(".milepost/plan.json"))
        return data

    def change_plan(self, **changes: Any) -> None:
        self.write(".milepost/plan.json", json.dumps({**self.plan(), **changes}))

    def change_step(self, name: str, **changes: Any) -> None:
        steps = [
            {**row, **_kebab(changes)} if row["name"] == name else row
            for row in self.plan()["steps"]
        ]
        self.change_plan(steps=steps)

    def do(self, *names: str) -> None:
        """Write the outputs of steps and complete them."""
        for name in names:
            row = next(row for row in self.plan()["steps"] if row["name"] == name)
            for path in row["outputs"]:
                self.write(path, f"# {path}\n\nStatus: draft\n\n## Text\n\nBy {name}.\n")
            outcome = self.run("complete", name)
            assert outcome.code == 0, outcome


def _kebab(changes: JSON) -> JSON:
    return {key.replace("_", "-"): value for key, value in changes.items()}


def step(name: str, **changes: Any) -> JSON:
    """Describe a step that writes `docs/<name>.md` unless told otherwise."""
    row: JSON = {
        "name": name,
        "title": name.replace("-", " ").capitalize(),
        "description": f"Do {name}.",
        "phase": "first",
        "order": 10,
        "depth": 3,
        "stateless": False,
        "conditional": False,
        "applies-when-text": "",
        "dependencies": [],
        "inputs": [],
        "outputs": [f"docs/{name}.md"],
        "optional-outputs": [],
        "revises": [],
        "evidence": [],
        "knowledge": [],
        "path": f".milepost/steps/{name}.md",
        "bytes": 4000,
        "tokens": 1000,
        "task-digest": f"task-{name}",
        "why": ["On in this methodology."],
    }
    return {**row, **_kebab(changes)}


def reads(path: str, creator: str | None = None, **changes: Any) -> JSON:
    """Describe an input."""
    row: JSON = {
        "path": path,
        "take": "what matters",
        "without": "ask the user",
        "required": True,
        "update-only": False,
        "creator": creator,
    }
    return {**row, **_kebab(changes)}


def plan_of(*steps: JSON, **changes: Any) -> JSON:
    """Describe a plan of the given steps."""
    plan: JSON = {
        "schema": 1,
        "template": {"name": "milepost", "version": "v1.0.0"},
        "project": {
            "name": "Tool library",
            "idea": "Neighbours lend each other tools.",
        },
        "answers": {"methodology": "deep"},
        "phases": [
            {"name": "first", "title": "First things", "purpose": "Begin."},
            {"name": "second", "title": "Second things", "purpose": "Go on."},
        ],
        "steps": list(steps),
        "off": [],
        "tools": [],
        "digests": {},
        "renames": {"steps": {}, "answers": {}},
    }
    return {**plan, **changes}


def step_text(row: JSON, knowledge: str = "") -> str:
    """Write a step file as the template renders it."""
    return (
        f"# {row['title']}\n\n## System\n\nYou work on Tool library.\n\n## Step\n\n"
        f"### Purpose\n\n{row['description']}\n\n### Quality Criteria\n\n"
        "- Every Must has a story; list those that have not.\n"
        "- The file can be read\n  by a stranger.\n\n"
        f"## Project context\n\n## Knowledge\n\n{knowledge}\n## Methodology\n\n"
        "## Project instructions\n\n## Execution\n\n## Project notes\n"
    )


def make_sample(root: Path, plan: JSON, artifacts: JSON | None = None) -> Sample:
    """Lay out a rendered project."""
    sample = Sample(root)
    sample.write(".milepost/plan.json", json.dumps(plan, indent=1))
    sample.write(
        ".milepost/artifacts.json",
        json.dumps(artifacts or {"schema": 1, "ids": [], "thread": [], "artifacts": []}),
    )
    for row in plan["steps"]:
        sample.write(row["path"], step_text(row))
    return sample


def install_runner(sample: Sample) -> list[str]:
    """Copy the runner into a project and give the command line that starts it."""
    shutil.copy(TEMPLATE / "__main__.py", sample.root / ".milepost" / "__main__.py")
    target = sample.root / ".milepost" / "runner"
    shutil.copytree(TEMPLATE / "runner", target, ignore=shutil.ignore_patterns("__pycache__"))
    return [sys.executable, ".milepost"]


def large_plan(count: int = 84) -> JSON:
    """Describe a plan of many steps that read and revise each other's documents."""
    phases = [{"name": f"phase-{n}", "title": f"Phase {n}", "purpose": "Go on."} for n in range(14)]
    rows = []
    for number in range(count):
        earlier = [f"step-{n}" for n in range(max(0, number - 3), number)]
        inputs = [reads(f"docs/{name}.md", name, required=name == earlier[-1]) for name in earlier]
        rows.append(
            step(
                f"step-{number}",
                phase=phases[number * len(phases) // count]["name"],
                dependencies=earlier[-2:],
                inputs=inputs,
                revises=[f"docs/{earlier[0]}.md"] if number % 5 == 4 else [],
                why=["On in this methodology.", "Its overlay adds knowledge."],
            )
        )
    return plan_of(*rows, phases=phases)


def large_artifacts(plan: JSON) -> JSON:
    """Describe documents that each define two items and refer to those before them."""
    ids = [
        {
            "id": kind,
            "means": f"item {kind}",
            "pattern": f"{kind}-[0-9]{{3}}",
            "defined-in": f"docs/step-{n}.md",
            "refers": [],
        }
        for n, kind in enumerate(("FR", "US", "T"))
    ]
    rows = [
        {
            "path": row["outputs"][0],
            "owner": row["name"],
            "optional": False,
            "revised-by": [],
            "alternatives": [],
            "headings": [
                {"title": "Items", "optional": False, "table": ["ID", "What"], "each": None},
                {"title": "Notes", "optional": False, "table": None, "each": None},
            ],
            "tables": [],
            "defines": [("FR", "US", "T")[n]] if n < 3 else [],
            "refers": [],
        }
        for n, row in enumerate(plan["steps"])
    ]
    thread = [{"from": ["FR"], "to": ["US"]}, {"from": ["US"], "to": ["T"]}]
    return {"schema": 1, "ids": ids, "thread": thread, "artifacts": rows}


def large_document(number: int) -> str:
    """Write a document of about 8 kB that keeps its rules."""
    kind, before = (("FR", "FR"), ("US", "FR"), ("T", "US"))[min(number, 2)]
    first = "" if number < 3 else "see "
    rows = "".join(f"| {first}{kind}-{n:03} | serves {before}-{n:03} |\n" for n in range(40))
    notes = "One more sentence that says what was decided and why it matters.\n" * 100
    table = f"| ID | What |\n|---|---|\n{rows}"
    return f"# Document {number}\n\nStatus: draft\n\n## Items\n\n{table}\n## Notes\n\n{notes}"


def make_large_sample(root: Path) -> Sample:
    """Lay out a project whose steps are all carried out."""
    plan = large_plan()
    sample = make_sample(root, plan, large_artifacts(plan))
    for number, row in enumerate(plan["steps"]):
        sample.write(row["outputs"][0], large_document(number))
        outcome = sample.run("complete", row["name"])
        assert outcome.code == 0, outcome
    return sample
