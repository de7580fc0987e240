"""Find files by pattern without leaving the project or entering generated folders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import translate
from itertools import islice

from .tree import IGNORED, Tree


def find(tree: Tree, pattern: str, limit: int) -> list[str]:
    """List the first files that match a pattern such as `src/**/*.sql`, in order.

    `**` stands for any number of folders, `*` and `?` never for a `/`.
    A pattern that ends with `/` asks for a folder.
    """
    parts = pattern.rstrip("/").split("/")
    hits = _walk(tree, "", parts)
    wanted = tree.has_folder if pattern.endswith("/") else tree.has_file
    return list(islice(dict.fromkeys(hit for hit in hits if wanted(hit)), limit))


def _walk(tree: Tree, folder: str, parts: list[str]) -> Iterator[str]:
    head, rest = parts[0], parts[1:]
    if head == "**":
        yield from _walk(tree, folder, rest or ["*"])
        for name in _names(tree, folder):
            path = f"{folder}/{name}" if folder else name
            if tree.has_folder(path):
                yield from _walk(tree, path, parts)
        return
    shape = re.compile(translate(head))
    for name in [head] if _is_plain(head) else _names(tree, folder):
        path = f"{folder}/{name}" if folder else name
        if not shape.match(name):
            continue
        if not rest:
            yield path
        elif tree.has_folder(path):
            yield from _walk(tree, path, rest)


def _is_plain(part: str) -> bool:
    return not any(mark in part for mark in "*?[")


def _names(tree: Tree, folder: str) -> list[str]:
    return [name for name in tree.names(folder or ".") if name not in IGNORED]
