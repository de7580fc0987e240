"""Turn skills and steps into the files that coding agents look for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from .library import Library
from .models import Agent, AgentCommands, Step
from .plans import Plan
from .prompts import Page, escape

SHARED_SKILLS = ".agents/skills"
"""The folder of the shared standard; it is there whichever agents are chosen."""
SHARED_INSTRUCTIONS = "AGENTS.md"
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What JSON writes as it is, and YAML or TOML refuse."""


def pages_of_agents(library: Library, plan: Plan) -> Iterator[Page]:
    """Give the files of the chosen agents, with paths from the project's root."""
    chosen = chosen_agents(library, plan)
    for folder in dict.fromkeys((SHARED_SKILLS, *(agent.skills for agent in chosen))):
        for name in sorted(library.skill_sources):
            path = f"{folder}/{name}/SKILL.md"
            yield Page(name=name, path=path, text=library.skill_text(name))
    if plan.answers.per_step_commands:
        for commands in dict.fromkeys(agent.commands for agent in chosen):
            if commands is not None:
                yield from (_command(planned.step, commands) for planned in plan.steps)


def chosen_agents(library: Library, plan: Plan) -> tuple[Agent, ...]:
    """Give the chosen agents in the order of the table."""
    return tuple(agent for agent in library.agents if agent.name in plan.answers.agents)


def settings_needed(agents: Iterable[Agent]) -> Iterator[str]:
    """Say what makes each agent read `AGENTS.md` that does not by itself."""
    for agent in agents:
        if agent.setting:
            yield f"{agent.title} does not read {SHARED_INSTRUCTIONS} by itself. {agent.setting}"


def about_project(plan: Plan) -> str:
    """Say in one or two lines of Markdown what the project is."""
    lines = [f'This repository is the project "{_inert(plan.answers.project_name)}".']
    if plan.answers.idea:
        lines.append(f"The idea: {_inert(plan.answers.idea)}")
    return "\n".join(lines)


def _inert(text: str) -> str:
    """Let a user's text show as it is, and keep agents from importing `@path` in it."""
    return re.sub(r"(?<!\\)@", r"\\@", escape(text))


def _command(step: Step, commands: AgentCommands) -> Page:
    text = _markdown_command if commands.format == "markdown" else _toml_command
    path = commands.path.replace("<step>", step.name)
    return Page(name=step.name, path=path, text=text(step, commands))


def _markdown_command(step: Step, commands: AgentCommands) -> str:
    front = [f"description: {_quoted(step.title)}"]
    if step.argument_hint:
        front.append(f"argument-hint: {_quoted(step.argument_hint)}")
    if commands.hidden_by:
        front.append(f"{commands.hidden_by}: true")
    return "\n".join(("---", *front, "---", "", _order(step, commands)))


def _toml_command(step: Step, commands: AgentCommands) -> str:
    prompt = _quoted(_order(step, commands))
    return f"description = {_quoted(step.title)}\nprompt = {prompt}\n"


def _quoted(text: str) -> str:
    """Write text as a string that JSON, YAML and TOML read alike."""
    written = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", written)


def _order(step: Step, commands: AgentCommands) -> str:
    return (
        f"Run `python3 .milepost show {step.name}` and carry out what it prints.\n"
        f"The user's request: {commands.arguments}\n"
    )
