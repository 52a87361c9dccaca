"""What the pages say of measurements that something disturbed."""

import pandas as pd
import pytest

from backend.statistics import findings
from pages.components.cards.conditions import doubts


@pytest.mark.parametrize(("samples", "said"), [
    ([1.0] * 15 + [1.4] * 15, "it became slower while it was measured"),
    ([1.0, 1.0, 1.5] * 10, "it has two speeds: part of the samples take 1.50 times as long"),
])
def test_equal_doubts_are_the_same_sentence_whatever_their_size(samples, said):
    frame = pd.DataFrame({"conditions": ["unsteady"], "findings": ["; ".join(findings(samples))]})
    assert said in doubts(frame)["doubt"].iloc[0].split("; ")
