"""Make the runner and the factories importable."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "template" / ".milepost")]

from sample import Sample, make_sample, plan_of  # noqa: E402 - found on the path set above


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Sample]:
    """Make a project from steps, a plan's changes and artifact rules."""

    def make(*steps: Any, artifacts: Any = None, **changes: Any) -> Sample:
        return make_sample(tmp_path, plan_of(*steps, **changes), artifacts)

    return make
