"""Parse every fenced block of a text in its language."""

from __future__ import annotations

import ast
import json
import subprocess
import tomllib
from collections.abc import Callable, Iterator, Mapping
from textwrap import dedent
from typing import NamedTuple

import yaml

from ..errors import Problem
from ..markdown import fence_mark

# Languages that are prose or free text and have no grammar of their own.
_FREE = frozenset({"text", "markdown", "console", "gitignore", "csv", "diff", "env", "gherkin"})
_GRAMMARS: Mapping[str, str] = {
    "js": "javascript",
    "javascript": "javascript",
    "jsx": "javascript",
    "ts": "typescript",
    "typescript": "typescript",
    "tsx": "tsx",
    "html": "html",
    "css": "css",
    "sql": "sql",
    "go": "go",
    "rust": "rust",
    "java": "java",
    "kotlin": "kotlin",
    "swift": "swift",
    "dart": "dart",
    "c": "c",
    "cpp": "cpp",
    "csharp": "csharp",
    "gdscript": "gdscript",
    "glsl": "glsl",
    "ruby": "ruby",
    "php": "php",
    "graphql": "graphql",
    "proto": "proto",
    "hcl": "hcl",
    "dockerfile": "dockerfile",
    "make": "make",
    "ini": "ini",
    "xml": "xml",
    "powershell": "powershell",
}
"""Name of the tree-sitter grammar by the language of a fence."""


class Fence(NamedTuple):
    """A fenced block."""

    language: str
    code: str
    line: int
    """Line of the opening mark, counted from 0."""


def fences_in(text: str) -> Iterator[Fence]:
    """List the fenced blocks of a Markdown text."""
    mark, start, body = "", 0, list[str]()
    for number, line in enumerate(text.split("\n")):
        found = fence_mark(line)
        if not mark and found:
            mark, start, body = found, number, []
            language = line.strip().lstrip("`~").strip()
        elif mark and found.startswith(mark) and line.strip() == found:
            yield Fence(language, dedent("\n".join(body)) + "\n", start)
            mark = ""
        elif mark:
            body.append(line)
    if mark:
        yield Fence("", "", start)


def check_fences(text: str, source: str, first_line: int) -> Iterator[Problem]:
    """Find blocks without a language, in an unknown one, or that do not parse in it."""
    for fence in fences_in(text):
        where = f"{source}:{first_line + fence.line}"
        if not fence.language:
            what = "the fenced block names no language, or is not closed"
            yield Problem(where, what, "write it after the opening fence, such as ```bash")
            continue
        error = parse_error(fence)
        if error:
            what = f"this block is not {fence.language}: {error}"
            yield Problem(
                where, what, "write it so that it parses; `...` stands for what is left out"
            )


def parse_error(fence: Fence) -> str:
    """Say why a block does not parse in its language, or give an empty string."""
    language = fence.language
    if language in _FREE:
        return ""
    if language in _PARSERS:
        return _PARSERS[language](fence.code)
    if language in _GRAMMARS:
        return _with_grammar(fence.code, _GRAMMARS[language])
    known = sorted({*_FREE, *_PARSERS, *_GRAMMARS})
    return f"no parser is known for it; known are {', '.join(known)}"


def _python(code: str) -> str:
    try:
        ast.parse(code)
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}"
    return ""


def _json(code: str) -> str:
    try:
        json.loads(code)
    except ValueError as error:
        return str(error)
    return ""


def _jsonl(code: str) -> str:
    return next((error for line in code.splitlines() if (error := _json(line))), "")


def _yaml(code: str) -> str:
    try:
        list(yaml.parse(code))
    except yaml.YAMLError as error:
        return " ".join(str(error).split())
    return ""


def _toml(code: str) -> str:
    try:
        tomllib.loads(code)
    except tomllib.TOMLDecodeError as error:
        return str(error)
    return ""


def _shell(code: str) -> str:
    done = subprocess.run(
        ["bash", "-n"], input=code, capture_output=True, text=True, check=False, timeout=30
    )
    return " ".join(done.stderr.split()) if done.returncode else ""


def _mermaid(code: str) -> str:
    return _with_grammar(code, "mermaid")


def _jsonc(code: str) -> str:
    return _with_grammar(code, "json")


def _with_grammar(code: str, grammar: str) -> str:
    # Loading the grammars takes longer than most checks, so only blocks that need one do.
    from tree_sitter_language_pack import get_parser  # noqa: PLC0415

    tree = get_parser(grammar).parse(code.encode())  # type: ignore[arg-type]
    if not tree.root_node.has_error:
        return ""
    waiting = [tree.root_node]
    while waiting:
        node = waiting.pop(0)
        if node.is_error or node.is_missing:
            return f"line {node.start_point[0] + 1}: it does not follow the grammar"
        waiting[:0] = [child for child in node.children if child.has_error or child.is_missing]
    return "it does not follow the grammar"


_PARSERS: Mapping[str, Callable[[str], str]] = {
    "python": _python,
    "json": _json,
    "jsonl": _jsonl,
    "jsonc": _jsonc,
    "yaml": _yaml,
    "toml": _toml,
    "bash": _shell,
    "sh": _shell,
    "mermaid": _mermaid,
}
