"""Turn the state of a project into one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .coverage import Coverage
from .diagram import draw
from .errors import Problem
from .pipeline import COMPLETED, READY, STARTED, State, by_phase, percent
from .plan import Plan
from .records import Frozen
from .report import counted
from .style import STYLE

_SHOWN_READY = 5
_LEGEND = ("completed", "started", "ready", "blocked", "skipped", "attention", "unreadable")


class Content(Frozen):
    """Everything that the page shows; `linked` is the size of linked entries in tokens."""

    plan: Plan
    states: tuple[State, ...]
    coverage: tuple[Coverage, ...]
    problems: tuple[Problem, ...]
    linked: int
    made: str


def escape(text: str) -> str:
    """Make a text safe inside HTML."""
    for mark, name in (("&", "amp"), ("<", "lt"), (">", "gt"), ('"', "quot")):
        text = text.replace(mark, f"&{name};")
    return text


def build_page(content: Content) -> str:
    """Write the page."""
    name = escape(content.plan.name)
    shown = [(anchor, title, body) for anchor, title, body in _parts(content) if body]
    links = "".join(f'<a href="#{anchor}">{title}</a>' for anchor, title, _ in shown)
    sections = "\n".join(
        f'<section id="{anchor}" aria-labelledby="{anchor}-title">'
        f'<h2 id="{anchor}-title">{title}</h2>\n{body}\n</section>'
        for anchor, title, body in shown
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name}: {percent(content.states)} %</title>
<style>
{STYLE}</style>
</head>
<body>
<a class="skip-link" href="#main">Skip to content</a>
<header>
<h1>{name}</h1>
<p class="soft">{escape(content.plan.idea)}</p>
{_bar(percent(content.states))}
<nav aria-label="Sections">{links}</nav>
</header>
<main id="main">
{sections}
</main>
<footer><p class="soft">Methodology {escape(content.plan.methodology)}, template
{escape(content.plan.version)}, {escape(content.made)}</p></footer>
</body>
</html>
"""


def _parts(content: Content) -> tuple[tuple[str, str, str], ...]:
    """Give anchor, title and body of each section; a body may be empty."""
    return (
        ("next", "Next", _next(content.states)),
        ("attention", "Needs attention", _attention(content)),
        ("phases", "Phases", _phases(content)),
        ("graph", "Graph", _graph(content)),
        ("coverage", "Requirements", _coverage(content.coverage)),
        ("sizes", "Sizes", _sizes(content)),
    )


def _bar(share: int) -> str:
    return (
        f"<p>{share} % done</p>"
        f'<div class="bar" role="progressbar" aria-label="Progress" aria-valuenow="{share}" '
        f'aria-valuemin="0" aria-valuemax="100"><div style="width: {share}%"></div></div>'
    )


def look(state: State) -> str:
    """Name the class that a state is shown with."""
    return "attention" if state.stale or state.outdated else state.status


def _badge(name: str) -> str:
    return f'<span class="state {name}">{name}</span>'


def _next(states: Iterable[State]) -> str:
    counted_ones = [state for state in states if not state.step.stateless]
    working = [state for state in counted_ones if state.status == STARTED]
    ready = [state for state in counted_ones if state.status == READY]
    cards = "".join(_card(state) for state in [*working, *ready[:_SHOWN_READY]])
    more = len(ready) - _SHOWN_READY
    if not cards:
        return "<p>Nothing is waiting to be done.</p>"
    rest = f"<p>and {more} more that are ready</p>" if more > 0 else ""
    return f'<div class="cards">{cards}</div>{rest}'


def _card(state: State) -> str:
    step = state.step
    verb = "complete" if state.status == STARTED else "start"
    only = f"<p>Only if: {escape(step.applies_when)}</p>" if step.conditional else ""
    return (
        f'<div class="card"><h3><a href="#step-{escape(step.name)}">{escape(step.title)}</a> '
        f"{_badge(state.status)}</h3><p>{escape(step.description)}</p>{only}"
        f"<p>Follow <code>{escape(step.path)}</code></p>"
        f"<p><code>python3 .milepost {verb} {escape(step.name)}</code></p></div>"
    )


def _attention(content: Content) -> str:
    rows = [
        f'<li><a href="#step-{escape(s.step.name)}">{escape(s.step.name)}</a> '
        f"{_badge('attention')} {escape('; '.join(_reasons(s)))}</li>"
        for s in content.states
        if s.stale or s.outdated
    ]
    rows += [
        f"<li>{_badge('unreadable')} <code>{escape(p.where)}</code> {escape(p.what)}; "
        f"{escape(p.fix)}</li>"
        for p in content.problems
    ]
    return f"<ul>{''.join(rows)}</ul>" if rows else ""


def _reasons(state: State) -> tuple[str, ...]:
    stale = tuple(f"stale, {what}" for what in state.stale)
    return (*stale, f"outdated, {state.outdated}") if state.outdated else stale


def _titles(plan: Plan) -> Mapping[str, str]:
    return {phase.name: phase.title for phase in plan.phases}


def _phases(content: Content) -> str:
    titles = _titles(content.plan)
    return "\n".join(
        _phase(titles.get(name, name), states)
        for name, states in by_phase(content.plan, content.states).items()
    )


def _phase(title: str, states: tuple[State, ...]) -> str:
    steps = [state for state in states if not state.step.stateless]
    done = sum(state.is_done for state in steps)
    share = f"{done} of {len(steps)}" if steps else "any time"
    is_open = " open" if any(s.status in (STARTED, READY) for s in steps) else ""
    rows = "".join(map(_row, states))
    return (
        f"<details{is_open}><summary><b>{escape(title)}</b> <span>{share}</span></summary>"
        f"<ul>{rows}</ul></details>"
    )


def _row(state: State) -> str:
    step = state.step
    waits = f" waits for {', '.join(state.waiting_for)}" if state.waiting_for else ""
    skip = state.record.skipped if state.record else None
    why = f" because {skip.reason}" if skip else ""
    note = escape("; ".join(_reasons(state)) + (waits if not state.is_done else "") + why)
    return (
        f'<li id="step-{escape(step.name)}">{_badge(look(state))} <b>{escape(step.name)}</b> '
        f'{escape(step.title)} <span class="soft">depth {step.depth}, '
        f"{step.tokens:,} tokens{'. ' if note else ''}{note}</span></li>"
    )


def _graph(content: Content) -> str:
    titles = _titles(content.plan)
    legend = "".join(_badge(name) for name in _LEGEND)
    svg = draw(by_phase(content.plan, content.states), titles, look, escape)
    return (
        f'<div class="legend">{legend}</div>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="Graph">{svg}</div>'
    )


def _coverage(links: Iterable[Coverage]) -> str:
    rows = "".join(
        f"<tr><td>{escape(', '.join(link.left))} &rarr; {escape(', '.join(link.right))}</td>"
        f'<td class="number">{link.total - len(link.uncovered)} of {link.total}</td>'
        f"<td>{_open_ones(link)}</td></tr>"
        for link in links
        if link.total
    )
    head = '<tr><th>Musts</th><th class="number">taken up</th><th>not yet</th></tr>'
    return f'<div class="scroll" tabindex="0"><table>{head}{rows}</table></div>' if rows else ""


def _open_ones(link: Coverage) -> str:
    names = escape(", ".join(link.uncovered))
    return names if link.is_due or not names else f'<span class="soft">{names}</span>'


def _sizes(content: Content) -> str:
    rows = "".join(
        f'<tr><td><a href="#step-{escape(s.step.name)}">{escape(s.step.name)}</a></td>'
        f'<td class="number">{s.step.depth}</td><td class="number">{s.step.tokens:,}</td></tr>'
        for s in sorted(content.states, key=lambda s: -s.step.tokens)
    )
    total = sum(state.step.tokens for state in content.states)
    left = sum(s.step.tokens for s in content.states if s.status != COMPLETED)
    steps = counted(len(content.states), "step")
    return (
        f"<p>{steps}, about {total:,} tokens in step files and {content.linked:,} in linked "
        f"knowledge; about {left:,} are not completed yet.</p>"
        "<details><summary><b>Every step, largest first</b></summary>"
        '<table><tr><th>Step</th><th class="number">Depth</th>'
        f'<th class="number">Tokens</th></tr>{rows}</table></details>'
    )
