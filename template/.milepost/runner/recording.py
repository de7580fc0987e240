"""Turn what happens to a step into its next record."""

from __future__ import annotations

from .digests import ABSENT, DigestOf
from .plan import Plan, Step
from .progress import Allowance, Completion, Record, Revision, Skip, Start


def begin(
    step: Step,
    record: Record | None,
    digest_of: DigestOf,
    at: str,
    allowed: tuple[Allowance, ...],
) -> Record:
    """Record that a step is under way; an earlier completion stays valid."""
    if record and record.started:
        return record
    paths = [item.path for item in step.inputs] + list(step.revises)
    found = {path: digest_of(path) for path in paths}
    done = record.completed if record else None
    return Record(step.name, started=Start(at, found, allowed), completed=done)


def finish(
    step: Step,
    plan: Plan,
    record: Record | None,
    digest_of: DigestOf,
    at: str,
    allowed: tuple[Allowance, ...] = (),
    adopted: bool = False,
) -> Record:
    """Record that a step is done, with what is there now."""
    earlier = record.completed.revised if record and record.completed else {}
    started = record.started if record else None
    found = started.found if started else {}
    revised = {}
    for path in step.revises:
        now = digest_of(path)
        if now != ABSENT:
            revised[path] = _revision(earlier.get(path), found.get(path), now)
    if step.stateless and started:
        revised = {path: each for path, each in revised.items() if each.before is not None}
    outputs = (*step.outputs, *step.optional_outputs)
    done = Completion(
        at=at,
        methodology=plan.methodology,
        depth=step.depth,
        task_digest=step.task_digest,
        inputs={item.path: digest_of(item.path) for item in step.inputs},
        outputs={path: digest_of(path) for path in outputs},
        revised=revised,
        allowances=(started.allowances if started else ()) + allowed,
        adopted=adopted,
    )
    return Record(step.name, completed=done)


def _revision(earlier: Revision | None, found: str | None, now: str) -> Revision:
    """Say from where to where a step brought an artifact, earlier rounds included.

    What the step found unchanged counts as its own: it may have been written
    before the step was started.
    """
    if earlier and earlier.after == (found or now):
        return Revision(earlier.before, now)
    return Revision(None if found == now else found, now)


def leave_out(step: Step, at: str, reason: str) -> Record:
    """Record that a step is skipped."""
    return Record(step.name, skipped=Skip(at, reason))


def changed_while_working(step: Step, record: Record | None, digest_of: DigestOf) -> list[str]:
    """Name the inputs that others changed between the start of a step and now."""
    if record is None or record.started is None:
        return []
    return [
        item.path
        for item in step.inputs
        if item.path not in step.revises
        and record.started.found.get(item.path, digest_of(item.path)) != digest_of(item.path)
    ]
