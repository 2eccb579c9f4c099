"""A small part of ``make fuzz``, the same every time."""

import pytest

from tests.fuzz.__main__ import MOST_FILES, MOST_GROWTH, Outcome, fuzz, report
from tests.fuzz.parts import PARTS
from tests.fuzz.target import Size, running

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")


def test_some_hundred_inputs_are_answered_or_refused_and_leave_nothing_behind(tmp_path):
    log = tmp_path / "log"
    with running(log) as target:
        outcome = fuzz(target, 500, seed=1998, rounds=2)
        print(report(target, outcome, 1998))
        assert outcome.failures == []
        assert target.statuses.total() >= 500
        assert {"200", "201", "404", "422", "captured", "refused"} <= target.statuses.keys()
    assert '"level":"error"' not in log.read_text(encoding="utf-8")


def test_the_shares_of_the_parts_are_a_whole():
    assert sum(part.share for part in PARTS) == 100


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (Size(2**28 + MOST_GROWTH, 8 + MOST_FILES, 3, 0), None),
        (Size(2**28 + MOST_GROWTH + 1, 8, 3, 0), "memory grew"),
        (Size(2**28, 8 + MOST_FILES + 1, 3, 0), "open files grew"),
        (Size(2**28, 8, 3, 1), "learns"),
    ],
)
def test_what_grows_is_a_failure(last, said):
    outcome = Outcome(sizes=[Size(2**28, 8, 3, 0), last])
    outcome.check_growth()
    assert len(outcome.failures) == (said is not None)
    assert said is None or said in outcome.failures[0]
