"""What the server tells the worker process."""

from dataclasses import dataclass

from app.live.recipe import Recipe
from app.live.report import Command


@dataclass(frozen=True)
class Make:
    """Make a run."""

    run_id: str
    recipe: Recipe
    most_seconds: float


@dataclass(frozen=True)
class Obey:
    """Command something."""

    run_id: str
    command: Command


@dataclass(frozen=True)
class Show:
    """Show what the network makes of another image: (1, 1, 32, 32) float32."""

    run_id: str
    image: bytes


@dataclass(frozen=True)
class Remove:
    """Forget a run."""

    run_id: str


Message = Make | Obey | Show | Remove
