"""Live training: networks that learn from the bundled digits while somebody watches.

:class:`~app.live.trainer.Trainer` is the learning itself, :class:`~app.live.run.Run` what is
commanded of it. One :mod:`worker <app.live.worker>` process does the work of all runs;
:class:`~app.live.runs.Runs` is what the server knows of them.
"""

from app.live.recipe import Optimizer, Recipe
from app.live.report import ENDED, Progress, Snapshot, State
from app.live.runs import Listed, Runs

__all__ = [
    "ENDED",
    "Listed",
    "Optimizer",
    "Progress",
    "Recipe",
    "Runs",
    "Snapshot",
    "State",
]
