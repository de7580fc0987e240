"""Update the Milepost files of many repositories, one source and no foreign code.

`render` checks each project against the source that *you* name, runs the update without any
credentials, and writes a patch and the text of a pull request. `propose` applies such a patch
on a branch; it runs nothing that came from the template. docs/updating.md explains both.

It needs Python 3.11 or later and Git, and for `render` what `copier copy` needs.
"""

# ruff: noqa: T201 - a command prints

from __future__ import annotations

import argparse
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ANSWERS = ".copier-answers.yml"
PLAN = ".milepost/plan.json"
_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")
_ADDRESS = re.compile(r"(git\+)?(https|ssh|file)://|[\w.-]+@[\w.-]+:")
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "SSL_CERT_FILE")
_RUN = "import sys; sys.path[:1] = [sys.argv.pop(1)]; from runner.cli import main; "
_RUN += "root = sys.argv.pop(1); sys.exit(main(sys.argv[1:], root))"
_LINK, _SUBMODULE = "120000", "160000"


class RefusedError(Exception):
    """A project is left alone, and why."""


class Source(NamedTuple):
    """The template's repository: its address and the commit of each released tag."""

    address: str
    tags: Mapping[str, str]

    @property
    def newest(self) -> str:
        return max(self.tags, key=version_of)


class Result(NamedTuple):
    """What became of one project; `report` is that of the runner's `update`."""

    project: str
    status: str
    says: str
    report: Mapping[str, Any]


def main(arguments: Sequence[str]) -> int:
    """Run one command; 0 is done, 1 means that a project was refused or failed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    render = commands.add_parser("render", help="check, update, and write patches")
    render.add_argument("--source", required=True, help="address of the template, as recorded")
    render.add_argument("--output", required=True, type=Path, help="where patches are written")
    render.add_argument("projects", nargs="+", type=Path, metavar="PROJECT")
    propose = commands.add_parser("propose", help="commit a patch on a branch")
    propose.add_argument("--from", required=True, type=Path, dest="folder", metavar="FOLDER")
    propose.add_argument("project", type=Path, metavar="PROJECT")
    options = parser.parse_args(arguments)
    try:
        if options.command == "render":
            return render_all(options.source, options.projects, options.output)
        print(propose_one(options.project, options.folder))
    except RefusedError as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    return 0


# The source


def read_source(address: str) -> Source:
    """Ask a repository for its released tags, before anything of it is fetched.

    Raises:
        RefusedError: If the address is a shortcut or relative, or has no released tag.
    """
    if not _ADDRESS.match(address) and not Path(address).is_absolute():
        raise RefusedError(f"{address}: name the source by its whole address or absolute path")
    tags: dict[str, str] = {}
    for line in git(Path.cwd(), "ls-remote", "--tags", "--", git_address(address)).splitlines():
        commit, ref = line.split("\t")
        # An annotated tag comes twice; the second line, with `^{}`, names its commit.
        name = ref.removeprefix("refs/tags/").removesuffix("^{}")
        if _VERSION.fullmatch(name):
            tags[name] = commit
    if not tags:
        raise RefusedError(f"{address}: it has no tag such as v1.2.3")
    return Source(address, tags)


def git_address(address: str) -> str:
    """Give an address as Git wants it."""
    return address.removeprefix("git+")


def version_of(tag: str) -> tuple[int, ...]:
    """Turn `v1.2.3` into numbers; other forms were left out before."""
    return tuple(int(part) for part in tag.removeprefix("v").split("."))


def fetch_runner(source: Source, folder: Path) -> Path:
    """Fetch the newest release, make sure that it is the one listed, and find its runner."""
    checkout = folder / "milepost"
    address = git_address(source.address)
    options = ("--quiet", "--depth", "1", "--branch", source.newest, "-c", "advice.detachedHead=0")
    git(folder, "clone", *options, "--", address, str(checkout))
    if git(checkout, "rev-parse", "HEAD").strip() != source.tags[source.newest]:
        raise RefusedError(f"{source.address}: {source.newest} was moved while this ran")
    return checkout / "template" / ".milepost"


# Rendering


def render_all(address: str, projects: Sequence[Path], output: Path) -> int:
    """Update every project that passes the checks, and write what happened."""
    names = [project.resolve().name for project in projects]
    if len({*names}) != len(names):
        raise RefusedError("two projects have the same folder name; give them different ones")
    source = read_source(address)
    results = []
    with tempfile.TemporaryDirectory(prefix="milepost-fleet-") as work:
        runner = fetch_runner(source, Path(work))
        for project in projects:
            result = render_one(project.resolve(), source, runner, output, Path(work))
            print(f"{result.project}: {result.status}: {result.says}", flush=True)
            results.append(result)
    return 1 if any(result.status in ("refused", "failed") for result in results) else 0


def render_one(project: Path, source: Source, runner: Path, output: Path, work: Path) -> Result:
    """Update one project, if its answers are what they should be."""
    folder = output / project.name
    try:
        old = check_project(project, source)
        if version_of(old) >= version_of(source.newest):
            return Result(project.name, "current", old, {})
    except RefusedError as error:
        return _written(folder, Result(project.name, "refused", str(error), {}))
    done = run_update(project, source, runner, work)
    try:
        report = json.loads(done.stdout or "{}")
        check_outcome(project, source, report)
    except (RefusedError, ValueError) as error:
        git(project, "reset", "--quiet", "--hard")
        git(project, "clean", "--quiet", "-fd")
        return _written(folder, Result(project.name, "failed", f"{error}\n{done.stderr}", {}))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "copier.log").write_text(done.stderr, "utf-8", newline="\n")
    (folder / "update.patch").write_bytes(patch_of(project, work))
    (folder / "pull-request.md").write_text(pull_request(report), "utf-8", newline="\n")
    says = f"{report['from']} -> {report['to']}, {len(report['conflicts'])} with conflicts"
    return _written(folder, Result(project.name, "updated", says, report))


def _written(folder: Path, result: Result) -> Result:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result._asdict(), indent=2)
    (folder / "result.json").write_text(f"{text}\n", "utf-8", newline="\n")
    return result


def check_project(project: Path, source: Source) -> str:
    """Hold a project to the source, without running anything of either.

    Returns:
        The version of the template that the project has.

    Raises:
        RefusedError: If an update could run code that is not the source's, or write elsewhere.
    """
    _check_clean(project)
    answers = _read_answers(project)
    if answers.get("_src_path") != source.address:
        raise RefusedError(
            f"{ANSWERS} names the source {answers.get('_src_path')!r}, not {source.address!r}"
        )
    recorded = answers.get("_commit")
    if not isinstance(recorded, str) or recorded not in source.tags:
        raise RefusedError(f"{ANSWERS} names {recorded!r}, which is no released tag of the source")
    if answers.get("_commit_hash") != source.tags[recorded]:
        raise RefusedError(
            f"{recorded} is another commit than {ANSWERS} recorded: the tag was moved, or the "
            "file was changed by hand"
        )
    rendered = _version_of_plan(project)
    if rendered != recorded:
        raise RefusedError(f"{ANSWERS} names {recorded}, but {PLAN} was rendered by {rendered}")
    _check_links(project)
    return recorded


def _check_clean(project: Path) -> None:
    if git(project, "status", "--porcelain").strip():
        raise RefusedError("its tree has changes that are not committed")


def _read_answers(project: Path) -> Mapping[str, Any]:
    import yaml  # type: ignore[import-untyped,unused-ignore]  # noqa: PLC0415 - `propose` has none

    path = project / ANSWERS
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise RefusedError(f"{ANSWERS} is no plain file")
        answers = yaml.safe_load(path.read_bytes())
    except FileNotFoundError as error:
        raise RefusedError(f"it has no {ANSWERS}") from error
    except yaml.YAMLError as error:
        raise RefusedError(f"{ANSWERS} cannot be read") from error
    if not isinstance(answers, dict):
        raise RefusedError(f"{ANSWERS} holds no answers")
    return answers


def _version_of_plan(project: Path) -> str:
    try:
        return str(json.loads((project / PLAN).read_text("utf-8"))["template"]["version"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RefusedError(f"{PLAN} cannot be read") from error


def _check_links(project: Path) -> None:
    """Refuse links through which the update would write somewhere else."""
    plan = json.loads((project / PLAN).read_text("utf-8"))
    rendered = [Path(path) for path in (*plan.get("digests", ()), PLAN)]
    places = {part for path in rendered for part in (path, *path.parents)}
    for line in git(project, "ls-files", "--stage", "-z").split("\0"):
        entry, _, path = line.partition("\t")
        if entry.startswith((_LINK, _SUBMODULE)) and Path(path) in places:
            raise RefusedError(f"{path} is a link where the template writes")


def run_update(
    project: Path, source: Source, runner: Path, work: Path
) -> subprocess.CompletedProcess[str]:
    """Run the newest release's `update` over a project, in a bare environment.

    No `--trust`: Copier's settings trust the one source, so that Copier itself refuses others.
    """
    settings, home = work / "settings.yml", work / "home"
    settings.write_text(json.dumps({"trust": [source.address]}), "utf-8")
    home.mkdir(exist_ok=True)
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "HOME": str(home),
        "USERPROFILE": str(home),
        "COPIER_SETTINGS_PATH": str(settings),
        "COPIER_CACHE_DIR": str(work / "cache"),
        **_QUIET_GIT,
    }
    command = [sys.executable, "-B", "-c", _RUN, str(runner), str(project), "update", "--json"]
    command += ["--", "--vcs-ref", source.newest, "--answers-file", ANSWERS]
    return subprocess.run(  # noqa: S603 - a list, no shell
        command,
        cwd=project,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def check_outcome(project: Path, source: Source, report: Mapping[str, Any]) -> None:
    """Make sure that the update is what was checked before.

    Raises:
        RefusedError: If it failed, or came from elsewhere.
    """
    if "to" not in report:
        raise RefusedError("the update failed")
    answers = _read_answers(project)
    found = (answers.get("_src_path"), answers.get("_commit"), answers.get("_commit_hash"))
    if found != (source.address, source.newest, source.tags[source.newest]):
        raise RefusedError(f"the update came from {found}")


def patch_of(project: Path, work: Path) -> bytes:
    """Give all changes as one patch; the project's own index stays as the update left it."""
    index = {"GIT_INDEX_FILE": str(work / "index")}
    git(project, "read-tree", "HEAD", **index)
    git(project, "add", "--all", "--", ".", **index)
    options = ("--cached", "--binary", "--full-index", "--no-ext-diff", "--no-textconv", "HEAD")
    return git_bytes(project, "diff", *options, **index)


# The pull request


def pull_request(report: Mapping[str, Any]) -> str:
    """Write what a reviewer has to know."""
    counts = ", ".join(f"{len(report[key])} {key}" for key in ("added", "changed", "removed"))
    lines = [f"Milepost {report['from']} → {report['to']}: {counts}.", ""]
    lines += _section(
        "Conflicts: decide between the markers, on this branch, before you merge",
        map(_code, report["conflicts"]),
    )
    lines += _section(
        "Edited files that the new version lacks, and where your edit is",
        (f"{_code(one['path'])} → {_code(one['copy'])}" for one in report["kept"]),
    )
    lines += _section(
        "Notes that moved with a renamed step",
        (f"{_code(one['path'])} → {_code(one['copy'])}" for one in report["notes-moved"]),
    )
    lines += _section("Completed steps whose task changed", map(_code, report["outdated"]))
    lines += _section("Steps that are new", map(_code, report["steps-added"]))
    lines += _section("Steps that are gone", map(_code, report["steps-removed"]))
    return "\n".join(lines).rstrip() + "\n"


def _section(title: str, items: Iterable[str]) -> list[str]:
    rows = [f"- {item}" for item in items]
    return [f"## {title}", "", *rows, ""] if rows else []


def _code(text: str) -> str:
    """Show a name, which may come from anybody, as nothing but a name."""
    return "`" + re.sub(r"[`\x00-\x1f]", "?", text) + "`"


def propose_one(project: Path, folder: Path) -> str:
    """Commit a patch on a branch of its own and give the branch's name."""
    report = json.loads((folder / "result.json").read_text("utf-8"))["report"]
    version = str(report["to"])
    if not _VERSION.fullmatch(version):
        raise RefusedError(f"{version!r} is no version")
    _check_clean(project)
    patch = str((folder / "update.patch").resolve())
    _check_patch(project, patch)
    branch = f"milepost/{version}"
    git(project, "switch", "--quiet", "--create", branch)
    git(project, "apply", "--index", "--", patch)
    who = ("-c", "user.name=Milepost update", "-c", "user.email=milepost@users.noreply.github.com")
    message = f"chore: update Milepost to {version}"
    git(project, *who, "commit", "--quiet", "--no-verify", "--message", message)
    return branch


def _check_patch(project: Path, patch: str) -> None:
    """Refuse what no update writes: programs of the continuous integration, and links."""
    for line in git(project, "apply", "--numstat", "-z", "--", patch).split("\0"):
        path = line.split("\t")[-1]
        if path.startswith((".github/workflows/", ".github/actions/", ".git/")):
            raise RefusedError(f"the patch touches {path}")
    modes = git(project, "apply", "--summary", "--", patch)
    if re.search(rf"mode (\d+ => )?({_LINK}|{_SUBMODULE})", modes):
        raise RefusedError("the patch makes a link")


# Git

_QUIET_GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
}


def git(folder: Path, *arguments: str, **environment: str) -> str:
    """Run Git and give what it prints."""
    return git_bytes(folder, *arguments, **environment).decode("utf-8", "surrogateescape")


def git_bytes(folder: Path, *arguments: str, **environment: str) -> bytes:
    """Run Git without anybody's settings or hooks.

    Raises:
        RefusedError: If it fails, with what it said.
    """
    done = subprocess.run(  # noqa: S603 - a list, no shell
        ["git", "-c", f"core.hooksPath={os.devnull}", *arguments],  # noqa: S607 - the user's Git
        cwd=folder,
        env={**os.environ, **_QUIET_GIT, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise RefusedError(done.stderr.decode("utf-8", "replace").strip())
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
