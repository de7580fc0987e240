"""Turn the files of `.milepost/progress/` into records and back."""

from __future__ import annotations

import json
from collections.abc import Mapping

from .errors import Problem
from .records import Frozen
from .values import as_number, as_text, as_texts_by_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FOLDER = ".milepost/progress"
SCHEMA = 1


class Allowance(Frozen):
    """A rule that was set aside, and why."""

    what: str
    reason: str


class Start(Frozen):
    """When a step was begun, and what it found; digests by path."""

    at: str
    found: Mapping[str, str]
    allowances: tuple[Allowance, ...]


class Revision(Frozen):
    """What a step made of an artifact; `before` is unknown when it is `None`."""

    before: str | None
    after: str


class Completion(Frozen):
    """What was there when a step was done; digests by path."""

    at: str
    methodology: str
    depth: int
    task_digest: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    revised: Mapping[str, Revision]
    allowances: tuple[Allowance, ...]
    adopted: bool


class Skip(Frozen):
    """Why a step is left out."""

    at: str
    reason: str


class Record(Frozen):
    """The progress of one step, or of one run of a stateless step."""

    step: str
    started: Start | None = None
    completed: Completion | None = None
    skipped: Skip | None = None

    @property
    def status(self) -> str:
        """The newest thing that happened, in one word."""
        if self.started:
            return "started"
        return "completed" if self.completed else "skipped"


class Progress(Frozen):
    """All records of a project.

    `runs` holds the runs of stateless steps by file name, `problems` the files
    that could not be read by the step that they belong to.
    """

    records: Mapping[str, Record]
    runs: Mapping[str, Record]
    problems: Mapping[str, Problem]


def path_of(name: str) -> str:
    """Name the file of a step (`tdd`) or of a run (`quick-task@1f2e3d`)."""
    return f"{FOLDER}/{name}.json"


def parse_record(text: str, path: str) -> Record | Problem:
    """Read one progress file.

    Args:
        text: Its whole content.
        path: Where it stands; its name says which step it must be about.

    Returns:
        The record, or what is wrong with the file.
    """
    name = path.rsplit("/", 1)[-1][: -len(".json")]
    step = name.split("@", 1)[0]
    if "<<<<<<<" in text and ">>>>>>>" in text:
        return Problem(
            path,
            f"two branches recorded `{step}` and Git could not merge them",
            f"keep one: `git checkout --ours -- {path}` or `--theirs`, then `git add {path}`",
        )
    try:
        data = json.loads(text)
        if data["schema"] != SCHEMA:
            return Problem(
                path,
                f"its schema is {data['schema']!r}; this runner reads schema {SCHEMA}",
                "bring `.milepost/` to one version: `copier update`",
            )
        if data["step"] != step:
            return _unreadable(path, step, f"it is about `{data['step']}`")
        record = _record(data)
    except KeyError as error:
        return _unreadable(path, step, f"it lacks {error}")
    except (ValueError, TypeError, AttributeError, RecursionError):
        return _unreadable(path, step, "it is empty, cut short or not a progress file")
    if not (record.started or record.completed or record.skipped):
        return _unreadable(path, step, "it records nothing")
    return record


def _unreadable(path: str, step: str, what: str) -> Problem:
    return Problem(
        path,
        what,
        f"restore it from Git, or set it aside with `python3 .milepost reset {step}`",
    )


def _record(data: dict[str, Any]) -> Record:
    started, completed, skipped = (data.get(k) for k in ("started", "completed", "skipped"))
    return Record(
        step=as_text(data["step"]),
        started=_start(started) if started else None,
        completed=_completion(completed) if completed else None,
        skipped=Skip(as_text(skipped["at"]), as_text(skipped["reason"])) if skipped else None,
    )


def _start(row: dict[str, Any]) -> Start:
    return Start(as_text(row["at"]), as_texts_by_name(row["found"]), _allowances(row))


def _completion(row: dict[str, Any]) -> Completion:
    return Completion(
        at=as_text(row["at"]),
        methodology=as_text(row["methodology"]),
        depth=as_number(row["depth"]),
        task_digest=as_text(row["task-digest"]),
        inputs=as_texts_by_name(row["inputs"]),
        outputs=as_texts_by_name(row["outputs"]),
        revised={path: _revision(item) for path, item in row["revised"].items()},
        allowances=_allowances(row),
        adopted=bool(row["adopted"]),
    )


def _revision(row: dict[str, Any]) -> Revision:
    before = row["before"]
    return Revision(None if before is None else as_text(before), as_text(row["after"]))


def _allowances(row: dict[str, Any]) -> tuple[Allowance, ...]:
    return tuple(
        Allowance(as_text(item["what"]), as_text(item["reason"])) for item in row["allowances"]
    )


def format_record(record: Record) -> str:
    """Write a record as the text of its file."""
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "step": record.step,
        "status": record.status,
    }
    if record.started:
        data["started"] = {
            "at": record.started.at,
            "found": dict(record.started.found),
            "allowances": [item.as_dict() for item in record.started.allowances],
        }
    if record.completed:
        data["completed"] = _completion_data(record.completed)
    if record.skipped:
        data["skipped"] = record.skipped.as_dict()
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _completion_data(done: Completion) -> dict[str, Any]:
    return {
        "at": done.at,
        "methodology": done.methodology,
        "depth": done.depth,
        "task-digest": done.task_digest,
        "inputs": dict(done.inputs),
        "outputs": dict(done.outputs),
        "revised": {path: revision.as_dict() for path, revision in done.revised.items()},
        "allowances": [item.as_dict() for item in done.allowances],
        "adopted": done.adopted,
    }
