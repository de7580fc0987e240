"""Steps stand after what they need, whatever is taken out between."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from random import Random

import pytest
from factories import examples
from hypothesis import given
from hypothesis import strategies as st
from milepost import graph
from milepost.errors import ContentError, Problem

Dag = dict[str, tuple[str, ...]]


@st.composite
def dags(draw: st.DrawFn) -> Dag:
    names = [f"s{number}" for number in range(draw(st.integers(1, 9)))]
    found = {
        name: tuple(draw(st.lists(st.sampled_from(names[:number]), unique=True)) if number else ())
        for number, name in enumerate(names)
    }
    shuffled = list(found.items())
    Random(draw(st.integers(0, 99))).shuffle(shuffled)  # noqa: S311
    return dict(shuffled)


def closure(found: Mapping[str, tuple[str, ...]], name: str) -> set[str]:
    """Name all that comes before a name, by walking every path."""
    return {one for direct in found[name] for one in (direct, *closure(found, direct))}


@examples
@given(dags())
def test_ancestors_are_all_that_can_be_reached(found: Dag) -> None:
    assert graph.ancestors(found) == {name: closure(found, name) for name in found}


@examples
@given(dags(), st.data())
def test_contraction_keeps_exactly_the_reachability_among_the_kept(
    found: Dag, data: st.DataObject
) -> None:
    kept = data.draw(st.sets(st.sampled_from(sorted(found))))
    contracted = graph.contract(found, kept)
    assert set(contracted) == kept
    assert {name: closure(contracted, name) for name in kept} == {
        name: closure(found, name) & kept for name in kept
    }
    assert all(len(set(names)) == len(names) for names in contracted.values())


@examples
@given(dags())
def test_contraction_that_keeps_everything_changes_nothing(found: Dag) -> None:
    assert graph.contract(found, found.keys()) == found


@examples
@given(dags(), st.randoms(use_true_random=False))
def test_order_is_topological_complete_and_the_same_for_any_insertion(
    found: Dag, random: Random
) -> None:
    ordered = graph.order(found, lambda name: name[::-1])
    assert sorted(ordered) == sorted(found)
    for position, name in enumerate(ordered):
        assert set(found[name]) <= set(ordered[:position])
    items = [(name, tuple(random.sample(names, len(names)))) for name, names in found.items()]
    random.shuffle(items)
    assert graph.order(dict(items), lambda name: name[::-1]) == ordered


@examples
@given(dags())
def test_each_place_goes_to_the_least_key_that_is_ready(found: Dag) -> None:
    ordered = graph.order(found, lambda name: name)
    for position, name in enumerate(ordered):
        done = set(ordered[:position])
        ready = [one for one in found if one not in done and set(found[one]) <= done]
        assert name == min(ready)


@examples
@given(dags(), st.data())
def test_cycle_names_every_step_in_it_and_no_other(found: Dag, data: st.DataObject) -> None:
    graph.check_cycles(found)
    first = data.draw(st.sampled_from(sorted(found)))
    last = data.draw(st.sampled_from(sorted({first, *closure(found, first)})))
    broken = {**found, last: (*found[last], first)}
    with pytest.raises(ContentError) as caught:
        graph.check_cycles(broken)
    (problem,) = caught.value.problems
    path = [name.strip("`") for name in problem.what.split(": ")[1].split(" → ")]
    assert path[0] == path[-1]
    for name, following in pairwise(path):
        assert following in broken[name]


def test_cycle_is_told_in_words() -> None:
    with pytest.raises(ContentError) as caught:
        graph.check_cycles({"a": ("b",), "b": ("c",), "c": ("a",), "d": ("a",)})
    (problem,) = caught.value.problems
    assert problem.where == "content/steps"
    assert problem.what in {
        f"the steps depend on each other in a circle: {circle}"
        for circle in (
            "`a` → `b` → `c` → `a`",
            "`b` → `c` → `a` → `b`",
            "`c` → `a` → `b` → `c`",
        )
    }
    assert problem.fix == "remove one of these dependencies"


def test_step_that_depends_on_itself_is_a_cycle() -> None:
    with pytest.raises(ContentError) as caught:
        graph.check_cycles({"a": ("a",)})
    what = "the steps depend on each other in a circle: `a` → `a`"
    assert caught.value.problems == (
        Problem("content/steps", what, "remove one of these dependencies"),
    )


def test_what_is_off_hands_its_dependencies_over_in_their_order() -> None:
    found = {"a": (), "b": (), "off": ("b", "a"), "c": ("off", "a")}
    assert graph.contract(found, {"a", "b", "c"}) == {"a": (), "b": (), "c": ("b", "a")}


def test_only_what_is_met_is_read() -> None:
    asked: list[str] = []
    found = {"a": ("b",), "b": ("c",), "c": (), "other": ("c",)}

    def dependencies_of(name: str) -> tuple[str, ...]:
        asked.append(name)
        return found[name]

    assert graph.reachable(["a", "b"], dependencies_of) == {"a": ("b",), "b": ("c",), "c": ()}
    assert sorted(asked) == ["a", "b", "c"]
