"""Projects of mixed answers and versions are updated in one run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hundred import update_all
from releases import THIRD

NUMBER = 2


@pytest.mark.slow
def test_projects_of_mixed_answers_are_updated_in_one_run(tmp_path: Path) -> None:
    run = update_all(tmp_path, NUMBER)
    assert list(run.statuses.values()) == ["updated"] * NUMBER
    assert run.versions == {THIRD}
