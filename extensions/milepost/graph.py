"""Order steps by their dependencies, and take out those that are off."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from .errors import ContentError, Problem

Graph = Mapping[str, tuple[str, ...]]
"""Names of the dependencies by name."""


def reachable(names: Iterable[str], dependencies_of: Callable[[str], tuple[str, ...]]) -> Graph:
    """Follow dependencies from some names and give the graph of all that is met."""
    graph: dict[str, tuple[str, ...]] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in graph:
            graph[name] = dependencies_of(name)
            waiting.extend(graph[name])
    return graph


def check_cycles(graph: Graph) -> None:
    """Refuse a graph with a cycle.

    Raises:
        ContentError: If there is one; it names every step of the cycle, in order.
    """
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        path = " → ".join(f"`{name}`" for name in reversed(error.args[1]))
        what = f"the steps depend on each other in a circle: {path}"
        fix = "remove one of these dependencies"
        raise ContentError([Problem("content/steps", what, fix)]) from error


def contract(graph: Graph, kept: Collection[str]) -> Graph:
    """Take names out; what depended on them depends on what they depended on.

    Args:
        graph: A graph without cycles.
        kept: The names that stay.

    Returns:
        The graph of the kept names; each list is without repeats, in the order found.
    """
    inherited: dict[str, tuple[str, ...]] = {}
    for name in TopologicalSorter(graph).static_order():
        found: dict[str, None] = {}
        for dependency in graph[name]:
            names = (dependency,) if dependency in kept else inherited[dependency]
            found.update(dict.fromkeys(names))
        inherited[name] = tuple(found)
    return {name: inherited[name] for name in graph if name in kept}


def order(graph: Graph, key: Callable[[str], Any]) -> tuple[str, ...]:
    """Put every name after its dependencies; among those that are ready, least key first."""
    sorter = TopologicalSorter(graph)
    sorter.prepare()
    ready: list[tuple[Any, str]] = []
    ordered: list[str] = []
    while sorter.is_active():
        for name in sorter.get_ready():
            heapq.heappush(ready, (key(name), name))
        _, name = heapq.heappop(ready)
        ordered.append(name)
        sorter.done(name)
    return tuple(ordered)


def ancestors(graph: Graph) -> Mapping[str, frozenset[str]]:
    """Name all that come before each name, directly or not."""
    found: dict[str, frozenset[str]] = {}
    for name in TopologicalSorter(graph).static_order():
        direct = graph[name]
        found[name] = frozenset(direct).union(*(found[dependency] for dependency in direct))
    return found
