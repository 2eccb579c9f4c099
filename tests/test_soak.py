"""``make soak``: some seconds of it, and what it calls a failure."""

from dataclasses import replace

import psutil
import pytest

from benchmarks.server import started
from tools.soak import HEAD, MOST_FILES, MOST_MEMORY, MOST_P99, Sample, Soak, grown, row
from tools.soak_mix import MIX, SLOW, Client

FLAT = Sample(requests=1000, p50=0.01, p99=0.05, resident=2**28, files=12, threads=7)


def test_every_line_of_the_mix_gets_what_it_wants_and_leaves_no_file_open():
    with started(CONVLENS_TRAINING_ALONE_SECONDS="5") as (url, pid):
        soak = Soak(url, psutil.Process(pid))
        with Client.of(url, 0) as client:
            client.http.get("/healthz").raise_for_status()
            before = soak.files()
            for line in (*MIX, *SLOW):
                status = line.ask(client)
                assert status in line.wanted, line.name
        (first, second) = soak.run(4, 2, tell=False)
        assert soak.files(before + MOST_FILES) <= before + MOST_FILES
    assert soak.failures == []
    assert first.requests + second.requests > 0
    assert soak.answers[200] > 0
    assert row(1, first).count("|") == HEAD.splitlines()[0].count("|")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"resident": int(MOST_MEMORY * FLAT.resident)}, None),
        ({"resident": int(MOST_MEMORY * FLAT.resident) + 1}, "memory rose"),
        ({"p99": MOST_P99 * FLAT.p99}, None),
        ({"p99": MOST_P99 * FLAT.p99 + 0.001}, "p99 rose"),
    ],
)
def test_what_rises_beyond_its_tolerance_is_a_failure(change, said):
    warming = replace(FLAT, resident=2**27)
    later = replace(FLAT, **change)
    found = grown([warming, FLAT, FLAT, later, later, later])
    assert len(found) == (said is not None)
    assert said is None or said in found[0]
