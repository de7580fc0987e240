"""Hold plan, progress and local files to each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .additions import FOLDER as LOCAL
from .additions import INSTRUCTIONS, KNOWLEDGE, STEPS, entries_in_use, names_in
from .errors import did_you_mean
from .plan import PATH as PLAN
from .progress import FOLDER as PROGRESS
from .project import Project
from .shape import ERROR, WARNING, Finding
from .verification import missing_outputs

_ANSWERS = ".copier-answers.yml"
_COMMIT = re.compile(r"^_commit: *['\"]?([^'\"\n]+?)['\"]? *$", re.MULTILINE)


def check_project(project: Project) -> Iterator[Finding]:
    """Report what does not fit together outside the documents themselves."""
    yield from _prompts(project)
    yield from _version(project)
    yield from _progress(project)
    yield from _outputs(project)
    yield from _local(project)


def _prompts(project: Project) -> Iterator[Finding]:
    paths = [step.path for step in project.plan.steps] + [tool.path for tool in project.plan.tools]
    for path in paths:
        if not project.tree.has_file(path):
            fix = f"restore it: `git checkout -- {path}`, or `copier recopy`"
            yield Finding(ERROR, path, 0, "the plan names this file, which is missing", fix)


def _version(project: Project) -> Iterator[Finding]:
    match = _COMMIT.search(project.tree.read(_ANSWERS) or "")
    if match and match[1] != project.plan.version:
        yield Finding(
            WARNING,
            _ANSWERS,
            0,
            f"it says version {match[1]}, the plan says {project.plan.version}",
            f"finish the update, or restore both files from Git: `{_ANSWERS}` and `{PLAN}`",
        )


def _progress(project: Project) -> Iterator[Finding]:
    for problem in project.problems:
        yield Finding(ERROR, problem.where, 0, problem.what, problem.fix)
    known = [*project.plan.steps_by_name, *(off.name for off in project.plan.off)]
    for name in project.tree.names(PROGRESS):
        path = f"{PROGRESS}/{name}"
        if name.endswith(".tmp"):
            what = "an interrupted command left this file behind"
            yield Finding(WARNING, path, 0, what, "delete it")
        step = name.removesuffix(".json").split("@", 1)[0]
        if name.endswith(".json") and project.current_name(step) not in known:
            what = "no step of this plan has this name, so it has no effect"
            yield Finding(WARNING, path, 0, what, did_you_mean(step, known) or "delete it")


def _outputs(project: Project) -> Iterator[Finding]:
    for state in project.states:
        done = state.record.completed if state.record else None
        if done is None:
            continue
        for problem in missing_outputs(project, state.step):
            accepted = any(item.what.startswith(problem.where) for item in done.allowances)
            what = f"{problem.what}, though `{state.step.name}` is completed"
            fix = f"restore it, or `python3 .milepost reset {state.step.name}`"
            yield Finding(WARNING if accepted else ERROR, problem.where, 0, what, fix)
        for what in (*state.stale, *([state.outdated] if state.outdated else [])):
            fix = "see `python3 .milepost rework`"
            yield Finding(WARNING, state.step.path, 0, f"`{state.step.name}`: {what}", fix)


def _local(project: Project) -> Iterator[Finding]:
    plan = project.plan
    steps = [*plan.steps_by_name, *plan.renamed_steps]
    steps += [off.name for off in plan.off] + [tool.name for tool in plan.tools]
    for folder, known, kind in (
        (STEPS, steps, "step or tool"),
        (KNOWLEDGE, entries_in_use(project), "knowledge entry in use"),
    ):
        for name in names_in(project, folder):
            if name not in known:
                what = f"no {kind} has this name, so it has no effect"
                fix = did_you_mean(name, known) or "rename or delete it"
                yield Finding(WARNING, f"{folder}/{name}.md", 0, what, fix)
    if project.tree.has_folder(LOCAL) and project.tree.has_folder(INSTRUCTIONS):
        yield Finding(ERROR, INSTRUCTIONS, 0, "a file is expected here, not a folder", "move it")
