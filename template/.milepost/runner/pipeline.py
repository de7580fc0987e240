"""Turn a plan and its progress into the state of every step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from .digests import ABSENT, DigestOf
from .plan import Plan, Step
from .progress import Completion, Progress, Record, Revision
from .records import Frozen

READY, BLOCKED, STARTED = "ready", "blocked", "started"
COMPLETED, SKIPPED, UNREADABLE = "completed", "skipped", "unreadable"


class State(Frozen):
    """Where one step stands.

    `waiting_for` names unmet dependencies, `stale` says which inputs changed
    since the step was done, `outdated` how its step file changed since.
    """

    step: Step
    status: str
    record: Record | None
    waiting_for: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    outdated: str = ""

    @property
    def is_done(self) -> bool:
        """Whether dependants may go on."""
        return is_done(self.record)

    @property
    def is_completed(self) -> bool:
        """Whether the step's work was done at least once."""
        return bool(self.record and self.record.completed)


def survey(plan: Plan, progress: Progress, digest_of: DigestOf) -> tuple[State, ...]:
    """Say where every step stands, in pipeline order.

    Args:
        plan: The plan.
        progress: What is recorded.
        digest_of: Gives the present digest of an artifact.
    """
    revisions = Revisions(plan, progress)
    return tuple(state_of(step, plan, progress, revisions, digest_of) for step in plan.steps)


def state_of(
    step: Step,
    plan: Plan,
    progress: Progress,
    revisions: Revisions,
    digest_of: DigestOf,
) -> State:
    """Say where one step stands."""
    record = progress.records.get(step.name)
    waiting_for = unmet_dependencies(step, plan, progress)
    if step.name in progress.problems:
        return State(step, UNREADABLE, None, waiting_for)
    if record is None:
        return State(step, BLOCKED if waiting_for else READY, None, waiting_for)
    if record.completed is None:
        return State(step, record.status, record, waiting_for)
    stale = tuple(changed_inputs(step, record.completed, plan, revisions, digest_of))
    outdated = outdated_because(step, record.completed)
    return State(step, record.status, record, waiting_for, stale, outdated)


def unmet_dependencies(step: Step, plan: Plan, progress: Progress) -> tuple[str, ...]:
    """Name the dependencies that are neither completed nor skipped.

    A stateless step is never done, so nobody waits for it.
    """
    return tuple(
        name
        for name in step.dependencies
        if not plan.steps_by_name[name].stateless and not is_done(progress.records.get(name))
    )


def ready_steps(plan: Plan, progress: Progress) -> list[Step]:
    """List the steps that may be begun, in pipeline order; stateless ones are left out."""
    return [
        step
        for step in plan.steps
        if not step.stateless
        and step.name not in progress.records
        and step.name not in progress.problems
        and not unmet_dependencies(step, plan, progress)
    ]


def is_done(record: Record | None) -> bool:
    """Say whether a step was completed or skipped."""
    return bool(record and (record.completed or record.skipped))


class Revisions:
    """What completed steps made of artifacts that others created."""

    def __init__(self, plan: Plan, progress: Progress) -> None:
        self._by_path: dict[str, list[tuple[float, Revision]]] = {}
        for record in progress.records.values():
            step = plan.steps_by_name.get(record.step)
            if step:
                self._add(record, step.position)
        for record in progress.runs.values():
            self._add(record, float("inf"))

    def _add(self, record: Record, position: float) -> None:
        if record.completed:
            for path, revision in record.completed.revised.items():
                self._by_path.setdefault(path, []).append((position, revision))

    def after(self, step: Step, path: str) -> list[Revision]:
        """List the revisions by stateless steps and by steps later in the pipeline."""
        return [r for position, r in self._by_path.get(path, ()) if position > step.position]


def changed_inputs(
    step: Step, done: Completion, plan: Plan, revisions: Revisions, digest_of: DigestOf
) -> Iterator[str]:
    """Say which inputs no longer are what the step was done with.

    An input that is created later in the pipeline is read in update mode only
    and makes nothing stale, or two steps would chase each other.
    """
    for item in step.inputs:
        if item.path not in done.inputs or item.update_only:
            continue
        creator = plan.steps_by_name.get(item.creator or "")
        if creator and creator.position >= step.position:
            continue
        before, now = done.inputs[item.path], digest_of(item.path)
        if not leads_to(before, now, revisions.after(step, item.path)):
            yield f"{item.path} {_change(before, now)}"


def _change(before: str, now: str) -> str:
    if before == ABSENT:
        return "is new"
    return "is gone" if now == ABSENT else "changed"


def leads_to(before: str, now: str, revisions: Iterable[Revision]) -> bool:
    """Say whether recorded revisions alone lead from one digest to another.

    A revision whose `before` is unknown vouches for its result, whatever it
    was made from. Following the chain is what keeps a later revision from
    hiding a change that somebody else made before it.
    """
    revisions = list(revisions)
    reached = {now}
    grows = True
    while grows and before not in reached:
        sources = {r.before for r in revisions if r.after in reached}
        if None in sources:
            return True
        grows = not sources <= reached
        reached |= {source for source in sources if source is not None}
    return before in reached


def outdated_because(step: Step, done: Completion) -> str:
    """Say how the step's task changed since it was done, or nothing."""
    if done.task_digest == step.task_digest:
        return ""
    if step.depth > done.depth:
        return f"its depth rose from {done.depth} to {step.depth}"
    return "its step file changed"


def percent(states: Iterable[State]) -> int:
    """Give the share of steps that are done; 100 only when all are.

    Stateless steps do not count.
    """
    counted = [state for state in states if not state.step.stateless]
    if not counted:
        return 100
    return 100 * sum(state.is_done for state in counted) // len(counted)


def dependants(
    plan: Plan, roots: Iterable[str], done: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Find the steps that read what others make, directly or through others.

    Args:
        plan: The plan.
        roots: Names of the steps whose artifacts change.
        done: Names of the steps that were carried out; others pass nothing on.

    Returns:
        The paths that each later step reads from them, by step, in pipeline
        order; the roots themselves are not among them unless they read each other.
    """
    reach = set(roots)
    found: dict[str, tuple[str, ...]] = {}
    makers: dict[str, set[str]] = {}
    for step in plan.steps:
        paths = tuple(i.path for i in step.inputs if makers.get(i.path, set()) & reach)
        if paths and step.name in done:
            found[step.name] = paths
            reach.add(step.name)
        for path in (*step.outputs, *step.optional_outputs, *step.revises):
            makers.setdefault(path, set()).add(step.name)
    return found


def needing(plan: Plan, skipped: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Find the steps that themselves require the output of steps that are skipped.

    Returns:
        The required paths that nobody will create, by step, in pipeline order.
    """
    makers = set(skipped)
    found = {
        step.name: tuple(i.path for i in step.inputs if i.required and i.creator in makers)
        for step in plan.steps
        if step.name not in makers
    }
    return {name: paths for name, paths in found.items() if paths}


def by_phase(plan: Plan, states: Iterable[State]) -> Mapping[str, tuple[State, ...]]:
    """Group states by the name of their phase; phases without steps are left out."""
    grouped: dict[str, list[State]] = {phase.name: [] for phase in plan.phases}
    for state in states:
        grouped.setdefault(state.step.phase, []).append(state)
    return {name: tuple(group) for name, group in grouped.items() if group}
