"""Frozen records that cost nothing to declare.

`typing.NamedTuple` and `dataclasses` compile code for each class whenever the program
starts; with some thirty records that took longer than all else that a command does.
"""

from __future__ import annotations

from collections.abc import Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Self, dataclass_transform  # novermin - never runs
else:

    def dataclass_transform(**_: object):
        """Do nothing; type checkers read it."""
        return lambda cls: cls


@dataclass_transform(frozen_default=True)
class Frozen:
    """Base of all records: annotations are the fields, in order; values never change."""

    _fields: ClassVar[tuple[str, ...]] = ()
    _defaults: ClassVar[Mapping[str, Any]] = {}

    def __init_subclass__(cls) -> None:
        names = tuple(cls.__annotations__)
        cls._fields = names
        cls._defaults = {name: cls.__dict__[name] for name in names if name in cls.__dict__}

    def __init__(self, *values: Any, **named: Any) -> None:
        own = self.__dict__
        own.update(self._defaults)
        own.update(zip(self._fields, values))
        own.update(named)
        if len(own) != len(self._fields):
            raise TypeError(f"{type(self).__name__} has the fields {self._fields}")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} never changes")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__[name] for name in self._fields))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.as_dict()})"

    def as_dict(self) -> dict[str, Any]:
        """Give the fields by name, in order."""
        return {name: self.__dict__[name] for name in self._fields}

    def replace(self, **changes: Any) -> Self:
        """Give a copy with other values for some fields."""
        return type(self)(**{**self.__dict__, **changes})
