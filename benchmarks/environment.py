"""Where something was measured: without that, no figure says anything."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

import psutil

from app import __version__

_SHOWN = ("torch", "numpy", "uvicorn", "fastapi", "orjson")


def describe() -> dict[str, str]:
    """Return the machine, its load now, and the versions of what does the work."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = " ".join(f"{one:.2f}" for one in os.getloadavg())
    return {
        "CPU": f"{_processor()}, {usable} cores",
        "memory": f"{psutil.virtual_memory().total / 2**30:.1f} GiB",
        "load before": f"{load} (1, 5, 15 minutes)",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "ConvLens": __version__,
        "Python": platform.python_version(),
        **{name: version(name) for name in _SHOWN},
    }


def _processor() -> str:
    """Return the processor's name; Linux alone tells it in a file."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
