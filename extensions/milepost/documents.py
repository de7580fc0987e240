"""Read files: the only module that opens one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from frontmatter.default_handlers import YAMLHandler
from yaml.constructor import SafeConstructor

from .errors import ContentError, Location, Problem, closest_line

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STRING = "tag:yaml.org,2002:str"
_HANDLER = YAMLHandler()
_UNREADABLE = (yaml.YAMLError, ValueError, TypeError, LookupError, AttributeError)
"""What PyYAML raises for a value that is not what its tag says."""


class YamlDocument(NamedTuple):
    """Plain data and the line on which each part of it stands."""

    data: Any
    lines: Mapping[Location, int]
    """Line by path of keys and indexes; `()` is the whole document."""
    source: str

    def where(self, location: Location) -> str:
        """Give `path:line` of a place in the data, or of the closest place around it."""
        return f"{self.source}:{closest_line(self.lines, location)}"


class MarkdownDocument(NamedTuple):
    """Front matter and the text below it."""

    front: YamlDocument
    body: str
    body_line: int


def list_names(folder: Path) -> tuple[str, ...]:
    """Name what a folder holds, sorted; a folder that is not there holds nothing."""
    try:
        with os.scandir(folder) as entries:
            return tuple(sorted(entry.name for entry in entries))
    except (FileNotFoundError, NotADirectoryError):
        return ()


def read_text(root: Path, source: str) -> str:
    """Read a content file as strict UTF-8 text.

    Raises:
        ContentError: If the file is missing, not UTF-8, starts with a byte-order
            mark, or has carriage returns.
    """
    return _read_bytes_as_text(root / source, source)


def read_bytes(path: Path, limit: int | None = None) -> bytes | None:
    """Read a plain file, or give `None` for a link, a folder or one over `limit` bytes."""
    try:
        if path.is_symlink() or not path.is_file():
            return None
        if limit is not None and path.stat().st_size > limit:
            return None
        return path.read_bytes()
    except OSError:
        return None


def read_yaml(root: Path, source: str) -> YamlDocument:
    """Read a YAML file.

    Raises:
        ContentError: As for `read_text` and `parse_yaml`.
    """
    return parse_yaml(read_text(root, source), source)


def read_markdown(root: Path, source: str) -> MarkdownDocument:
    """Read a Markdown file with front matter.

    Raises:
        ContentError: As for `read_text` and `split_document`.
    """
    return split_document(read_text(root, source), source)


def split_document(text: str, source: str) -> MarkdownDocument:
    """Part a Markdown document into front matter and body.

    Raises:
        ContentError: If the front matter is missing, not closed, not a mapping, or
            has duplicate keys.
    """
    if not _HANDLER.detect(text):
        raise _error(source, 1, "the front matter is missing", "start the file with a line `---`")
    try:
        front, body = _HANDLER.split(text)
    except ValueError as error:
        fix = "end the front matter with a line `---`"
        raise _error(source, 1, "the front matter is not closed", fix) from error
    # The handler takes blank lines after the opening line as a part of it.
    first_line = text[: text.index(front)].count("\n") + 1 if front.strip() else 1
    document = parse_yaml(front, source, first_line=first_line)
    if not isinstance(document.data, dict):
        raise _error(source, 2, "the front matter is no mapping", "write it as `key: value` lines")
    body_line = text[: len(text) - len(body.lstrip("\n"))].count("\n") + 1
    return MarkdownDocument(document, body.strip("\n") + "\n", body_line)


def parse_yaml(text: str, source: str, *, first_line: int = 1) -> YamlDocument:
    """Parse YAML and remember where everything stands.

    Raises:
        ContentError: If the text is no YAML, or has duplicate keys.
    """
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = first_line + (error.problem_mark.line if error.problem_mark else 0)
        what = f"this is no YAML: {error.problem or error.context}"
        raise _error(source, line, what, "check quotes, colons and indentation") from error
    except yaml.YAMLError as error:
        raise _error(source, first_line, f"this is no YAML: {error}", "remove it") from error
    builder = _Builder(source, first_line)
    data = builder.build(node, ()) if node is not None else None
    if builder.problems:
        raise ContentError(builder.problems)
    return YamlDocument(data, builder.lines, source)


class _Builder:
    """Builds plain data from YAML nodes, with lines and without duplicate keys."""

    def __init__(self, source: str, first_line: int) -> None:
        self.source = source
        self.first_line = first_line
        self.lines: dict[Location, int] = {}
        self.problems: list[Problem] = []
        self._scalars = SafeConstructor()
        self._seen: set[yaml.Node] = set()

    def build(self, node: yaml.Node, location: Location) -> Any:
        line = node.start_mark.line + self.first_line
        self.lines.setdefault(location, line)
        if node in self._seen:
            line = self.lines[location]
            self._report(line, "this value is an alias of another", "write it out")
            return ""
        self._seen.add(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, location)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*location, i)) for i, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, location: Location) -> dict[Any, Any]:
        built: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self._scalar(key_node)
            line = key_node.start_mark.line + self.first_line
            if not isinstance(key, str | int):
                self._report(line, f"the key `{key}` is no name", "quote it, or rename it")
            elif key in built:
                self._report(line, f"the key `{key}` stands twice", "remove one of them")
            self.lines[(*location, key)] = line
            built[key] = self.build(value_node, (*location, key))
        return built

    def _scalar(self, node: yaml.Node) -> Any:
        if node.tag == _STRING:
            return node.value
        try:
            value = self._scalars.construct_object(node, deep=True)
            hash(value)
        except _UNREADABLE:
            line = node.start_mark.line + self.first_line
            self._report(line, "this value is not understood", "write a plain value, or quote it")
            return ""
        return value

    def _report(self, line: int, what: str, fix: str) -> None:
        self.problems.append(Problem(f"{self.source}:{line}", what, fix))


def _read_bytes_as_text(path: Path, source: str) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _error(source, 1, "the file cannot be read", "add it, or mend its name") from error
    if raw.startswith(b"\xef\xbb\xbf"):
        raise _error(source, 1, "the file starts with a byte-order mark", "save it as plain UTF-8")
    if b"\r" in raw:
        line = raw[: raw.index(b"\r")].count(b"\n") + 1
        raise _error(source, line, "the file has carriage returns", "save it with LF line ends")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _error(source, line, "this is not UTF-8", "save the file as UTF-8") from error


def _error(source: str, line: int, what: str, fix: str) -> ContentError:
    return ContentError([Problem(f"{source}:{line}", what, fix)])


def files_below(root: Path, folder: str) -> Iterable[str]:
    """Give the path below `root` of every file in a folder and its folders, sorted."""
    for name in list_names(root / folder):
        source = f"{folder}/{name}"
        if (root / source).is_dir():
            yield from files_below(root, source)
        else:
            yield source
