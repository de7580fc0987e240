"""Write documents that keep the rules of any artifact."""

from __future__ import annotations

import re
from typing import Any

from sample import JSON


class Writer:
    """Writes each artifact with one item of each kind, which names all left of it."""

    def __init__(self, rules: JSON) -> None:
        self._patterns = {row["id"]: row["pattern"] for row in rules["ids"]}
        self._left: dict[str, list[str]] = {}
        for link in rules["thread"]:
            for kind in link["to"]:
                self._left.setdefault(kind, []).extend(link["from"])

    def write(self, artifact: JSON) -> str:
        if artifact["path"].endswith(".json"):
            return "{}\n"
        parts = [f"# {artifact['path']}", "Status: draft"]
        parts += [self._section(artifact, heading) for heading in artifact["headings"]]
        parts += [self._table(artifact, tuple(header)) for header in artifact["tables"]]
        return "\n\n".join(parts) + "\n"

    def _section(self, artifact: JSON, heading: JSON) -> str:
        parts = [f"## {heading['title']}", "Some sentence."]
        if heading["table"]:
            parts.append(self._table(artifact, tuple(heading["table"])))
        if heading["each"]:
            parts.append(self._item(artifact, heading["each"]))
        return "\n\n".join(parts)

    def _item(self, artifact: JSON, each: JSON) -> str:
        labels = [f"**{part}**\n{self._named(each['id'])}" for part in each["parts"]]
        table = self._table(artifact, tuple(each["table"])) if each["table"] else ""
        return "\n\n".join([f"### {self._example(each['id'])} Title", *labels, table])

    def _table(self, artifact: JSON, header: tuple[str, ...]) -> str:
        kind = header[0]
        first = self._example(kind) if kind in self._patterns else "some"
        is_item = any(h["each"] and h["each"]["id"] == kind for h in artifact["headings"])
        if is_item or (kind in self._patterns and kind not in artifact["defines"]):
            first = f"[{first}](#x)"
        if kind == "ID":
            series = next(d for d in artifact["defines"] if "-" in d)
            first = f"{series}-01"
        cells = [first, *(["Must" if c == "Priority" else self._named(kind) for c in header[1:]])]
        rule = "|".join("---" for _ in header)
        return f"| {' | '.join(header)} |\n|{rule}|\n| {' | '.join(cells)} |"

    def _named(self, kind: str) -> str:
        return ", ".join(map(self._example, self._left.get(kind, []))) or "text"

    def _example(self, kind: str) -> str:
        text: Any = self._patterns[kind]
        text = re.sub(r"\[0-9\]\{1,2\}", "1", text)
        text = re.sub(r"\[0-9\]\{(\d)\}", lambda m: "1".zfill(int(m[1])), text)
        text = re.sub(r"\(\?:[^)]*\)\*", "", text)
        return re.sub(r"\[a-z0-9\]\+|\[a-z\]\+", "core", text).replace("\\", "")
