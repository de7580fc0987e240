"""Say what keeps a copy from being updated later, from what Copier recorded of its source."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from .documents import read_bytes

_ADDRESS = re.compile(r"~|[\w.+-]+@|[A-Za-z][\w.+-]+:")
"""What starts an address or shortcut, such as `https://`, `git@host:`, `gh:` or `~/`."""
_DRAFT = b"\n\nCopier automated commit for draft changes"
"""The message of the commit that Copier makes, in its own clone, of a dirty checkout."""
_SHA = re.compile(rb"[0-9a-f]{40,64}")


def obstacles(recorded: Mapping[str, Any], root: Path) -> Iterator[str]:
    """Say why `copier update` will refuse this copy, and what to do now.

    Args:
        recorded: What Copier writes to the answers file.
        root: The template's root, where Copier keeps its clone of the source.
    """
    source, commit = str(recorded.get("_src_path") or ""), recorded.get("_commit")
    if not commit:
        yield f"This copy cannot be updated: {source} is not a Git repository."
        yield "  fix: copy again from the Git repository of the template."
    elif is_draft(root):
        yield f"This copy cannot be updated: its version {commit} is not in {source},"
        yield "  where changes were not committed. fix: commit them there, then copy again."
    if is_relative(source):
        yield f"This copy can be updated from one folder only: its source is the path {source}."
        yield "  fix: write the absolute path or the Git address as `_src_path` into"
        yield "  .copier-answers.yml before you commit."


def is_relative(source: str) -> bool:
    """Tell whether a source is a path that means something else in another folder."""
    flavours = (PurePosixPath(source), PureWindowsPath(source))
    return not _ADDRESS.match(source) and not any(path.is_absolute() for path in flavours)


def is_draft(root: Path) -> bool:
    """Tell whether a clone stands on a commit that Copier made of uncommitted changes."""
    head = (read_bytes(root / ".git" / "HEAD", 1024) or b"").strip()
    if not _SHA.fullmatch(head):
        return False
    name = head.decode("ascii")
    packed = read_bytes(root / ".git" / "objects" / name[:2] / name[2:], 64 * 1024)
    try:
        return packed is not None and _DRAFT in zlib.decompress(packed)
    except zlib.error:
        return False
