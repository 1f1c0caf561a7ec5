"""Rows that cover every pair of values: few enough to try, where all combinations would be far too many.

Most faults need one value of one axis, or two of two axes, and no more ("Software Fault Interactions", Kuhn, Wallace and Gallo,
IEEE Transactions on Software Engineering, 2004). The same axes always give the same rows, in the same order.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

Value = tuple[int, int]
"""One value of one axis, by their numbers."""


@dataclass(frozen=True)
class Rule:
    """What is allowed together. It is asked once a row has a value for each of the axes that it is about."""

    axes: tuple[str, ...]
    allows: Callable[..., bool]


class Axes:
    """The values of every axis, with the rules about them."""

    def __init__(self, values: Mapping[str, Iterable[str]], rules: Iterable[Rule]) -> None:
        self.names = list(values)
        self.words = [list(words) for words in values.values()]
        number = {name: index for index, name in enumerate(self.names)}
        self._rules: list[list[tuple[tuple[int, ...], Callable[..., bool]]]] = [[] for _ in self.names]
        for rule in rules:
            about = tuple(number[name] for name in rule.axes)
            for axis in about:
                self._rules[axis].append((about, rule.allows))

    def values(self) -> list[Value]:
        """Lists every value of every axis."""
        return [(axis, value) for axis, words in enumerate(self.words) for value in range(len(words))]

    def allows(self, row: dict[int, int], axis: int) -> bool:
        """Whether the rules allow what a row has for an axis, with what it has for the others."""
        return all(allows(*(self.words[other][row[other]] for other in about))
                   for about, allows in self._rules[axis] if all(other in row for other in about))

    def completed(self, given: dict[int, int], worth: Callable[[dict[int, int], Value], tuple[int, ...]]) -> dict[int, int] | None:
        """Completes a row: for each axis the value that is worth most of those that leave every other axis one.

        Gives nothing where the rules allow no row with the values that are given.
        """
        row: dict[int, int] = {}
        self._tries = 0
        for axis, value in given.items():
            row[axis] = value
            if not self.allows(row, axis):
                return None
        return self._extended(row, worth)

    def words_of(self, row: dict[int, int]) -> dict[str, str]:
        """Gives a row by its words, in the order of the axes."""
        return {name: self.words[axis][row[axis]] for axis, name in enumerate(self.names) if axis in row}

    def _extended(self, row: dict[int, int], worth: Callable[[dict[int, int], Value], tuple[int, ...]]) -> dict[int, int] | None:
        self._tries += 1
        if self._tries > 10_000:
            raise RuntimeError(f"no row found, and none ruled out, with {self.words_of(row)}: take rules apart or reorder them")
        open_axes = [axis for axis in range(len(self.names)) if axis not in row]
        if not open_axes:
            return row
        possible = {axis: self._possible(row, axis) for axis in open_axes}
        # First the axis that most rules tie to what the row has already: values that exclude each other are then found out before
        # those that have nothing to do with it are tried.
        ties = {axis: sum(other in row for about, _ in self._rules[axis] for other in about) for axis in open_axes}
        axis = min(open_axes, key=lambda it: (bool(possible[it]), -ties[it], len(possible[it]), it))
        for value in sorted(possible[axis], key=lambda value: worth(row, (axis, value)), reverse=True):
            if (found := self._extended({**row, axis: value}, worth)) is not None:
                return found
        return None

    def _possible(self, row: dict[int, int], axis: int) -> list[int]:
        return [value for value in range(len(self.words[axis])) if self.allows({**row, axis: value}, axis)]


def covering(axes: Axes) -> list[dict[int, int]]:
    """Makes rows that have every pair of values that the rules allow."""
    values = axes.values()
    missing = {pair: None for pair in combinations(values, 2) if pair[0][0] != pair[1][0]}
    used: Counter[Value] = Counter()
    rows = []

    def worth(row: dict[int, int], value: Value) -> tuple[int, ...]:
        new = sum(_pair(value, other) in missing for other in row.items())
        return (new, -used[value], -value[1])

    while missing:
        row = axes.completed(dict(next(iter(missing))), worth)
        if row is None:
            missing.pop(next(iter(missing)))  # the rules exclude each other's values
            continue
        rows.append(row)
        used.update(row.items())
        for pair in combinations(sorted(row.items()), 2):
            missing.pop(pair, None)
    return rows


def sample(rows: list[dict[int, int]], size: int) -> list[int]:
    """Chooses rows by their numbers: as many as it takes to have every value that any row has, and then others evenly from all,
    until there are `size`."""
    missing = {value for row in rows for value in row.items()}
    chosen: set[int] = set()
    while missing:
        best = max(range(len(rows)), key=lambda number: (len(missing & rows[number].items()), -number))
        chosen.add(best)
        missing -= rows[best].items()
    others = [number for number in range(len(rows)) if number not in chosen]
    more = min(max(size - len(chosen), 0), len(others))
    return sorted(chosen.union(others[index * len(others) // more] for index in range(more)))


def _pair(one: Value, other: Value) -> tuple[Value, Value]:
    return (one, other) if one < other else (other, one)
