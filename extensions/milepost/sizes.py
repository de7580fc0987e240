"""Count what a text costs an agent, and how much each part may cost."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

BYTES_PER_TOKEN = 4
"""Approximation for English text and code (DESIGN.md, Rendered project)."""

Ceiling = Mapping[int, int]
"""Greatest number of tokens by depth."""


def _by_depth(*tokens: int) -> Ceiling:
    return MappingProxyType(dict(enumerate(tokens, start=1)))


# The table in CONTENT.md, Ceilings.
FRAME = _by_depth(500, 500, 500, 500, 500)
STEP_BODY = _by_depth(900, 1100, 1600, 1900, 2200)
PER_INPUT = 40
SHARED_ENTRY = _by_depth(400, 400, 1400, 2000, 2400)
TYPE_ENTRY = _by_depth(400, 400, 1500, 1800, 2000)
TYPE_ENTRY_IN_REVIEW = _by_depth(170, 170, 450, 650, 800)
INLINE_KNOWLEDGE = _by_depth(2400, 2600, 7500, 10500, 12000)
SUMMARY_WORDS = 110


def count_bytes(text: str) -> int:
    """Count the bytes of a text in UTF-8."""
    return len(text.encode())


def count_tokens(text: str) -> int:
    """Estimate the tokens of a text, rounded up."""
    return -(-count_bytes(text) // BYTES_PER_TOKEN)
