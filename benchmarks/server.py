"""A server process to measure."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from app.settings import ROOT


@contextmanager
def running() -> Iterator[str]:
    """Start ``python -m app`` on a free port, yield its address, and stop it."""
    with started() as (url, _):
        yield url


@contextmanager
def started(**environment: str) -> Iterator[tuple[str, int]]:
    """Do the same, with some of its environment; yield its process id as well."""
    command = [sys.executable, "-m", "app", "--port", "0"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            url = re.search(r"http://\S+", process.stdout.readline())
            assert url
            yield url[0], process.pid
        finally:
            process.terminate()
