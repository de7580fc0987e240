"""Commands for people who write content or choose answers."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from plumbum import cli

from . import sizes
from .answers import Answers, check_asked, check_raw, check_together, read_answers
from .checks import check_content
from .documents import read_yaml
from .errors import ContentError, Problem, raise_all, suggest
from .library import Library
from .plans import Plan, PlannedStep
from .prompts import StepPage
from .rendering import Rendering, render

ROOT = Path(__file__).resolve().parents[2]


class Milepost(cli.Application):
    """Check content, and see what answers make of it."""

    PROGNAME = "python -m milepost"
    VERSION = None

    def main(self, *arguments: str) -> int:
        if arguments:
            names = ("check", "explain", "sizes")
            fix = suggest(arguments[0], names, f"use one of {', '.join(names)}")
            print(f"`{arguments[0]}` is no command\n  fix: {fix}", file=sys.stderr)
            return 2
        if not self.nested_command:
            self.help()
            return 2
        return 0


class _Command(cli.Application):
    """What the commands share."""

    is_json = cli.Flag("--json", help="Write JSON for programs")
    root = cli.SwitchAttr("--root", cli.ExistingDirectory, default=ROOT, help="The template's root")

    @property
    def library(self) -> Library:
        return Library(Path(str(self.root)))


@Milepost.subcommand("check")
class Check(_Command):
    """Find everything that is wrong with the content; exit 1 if anything is"""

    def main(self) -> int:
        problems = list(check_content(self.library))
        if self.is_json:
            _print_json([problem._asdict() for problem in problems])
        else:
            for problem in problems:
                print(problem)
            print(_counted(problems))
        return 1 if problems else 0


class _WithAnswers(_Command):
    """Commands that work on one plan."""

    data = cli.SwitchAttr(
        ["-d", "--data"],
        str,
        list=True,
        help="An answer as NAME=VALUE; may be given again. The rest have their defaults",
    )
    answers_file = cli.SwitchAttr(
        ["-a", "--answers-file"],
        cli.ExistingFile,
        help="A project's .copier-answers.yml to take answers from",
    )

    def rendering(self) -> Rendering:
        """Render for the answers given on the command line.

        Raises:
            ContentError: If an answer or the content is wrong.
        """
        data, recorded = dict(self._given()), self._recorded()
        library = self.library
        raise_all(check_raw(data, recorded, library))
        given = {"project_name": "Example", **recorded, **data}
        answers = read_answers(given, library)
        unasked = set() if answers.methodology == "custom" else {"depth"}
        asked = {name: value for name, value in given.items() if name not in unasked}
        raise_all(check_asked(data, asked, library))
        answers = _with_defaults(answers, library)
        raise_all(check_together(answers, library))
        return render(library, answers, None)

    def _given(self) -> Iterable[tuple[str, Any]]:
        for pair in self.data:
            name, separator, value = pair.partition("=")
            if not separator:
                problem = Problem(pair, "this is no answer", "write it as NAME=VALUE")
                raise ContentError([problem])
            yield name, value

    def _recorded(self) -> dict[str, Any]:
        if not self.answers_file:
            return {}
        path = Path(str(self.answers_file))
        document = read_yaml(path.parent, path.name)
        if isinstance(document.data, dict):
            return document.data
        problem = Problem(document.where(()), "this holds no answers", "name an answers file")
        raise ContentError([problem])


@Milepost.subcommand("explain")
class Explain(_WithAnswers):
    """Say why each step is on or off, how deep it is, and where its knowledge comes from"""

    def main(self, *steps: str) -> int:
        try:
            plan = self.rendering().plan
            raise_all(_unknown_steps(plan, steps))
        except ContentError as error:
            print(error, file=sys.stderr)
            return 1
        chosen = [step for step in plan.steps if not steps or step.name in steps]
        off = [step for step in plan.off if not steps or step.name in steps]
        if self.is_json:
            document = {
                "on": [_explained(step) for step in chosen],
                "off": [{"name": step.name, "why": step.why} for step in off],
            }
            _print_json(document)
            return 0
        for step in chosen:
            print("\n".join(_explanation(step)))
        if off:
            print("Off")
        for other in off:
            print(f"  {other.name}: {other.why}")
        return 0


@Milepost.subcommand("sizes")
class Sizes(_WithAnswers):
    """Show what each step file costs, against the ceilings of each part"""

    def main(self) -> int:
        try:
            rendering = self.rendering()
        except ContentError as error:
            print(error, file=sys.stderr)
            return 1
        pairs = list(zip(rendering.plan.steps, rendering.steps, strict=True))
        rows = [_size_row(step, page) for step, page in pairs]
        linked = {page.name: page.tokens for page in rendering.linked}
        total = sum(row["tokens"] for row in rows) + sum(linked.values())
        if self.is_json:
            _print_json({"steps": rows, "linked": linked, "tokens": total})
        else:
            print("\n".join(_size_table(rows, linked, total)))
        return 0


def _with_defaults(answers: Answers, library: Library) -> Answers:
    """Fill in the defaults of the types' questions that were not answered."""
    own = {**_type_defaults(answers, library), **answers.type_answers}
    depth = answers.depth
    if depth is None and answers.methodology == "custom":
        depth = library.methodology("custom").default_depth
    return replace(answers, type_answers=own, depth=depth)


def _type_defaults(answers: Answers, library: Library) -> dict[str, Any]:
    return {
        question.name: question.default
        for project_type in answers.types
        for question in library.questions(project_type)
        if question.default is not None
    }


def _unknown_steps(plan: Plan, names: Sequence[str]) -> Iterable[Problem]:
    known = [*(step.name for step in plan.steps), *(step.name for step in plan.off)]
    for name in names:
        if name not in known:
            yield Problem(name, "there is no such step", suggest(name, known, "leave it out"))


def _explained(step: PlannedStep) -> dict[str, Any]:
    return {
        "name": step.name,
        "depth": step.depth,
        "conditional": step.is_conditional,
        "why": list(step.why),
        "after": list(step.dependencies),
        "knowledge": [
            {
                "name": one.name,
                "from": one.brought_by,
                "linked": one.why_linked or None,
                "sections": list(one.sections),
                "dropped": [{"title": title, "why": why} for title, why in one.dropped],
            }
            for one in step.knowledge
        ],
    }


def _explanation(step: PlannedStep) -> Iterable[str]:
    open_question = ", still open whether it applies" if step.is_conditional else ""
    yield f"{step.name} (depth {step.depth}{open_question})"
    for why in step.why:
        yield f"  on because {why}" if why.startswith("`") else f"  {why}"
    if step.dependencies:
        yield f"  after {', '.join(step.dependencies)}"
    for one in step.knowledge:
        linked = f", linked: {one.why_linked}" if one.is_linked else ""
        yield f"  knows {one.name} (from {one.brought_by}{linked})"
        for title, why in one.dropped:
            yield f"    without {title}: {why}"
    yield ""


def _size_row(step: PlannedStep, page: StepPage) -> dict[str, Any]:
    inputs = len(step.inputs) * sizes.PER_INPUT
    return {
        "name": step.name,
        "depth": step.depth,
        "bytes": page.size,
        "tokens": page.tokens,
        "frame": [page.frame_tokens, sizes.FRAME[step.depth]],
        "body": [page.body_tokens, sizes.STEP_BODY[step.depth] + inputs],
        "knowledge": [page.knowledge_tokens, sizes.INLINE_KNOWLEDGE[step.depth]],
    }


def _size_table(
    rows: Sequence[Mapping[str, Any]], linked: Mapping[str, int], total: int
) -> Iterable[str]:
    yield f"{'step':<28} {'depth':>5} {'tokens':>7} {'frame':>11} {'body':>13} {'knowledge':>15}"
    for row in rows:
        parts = [
            f"{used:,} of {most:,}" for used, most in (row["frame"], row["body"], row["knowledge"])
        ]
        frame, body, knowledge = parts
        yield (
            f"{row['name']:<28} {row['depth']:>5} {row['tokens']:>7,} "
            f"{frame:>11} {body:>13} {knowledge:>15}"
        )
    for name, tokens in linked.items():
        yield f"{name + ' (linked)':<34} {tokens:>7,}"
    yield f"{'all':<34} {total:>7,}"


def _counted(problems: Sequence[Problem]) -> str:
    if not problems:
        return "The content is sound."
    return f"{len(problems)} problem{'s' if len(problems) > 1 else ''}."


def _print_json(document: Any) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    Milepost.run()
