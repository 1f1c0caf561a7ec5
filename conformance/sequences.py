"""Clusters that live: each is edited again and again, and each edit is deployed on top of those before it (`life.py`)."""
from __future__ import annotations

import tempfile
from pathlib import Path

from emulator import Emulator
from life import EXAMPLE, Life
from lives.enabling import Enabling
from lives.groups import Groups
from lives.production import Production
from lives.routes import Routes
from lives.sizes import Sizes
from lives.upgrade import Upgrade
from outcome import Failure, Outcomes, carry_out
from rendered import Inputs

LIVES: tuple[type[Life], ...] = (Production, Upgrade, Sizes, Groups, Enabling, Routes)


def main() -> None:
    """Lives each through in an emulated AWS of its own."""
    inputs, outcomes = Inputs.parse(), Outcomes("sequences")
    if not inputs.aws or not inputs.podnet:
        outcomes.skip(EXAMPLE, "needs an emulated AWS: --aws PROGRAM, or PODNET_EMULATED_AWS")
        outcomes.finish()
    for life in LIVES:
        with tempfile.TemporaryDirectory() as scratch:
            try:
                with Emulator(inputs.aws) as emulator:
                    carry_out(life(inputs, emulator, Path(scratch)).steps(), life.name, outcomes)
            except Failure as problem:
                outcomes.fail(f"{life.name}: the emulated AWS starts", str(problem))
    outcomes.finish()


if __name__ == "__main__":
    main()
