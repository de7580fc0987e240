"""The project's folder: every read and write of the runner goes through here."""

# pathlib would cost every command as much as its own work.
# ruff: noqa: PTH103, PTH105, PTH107, PTH110, PTH112, PTH113, PTH114, PTH118, PTH120, PTH122, PTH123, PTH208

from __future__ import annotations

import os
import re

from .errors import Problem, RunnerError

IGNORED = frozenset(
    {
        ".git",
        ".hg",
        ".milepost",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".tox",
        ".venv",
    }
    | {"__pycache__", "build", "dist", "node_modules", "target", "vendor", "venv"}
)
_PLACEHOLDER = r"<[^<>/]+>"


class Tree:
    """A folder whose files are named by their path with `/`, from its root."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._real_root = os.path.realpath(root)
        self._real_folders: dict[str, str] = {}
        self._leaving: dict[str, bool] = {}

    def absolute(self, path: str) -> str:
        """Give the path in the form of the operating system."""
        return f"{self.root}{os.sep}{path.replace('/', os.sep)}"

    def leaves(self, path: str) -> bool:
        """Say whether a path, links followed, lies outside the project."""
        if path not in self._leaving:
            self._leaving[path] = self._computed_leaves(path)
        return self._leaving[path]

    def _computed_leaves(self, path: str) -> bool:
        folder, name = os.path.split(self.absolute(path))
        if folder not in self._real_folders:
            self._real_folders[folder] = os.path.realpath(folder)
        real = os.path.join(self._real_folders[folder], name)
        if os.path.islink(real) or name in (".", ".."):
            real = os.path.realpath(real)
        inside = self._real_root.rstrip(os.sep) + os.sep
        return real != self._real_root and not real.startswith(inside)

    def has_file(self, path: str) -> bool:
        """Say whether there is a file at the path that belongs to the project."""
        return os.path.isfile(self.absolute(path)) and not self.leaves(path)

    def has_folder(self, path: str) -> bool:
        """Say whether there is a folder at the path that belongs to the project."""
        return os.path.isdir(self.absolute(path)) and not self.leaves(path)

    def read_bytes(self, path: str) -> bytes | None:
        """Read a file.

        Returns:
            Its bytes, or `None` where nothing is.

        Raises:
            RunnerError: If it cannot be read, is a folder or leaves the project.
        """
        if self.leaves(path):
            raise RunnerError(
                Problem(
                    path,
                    "it is a symbolic link out of the project",
                    "put a file here; Milepost reads nothing outside the project",
                )
            )
        try:
            with open(self.absolute(path), "rb") as file:
                return file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise RunnerError(_unreadable(path, self.has_folder(path), error)) from error

    def read(self, path: str) -> str | None:
        """Read a text with its line ends as LF; damaged characters are replaced."""
        data = self.read_bytes(path)
        if data is None:
            return None
        text = data.decode("utf-8", errors="replace").replace("\r\n", "\n")
        return text.removeprefix("\ufeff")

    def write(self, path: str, text: str) -> None:
        """Put a text in place at once, so that no reader ever sees half of it.

        Raises:
            RunnerError: If the place cannot be written or leaves the project.
        """
        folder, name = os.path.split(self.absolute(path))
        temporary = os.path.join(folder, f".{name}.{os.getpid()}-{os.urandom(3).hex()}.tmp")
        if self.leaves(path):
            raise RunnerError(
                Problem(
                    path,
                    "it is a symbolic link out of the project, so nothing was written",
                    "replace the link by a file or folder of the project",
                )
            )
        try:
            os.makedirs(folder, exist_ok=True)
            try:
                with open(temporary, "wb") as file:
                    file.write(_encoded(text))
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, self.absolute(path))
            except BaseException:
                if os.path.exists(temporary):
                    os.remove(temporary)
                raise
        except OSError as error:
            raise RunnerError(_unwritable(path, self.has_folder(path), error)) from error

    def move(self, path: str, target: str) -> None:
        """Move a file, replacing what is at the target."""
        try:
            os.makedirs(os.path.dirname(self.absolute(target)), exist_ok=True)
            os.replace(self.absolute(path), self.absolute(target))
        except OSError as error:
            raise RunnerError(_unwritable(path, self.has_folder(path), error)) from error

    def remove(self, path: str) -> None:
        """Delete a file; one that is not there is no problem."""
        try:
            os.remove(self.absolute(path))
        except FileNotFoundError:
            return
        except OSError as error:
            raise RunnerError(_unwritable(path, self.has_folder(path), error)) from error

    def names(self, folder: str) -> list[str]:
        """List a folder in order; one that is not there is empty.

        Raises:
            RunnerError: If it is a file, cannot be read or leaves the project.
        """
        if self.leaves(folder):
            raise RunnerError(
                Problem(
                    folder,
                    "it is a symbolic link out of the project",
                    "replace the link by a folder; Milepost reads nothing outside the project",
                )
            )
        try:
            return sorted(os.listdir(self.absolute(folder)))
        except FileNotFoundError:
            return []
        except NotADirectoryError as error:
            raise RunnerError(
                Problem(
                    folder,
                    "a folder is expected here, not a file",
                    "move the file away",
                )
            ) from error
        except OSError as error:
            raise RunnerError(_unreadable(folder, False, error)) from error

    def expand(self, path: str) -> tuple[str, ...]:
        """Find the files that an artifact's path stands for.

        A `<name>` in the path stands for any text without `/`, a folder for all
        files below it, unless its name is that of a file, such as `plan.md`.
        `index.md` is never what a placeholder stands for.
        """
        path = path.rstrip("/")
        if "<" not in path:
            if self.has_file(path):
                return (path,)
            is_folder = self.has_folder(path) and not names_file(path)
            return tuple(self.files_below(path)) if is_folder else ()
        found = [""]
        for part in path.split("/"):
            found = [hit for base in found for hit in self._matches(base, part)]
        return tuple(hit for hit in found if self.has_file(hit))

    def _matches(self, base: str, part: str) -> list[str]:
        prefix = f"{base}/" if base else ""
        if "<" not in part:
            return [prefix + part]
        if not self.has_folder(base or "."):
            return []
        shape = re.compile(".+".join(map(re.escape, re.split(_PLACEHOLDER, part))))
        return [
            prefix + name
            for name in self.names(base or ".")
            if shape.fullmatch(name) and name != "index.md"
        ]

    def files_below(self, folder: str, levels: int = 64) -> list[str]:
        """List all files under a folder in order, without links and generated folders."""
        found = []
        for name in self.names(folder or "."):
            path = f"{folder}/{name}" if folder else name
            if os.path.islink(self.absolute(path)):
                continue
            if os.path.isdir(self.absolute(path)):
                enter = levels > 1 and name not in IGNORED
                found += self.files_below(path, levels - 1) if enter else []
            else:
                found.append(path)
        return found


def names_file(path: str) -> bool:
    """Say whether a path has an ending, as files have and folders have not."""
    return bool(os.path.splitext(path)[1])


def _encoded(text: str) -> bytes:
    """Give the bytes of a text, also of one that came in with damaged characters."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _unreadable(path: str, is_folder: bool, error: OSError) -> Problem:
    if is_folder:
        return Problem(path, "a file is expected here, not a folder", "move the folder away")
    return Problem(path, f"it cannot be read: {error.strerror}", "check its permissions")


def _unwritable(path: str, is_folder: bool, error: OSError) -> Problem:
    if is_folder:
        return Problem(path, "a file is expected here, not a folder", "move the folder away")
    return Problem(
        path,
        f"it cannot be written: {error.strerror}",
        "make the folder writable and run the command again; nothing was changed",
    )
