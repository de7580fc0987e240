"""A rendered project: its plan and its progress, read when they are needed."""

from __future__ import annotations

from functools import cached_property
from time import gmtime, strftime

from . import plan as plans
from .digests import Digests
from .errors import Problem, RunnerError, UsageError, did_you_mean
from .hashing import sha256
from .pipeline import Revisions, State, is_done, state_of, survey
from .plan import Plan, Step, Tool, parse_plan
from .progress import FOLDER, Progress, Record, format_record, parse_record, path_of
from .tree import Tree


class Project:
    """The project in a folder that holds `.milepost/`."""

    def __init__(self, root: str) -> None:
        self.tree = Tree(root)
        self.digests = Digests(self.tree)

    @cached_property
    def plan(self) -> Plan:
        """The plan.

        Raises:
            RunnerError: If it is missing or cannot be read.
        """
        text = self.tree.read(plans.PATH)
        if text is None:
            raise RunnerError(
                Problem(
                    plans.PATH,
                    "the plan is missing",
                    f"restore it: `git checkout -- {plans.PATH}`, or `copier recopy`",
                )
            )
        return parse_plan(text)

    @cached_property
    def progress(self) -> Progress:
        """All that is recorded, with renamed steps under their new names."""
        records: dict[str, Record] = {}
        runs: dict[str, Record] = {}
        problems: dict[str, Problem] = {}
        for name in self._recorded_names():
            step = self.current_name(name.split("@", 1)[0])
            if step != name and "@" not in name and step in records:
                continue
            found = self._read_record(path_of(name))
            if isinstance(found, Problem):
                problems[step] = found
            elif "@" in name:
                runs[name] = found.replace(step=step)
            else:
                records[step] = found.replace(step=step)
        return Progress(records, runs, problems)

    def _recorded_names(self) -> list[str]:
        names = [
            name[: -len(".json")]
            for name in self.tree.names(FOLDER)
            if name.endswith(".json") and not name.startswith(".")
        ]
        return sorted(names, key=lambda name: (name in self.plan.renamed_steps, name))

    def _read_record(self, path: str) -> Record | Problem:
        try:
            text = self.tree.read(path)
        except RunnerError as error:
            return error.problems[0]
        return parse_record(text or "", path)

    def current_name(self, name: str) -> str:
        """Follow renames to the name that a step has in this plan."""
        seen = set()
        while name not in self.plan.steps_by_name and name not in seen:
            seen.add(name)
            name = self.plan.renamed_steps.get(name, name)
        return name

    def former_names(self, name: str) -> list[str]:
        """List the names that a step had in earlier versions."""
        return [old for old in self.plan.renamed_steps if self.current_name(old) == name]

    @cached_property
    def states(self) -> tuple[State, ...]:
        """Where every step stands, in pipeline order."""
        return survey(self.plan, self.progress, self.digests.of)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Progress files that could not be read."""
        return tuple(self.progress.problems.values())

    def state(self, step: Step) -> State:
        """Say where one step stands."""
        revisions = Revisions(self.plan, self.progress)
        return state_of(step, self.plan, self.progress, revisions, self.digests.of)

    def is_completed(self, step: Step) -> bool:
        """Say whether a step's work was done at least once."""
        record = self.progress.records.get(step.name)
        return bool(record and record.completed)

    def is_done(self, name: str) -> bool:
        """Say whether a step was completed or skipped."""
        return is_done(self.progress.records.get(name))

    def is_update(self, step: Step) -> bool:
        """Say whether a step would change what is there: its own work, or what it creates.

        Files that the template itself seeds prove nothing.
        """
        created = (*step.outputs, *step.optional_outputs)
        return self.is_completed(step) or any(
            self.tree.expand(path) for path in created if path not in plans.SEEDS
        )

    def file_state(self, path: str) -> str:
        """Say whether a rendered file is `untouched`, `edited` by the team or `missing`."""
        data = self.tree.read_bytes(path)
        if data is None:
            return "missing"
        digest = sha256(data.replace(b"\r\n", b"\n")).hexdigest()
        return "untouched" if digest == self.plan.digests.get(path) else "edited"

    def save(self, name: str, record: Record) -> None:
        """Record a step, or a run of a stateless step, under its current name."""
        self.tree.write(path_of(name), format_record(record))
        for old in self.former_names(name):
            self.tree.remove(path_of(old))
        kind = "runs" if "@" in name else "records"
        known = {**getattr(self.progress, kind), name: record}
        self.progress = self.progress.replace(**{kind: known})
        self.__dict__.pop("states", None)

    def forget(self, name: str) -> None:
        """Delete the record of a step or run, also under former names."""
        for each in (name, *self.former_names(name)):
            self.tree.remove(path_of(each))
        self._forget()

    def set_aside(self, path: str) -> str:
        """Keep a file that cannot be read under another name, and say which."""
        number = 1
        while self.tree.has_file(f"{path}.{number}.kept"):
            number += 1
        self.tree.move(path, f"{path}.{number}.kept")
        self._forget()
        return f"{path}.{number}.kept"

    def _forget(self) -> None:
        for name in ("progress", "states"):
            self.__dict__.pop(name, None)

    def step(self, name: str) -> Step:
        """Find a step of this plan by its present or a former name.

        Raises:
            UsageError: If no step has the name.
            RunnerError: If the step is off in this plan.
        """
        current = self.current_name(name)
        if current in self.plan.steps_by_name:
            return self.plan.steps_by_name[current]
        for off in self.plan.off:
            if off.name == current:
                raise RunnerError(
                    Problem(
                        name,
                        f"this step is off in your plan. {' '.join(off.why)}".rstrip(),
                        f"turn it on with `copier update` and `{name}` in `steps_on`",
                    )
                )
        known = [step.name for step in self.plan.steps] + [off.name for off in self.plan.off]
        raise _unknown("step", name, known)

    def steps(self, names: list[str]) -> tuple[Step, ...]:
        """Find steps by name, in pipeline order, each once."""
        found = {step.position: step for step in map(self.step, names)}
        return tuple(found[position] for position in sorted(found))

    def step_or_tool(self, name: str) -> Step | Tool:
        """Find a step or a tool by name.

        Raises:
            UsageError: If nothing has the name.
        """
        tools = {tool.name: tool for tool in self.plan.tools}
        current = self.current_name(name)
        if name in tools and current not in self.plan.steps_by_name:
            return tools[name]
        if current in self.plan.steps_by_name or any(o.name == current for o in self.plan.off):
            return self.step(name)
        raise _unknown("step or tool", name, [*self.plan.steps_by_name, *tools])


def _unknown(kind: str, name: str, known: list[str]) -> UsageError:
    hint = did_you_mean(name, known) or "`python3 .milepost list` shows the names"
    return UsageError(Problem(name, f"no {kind} has this name", hint))


def now() -> str:
    """Give the present time in UTC, to the second."""
    return strftime("%Y-%m-%dT%H:%M:%SZ", gmtime())
