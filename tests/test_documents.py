"""Files become data and lines, or one message per mistake."""

from __future__ import annotations

from pathlib import Path

import pytest
from milepost.documents import (
    files_below,
    list_names,
    parse_yaml,
    read_bytes,
    read_markdown,
    read_yaml,
    split_document,
)
from milepost.errors import ContentError, Problem


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ContentError) as caught:
        split_document(text, "a.md")
    return caught.value.problems


def yaml_problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ContentError) as caught:
        parse_yaml(text, "a.yml")
    return caught.value.problems


def test_document_parts_into_front_matter_and_body_with_their_lines() -> None:
    document = split_document("---\nname: a\nlist:\n  - b\n---\n\n## One\n\ntext\n\n", "a.md")
    assert document.front.data == {"name": "a", "list": ["b"]}
    assert document.front.where(("name",)) == "a.md:2"
    assert document.front.where(("list", 0)) == "a.md:4"
    assert (document.body, document.body_line) == ("## One\n\ntext\n", 7)


def test_place_that_is_not_there_has_the_line_of_the_closest_one_around_it() -> None:
    document = parse_yaml("a: 1\nb:\n  c: 2\n", "a.yml")
    assert document.where(("b", "c", "d")) == "a.yml:3"
    assert document.where(("nothing",)) == "a.yml:1"


def test_blank_line_after_the_opening_line_does_not_shift_lines() -> None:
    document = split_document("---\n\n\nname: a\n---\n## One\n", "a.md")
    assert document.front.where(("name",)) == "a.md:4"
    assert document.body_line == 6


def test_rule_in_the_body_stays_in_the_body() -> None:
    document = split_document("---\nname: a\n---\none\n\n---\n\ntwo\n", "a.md")
    assert document.body == "one\n\n---\n\ntwo\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "## One\n",
            ("a.md:1", "the front matter is missing", "start the file with a line `---`"),
        ),
        (
            "---\nname: a\n\n## One\n",
            ("a.md:1", "the front matter is not closed", "end the front matter with a line `---`"),
        ),
        (
            "---\n- a\n---\n",
            ("a.md:2", "the front matter is no mapping", "write it as `key: value` lines"),
        ),
        (
            "---\n---\n",
            ("a.md:2", "the front matter is no mapping", "write it as `key: value` lines"),
        ),
        (
            "---\nname: a\nlist: [b\n---\n",
            (
                "a.md:4",
                "this is no YAML: did not find expected ',' or ']'",
                "check quotes, colons and indentation",
            ),
        ),
        (
            "---\nname: a\ntitle: b\nname: c\n---\n",
            ("a.md:4", "the key `name` stands twice", "remove one of them"),
        ),
    ],
    ids=["missing", "unclosed", "list", "empty", "no-yaml", "duplicate"],
)
def test_wrong_front_matter_is_refused_with_its_line(
    text: str, problem: tuple[str, str, str]
) -> None:
    assert problems_of(text) == (Problem(*problem),)


def test_all_duplicate_keys_are_reported_at_once() -> None:
    assert yaml_problems("a: 1\na: 2\nb: {c: 1, c: 2}\n") == (
        Problem("a.yml:2", "the key `a` stands twice", "remove one of them"),
        Problem("a.yml:3", "the key `c` stands twice", "remove one of them"),
    )


@pytest.mark.parametrize(
    "value",
    ["!!bool maybe", '!!int ""', "!!timestamp soon", "!!python/name:os.system", "2026-13-45"],
)
def test_value_that_is_not_what_its_tag_says_is_refused(value: str) -> None:
    assert yaml_problems(f"a: 1\nb: {value}\n") == (
        Problem("a.yml:2", "this value is not understood", "write a plain value, or quote it"),
    )


@pytest.mark.parametrize("text", ["a: &x 1\nb: *x\n", "a: 1\nb: &x [*x]\n", "a: &x {}\nb: *x\n"])
def test_alias_is_refused_even_when_it_holds_itself(text: str) -> None:
    (problem,) = yaml_problems(text)
    assert problem == Problem("a.yml:2", "this value is an alias of another", "write it out")


@pytest.mark.parametrize("key", ["2026-01-02", "1.5", "null"])
def test_key_that_is_no_name_is_refused(key: str) -> None:
    (problem,) = yaml_problems(f"a: 1\n{key}: 2\n")
    assert (problem.where, problem.fix) == ("a.yml:2", "quote it, or rename it")


def test_control_character_is_no_yaml() -> None:
    (problem,) = yaml_problems("a: \x01\n")
    assert problem.where == "a.yml:1"
    assert problem.what.startswith("this is no YAML: ")


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (
            b"\xef\xbb\xbfa: 1\n",
            ("a.yml:1", "the file starts with a byte-order mark", "save it as plain UTF-8"),
        ),
        (
            b"a: 1\nb: 2\r\n",
            ("a.yml:2", "the file has carriage returns", "save it with LF line ends"),
        ),
        (b"a: 1\n\nb: \xff\n", ("a.yml:3", "this is not UTF-8", "save the file as UTF-8")),
    ],
    ids=["byte-order-mark", "carriage-return", "not-utf-8"],
)
def test_wrong_bytes_are_refused_with_their_line(
    tmp_path: Path, raw: bytes, problem: tuple[str, str, str]
) -> None:
    (tmp_path / "a.yml").write_bytes(raw)
    with pytest.raises(ContentError) as caught:
        read_yaml(tmp_path, "a.yml")
    assert caught.value.problems == (Problem(*problem),)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        read_markdown(tmp_path, "a.md")
    assert caught.value.problems == (
        Problem("a.md:1", "the file cannot be read", "add it, or mend its name"),
    )


def test_names_and_files_are_sorted_and_missing_folders_are_empty(tmp_path: Path) -> None:
    for name in ("b/z.md", "b/a.md", "a.md", "c/d/e.md"):
        (tmp_path / "x" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "x" / name).write_text("", "utf-8")
    assert list_names(tmp_path / "x") == ("a.md", "b", "c")
    assert list_names(tmp_path / "x" / "a.md") == list_names(tmp_path / "none") == ()
    assert list(files_below(tmp_path, "x")) == ["x/a.md", "x/b/a.md", "x/b/z.md", "x/c/d/e.md"]


def test_bytes_come_from_plain_files_within_the_limit_only(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(b"1234")
    (tmp_path / "link").symlink_to(plain)
    assert read_bytes(plain) == read_bytes(plain, limit=4) == b"1234"
    assert read_bytes(plain, limit=3) is None
    assert read_bytes(tmp_path / "link") is None
    assert read_bytes(tmp_path) is None
    assert read_bytes(tmp_path / "none") is None


def test_error_shows_each_problem_on_two_lines() -> None:
    error = ContentError([Problem("a.md:1", "it is wrong", "mend it"), Problem("b", "so", "do")])
    assert str(error) == "a.md:1: it is wrong\n  fix: mend it\nb: so\n  fix: do"
