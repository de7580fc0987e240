"""Turn answers and content into a plan and its step files."""

from .session import Session

__all__ = ["Session"]
