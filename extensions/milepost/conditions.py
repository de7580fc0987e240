"""Evaluate Jinja expressions over answers, some of which may be unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .errors import ContentError, Problem

_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined)


class Comparison(NamedTuple):
    """A name that an expression compares with a constant."""

    name: str
    value: Any


class ConditionError(ContentError):
    """The text is no expression over answers."""

    def __init__(self, what: str) -> None:
        fix = "write a Jinja expression over the answers"
        super().__init__([Problem("a condition", what, fix)])
        self.what = what


class _UnknownError(Exception):
    """The expression touches an answer that nobody gave."""


def evaluate(expression: str, known: Mapping[str, Any]) -> bool | None:
    """Evaluate an expression in three-valued logic (Kleene's).

    Args:
        expression: A Jinja expression; calls are not allowed.
        known: Value by name, lists as `list`; a name that is missing is unknown.

    Returns:
        The truth, or `None` where it depends on an unknown name.

    Raises:
        ConditionError: If the text is no expression, or compares what cannot be
            compared.
    """
    values = tuple((name, _frozen(known[name])) for name in names_in(expression) if name in known)
    try:
        return _evaluate(expression, values)
    except (nodes.Impossible, UndefinedError) as error:
        raise ConditionError(f"`{expression}` compares what cannot be compared") from error


@lru_cache(maxsize=4096)
def names_in(expression: str) -> tuple[str, ...]:
    """List the names that an expression mentions, sorted.

    Raises:
        ConditionError: If the text is no expression.
    """
    found = {node.name for node in _walk(_parse(expression)) if isinstance(node, nodes.Name)}
    return tuple(sorted(found))


def comparisons_in(expression: str) -> tuple[Comparison, ...]:
    """List the constants with which an expression compares names.

    `'popup' in ext_ui_surfaces` and `ml_phase == 'training'` are such comparisons.

    Raises:
        ConditionError: If the text is no expression.
    """
    return tuple(_comparisons(_parse(expression)))


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@lru_cache(maxsize=65536, typed=True)
def _evaluate(expression: str, values: tuple[tuple[str, Any], ...]) -> bool | None:
    known = {name: list(one) if isinstance(one, tuple) else one for name, one in values}
    return _truth(_parse(expression), known)


@lru_cache(maxsize=4096)
def _parse(expression: str) -> nodes.Expr:
    try:
        parser = Parser(_ENVIRONMENT, expression, state="variable")
        tree = parser.parse_expression()
        if not parser.stream.eos:
            raise ConditionError(f"`{expression}` goes on after the expression ends")
    except TemplateSyntaxError as error:
        raise ConditionError(f"`{expression}` is no expression: {error.message}") from error
    tree.set_environment(_ENVIRONMENT)
    if any(isinstance(node, nodes.Call) for node in _walk(tree)):
        raise ConditionError(f"`{expression}` calls something, which conditions may not")
    return tree


def _truth(node: nodes.Expr, known: Mapping[str, Any]) -> bool | None:
    if isinstance(node, nodes.Not):
        inner = _truth(node.node, known)
        return None if inner is None else not inner
    if isinstance(node, nodes.And | nodes.Or):
        sides = {_truth(node.left, known), _truth(node.right, known)}
        settled = isinstance(node, nodes.Or)
        return settled if settled in sides else None if None in sides else not settled
    try:
        return bool(_fill(node, known).set_environment(_ENVIRONMENT).as_const())
    except _UnknownError:
        return None


def _fill(node: Any, known: Mapping[str, Any]) -> Any:
    """Copy a tree with each name replaced by its value."""
    if isinstance(node, nodes.Name):
        if node.name not in known:
            raise _UnknownError(node.name)
        return nodes.Const(known[node.name])
    if isinstance(node, nodes.Node):
        return type(node)(*(_fill(getattr(node, field), known) for field in node.fields))
    if isinstance(node, list):
        return [_fill(item, known) for item in node]
    return node


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def _comparisons(tree: nodes.Node) -> Iterator[Comparison]:
    for node in _walk(tree):
        if not isinstance(node, nodes.Compare):
            continue
        left = node.expr
        for operand in node.ops:
            right = operand.expr
            for name, constant in ((left, right), (right, left)):
                if isinstance(name, nodes.Name):
                    for value in _constants(constant):
                        yield Comparison(name.name, value)
            left = right


def _constants(node: nodes.Node) -> Iterator[Any]:
    if isinstance(node, nodes.Const):
        yield node.value
    elif isinstance(node, nodes.List | nodes.Tuple):
        for item in node.items:
            yield from _constants(item)
