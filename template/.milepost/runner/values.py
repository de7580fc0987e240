"""Take values out of JSON and make sure of their kind, so that later code need not."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def as_text(value: Any) -> str:
    """Take a text.

    Raises:
        TypeError: If it is something else.
    """
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def as_number(value: Any) -> int:
    """Take a whole number.

    Raises:
        TypeError: If it is something else.
    """
    if type(value) is not int:
        raise TypeError(f"{value!r} is no whole number")
    return value


def as_texts(values: Any) -> tuple[str, ...]:
    """Take a list of texts.

    Raises:
        TypeError: If it is something else.
    """
    if not isinstance(values, list):
        raise TypeError(f"{values!r} is no list")
    return tuple(map(as_text, values))


def as_texts_by_name(values: Any) -> dict[str, str]:
    """Take a mapping of texts.

    Raises:
        TypeError: If it is something else.
    """
    if not isinstance(values, dict):
        raise TypeError(f"{values!r} is no mapping")
    return {name: as_text(value) for name, value in values.items()}
