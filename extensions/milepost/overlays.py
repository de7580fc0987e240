"""Apply what project types change, and remember who changed what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

from .conditions import evaluate
from .models import Input, KnowledgeItem, Overlay, StepSetting


class _Conditional(Protocol):
    @property
    def when(self) -> str | None: ...


T = TypeVar("T")
C = TypeVar("C", bound=_Conditional)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """Whether a step is on, whether that is open, and everybody who had a say."""

    enabled: bool
    is_conditional: bool
    why: tuple[str, ...]

    def changed(self, why: str, *, enabled: bool, is_conditional: bool) -> Switch:
        """Give the switch after one more change."""
        return Switch(enabled=enabled, is_conditional=is_conditional, why=(*self.why, why))


class Brought(NamedTuple):
    """An item of knowledge and who brought it: `step` or a project type."""

    item: KnowledgeItem
    by: str


def applies(when: str | None, known: Mapping[str, Any]) -> bool:
    """Tell whether an override or an item holds; an unknown condition does not."""
    return when is None or evaluate(when, known) is True


def switch_steps(
    settings: Mapping[str, StepSetting],
    methodology: str,
    overlays: Iterable[Overlay],
    known: Mapping[str, Any],
) -> dict[str, Switch]:
    """Apply the overlays' `step-overrides`, in their order, to a methodology."""
    switches = {
        name: Switch(
            enabled=setting.enabled,
            is_conditional=setting.enabled and setting.conditional is not None,
            why=(_methodology_why(methodology, setting),),
        )
        for name, setting in settings.items()
    }
    for overlay in overlays:
        for name, override in overlay.step_overrides.items():
            if name not in switches or not applies(override.when, known):
                continue
            before = switches[name]
            enabled = before.enabled if override.enabled is None else override.enabled
            is_conditional = before.is_conditional
            if override.conditional is not None:
                is_conditional = override.conditional == "if-needed"
            elif override.enabled is not None:
                is_conditional = False
            why = f"the type `{overlay.name}` {_verb(enabled, is_conditional)}"
            if override.when:
                why += f", because `{override.when}`"
            switches[name] = before.changed(
                why, enabled=enabled, is_conditional=enabled and is_conditional
            )
    return switches


def bring_knowledge(
    step: str,
    own: Sequence[KnowledgeItem],
    overlays: Iterable[Overlay],
    known: Mapping[str, Any],
    depth: int,
) -> tuple[Brought, ...]:
    """List a step's entries: its own, then what each overlay appends, without repeats.

    Returns:
        Items in force, keeping the first of repeats.
    """
    brought = [Brought(item, "step") for item in own]
    in_force = _in_force(overlays, lambda overlay: overlay.knowledge_overrides, step, known)
    for project_type, override in in_force:
        brought = [one for one in brought if one.item.entry not in override.remove]
        brought += [Brought(item, project_type) for item in override.append]
    shown = (
        one for one in brought if one.item.from_depth <= depth and applies(one.item.when, known)
    )
    return _first_of_each(shown, lambda one: one.item.entry)


def bring_inputs(
    step: str, own: Sequence[Input], overlays: Iterable[Overlay], known: Mapping[str, Any]
) -> tuple[Input, ...]:
    """List a step's inputs: replaced in place, then appended, without repeats of a path."""
    inputs = list(own)
    in_force = _in_force(overlays, lambda overlay: overlay.input_overrides, step, known)
    for _, override in in_force:
        inputs = [_replacement(one, override.replace, one.path, known) for one in inputs]
        inputs += override.append
    read = (one for one in inputs if applies(one.when, known))
    return _first_of_each(read, lambda one: one.path)


def bring_dependencies(
    step: str, own: Sequence[str], overlays: Iterable[Overlay], known: Mapping[str, Any]
) -> tuple[str, ...]:
    """List a step's dependencies: replaced in place, then appended, without repeats."""
    names = list(own)
    in_force = _in_force(overlays, lambda overlay: overlay.dependency_overrides, step, known)
    for _, override in in_force:
        replaced = {
            old: item.step for old, item in override.replace.items() if applies(item.when, known)
        }
        names = [replaced.get(name, name) for name in names]
        names += [item.step for item in override.append if applies(item.when, known)]
    return tuple(dict.fromkeys(names))


def _in_force(
    overlays: Iterable[Overlay],
    overrides_of: Callable[[Overlay], Mapping[str, C]],
    step: str,
    known: Mapping[str, Any],
) -> Iterator[tuple[str, C]]:
    """Give the overrides of one step that hold, each with its project type."""
    for overlay in overlays:
        override = overrides_of(overlay).get(step)
        if override is not None and applies(override.when, known):
            yield overlay.name, override


def _replacement(item: C, by_key: Mapping[str, C], key: str, known: Mapping[str, Any]) -> C:
    other = by_key.get(key)
    return other if other is not None and applies(other.when, known) else item


def _first_of_each(items: Iterable[T], key: Any) -> tuple[T, ...]:
    found: dict[Any, T] = {}
    for item in items:
        found.setdefault(key(item), item)
    return tuple(found.values())


def _methodology_why(methodology: str, setting: StepSetting) -> str:
    return f"`{methodology}` {_verb(setting.enabled, setting.conditional is not None)}"


def _verb(enabled: bool, is_conditional: bool) -> str:
    if not enabled:
        return "switches it off"
    return "has it where it is needed" if is_conditional else "switches it on"
