"""What the page about updates says is there."""

from __future__ import annotations

import re

from templates import ROOT

PAGE = (ROOT / "docs/updating.md").read_text("utf-8")


def anchor_of(heading: str) -> str:
    """Give the anchor that the page of a repository has for a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_the_contents_name_every_section_in_order() -> None:
    contents = re.findall(r"^- \[(.+)\]\(#(.+)\)$", PAGE, re.MULTILINE)
    headings = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    assert [title for title, _ in contents] == headings
    assert all(anchor == anchor_of(title) for title, anchor in contents)


def test_links_lead_somewhere() -> None:
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", PAGE):
        path = ROOT / "docs" / target if target else ROOT / "docs/updating.md"
        assert path.exists(), target
        headings = re.findall(r"^##+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
        anchors = {anchor_of(title) for title in headings}
        assert not anchor or anchor in anchors, (target, anchor)


def test_the_command_that_restores_is_the_one_that_the_runner_names() -> None:
    command = "git reset --hard && git clean -fd"
    assert f"```bash\n{command}\n```" in PAGE
    runner = ROOT / "template/.milepost/runner/commands/update.py"
    assert f"`{command}` brings the last commit back" in runner.read_text("utf-8")
