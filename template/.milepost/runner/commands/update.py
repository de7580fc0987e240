"""Say how to take a new version or changed answers."""

from __future__ import annotations

from argparse import REMAINDER, ArgumentParser, Namespace

from ..options import add_json
from ..project import Project
from ..report import Report, reported

HELP = """\
Show the command that takes the newest version of the template, or other answers.
What follows `--` goes to Copier."""
EXAMPLE = "python3 .milepost update -- --data methodology=mvp"
_PACKAGES = "--with copier-template-extensions --with python-frontmatter"


def add_arguments(parser: ArgumentParser) -> None:
    add_json(parser)
    parser.add_argument("copier", nargs=REMAINDER, metavar="-- ...", help="arguments for Copier")


def run(project: Project, options: Namespace) -> Report:
    extra = " ".join(argument for argument in options.copier if argument != "--")
    command = f"uvx {_PACKAGES} copier update --trust --defaults {extra}".rstrip()
    lines = [
        f"This project is at {project.plan.version}. Commit your work, then run:",
        f"  {command}",
        "`--trust` lets the template's own code run: look first where `_src_path` in",
        "`.copier-answers.yml` points to.",
    ]
    return reported(lines, {"version": project.plan.version, "copier": command})
