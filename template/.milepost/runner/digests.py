"""Say which content an artifact has."""

from __future__ import annotations

from collections.abc import Callable

from .hashing import sha256
from .tree import Tree

ABSENT = "absent"
DigestOf = Callable[[str], str]


class Digests:
    """The digests of a project's files, each computed once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._known: dict[str, str] = {}

    def of(self, path: str) -> str:
        """Say which content an artifact has; a folder's is that of all its files.

        The `Status:` line of a document never counts, nor do line ends.

        Returns:
            A SHA-256 in hexadecimal, or `absent`.
        """
        if path not in self._known:
            self._known[path] = self._compute(path)
        return self._known[path]

    def _compute(self, path: str) -> str:
        files = self._tree.expand(path)
        if not files:
            return ABSENT
        digests = [
            sha256(content(self._tree.read_bytes(file) or b"", file)).hexdigest() for file in files
        ]
        if files == (path,):
            return digests[0]
        listing = "".join(f"{file}\0{digest}\n" for file, digest in zip(files, digests))
        return sha256(listing.encode("utf-8", "surrogateescape")).hexdigest()


def content(data: bytes, path: str) -> bytes:
    """Reduce a file to what counts as its content."""
    data = data.replace(b"\r\n", b"\n")
    if not path.endswith(".md"):
        return data
    head, mark, rest = data.partition(b"\n## ")
    lines = [line for line in head.split(b"\n") if not line.startswith(b"Status:")]
    return b"\n".join(lines) + mark + rest
