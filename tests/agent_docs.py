"""Write `docs/agents.md` from the table of agents: `python tests/agent_docs.py`."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "extensions"), str(ROOT / "tests")]

from milepost.agent_pages import SHARED_INSTRUCTIONS  # noqa: E402
from milepost.documents import split_document  # noqa: E402
from milepost.library import Library  # noqa: E402
from milepost.models import Agent  # noqa: E402
from milepost.sizes import BYTES_PER_TOKEN  # noqa: E402
from templates import copy, snapshot  # noqa: E402

DOCS = ROOT / "docs/agents.md"
CEILING = 1_000
"""Tokens that an agent may load before any work."""
TYPICAL = {
    "project_name": "Tool library",
    "idea": "Neighbours lend each other tools and see at once what is free",
}
_IMPORT = re.compile(r"^@(\S+)$", re.MULTILINE)
_HEAD = """\
# Coding agents

<!-- Written by `python tests/agent_docs.py` from `content/agents.yml`; do not edit. -->

One source serves every agent: `AGENTS.md` says how work goes, six skills say how to do it.
`.agents/skills/` is always there; other folders only when an agent that needs them is chosen.
Any agent that reads `AGENTS.md` and `.agents/skills/` works without being named here.
"""
_MEASURED = (
    f"Counted are names and descriptions of the skills, `{SHARED_INSTRUCTIONS}` and what imports "
    f"it, in tokens (bytes / {BYTES_PER_TOKEN}), for a name and an idea of common length.\n"
    f"A test holds every number below {CEILING:,}, also for the longest name and idea.\n"
    "The last column is the most it can be: every agent is chosen, and this one lists a skill "
    "again that stands in a second folder.\n"
)
_TAIL = """\
## An agent more

Add a row to `content/agents.yml`, as `content/README.md` describes it; no code changes.
Then run `python tests/agent_docs.py`.
"""


class Load(NamedTuple):
    """Bytes that an agent reads before any work."""

    instructions: int
    listing: int
    """Names and descriptions of the skills in its own folder."""
    listed_again: int
    """The same in folders of other chosen agents, where it may list them once more."""

    def tokens(self, *, alone: bool) -> int:
        """Approximate tokens, with no other agent chosen or with all of them."""
        again = 0 if alone else self.listed_again
        return -(-(self.instructions + self.listing + again) // BYTES_PER_TOKEN)


def load_of(agent: Agent, project: Path) -> Load:
    """Measure what an agent reads in a project for which every agent was chosen."""
    return Load(
        instructions=_instructions(project, (agent.instructions, SHARED_INSTRUCTIONS)),
        listing=_listing(project, agent.skills),
        listed_again=sum(_listing(project, folder) for folder in agent.also_reads),
    )


def _instructions(project: Path, names: Sequence[str]) -> int:
    """Count the bytes of files and of what they import, each once."""
    seen: dict[str, str] = {}
    waiting = [name for name in names if (project / name).is_file()]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen[name] = (project / name).read_text("utf-8")
            waiting += _IMPORT.findall(seen[name])
    return sum(len(text.encode()) for text in seen.values())


def _listing(project: Path, folder: str) -> int:
    total = 0
    for path in sorted((project / folder).glob("*/SKILL.md")):
        front = split_document(path.read_text("utf-8"), str(path)).front.data
        total += len(f"{front['name']}{front['description']}".encode())
    return total


def agent_docs(library: Library, project: Path) -> str:
    """Write the page.

    Args:
        library: The content.
        project: A project for which every agent was chosen.
    """
    parts = (
        _HEAD,
        "## What each reads\n",
        *_reading(library.agents),
        "## What each loads before any work\n",
        _MEASURED,
        *_loads(library.agents, project),
        "## Notes\n",
        *_notes(library.agents),
        "## Sources\n",
        *_sources(library.agents),
        _TAIL,
    )
    return "\n".join(parts)


def _reading(agents: Sequence[Agent]) -> Iterator[str]:
    yield "| Agent | Choice | Instructions | Skills | Also finds | Commands, if asked for |"
    yield "|---|---|---|---|---|---|"
    for agent in agents:
        commands = agent.commands
        cells = (
            agent.title,
            f"`{agent.name}`",
            f"`{agent.instructions}`",
            f"`{agent.skills}`",
            ", ".join(f"`{folder}`" for folder in agent.also_reads) or "–",
            f"`{commands.path}`, arguments as `{commands.arguments}`" if commands else "–",
        )
        yield _row(cells)
    yield ""


def _loads(agents: Sequence[Agent], project: Path) -> Iterator[str]:
    yield "| Agent | Instructions | Skills | Alone | At most |"
    yield "|---|---|---|---|---|"
    for agent in agents:
        load = load_of(agent, project)
        parts = (-(-load.instructions // BYTES_PER_TOKEN), -(-load.listing // BYTES_PER_TOKEN))
        yield _row(
            str(cell)
            for cell in (
                agent.title,
                *parts,
                load.tokens(alone=True),
                load.tokens(alone=False),
            )
        )
    yield ""


def _notes(agents: Sequence[Agent]) -> Iterator[str]:
    for agent in agents:
        if agent.setting:
            yield f"- **{agent.title}** needs a setting: {agent.setting}"
        for note in agent.notes:
            yield f"- **{agent.title}**: {note}"
    yield ""


def _sources(agents: Sequence[Agent]) -> Iterator[str]:
    yield "| Agent | Checked | Pages |"
    yield "|---|---|---|"
    for agent in agents:
        pages = ", ".join(f"[{fact}]({url})" for fact, url in agent.docs.items())
        yield _row((agent.title, str(agent.checked), pages))
    yield ""


def _row(cells: Iterator[str] | Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def write(template: Path, folder: Path) -> str:
    """Render a project for every agent and write its page."""
    library = Library(template)
    names = [agent.name for agent in library.agents]
    return agent_docs(library, copy(template, folder, agents=names, **TYPICAL))


def main() -> None:
    """Write the page into the repository."""
    with tempfile.TemporaryDirectory() as name:
        template = snapshot(Path(name) / "template")
        DOCS.write_text(write(template, Path(name) / "project"), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
