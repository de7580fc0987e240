"""The decision log: one file per decision, so that branches merge."""

from __future__ import annotations

import re

from .hashing import sha256
from .records import Frozen
from .tree import Tree

FOLDER = ".milepost/decisions"
_FIELD = re.compile(r"(Decided|Step): *(.*)")
_SLUG_LENGTH = 40


class Decision(Frozen):
    """What was decided; `step` is empty where no step was under way."""

    at: str
    title: str
    step: str
    body: str
    path: str


def make_decision(text: str, step: str, at: str) -> Decision:
    """Turn a text into a decision; its first line is the title.

    The name of the file follows from the content, so that the same decision
    made on two branches is one file and two different ones never meet.
    """

    title, _, body = text.strip().partition("\n")
    decision = Decision(at, title.strip(), step, body.strip(), "")
    unique = sha256(format_decision(decision).encode("utf-8", "replace")).hexdigest()[:8]
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower())[:_SLUG_LENGTH].strip("-") or "decision"
    return decision.replace(path=f"{FOLDER}/{at[:10]}-{slug}-{unique}.md")


def format_decision(decision: Decision) -> str:
    """Write a decision as the text of its file."""
    step = f"Step: {decision.step}\n" if decision.step else ""
    body = f"\n{decision.body}\n" if decision.body else ""
    return f"# {decision.title}\n\nDecided: {decision.at}\n{step}{body}"


def parse_decision(text: str, path: str) -> Decision:
    """Read a decision, also one that somebody wrote by hand."""
    fields = {"Decided": path.rsplit("/", 1)[-1][:10], "Step": ""}
    title = ""
    body: list[str] = []
    for line in text.strip().split("\n"):
        match = _FIELD.fullmatch(line)
        if match and not body:
            fields[match[1]] = match[2].strip()
        elif not title and line.strip():
            title = line.lstrip("# ").strip()
        elif body or line.strip():
            body.append(line)
    return Decision(fields["Decided"], title, fields["Step"], "\n".join(body).strip(), path)


def read_decisions(tree: Tree) -> list[Decision]:
    """Read the log in the order of the decisions."""
    paths = [f"{FOLDER}/{name}" for name in tree.names(FOLDER) if _is_decision(name)]
    decisions = [parse_decision(tree.read(path) or "", path) for path in paths]
    return sorted(decisions, key=lambda decision: (decision.at, decision.path))


def _is_decision(name: str) -> bool:
    return name.endswith(".md") and not name.startswith(".") and name != "README.md"
