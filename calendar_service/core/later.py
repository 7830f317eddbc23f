"""A sequence that is made when somebody first looks at it."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TypeVar, overload

_T = TypeVar("_T")


class Later(Sequence[_T]):
    """What *make* returns, made once, at the first look; equal to a tuple of the same items."""

    def __init__(self, make: Callable[[], tuple[_T, ...]]) -> None:
        self._make = make

    @cached_property
    def _items(self) -> tuple[_T, ...]:
        return self._make()

    @overload
    def __getitem__(self, index: int) -> _T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[_T]: ...
    def __getitem__(self, index: int | slice) -> _T | Sequence[_T]:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[_T]:
        return iter(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._items == tuple(other)

    def __hash__(self) -> int:
        return hash(self._items)
