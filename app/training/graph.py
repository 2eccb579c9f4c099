"""The graph of a model, written for those who run it without torch.

python -m app.training.graph --weights model_weights
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from app.engine.export import pack
from app.errors import ConvLensError
from app.inspection import capture
from app.models import REGISTRY, ModelSpec
from app.models.graph import path_of
from app.models.weights import load, read_card
from app.training.files import write_atomically


def write_graph(spec: ModelSpec, folder: Path) -> None:
    """Write the graph of a model beside its weights.

    Raises:
        BadWeights: The weights do not fit the model.
        NotPortable: The model is one that only torch can run.

    """
    # Two, so that nobody takes the number of inputs for a constant; any, but always the same.
    images = torch.rand(2, *spec.input_shape, generator=torch.Generator().manual_seed(0))
    captured = capture(load(spec, folder), images)
    digest = read_card(spec, folder)["weights_sha256"]
    write_atomically(path_of(spec, folder), pack(captured, images, digest))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the graph of every model, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m app.training.graph", description=__doc__)
    parser.add_argument("--weights", type=Path, default=Path("model_weights"))
    folder = parser.parse_args(arguments).weights
    try:
        for spec in REGISTRY.values():
            write_graph(spec, folder)
    except (ConvLensError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
