"""Ask Git about the project's folder."""

from __future__ import annotations

import subprocess

from .errors import Problem, RunnerError


class Git:
    """Git in one folder; paths are relative to it."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def check_clean(self) -> None:
        """Make sure that everything is committed, so that everything can be restored.

        The whole repository counts, also where the project is a folder of it: going back
        means `git reset --hard`, which would take everybody's changes along.

        Raises:
            RunnerError: If this is no repository or something is not committed.
        """
        status = self._run("status", "--porcelain")
        if status.returncode:
            raise RunnerError(
                Problem(".", "this is not a Git repository", "`git init`, then commit everything")
            )
        if status.stdout.strip():
            paths = [line[3:] for line in status.stdout.decode("utf-8", "replace").splitlines()]
            raise RunnerError(
                Problem(
                    ", ".join(paths[:3]) + (" and more" if len(paths) > 3 else ""),
                    "not committed; an update could not be undone",
                    "commit or stash it, then update",
                )
            )

    def at_head(self, path: str) -> bytes | None:
        """Read a file as it was committed last."""
        shown = self._run("show", f"HEAD:./{path}")
        return None if shown.returncode else shown.stdout

    def conflicts(self) -> list[str]:
        """List the files that hold both sides of a change, or lie beside a rejected one."""
        unmerged = self._paths("diff", "--name-only", "--relative", "--diff-filter=U", "-z")
        rejected = [path[: -len(".rej")] for path in self._untracked() if path.endswith(".rej")]
        return sorted({*unmerged, *rejected})

    def has_changed(self) -> bool:
        """Tell whether anything in the repository differs from the last commit."""
        return bool(self._run("status", "--porcelain").stdout.strip())

    def changes(self) -> dict[str, list[str]]:
        """List what differs from the last commit: added, removed and changed paths."""
        against_head = ("diff", "--name-only", "--relative", "--no-renames", "-z", "HEAD")
        return {
            "added": sorted({*self._untracked(), *self._paths(*against_head, "--diff-filter=A")}),
            "removed": self._paths(*against_head, "--diff-filter=D"),
            "changed": self._paths(*against_head, "--diff-filter=M"),
        }

    def _untracked(self) -> list[str]:
        return self._paths("ls-files", "--others", "--exclude-standard", "-z")

    def _paths(self, *arguments: str) -> list[str]:
        output = self._run(*arguments).stdout.decode("utf-8", "surrogateescape")
        return sorted({path for path in output.split("\0") if path})

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603 - a list, no shell
                ["git", *arguments],  # noqa: S607 - the user's own Git
                cwd=self._folder,
                capture_output=True,
                check=False,
            )
        except FileNotFoundError as error:
            raise RunnerError(
                Problem("git", "it is not installed", "install it; Copier needs it too")
            ) from error
