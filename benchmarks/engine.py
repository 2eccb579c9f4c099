"""One digit, all activations: against the matrix products in it, by themselves.

The products are numpy's, float32, one thread, into arrays that are there: of each convolution the
filters with the patches of its input, of each linear layer the matrix with the input.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy reads it when it is imported

from collections.abc import Callable, Iterator

import numpy as np

from app.catalogue import Model
from app.inspection.unit import Array
from app.models import REGISTRY
from app.settings import ROOT
from benchmarks.measure import ROUNDS, Row, at_most, compare, ratios


def run(rounds: int = ROUNDS) -> list[Row]:
    """Time a trace of one digit; timed is the call alone, the input is ready."""
    model = Model.load(REGISTRY["lenet5"], ROOT / "model_weights")
    image = np.random.default_rng(0).random((1, 1, 32, 32), dtype=np.float32)
    batch = np.repeat(image, 1024, axis=0)
    reference = model.reference
    expected = reference.trace(image)
    for found in (model.network.trace(image), model.network.trace(batch)):
        assert all(np.allclose(found[id_], value, atol=1e-4) for id_, value in expected.items())
    operands = list(_operands(model))

    def products() -> None:
        for a, b, out in operands:
            np.matmul(a, b, out=out)

    candidates: dict[str, Callable[[], object]] = {
        "matrix products": products,
        "engine": lambda: model.network.trace(image),
        "torch": lambda: reference.trace(image),
        "engine, whole reading": lambda: model.read(image),
    }
    return ratios(compare(candidates, calls=100, rounds=rounds), {"engine": at_most(2)})


def _operands(model: Model) -> Iterator[tuple[Array, Array, Array]]:
    """Yield the factors of each layer's matrix product, and room for the result."""
    random = np.random.default_rng(0)
    for layer in model.captured.layers:
        weights = model.captured.weights(layer.id)
        if "weight" in weights:
            units = layer.output_shape[0]
            places = int(np.prod(layer.output_shape[1:], dtype=int))
            depth = layer.multiply_adds // (units * places)
            yield (
                random.random((units, depth), dtype=np.float32),
                random.random((depth, places), dtype=np.float32),
                np.empty((units, places), np.float32),
            )
