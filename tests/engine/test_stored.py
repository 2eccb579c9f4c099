"""What is known of layers survives the way through JSON."""

import json
from dataclasses import astuple

import numpy as np
import pytest
import torch

from app.engine import stored
from app.errors import NotPortable
from app.inspection import Snapshot, capture
from app.inspection.table import arrays
from tests.inspection.zoo import build


@pytest.mark.parametrize(
    "name",
    ["lenet5", "grouped", "rectangular", "reflect", "max_pool", "average_pool", "adaptive_pool",
     "fully_connected", "softmax_of_maps", "unlisted", "activations"],
)  # fmt: skip
def test_layers_weights_and_explanations_come_back(name: str) -> None:
    module, inputs = build(name)
    captured = capture(module, inputs)
    weights = arrays(captured.traced.state_dict())
    told = json.loads(json.dumps(stored.dump(captured.described, weights)))
    found = Snapshot(stored.load(told, weights))
    assert found.layers == captured.layers
    assert found.table() == captured.table()
    trace = captured.trace(inputs[:1])
    for layer in captured.layers:
        for key, value in captured.weights(layer.id).items():
            assert np.array_equal(found.weights(layer.id)[key], value)
        index = tuple(size // 2 for size in layer.output_shape)
        fields = captured.receptive_fields(layer.id, index)
        assert found.receptive_fields(layer.id, index) == fields
        if layer.kind != "other":
            expected = captured.explain_unit(layer.id, trace, index)
            again = found.explain_unit(layer.id, trace, index)
            np.testing.assert_equal(astuple(again), astuple(expected))


def test_explanations_are_of_the_weights_that_are_given_and_not_of_those_that_were_there() -> None:
    module, inputs = build("lenet5")
    captured = capture(module, inputs)
    weights = arrays(captured.traced.state_dict())
    told = json.loads(json.dumps(stored.dump(captured.described, weights)))
    half = {name: value / 2 for name, value in weights.items()}
    found = Snapshot(stored.load(told, half)).explain_unit(
        "conv1", captured.trace(inputs[:1]), (0, 1, 2)
    )
    assert found.kernel is not None
    assert np.array_equal(found.kernel, weights["conv1.weight"][0] / 2)


@pytest.mark.parametrize("name", ["nested", "weight_norm"])
def test_what_is_explained_with_computed_numbers_is_not_portable(name: str) -> None:
    """The scale of batch norm, a weight made of norm and direction: others cannot replace them."""
    module, inputs = build(name)
    captured = capture(module, torch.zeros_like(inputs))
    with pytest.raises(NotPortable):
        stored.dump(captured.described, arrays(captured.traced.state_dict()))
