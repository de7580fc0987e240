"""Print so that nothing is lost, whatever the terminal, file or pipe can show."""

from __future__ import annotations

import os
import re
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TextIO

_COLOR = re.compile(r"\x1b\[[0-9]+m")


def prepare(stream: TextIO) -> None:
    """Make a stream take every character, and all of them.

    A parent such as Node may hand over a non-blocking pipe, on which Python
    gives up half-way through a long text.
    """
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(errors="backslashreplace")
        # Windows gives pipes the code page of the last century; their readers expect UTF-8.
        if os.name == "nt" and not stream.isatty() and "PYTHONIOENCODING" not in os.environ:
            reconfigure(encoding="utf-8")
    try:  # noqa: SIM105 - contextlib is dear to load
        os.set_blocking(stream.fileno(), True)
    except (AttributeError, OSError, ValueError):
        pass  # not a file, or a system without the flag


def wants_color(stream: TextIO, environment: dict[str, str]) -> bool:
    """Say whether colours help the reader; see https://no-color.org."""
    if environment.get("NO_COLOR") or environment.get("TERM") == "dumb":
        return False
    if os.name == "nt" and not (environment.get("WT_SESSION") or environment.get("TERM")):
        return False
    return stream.isatty()


def print_lines(lines: tuple[str, ...], stream: TextIO) -> None:
    """Write lines, coloured only where the stream is a terminal that wants it."""
    text = "".join(f"{line}\n" for line in lines)
    stream.write(text if wants_color(stream, dict(os.environ)) else _COLOR.sub("", text))
    stream.flush()


def print_json(data: dict[str, Any], stream: TextIO) -> None:
    """Write one JSON document in ASCII, which every encoding can carry."""
    import json  # noqa: PLC0415 - only where it is asked for

    stream.write(json.dumps(data, indent=2) + "\n")
    stream.flush()


def silence() -> None:
    """Stop writing after the reader has gone away."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
