"""A copy that cannot be updated says so at once."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import copier
import pytest
from copier.errors import DirtyLocalWarning
from milepost.origins import is_draft, is_relative, obstacles
from releases import answers, update
from templates import commit, edit, files, git, snapshot


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("https://github.com/OWNER/milepost", False),
        ("git+file:///srv/milepost", False),
        ("git@github.com:OWNER/milepost.git", False),
        ("gh:OWNER/milepost", False),
        ("~/milepost", False),
        ("/srv/milepost", False),
        ("C:\\src\\milepost", False),
        ("milepost", True),
        ("../milepost", True),
        (".", True),
        ("milepost.git", True),
    ],
)
def test_a_relative_source_is_told_from_an_address(source: str, expected: bool) -> None:
    assert is_relative(source) is expected


def clone(root: Path, message: str) -> Path:
    """Make the part of a clone that tells a draft."""
    name = "ab" + "1" * 38
    (root / ".git/objects/ab").mkdir(parents=True)
    (root / ".git/HEAD").write_text(f"{name}\n")
    commit_text = f"tree x\nauthor a\n\n{message}\n".encode()
    (root / ".git/objects/ab" / name[2:]).write_bytes(zlib.compress(commit_text))
    return root


def test_a_draft_is_told_from_a_commit(tmp_path: Path) -> None:
    assert is_draft(clone(tmp_path / "a", "Copier automated commit for draft changes"))
    assert not is_draft(clone(tmp_path / "b", "feat: more"))
    assert not is_draft(tmp_path / "no-clone")
    (tmp_path / "b/.git/objects/ab" / ("1" * 38)).write_bytes(b"damaged")
    assert not is_draft(tmp_path / "b")


def test_an_ordinary_copy_has_no_obstacle(tmp_path: Path) -> None:
    recorded = {"_src_path": "https://github.com/OWNER/milepost", "_commit": "v1.0.0"}
    assert list(obstacles(recorded, tmp_path)) == []


def test_a_plain_folder_is_named(tmp_path: Path) -> None:
    assert list(obstacles({"_src_path": "/srv/milepost"}, tmp_path)) == [
        "This copy cannot be updated: /srv/milepost is not a Git repository.",
        "  fix: copy again from the Git repository of the template.",
    ]


@pytest.mark.slow
class TestRealCopies:
    @pytest.fixture
    def template(self, tmp_path: Path) -> Path:
        return snapshot(tmp_path / "milepost")

    def copy(self, source: str, project: Path, ref: str | None = None) -> None:
        copier.run_copy(source, project, vcs_ref=ref, defaults=True, unsafe=True)

    def test_an_untagged_checkout_works_and_says_nothing(
        self, template: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        commit(template, "One")
        self.copy(str(template), tmp_path / "p")
        assert "cannot be updated" not in capfd.readouterr().err
        commit(tmp_path / "p", "Start")
        edit(template / "content/steps/foundation/tdd.md", "\ntitle: ", "\ntitle: Second ")
        commit(template, "Two")
        update(tmp_path / "p")
        assert "# Second " in (tmp_path / "p/.milepost/steps/tdd.md").read_text("utf-8")
        commit(tmp_path / "p", "Two")
        edit(template / "content/steps/foundation/tdd.md", "\ntitle: Second", "\ntitle: Third")
        commit(template, "Three", "v0.1.0")
        update(tmp_path / "p")
        assert "# Third " in (tmp_path / "p/.milepost/steps/tdd.md").read_text("utf-8")
        assert answers(tmp_path / "p")["_commit"] == "v0.1.0"

    def test_a_dirty_checkout_says_that_it_cannot_be_updated(
        self, template: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        commit(template, "One")
        (template / "draft.txt").touch()
        with pytest.warns(DirtyLocalWarning):
            self.copy(str(template), tmp_path / "p")
        message = capfd.readouterr().err
        assert "This copy cannot be updated: its version" in message
        assert "commit them there, then copy again" in message

    def test_a_dirty_checkout_with_a_tag_gives_the_tag(
        self, template: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        commit(template, "One", "v0.1.0")
        (template / "draft.txt").touch()
        self.copy(str(template), tmp_path / "p")
        assert "cannot be updated" not in capfd.readouterr().err
        assert answers(tmp_path / "p")["_commit"] == "v0.1.0"

    def test_a_relative_source_says_so_and_works_once_mended(
        self,
        template: Path,
        tmp_path: Path,
        capfd: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        commit(template, "One", "v0.1.0")
        monkeypatch.chdir(tmp_path)
        self.copy("milepost", tmp_path / "p")
        assert "its source is the path milepost" in capfd.readouterr().err
        edit(tmp_path / "p/.copier-answers.yml", "_src_path: milepost", f"_src_path: {template}")
        commit(tmp_path / "p", "Start")
        update(tmp_path / "p")
        assert git(tmp_path / "p", "status", "--porcelain") == ""

    def test_the_commit_of_the_version_is_recorded(self, template: Path, tmp_path: Path) -> None:
        commit(template, "One", "v0.1.0")
        self.copy(str(template), tmp_path / "p")
        recorded = answers(tmp_path / "p")
        assert recorded["_commit_hash"] == git(template, "rev-parse", "v0.1.0").strip()
        assert json.loads(files(tmp_path / "p")[".milepost/plan.json"])["template"] == {
            "name": "milepost",
            "version": "v0.1.0",
        }
