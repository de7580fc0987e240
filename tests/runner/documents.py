"""Artifact rules and documents that keep them."""

from __future__ import annotations

from typing import Any

from sample import JSON, reads, step

VISION = """\
# Vision

Status: draft

## Goals

| G | Goal |
|---|---|
| G-01 | Lend tools |
"""

PLAN = """\
# Requirements

Builds on: `docs/vision.md` (G).
Status: draft

## Functional requirements

| FR | Requirement | Priority | Serves |
|---|---|---|---|
| FR-001 | Reserve a tool | Must | G-01 |
| FR-002 | Rate a tool | Could | G-01 |
"""

STORIES = """\
# Stories

## Index

| US | Title | Priority | FR |
|---|---|---|---|
| [US-001](#us-001-reserve) | Reserve | Must | FR-001 |

## Stories

### US-001 Reserve

A borrower reserves a tool.

**Criteria**

| US.n | Given | When | Then |
|---|---|---|---|
| US-001.1 | a free tool | it is reserved | nobody else can |

## Requirements without a story

None.
"""


def identifier(kind: str, means: str, pattern: str, home: str | None) -> JSON:
    return {"id": kind, "means": means, "pattern": pattern, "defined-in": home, "refers": []}


def heading(title: str, **changes: Any) -> JSON:
    return {"title": title, "optional": False, "table": None, "each": None, **changes}


def artifact(path: str, owner: str, *headings: JSON, **changes: Any) -> JSON:
    row: JSON = {
        "path": path,
        "owner": owner,
        "optional": False,
        "revised-by": [],
        "alternatives": [],
        "headings": list(headings),
        "tables": [],
        "defines": [],
        "refers": [],
    }
    return {**row, **changes}


RULES: JSON = {
    "schema": 1,
    "ids": [
        identifier("G", "goal", "G-[0-9]{2}", "docs/vision.md"),
        identifier("FR", "functional requirement", "FR-[0-9]{3}", "docs/plan.md"),
        identifier("US", "user story", "US-[0-9]{3}", "docs/user-stories.md"),
        identifier("US.n", "criterion", r"US-[0-9]{3}\.[0-9]{1,2}", "docs/user-stories.md"),
        identifier("R", "review finding", "R-[a-z]+(?:-[a-z]+)*-[0-9]{2}", None),
    ],
    "thread": [
        {"from": ["G"], "to": ["FR"]},
        {"from": ["FR"], "to": ["US"]},
        {"from": ["US"], "to": ["US.n"]},
    ],
    "artifacts": [
        artifact(
            "docs/vision.md",
            "vision",
            heading("Goals", table=["G", "Goal"]),
            heading("Open questions", optional=True),
            alternatives=["VISION.md"],
            defines=["G", "Q-vision"],
        ),
        artifact(
            "docs/plan.md",
            "prd",
            heading(
                "Functional requirements",
                table=["FR", "Requirement", "Priority", "Serves"],
            ),
            heading("Notes", optional=True),
            alternatives=["PRD.md", "docs/prd.md"],
            defines=["FR"],
            refers=["G"],
        ),
        artifact(
            "docs/user-stories.md",
            "stories",
            heading("Index", table=["US", "Title", "Priority", "FR"]),
            heading(
                "Stories",
                each={
                    "id": "US",
                    "parts": ["Criteria"],
                    "table": ["US.n", "Given", "When", "Then"],
                },
            ),
            heading("Requirements without a story"),
            defines=["US", "US.n"],
            refers=["FR"],
        ),
        artifact(
            "docs/reviews/prd.md",
            "review-prd",
            heading("Findings", table=["ID", "Severity"]),
            defines=["R-prd"],
        ),
        artifact("docs/reviews/coverage.json", "review-prd"),
    ],
}

STEPS = (
    step("vision", outputs=["docs/vision.md"]),
    step(
        "prd",
        outputs=["docs/plan.md"],
        dependencies=["vision"],
        inputs=[reads("docs/vision.md", "vision")],
    ),
    step(
        "review-prd",
        outputs=["docs/reviews/prd.md"],
        optional_outputs=["docs/reviews/coverage.json"],
        revises=["docs/plan.md"],
        dependencies=["prd"],
        inputs=[reads("docs/plan.md", "prd")],
    ),
    step(
        "stories",
        outputs=["docs/user-stories.md"],
        dependencies=["review-prd"],
        inputs=[reads("docs/plan.md", "prd")],
    ),
)
REVIEW = "# Review\n\n## Findings\n\n| ID | Severity |\n|---|---|\n| R-prd-01 | P1 |\n"
DOCUMENTS = {
    "docs/vision.md": VISION,
    "docs/plan.md": PLAN,
    "docs/reviews/prd.md": REVIEW,
    "docs/user-stories.md": STORIES,
}
