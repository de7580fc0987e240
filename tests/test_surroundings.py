"""The destination is looked at within strict bounds, and only for suggestions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from factories import write
from milepost.models import Telltale
from milepost.surroundings import (
    SIZE_LIMIT,
    gives_away,
    has_code,
    missing_lines,
    names_around,
    suggest_methodology,
)


@contextmanager
def nobody() -> Iterator[None]:
    """Give up the right to read everything, where the tests run with it."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


def test_names_are_those_of_the_top_two_levels(tmp_path: Path) -> None:
    write(tmp_path, {"b.txt": "", "a/c.txt": "", "a/d/deep.txt": "", ".git/config": ""})
    assert names_around(tmp_path) == (".git", "a", "a/c.txt", "a/d", "b.txt")
    assert names_around(tmp_path / "none") == names_around(tmp_path / "b.txt") == ()


def test_links_are_named_and_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"real/secret.txt": "", "project/a.txt": ""})
    (tmp_path / "project" / "link").symlink_to(tmp_path / "real")
    (tmp_path / "project" / "loop").symlink_to(tmp_path / "project")
    (tmp_path / "whole").symlink_to(tmp_path / "project")
    assert names_around(tmp_path / "project") == ("a.txt", "link", "loop")
    assert names_around(tmp_path / "whole") == ()


def test_folder_that_may_not_be_read_holds_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    write(folder, {"data/a.txt": "", "b.txt": ""})
    for parent in (*tmp_path.parents, tmp_path):
        if parent.stat().st_uid == os.geteuid() and parent.stat().st_mode & 0o077 == 0:
            parent.chmod(0o711)
    (folder / "data").chmod(0)
    with nobody():
        found = names_around(folder)
        inside = names_around(folder / "data" / "deeper")
    (folder / "data").chmod(0o755)
    assert (found, inside) == (("b.txt", "data"), ())


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((), False),
        ((".git", ".git/config", "README.md", "LICENSE", "docs", "docs/x"), False),
        (("readme.MD", ".github"), False),
        (("src", "src/a.py"), True),
        (("package.json",), True),
    ],
)
def test_fresh_repository_holds_no_code(names: tuple[str, ...], expected: bool) -> None:
    assert has_code(names) is expected


@pytest.mark.parametrize(
    ("idea", "names", "methodology"),
    [
        ("", (), "mvp"),
        ("Lend tools", (), "mvp"),
        ("Lend tools", ("src",), "custom"),
        ("A Quick Prototype", ("src",), "mvp"),
        ("An MVP", (), "mvp"),
    ],
)
def test_methodology_follows_the_ideas_words_and_the_folder(
    idea: str, names: tuple[str, ...], methodology: str
) -> None:
    assert suggest_methodology(idea, names) == methodology


def signs(*telltales: tuple[str, str | None]) -> list[Telltale]:
    return [Telltale(file=file, contains=contains) for file, contains in telltales]


def test_type_is_given_away_by_a_name_or_a_text(tmp_path: Path) -> None:
    write(tmp_path, {"package.json": '{"react": 1}', "app/_locales/x": "", "other.txt": "react"})
    names = names_around(tmp_path)

    def found(*telltales: tuple[str, str | None]) -> bool:
        return gives_away(signs(*telltales), tmp_path, names)

    assert found(("package.json", "react"))
    assert found(("app/_locales", None))
    assert found(("gone", None), ("package.json", None))
    assert not found(("package.json", "vue"))
    assert not found(("other.txt", "react"))
    assert not found(("_locales", None))
    assert not found()


def test_large_file_and_link_are_not_looked_into(tmp_path: Path) -> None:
    write(tmp_path, {"manifest.json": "x" * (SIZE_LIMIT + 1), "real": "x"})
    (tmp_path / "package.json").symlink_to(tmp_path / "real")
    names = names_around(tmp_path)
    assert not gives_away(signs(("manifest.json", "x")), tmp_path, names)
    assert not gives_away(signs(("package.json", "x")), tmp_path, names)
    write(tmp_path, {"manifest.json": "x" * SIZE_LIMIT})
    assert gives_away(signs(("manifest.json", "x")), tmp_path, names)


def test_file_that_is_no_utf_8_breaks_nothing(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_bytes(b"\xff\xfe react")
    assert gives_away(signs(("package.json", "react")), tmp_path, ["package.json"])


ADD = "CLAUDE.md was here before. Add this line to it: @AGENTS.md"
CREATE = "There is no CLAUDE.md. Create it with this line: @AGENTS.md"


@pytest.mark.parametrize(
    ("files", "agents", "lines"),
    [
        ({"AGENTS.md": "See .milepost", "CLAUDE.md": "@AGENTS.md"}, ["claude-code"], []),
        ({"AGENTS.md": "See .milepost", "CLAUDE.md": "Mine"}, ["claude-code"], [ADD]),
        ({"AGENTS.md": "See .milepost"}, ["claude-code"], [CREATE]),
        ({"AGENTS.md": "See .milepost", "CLAUDE.md": "Mine"}, ["codex"], []),
        ({}, ["codex"], []),
    ],
)
def test_missing_lines_are_told_where_a_file_was_there_first(
    tmp_path: Path, files: dict[str, str], agents: list[str], lines: list[str]
) -> None:
    write(tmp_path, files)
    assert list(missing_lines(tmp_path, agents)) == lines


def test_own_agents_file_is_told_how_to_point_to_the_pipeline(tmp_path: Path) -> None:
    write(tmp_path, {"AGENTS.md": "Mine"})
    first, *_ = missing_lines(tmp_path, ["codex"])
    assert first.startswith("AGENTS.md was here before. Add: ")
