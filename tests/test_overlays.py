"""Overlays change steps in their order, and say who changed what."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from factories import examples
from hypothesis import given
from hypothesis import strategies as st
from milepost.models import (
    DependencyItem,
    DependencyOverride,
    Input,
    InputOverride,
    KnowledgeItem,
    KnowledgeOverride,
    Overlay,
    StepOverride,
    StepSetting,
)
from milepost.overlays import (
    Switch,
    bring_dependencies,
    bring_inputs,
    bring_knowledge,
    switch_steps,
)

NAMES = st.sampled_from("abcdef")
WHENS = st.sampled_from([None, "x", "not x", "unknown", "x or unknown"])
KNOWN: Mapping[str, Any] = {"x": True}


def overlay(name: str = "demo", **parts: Any) -> Overlay:
    nothing: dict[str, Any] = {
        "step_overrides": {},
        "knowledge_overrides": {},
        "input_overrides": {},
        "dependency_overrides": {},
    }
    return Overlay(name=name, title="T", description="D.", **{**nothing, **parts})


def file(path: str, take: str = "all", when: str | None = None) -> Input:
    return Input(path=path, take=take, without="ask", when=when)


def needs(name: str, when: str | None = None) -> DependencyItem:
    return DependencyItem(step=name, when=when)


def dependencies(*own: str, known: Mapping[str, Any] = KNOWN, **override: Any) -> tuple[str, ...]:
    changed = DependencyOverride(**{"replace": {}, **override})
    return bring_dependencies("tdd", own, [overlay(dependency_overrides={"tdd": changed})], known)


# Dependencies


def test_dependency_is_replaced_in_place_then_others_are_appended() -> None:
    changed = dependencies("a", "b", replace={"a": needs("c")}, append=(needs("d"),))
    assert changed == ("c", "b", "d")


def test_repeats_are_dropped_and_the_first_is_kept() -> None:
    assert dependencies("a", "b", replace={"b": needs("a")}, append=(needs("a"),)) == ("a",)


def test_item_or_override_whose_condition_is_not_true_changes_nothing() -> None:
    for when in ("not x", "unknown"):
        replaced = dependencies("a", replace={"a": needs("b", when)}, append=(needs("c", when),))
        assert replaced == ("a",)
        assert dependencies("a", append=(needs("c"),), when=when) == ("a",)


def test_overlays_apply_in_their_order() -> None:
    first = DependencyOverride(replace={"a": needs("b")})
    second = DependencyOverride(replace={"b": needs("c")})
    overlays = [
        overlay(dependency_overrides={"tdd": first}),
        overlay(dependency_overrides={"tdd": second}),
    ]
    assert bring_dependencies("tdd", ["a"], overlays, {}) == ("c",)
    assert bring_dependencies("tdd", ["a"], reversed(overlays), {}) == ("b",)
    assert bring_dependencies("other", ["a"], overlays, {}) == ("a",)


@st.composite
def dependency_overrides(draw: st.DrawFn) -> DependencyOverride:
    items = st.builds(DependencyItem, step=NAMES, when=WHENS)
    return DependencyOverride(
        replace=draw(st.dictionaries(NAMES, items, max_size=3)),
        append=tuple(draw(st.lists(items, max_size=4))),
        when=draw(WHENS),
    )


@examples
@given(st.lists(NAMES), st.lists(dependency_overrides(), max_size=3))
def test_dependencies_never_repeat_and_come_from_somewhere(
    own: list[str], overrides: list[DependencyOverride]
) -> None:
    overlays = [overlay(dependency_overrides={"tdd": one}) for one in overrides]
    before = deepcopy((own, overlays))
    changed = bring_dependencies("tdd", own, overlays, KNOWN)
    assert (own, overlays) == before
    assert len(set(changed)) == len(changed)
    items = [item for one in overrides for item in (*one.replace.values(), *one.append)]
    assert set(changed) <= {*own, *(item.step for item in items)}
    if all(one.when in ("not x", "unknown") for one in overrides):
        assert changed == tuple(dict.fromkeys(own))


@examples
@given(st.lists(NAMES), st.lists(NAMES))
def test_appending_once_more_changes_nothing(own: list[str], more: list[str]) -> None:
    appends = DependencyOverride(replace={}, append=tuple(map(needs, more)))
    one = overlay(dependency_overrides={"tdd": appends})
    once = bring_dependencies("tdd", own, [one], {})
    assert once == tuple(dict.fromkeys([*own, *more]))
    assert bring_dependencies("tdd", own, [one, one], {}) == once
    assert bring_dependencies("tdd", once, [one], {}) == once


# Inputs


def inputs(*own: Input, **override: Any) -> tuple[Input, ...]:
    changed = InputOverride(**{"replace": {}, **override})
    return bring_inputs("tdd", own, [overlay(input_overrides={"tdd": changed})], KNOWN)


def test_input_is_replaced_in_place_by_its_old_path() -> None:
    replaced = inputs(file("a"), file("b"), replace={"a": file("c")}, append=(file("d"),))
    assert replaced == (file("c"), file("b"), file("d"))


def test_first_of_two_inputs_of_one_path_is_kept() -> None:
    assert inputs(file("a", "one"), append=(file("a", "two"),)) == (file("a", "one"),)


def test_input_that_does_not_apply_leaves_room_for_a_later_one() -> None:
    own, later = file("a", "one", when="unknown"), file("a", "two")
    assert inputs(own, append=(later,)) == (later,)
    assert inputs(own) == ()


def test_replacement_that_does_not_apply_leaves_the_input() -> None:
    assert inputs(file("a"), replace={"a": file("b", when="not x")}) == (file("a"),)


# Knowledge


def knowledge(
    *own: str | KnowledgeItem, depth: int = 3, overlays: tuple[Overlay, ...] = ()
) -> list[tuple[str, str]]:
    items = [KnowledgeItem(entry=one) if isinstance(one, str) else one for one in own]
    brought = bring_knowledge("tdd", items, overlays, KNOWN, depth)
    return [(one.item.entry, one.by) for one in brought]


def brings(name: str, *entries: str | KnowledgeItem, **changes: Any) -> Overlay:
    items = tuple(KnowledgeItem(entry=one) if isinstance(one, str) else one for one in entries)
    return overlay(name, knowledge_overrides={"tdd": KnowledgeOverride(append=items, **changes)})


def test_overlay_appends_after_the_steps_own_knowledge() -> None:
    assert knowledge("a", overlays=(brings("one", "b"), brings("two", "c"))) == [
        ("a", "step"),
        ("b", "one"),
        ("c", "two"),
    ]


def test_first_of_repeated_entries_is_kept_with_who_brought_it() -> None:
    assert knowledge("a", overlays=(brings("one", "a", "b"), brings("two", "b"))) == [
        ("a", "step"),
        ("b", "one"),
    ]


def test_entry_that_does_not_apply_is_brought_by_a_later_overlay() -> None:
    own = KnowledgeItem(entry="a", when="not x")
    deep = KnowledgeItem(entry="b", from_depth=4)
    assert knowledge(own, deep, overlays=(brings("one", "a", "b"),)) == [("a", "one"), ("b", "one")]


def test_entry_comes_from_its_depth_on() -> None:
    deep = KnowledgeItem(entry="a", from_depth=4)
    assert [knowledge(deep, depth=depth) for depth in (3, 4, 5)] == [
        [],
        [("a", "step")],
        [("a", "step")],
    ]


def test_overlay_removes_what_came_before_it_only() -> None:
    assert knowledge("a", "b", overlays=(brings("one", "c", remove=("a", "c")),)) == [
        ("b", "step"),
        ("c", "one"),
    ]
    gone = brings("one", remove=("a",), when="unknown")
    assert knowledge("a", overlays=(gone,)) == [("a", "step")]


@examples
@given(st.lists(NAMES), st.lists(st.lists(NAMES), max_size=3))
def test_knowledge_is_the_own_then_each_overlays_without_repeats(
    own: list[str], appended: list[list[str]]
) -> None:
    overlays = tuple(brings(f"o{n}", *entries) for n, entries in enumerate(appended))
    everything = dict.fromkeys(one for entries in (own, *appended) for one in entries)
    assert [entry for entry, _ in knowledge(*own, overlays=overlays)] == list(everything)
    assert knowledge(*own, overlays=overlays * 2) == knowledge(*own, overlays=overlays)


# Switches


def switch(setting: StepSetting, *overrides: tuple[str, StepOverride]) -> Switch:
    overlays = [overlay(name, step_overrides={"tdd": one}) for name, one in overrides]
    return switch_steps({"tdd": setting}, "deep", overlays, KNOWN)["tdd"]


ON, OFF = StepSetting(enabled=True), StepSetting(enabled=False)
OPEN = StepSetting(enabled=True, conditional="if-needed")


def test_methodology_alone_gives_the_switch() -> None:
    assert switch(ON) == Switch(enabled=True, is_conditional=False, why=("`deep` switches it on",))
    assert switch(OFF) == Switch(
        enabled=False, is_conditional=False, why=("`deep` switches it off",)
    )
    assert switch(OPEN) == Switch(
        enabled=True, is_conditional=True, why=("`deep` has it where it is needed",)
    )


def test_last_overlay_wins_and_everybody_is_named() -> None:
    changed = switch(
        OFF,
        ("one", StepOverride(enabled=True, when="x")),
        ("two", StepOverride(enabled=False)),
    )
    assert changed == Switch(
        enabled=False,
        is_conditional=False,
        why=(
            "`deep` switches it off",
            "the type `one` switches it on, because `x`",
            "the type `two` switches it off",
        ),
    )


def test_overlay_that_switches_on_settles_a_conditional_step() -> None:
    assert switch(OPEN, ("one", StepOverride(enabled=True))).is_conditional is False
    assert switch(ON, ("one", StepOverride(conditional="if-needed"))).is_conditional is True
    assert switch(OPEN, ("one", StepOverride(conditional="settled"))).is_conditional is False


def test_conditional_step_that_is_off_is_not_open() -> None:
    off = switch(OFF, ("one", StepOverride(conditional="if-needed")))
    assert (off.enabled, off.is_conditional) == (False, False)


def test_override_that_does_not_apply_or_names_no_step_changes_nothing() -> None:
    for when in ("not x", "unknown"):
        assert switch(ON, ("one", StepOverride(enabled=False, when=when))) == switch(ON)
    other = overlay(step_overrides={"other": StepOverride(enabled=True)})
    assert set(switch_steps({"tdd": ON}, "deep", [other], {})) == {"tdd"}
