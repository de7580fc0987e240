"""Hold the project to its rules."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ..coverage import Coverage, coverage
from ..errors import DONE, FIXABLE
from ..options import add_json
from ..project import Project
from ..report import RED, YELLOW, Report, counted, paint
from ..shape import ERROR, Finding
from ..validation import validate

HELP = """\
Check that plan, progress and local files fit together, and that the documents keep
their rules: headings and tables are there, each ID is defined once, none dangles,
and every Must is taken up along the thread, as far as the project has come.
Exits 1 on errors, with `--strict` also on warnings; made for CI too."""
EXAMPLE = "python3 .milepost validate --strict"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--strict", action="store_true", help="let warnings fail as well")
    add_json(parser)


def run(project: Project, options: Namespace) -> Report:
    findings = validate(project)
    links = coverage(project)
    errors = sum(finding.level == ERROR for finding in findings)
    warnings = len(findings) - errors
    lines = [line for finding in findings for line in _lines(finding)]
    lines += [_coverage_line(link) for link in links if link.total]
    lines.append(f"{counted(errors, 'error')}, {counted(warnings, 'warning')}.")
    data = {
        "errors": errors,
        "warnings": warnings,
        "findings": [finding.as_dict() for finding in findings],
        "coverage": [_coverage_data(link) for link in links],
    }
    failed = errors or (warnings and options.strict)
    return Report(tuple(lines), data, FIXABLE if failed else DONE)


def _lines(finding: Finding) -> list[str]:
    level = paint(finding.level, RED if finding.level == ERROR else YELLOW)
    return [f"{finding.where}: {level}: {finding.what}", f"  fix: {finding.fix}"]


def _coverage_line(link: Coverage) -> str:
    covered = link.total - len(link.uncovered)
    later = "" if link.is_due else ", not due yet"
    pair = f"{', '.join(link.left)} -> {', '.join(link.right)}"
    return f"{pair}: {covered} of {link.total} Musts taken up{later}"


def _coverage_data(link: Coverage) -> dict[str, object]:
    return {
        "from": list(link.left),
        "to": list(link.right),
        "musts": link.total,
        "uncovered": list(link.uncovered),
        "due": link.is_due,
    }
