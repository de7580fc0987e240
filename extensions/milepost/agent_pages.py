"""Turn skills and steps into the files that coding agents look for."""

from __future__ import annotations

import json
from collections.abc import Iterator

from .library import Library
from .models import AgentCommands, Step
from .plans import Plan
from .prompts import Page

SHARED_SKILLS = ".agents/skills"
"""The folder of the shared standard; it is there whichever agents are chosen."""


def pages_of_agents(library: Library, plan: Plan) -> Iterator[Page]:
    """Give the files of the chosen agents, with paths from the project's root."""
    chosen = [agent for agent in library.agents if agent.name in plan.answers.agents]
    folders = dict.fromkeys((SHARED_SKILLS, *(agent.skills for agent in chosen)))
    for folder in folders:
        for name in sorted(library.skill_sources):
            path = f"{folder}/{name}/SKILL.md"
            yield Page(name=name, path=path, text=library.skill_text(name))
    if plan.answers.per_step_commands:
        for agent in chosen:
            if agent.commands is not None:
                yield from _commands(agent.commands, plan)


def _commands(commands: AgentCommands, plan: Plan) -> Iterator[Page]:
    for planned in plan.steps:
        suffix = "md" if commands.format == "markdown" else "toml"
        path = f"{commands.folder}/{planned.name}.{suffix}"
        text = _markdown_command if commands.format == "markdown" else _toml_command
        yield Page(name=planned.name, path=path, text=text(planned.step, commands))


def _markdown_command(step: Step, commands: AgentCommands) -> str:
    front = {"description": step.description, "disable-model-invocation": True}
    if step.argument_hint:
        front["argument-hint"] = step.argument_hint
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in front.items()]
    return "---\n" + "\n".join(lines) + f"\n---\n\n{_order(step, commands)}"


def _toml_command(step: Step, commands: AgentCommands) -> str:
    # A JSON string of plain text is a TOML basic string as well.
    description = json.dumps(step.description, ensure_ascii=False)
    return f"description = {description}\nprompt = {json.dumps(_order(step, commands))}\n"


def _order(step: Step, commands: AgentCommands) -> str:
    return (
        f"Run `python3 .milepost show {step.name}` and carry out what it prints.\n"
        f"The user's request: {commands.arguments}\n"
    )
