"""Draw the steps of a plan one below the other, with an arc per dependency."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .pipeline import State

_ROW = 24
_LEFT = 116
_WIDTH = 420
_NEAR, _FAR = 12, 96
_RADIUS = 6


def draw(
    phases: Mapping[str, tuple[State, ...]],
    titles: Mapping[str, str],
    look: Callable[[State], str],
    escape: Callable[[str], str],
) -> str:
    """Draw an SVG.

    Args:
        phases: States by phase, in pipeline order.
        titles: Titles by phase.
        look: Gives the class that colours a state.
        escape: Makes a text safe inside HTML.
    """
    rows: dict[str, int] = {}
    labels = []
    y = _ROW
    for phase, states in phases.items():
        title = escape(titles.get(phase, phase))
        labels.append(f'<text class="phase" x="{_LEFT + 16}" y="{y + 5}">{title}</text>')
        y += _ROW
        for state in states:
            rows[state.step.name] = y
            labels.append(_node(state, y, look(state), escape))
            y += _ROW
    arcs = [
        _arc(rows[name], rows[state.step.name])
        for states in phases.values()
        for state in states
        for name in state.step.dependencies
        if name in rows
    ]
    size = f'width="{_WIDTH}" height="{y}" viewBox="0 0 {_WIDTH} {y}"'
    return f'<svg {size} role="group" aria-label="Steps and their dependencies">' + (
        "".join(arcs) + "".join(labels) + "</svg>"
    )


def _node(state: State, y: int, look: str, escape: Callable[[str], str]) -> str:
    name = escape(state.step.name)
    says = f"{name}: {escape(look)}"
    return (
        f'<a class="{look}" href="#step-{name}" aria-label="{says}"><title>{says}</title>'
        f'<circle cx="{_LEFT}" cy="{y}" r="{_RADIUS}"/>'
        f'<text x="{_LEFT + 16}" y="{y + 5}">{name}</text></a>'
    )


def _arc(top: int, bottom: int) -> str:
    """Draw a bow to the left that is wider the farther it reaches."""
    reach = min(_FAR, _NEAR + (bottom - top) // 6)
    left, right = _LEFT - _RADIUS - reach, _LEFT - _RADIUS
    return f'<path class="edge" d="M{right} {top}C{left} {top} {left} {bottom} {right} {bottom}"/>'
