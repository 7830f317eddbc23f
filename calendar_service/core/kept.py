"""Results that follow from a registry, kept until another takes its place."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])

_FORGET: list[Callable[[], None]] = []


def kept(most: int) -> Callable[[F], F]:
    """Return a decorator that keeps the *most* results of a function used last.

    Its arguments may hold a registry or its events, which forget() lets go.
    """

    def keep(function: F) -> F:
        keeping = lru_cache(maxsize=most)(function)
        _FORGET.append(keeping.cache_clear)
        return keeping  # type: ignore[return-value]

    return keep


def forget() -> None:
    """Let go of all kept results, so that a registry that was replaced leaves the memory."""
    for clear in _FORGET:
        clear()
