"""What a check found: a line for every item, and the counts that `run` adds up."""
from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


class Failure(Exception):
    """Says why an item fails; the text is all that a reader needs."""


class Skipped(Exception):
    """Says why an item was not looked at, and what would make it possible."""


class Outcomes:
    """Collects the items of one check."""

    def __init__(self, check: str) -> None:
        self.check = check
        self.passed = self.failed = self.skipped = 0
        self._started = time.monotonic()

    @contextmanager
    def item(self, what: str) -> Iterator[None]:
        """Runs the block as one item: it passes unless the block raises. The other items go on either way."""
        try:
            yield
        except Skipped as reason:
            self.skip(what, str(reason))
        except Failure as reason:
            self.fail(what, str(reason))
        except Exception as problem:  # a tool that breaks down must not hide what the other items have to say
            where = "".join(traceback.format_tb(problem.__traceback__)[-2:])
            self.fail(what, f"{type(problem).__name__}: {problem}\n{where}")
        else:
            self.passed += 1
            print(f"ok    {what}", flush=True)

    def fail(self, what: str, why: str) -> None:
        """Records an item that failed."""
        self.failed += 1
        print(f"FAIL  {what}: {_indented(why)}", flush=True)

    def skip(self, what: str, why: str) -> None:
        """Records an item that was not looked at."""
        self.skipped += 1
        print(f"SKIP  {what}: {_indented(why)}", flush=True)

    def add(self, counts: tuple[int, int, int]) -> None:
        """Adds items that another process counted: passed, failed, skipped."""
        passed, failed, skipped = counts
        self.passed, self.failed, self.skipped = self.passed + passed, self.failed + failed, self.skipped + skipped

    def finish(self) -> None:
        """Prints the counts, hands them to `run`, and ends the program with 1 if an item failed."""
        print(f"      {self.check}: {self.passed} ok, {self.failed} failed, {self.skipped} skipped, "
              f"{time.monotonic() - self._started:.1f} s", flush=True)
        if tally := os.environ.get("PODNET_CONFORMANCE_TALLY"):
            with open(tally, "a", encoding="utf-8") as file:
                file.write(f"{self.passed} {self.failed} {self.skipped}\n")
        sys.exit(1 if self.failed else 0)


@dataclass(frozen=True)
class Step:
    """An item that comes after others, by what it shows when it passes."""

    shows: str
    run: Callable[[], Any]
    needed: bool = True
    """Whether the steps after it make no sense without it."""


def carry_out(steps: list[Step], name: str, outcomes: Outcomes) -> None:
    """Runs steps in order, until one fails that those after it need."""
    for step in steps:
        failed = outcomes.failed
        with outcomes.item(f"{name}: {step.shows}"):
            step.run()
        if outcomes.failed > failed and step.needed:
            note(f"{name}: the steps after this one need it and are left out")
            break


def note(text: str) -> None:
    """Prints something that is neither a pass nor a failure but that a reader of the result should know."""
    print(f"note  {_indented(text)}", flush=True)


def listed(problems: list[str], limit: int = 12) -> str:
    """Puts problems one a line, each cut to a readable length, the first `limit` of them."""
    lines = [problem if len(problem) <= 400 else problem[:400] + "…" for problem in problems[:limit]]
    if len(problems) > limit:
        lines.append(f"… and {len(problems) - limit} more")
    return "\n".join(lines)


def require_none(problems: list[str]) -> None:
    """Fails with the problems, if there are any."""
    if problems:
        raise Failure(listed(problems))


def _indented(text: str) -> str:
    return text.strip().replace("\n", "\n      ")
