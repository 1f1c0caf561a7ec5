"""Clusters that live: each is edited again and again, and each edit is deployed on top of those before it (`life.py`)."""
from __future__ import annotations

import io
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path

from emulator import Emulator
from life import EXAMPLE, Life
from lives.enabling import Enabling
from lives.groups import Groups
from lives.production import Production
from lives.retirement import Retirement
from lives.routes import Routes
from lives.sizes import Sizes
from lives.upgrade import Upgrade
from outcome import Failure, Outcomes, carry_out, note
from rendered import Inputs

# The longest first, so that none is left over at the end.
LIVES: tuple[type[Life], ...] = (Production, Retirement, Routes, Groups, Sizes, Upgrade, Enabling)
AT_ONCE = 2  # each has an emulated AWS beside it


def main() -> None:
    """Lives each through in an emulated AWS of its own, as many at once as there are processors, but not more than two."""
    inputs, outcomes = Inputs.parse(), Outcomes("sequences")
    if not inputs.aws or not inputs.podnet:
        outcomes.skip(EXAMPLE, "needs an emulated AWS: --aws PROGRAM, or PODNET_EMULATED_AWS")
        outcomes.finish()
    with ProcessPoolExecutor(min(AT_ONCE, os.cpu_count() or 1)) as processes:
        for said, counts in processes.map(partial(_live, inputs), LIVES):
            print(said, end="", flush=True)
            outcomes.add(counts)
    outcomes.finish()


def _live(inputs: Inputs, life: type[Life]) -> tuple[str, tuple[int, int, int]]:
    """Lives one through; gives what it printed, and how many steps passed, failed and were skipped."""
    outcomes, started = Outcomes(life.name), time.monotonic()
    assert inputs.aws
    with redirect_stdout(io.StringIO()) as said, tempfile.TemporaryDirectory() as scratch:
        try:
            with Emulator(inputs.aws) as emulator:
                carry_out(life(inputs, emulator, Path(scratch)).steps(), life.name, outcomes)
        except Failure as problem:
            outcomes.fail(f"{life.name}: the emulated AWS starts", str(problem))
        note(f"{life.name}: {time.monotonic() - started:.0f} s")
    return said.getvalue(), (outcomes.passed, outcomes.failed, outcomes.skipped)


if __name__ == "__main__":
    main()
