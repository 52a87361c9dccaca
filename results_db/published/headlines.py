"""The paper's headline figures: a small table, transcribed by hand, that ships with the program."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from results_db.published.caveats import caveats
from results_db.published.freedom import PRODUCTS
from results_db.published.kinds import DEVICES, KINDS
from results_db.published.point import Point

FILE = Path(__file__).with_name("headlines.csv")


@dataclass(frozen=True)
class Headline:
    """One figure of the paper: what it says, in the paper's terms, where it stands there, and what to know of it."""

    says: str
    value: float
    unit: str
    place: str
    caveat: str
    file_kind: str = ""   # of a time: which of KINDS measured it; else empty
    device: str = ""
    named: str = ""
    setting: str = ""
    l_max: int = 0
    batch: int = 0

    @property
    def point(self) -> Point | None:
        """The figure as a point of a chart, where it is a time."""
        if not self.file_kind:
            return None
        (time,) = (each for each in KINDS[self.file_kind].quantities.values() if each.name == "time")
        said = caveats(self.file_kind, self.device, self.named, self.setting, self.l_max, self.batch)
        return Point(self.file_kind, self.device, self.named, self.setting, self.l_max, self.batch, "time", self.value,
                     "s", time.counted, None, "", (*said, "Rounded to three digits."), FILE.name, 1,
                     PRODUCTS[self.named])


@cache
def headlines() -> tuple[Headline, ...]:
    """Every headline figure, in the order of the table."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Headline(**{**row, "value": float(row["value"]), "l_max": int(row["l_max"] or 0),
                        "batch": int(row["batch"] or 0), "device": DEVICES.get(row["device"], row["device"])})
            for row in csv.DictReader(file))
