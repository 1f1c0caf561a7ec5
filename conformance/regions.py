"""Regions: every one that cfn-lint has resource types for, with what podnet has to know of it."""
from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from botocore.loaders import Loader
from cfnlint.helpers import REGIONS

TABLE = Path(__file__).resolve().parent.parent / "src" / "catalog" / "data" / "registries.tsv"


@dataclass(frozen=True)
class Region:
    """A region."""

    name: str
    partition: str
    dns_suffix: str
    zone_id_prefix: str | None
    """What its zone ids begin with; none where podnet's table of regions lacks it."""

    @property
    def details(self) -> dict[str, str] | None:
        """What a spec says of a region that podnet's table lacks. Nobody but AWS knows the account of its registry."""
        if self.zone_id_prefix is not None:
            return None
        return {"partition": self.partition, "dnsSuffix": self.dns_suffix,
                "registry": f"111122223333.dkr.ecr.{self.name}.{self.dns_suffix}"}


@cache
def regions() -> tuple[Region, ...]:
    """Lists the regions, sorted by name; partitions and host names are botocore's."""
    lines = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    prefixes = {line[0]: line[-1] for line in lines[1:]}
    partitions = Loader().load_data("partitions")["partitions"]
    found = []
    for name in sorted(REGIONS):
        (partition,) = (p for p in partitions if name in p["regions"] or re.match(p["regionRegex"], name))
        found.append(Region(name, partition["id"], partition["outputs"]["dnsSuffix"], prefixes.get(name)))
    return tuple(found)


def beyond() -> list[str]:
    """Lists the regions of podnet's table that cfn-lint has no resource types for."""
    lines = [line.split("\t")[0] for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")][1:]
    return sorted(set(lines) - {region.name for region in regions()})
