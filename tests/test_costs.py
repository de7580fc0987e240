"""What rendering costs, measured side by side in one run."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from milepost import Session
from templates import commit, copy, files, snapshot

pytestmark = pytest.mark.benchmark
ROUNDS = 5
_PROGRAM = """
import json, sys
import copier
copier.run_copy(sys.argv[1], sys.argv[2], data=json.loads(sys.argv[3]),
                defaults=True, unsafe=True, quiet=True)
"""
ENTRY = """---
name: {name}
description: Extra.
topics: [extra]
sources: []
last-reviewed: 2026-11-22
---

## Summary

{text}

## Deep Guidance

### Extra

{text}
"""
STEP = """---
name: {name}
title: Extra
description: Extra.
phase: build
order: 9000
dependencies: [create-prd]
knowledge-base: [{entry}]
depth-scaling: {{1: a, 2: b, 3: c, 4: d, 5: e}}
---

## Purpose

{text}

## Instructions

1. {text}

## Expected Outputs

{text}

## Quality Criteria

- {text}

## Update Mode

{text}
"""


def cpu_seconds(template: Path, project: Path, **answers: Any) -> float:
    """Copy in a process of its own and give the CPU time that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(template), str(project), json.dumps(answers)],
        check=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    shutil.rmtree(project)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ratio(side: Callable[[], float], base: Callable[[], float]) -> float:
    """Run two sides in turn and give the ratio of their medians."""
    side(), base()
    pairs = [(side(), base()) for _ in range(ROUNDS)]
    ours, other = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    print(f"{ours:.2f} s against {other:.2f} s of CPU time, {ours / other:.2f} times")
    return ours / other


def test_content_that_is_not_used_costs_little(template: Path, tmp_path: Path) -> None:
    large = snapshot(tmp_path / "large")
    text = "A sentence that stands for content which this plan does not use.\n" * 20
    for number in range(2000):
        name = f"extra-{number}"
        path = large / f"content/knowledge/core/{name}.md"
        path.write_text(ENTRY.format(name=name, text=text), "utf-8")
    lines = ""
    for number in range(500):
        name, entry = f"extra-step-{number}", f"extra-{number}"
        path = large / f"content/steps/build/{name}.md"
        path.write_text(STEP.format(name=name, entry=entry, text=text), "utf-8")
        lines += f"  {name}: {{enabled: false}}\n"
    for path in (large / "content/methodologies").iterdir():
        path.write_text(path.read_text("utf-8") + lines, "utf-8")
    project = tmp_path / "project"
    base = partial(cpu_seconds, template, project)
    assert ratio(partial(cpu_seconds, large, project), base) <= 1.3
    # Git's own cost of cloning so many files is Copier's, and reported apart.
    commit(large, "Large")
    print(f"through a local clone: {cpu_seconds(large, project) / base():.2f} times")


def without_extension(template: Path, rendered: Path, plain: Path) -> Path:
    """Make a plain template of the same questions and of the files that were rendered."""
    shutil.copytree(rendered, plain / "template")
    (plain / "template/.copier-answers.yml").unlink()
    name = "{{ _copier_conf.answers_file }}.jinja"
    shutil.copy(template / "template" / name, plain / "template" / name)
    session = Session(template)
    static = {
        "{{ type_choices(with_none=true) }}": session.type_choices(with_none=True),
        "{{ type_choices() }}": session.type_choices(),
        "{{ methodology_choices() }}": session.methodology_choices(),
        "{{ agent_choices() }}": session.agent_choices(),
        "{{ suggested_name() }}": "project",
        "{{ suggested_type() }}": "none",
        "{{ suggested_methodology(idea) }}": "mvp",
        "{{ seed_advice() }}": "",
    }
    settings = (template / "copier.yml").read_text("utf-8")
    for path in re.findall(r"^!include (.*)$", settings, re.MULTILINE):
        questions = (template / path).read_text("utf-8")
        settings = settings.replace(f"---\n!include {path}\n", questions)
    settings = settings.replace("\n---\n", "\n")
    for call, value in static.items():
        settings = settings.replace(f'"{call}"', value if value[:1] == "[" else f'"{value}"')
        settings = settings.replace(call, value)
    settings = settings.replace("in types_of(project_type, additional_types)", "== project_type")
    settings = re.sub(r"^  validator: .*\n", "", settings, flags=re.MULTILINE)
    settings = re.sub(r"^_jinja_extensions:\n(  - .*\n)+", "", settings, flags=re.MULTILINE)
    settings = re.sub(r"^(guard|preflight):\n(  .*\n)+", "", settings, flags=re.MULTILINE)
    (plain / "copier.yml").write_text(settings, "utf-8")
    return plain


WHOLE = {"methodology": "custom", "depth": 5, "project_type": "browser-extension"}


@pytest.mark.parametrize(
    ("answers", "limit"),
    [
        pytest.param({"methodology": "mvp"}, 1.25, id="mvp"),
        # The whole pipeline: some fifty steps, whose entries are filtered for each of them.
        pytest.param(WHOLE, 1.5, id="custom"),
    ],
)
def test_a_copy_costs_little_more_than_plain_files(
    template: Path, tmp_path: Path, answers: dict[str, Any], limit: float
) -> None:
    rendered = copy(template, tmp_path / "rendered", **answers)
    plain = without_extension(template, rendered, tmp_path / "plain")
    project, other = tmp_path / "project", tmp_path / "other"
    copy(plain, other, **answers)
    assert files(other).keys() == files(rendered).keys()
    shutil.rmtree(other)
    ours = partial(cpu_seconds, template, project, **answers)
    assert ratio(ours, partial(cpu_seconds, plain, other, **answers)) <= limit
