"""Conditions follow Kleene's logic: what is not known makes nothing true or false by itself."""

from __future__ import annotations

from typing import Any

import pytest
from factories import examples
from hypothesis import given
from hypothesis import strategies as st
from milepost.conditions import (
    Comparison,
    ConditionError,
    comparisons_in,
    evaluate,
    names_in,
)

NAMES = ("a", "b", "c")
LEAVES = ("a", "b", "c", "a == b", "c in [1, true]", "true", "false", "a != c")


def expressions() -> st.SearchStrategy[str]:
    return st.recursive(
        st.sampled_from(LEAVES),
        lambda inner: st.one_of(
            inner.map(lambda one: f"(not ({one}))"),
            st.builds("(({}) and ({}))".format, inner, inner),
            st.builds("(({}) or ({}))".format, inner, inner),
        ),
        max_leaves=8,
    )


def knowledge() -> st.SearchStrategy[dict[str, bool]]:
    return st.dictionaries(st.sampled_from(NAMES), st.booleans())


@examples
@given(expressions(), knowledge(), knowledge())
def test_what_is_settled_with_less_known_stays_so_with_more(
    expression: str, known: dict[str, bool], more: dict[str, bool]
) -> None:
    settled = evaluate(expression, known)
    if settled is not None:
        assert evaluate(expression, {**more, **known}) is settled


@examples
@given(expressions(), knowledge())
def test_everything_known_settles_every_expression(expression: str, known: dict[str, bool]) -> None:
    everything = {**dict.fromkeys(NAMES, False), **known}
    assert evaluate(expression, everything) in (True, False)


@examples
@given(expressions(), expressions(), knowledge())
def test_de_morgans_laws_hold_with_unknown_answers(
    left: str, right: str, known: dict[str, bool]
) -> None:
    assert evaluate(f"not (({left}) and ({right}))", known) is evaluate(
        f"not ({left}) or not ({right})", known
    )
    assert evaluate(f"not (({left}) or ({right}))", known) is evaluate(
        f"not ({left}) and not ({right})", known
    )


@examples
@given(expressions(), expressions(), knowledge())
def test_order_of_the_sides_does_not_matter(left: str, right: str, known: dict[str, bool]) -> None:
    for word in ("and", "or"):
        assert evaluate(f"({left}) {word} ({right})", known) is evaluate(
            f"({right}) {word} ({left})", known
        )


@pytest.mark.parametrize(
    ("expression", "known", "truth"),
    [
        ("a and b", {"a": False}, False),
        ("b and a", {"a": False}, False),
        ("a and b", {"a": True}, None),
        ("a or b", {"b": True}, True),
        ("a or b", {"b": False}, None),
        ("not a", {}, None),
        ("a == 'x'", {}, None),
        ("'x' in a", {"a": ["x", "y"]}, True),
        ("'z' not in a", {"a": ["x"]}, True),
        ("a == []", {"a": []}, True),
        ("a != []", {"a": []}, False),
        ("a", {"a": []}, False),
        ("a", {"a": ["x"]}, True),
        ("a | length > 1", {"a": ["x", "y"]}, True),
        ("a[0] == 'x'", {"a": ["x"]}, True),
        ("a == b", {"a": "x"}, None),
        ("'x' if a else b", {"a": True, "b": ""}, True),
        ("1 < a <= 3", {"a": 3}, True),
        ("a is defined", {}, None),
    ],
)
def test_expression_is_true_false_or_unknown(
    expression: str, known: dict[str, Any], truth: bool | None
) -> None:
    assert evaluate(expression, known) is truth


@pytest.mark.parametrize(
    ("expression", "what"),
    [
        ("a ==", "`a ==` is no expression: unexpected 'end of template'"),
        ("a b", "`a b` goes on after the expression ends"),
        ("a = 1", "`a = 1` goes on after the expression ends"),
        ("", "`` is no expression: unexpected 'end of template'"),
        ("range(9)", "`range(9)` calls something, which conditions may not"),
        ("a.pop()", "`a.pop()` calls something, which conditions may not"),
    ],
)
def test_text_that_is_no_expression_is_refused(expression: str, what: str) -> None:
    for read in (names_in, comparisons_in, lambda text: evaluate(text, {"a": []})):
        with pytest.raises(ConditionError) as caught:
            read(expression)
        assert caught.value.what == what
        assert str(caught.value) == (
            f"a condition: {what}\n  fix: write a Jinja expression over the answers"
        )


@pytest.mark.parametrize(
    "expression",
    ["a < 'x'", "a.__class__.__mro__", "a['b']", "a | nonsense", "a is nonsense", "a[7]"],
)
def test_expression_that_compares_what_cannot_be_compared_names_itself(expression: str) -> None:
    with pytest.raises(ConditionError) as caught:
        evaluate(expression, {"a": 1})
    assert caught.value.what == f"`{expression}` compares what cannot be compared"


def test_evaluation_leaves_the_answers_as_they_were() -> None:
    known = {"a": ["x"], "b": True}
    evaluate("'x' in a and b and (a + ['y'])", known)
    assert known == {"a": ["x"], "b": True}


def test_names_are_sorted_and_without_repeats() -> None:
    assert names_in("b and 'x' in a or not b and c.d == true") == ("a", "b", "c")


@pytest.mark.parametrize(
    ("expression", "comparisons"),
    [
        ("'x' in a", [Comparison("a", "x")]),
        ("a == 'x' or 'y' != a", [Comparison("a", "x"), Comparison("a", "y")]),
        ("a in ['x', 'y']", [Comparison("a", "x"), Comparison("a", "y")]),
        ("a in ('x', 3)", [Comparison("a", "x"), Comparison("a", 3)]),
        ("1 < a < 3", [Comparison("a", 1), Comparison("a", 3)]),
        ("a == [] or b", []),
    ],
)
def test_comparisons_with_constants_are_listed(
    expression: str, comparisons: list[Comparison]
) -> None:
    assert list(comparisons_in(expression)) == comparisons
