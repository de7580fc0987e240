"""The table in the docs is what really happens."""

from __future__ import annotations

from pathlib import Path

import pytest
from comparison import PAGE, inserted, table


@pytest.mark.slow
def test_the_table_in_the_docs_is_what_happens(tmp_path: Path) -> None:
    page = PAGE.read_text("utf-8")
    assert inserted(page, table(tmp_path)) == page
