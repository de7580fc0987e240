"""The page: complete in itself, and right about the state."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from documents import DOCUMENTS, RULES, STEPS
from sample import Sample

Make = Callable[..., Sample]
VOID = {"meta", "link", "br", "img", "circle", "path"}


class Reader(HTMLParser):
    """Collects what a page refers to, and that every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if values.get("id"):
            self.anchors.add(str(values["id"]))
        if tag == "a":
            self.links.append(str(values["href"]))
        self.loads += [str(values[key]) for key in ("src", "data") if key in values]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def page_of(sample: Sample) -> str:
    path = sample.json("dashboard")["path"]
    return Path(path).read_text(encoding="utf-8")


def make(project: Make) -> Sample:
    sample: Sample = project(*STEPS, artifacts=RULES, project={"name": "A & <B>", "idea": "x"})
    for path, text in DOCUMENTS.items():
        sample.write(path, text)
    sample.run("complete", "vision", "prd", "review-prd")
    sample.write("docs/plan.md", sample.read("docs/plan.md") + "\nMore.\n")
    return sample


def test_the_page_needs_nothing_else(project: Make) -> None:
    page = page_of(make(project))
    reader = Reader()
    reader.feed(page)

    assert reader.open == []
    assert reader.loads == []
    assert "<script" not in page
    assert not re.search(r"url\(|@import|https?://", page)
    assert {link.removeprefix("#") for link in reader.links} <= reader.anchors
    assert '<meta name="viewport"' in page


def test_the_page_tells_the_state(project: Make) -> None:
    page = page_of(make(project))

    assert "<h1>A &amp; &lt;B&gt;</h1>" in page
    assert 'aria-valuenow="75"' in page
    assert "python3 .milepost start stories" in page
    assert "stale, docs/plan.md changed" in page
    assert "<td>FR &rarr; US</td>" in page
    assert page.count("<circle") == 4


def test_the_page_goes_where_it_is_told(project: Make, tmp_path: Path) -> None:
    sample = make(project)

    assert sample.run("dashboard", "--output", str(tmp_path / "public" / "i.html")).code == 0
    assert (tmp_path / "public" / "i.html").exists()
    assert sample.run("dashboard", "--output", str(tmp_path)).code == 1


def test_progress_that_cannot_be_read_is_on_the_page(project: Make) -> None:
    sample = make(project)
    sample.write(".milepost/progress/stories.json", "")

    outcome = sample.run("dashboard")

    assert outcome.code == 1
    assert ".milepost/progress/stories.json" in sample.read(".milepost/dashboard.html")


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MEASURE = """<style>html { width: 360px }</style><script>
document.title = `width ${document.body.scrollWidth}`;
document.querySelector('svg a').focus();
document.title += document.activeElement.matches('svg a') ? ', focused' : '';
</script>"""


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
def test_the_page_fits_a_phone_and_the_keyboard_reaches_the_graph(
    project: Make, tmp_path: Path
) -> None:
    page = page_of(make(project))
    copy = tmp_path / "measured.html"
    copy.write_text(page.replace("</body>", f"{MEASURE}</body>"), encoding="utf-8")

    done = subprocess.run(
        [str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path}/user", "--dump-dom", copy.as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    assert "<title>width 360, focused</title>" in done.stdout
