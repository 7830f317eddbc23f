"""Sequences whose items are made when somebody first looks at them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar, overload

if TYPE_CHECKING:
    from calendar_service.core.model import Event

_T = TypeVar("_T")


class Later(Sequence[_T]):
    """As many items as *size* says, each what *make* returns for its place, made once."""

    def __init__(self, size: int, make: Callable[[int], _T]) -> None:
        self._size = size
        self._make = make
        self._made: dict[int, _T] = {}

    @overload
    def __getitem__(self, index: int) -> _T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[_T]: ...
    def __getitem__(self, index: int | slice) -> _T | Sequence[_T]:
        if isinstance(index, slice):
            return [self._item(place) for place in range(self._size)[index]]
        return self._item(range(self._size)[index])

    @property
    def is_made(self) -> bool:
        """Whether every item has been looked at."""
        return len(self._made) == self._size

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[_T]:
        return map(self._item, range(self._size))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def _item(self, place: int) -> _T:
        if place not in self._made:
            # Two threads may both make it; both then go on with the same one.
            return self._made.setdefault(place, self._make(place))
        return self._made[place]


class LaterEvents(Later["Event"]):
    """Events of which it is known in which months they may start, before they are made.

    Attributes:
        months: The places of the events that may start in January, in February and so on.
    """

    def __init__(
        self, months: Sequence[Sequence[int]], size: int, make: Callable[[int], "Event"]
    ) -> None:
        super().__init__(size, make)
        self.months = months

    def starting_in(self, months: Iterable[int]) -> list["Event"]:
        """Return the events that may start in one of *months*, 1 to 12, in their order."""
        places = {place for month in months for place in self.months[month - 1]}
        return [self._item(place) for place in sorted(places)]
