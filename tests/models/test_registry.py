import re

import pytest
import torch

from app.models import REGISTRY, ModelSpec

each_model = pytest.mark.parametrize("spec", REGISTRY.values(), ids=REGISTRY)


@each_model
def test_a_model_is_registered_under_its_id(spec: ModelSpec) -> None:
    assert REGISTRY[spec.id] is spec
    assert re.fullmatch(r"[a-z0-9-]+", spec.id)


@each_model
def test_a_model_gives_one_probability_a_class(spec: ModelSpec) -> None:
    probabilities = spec.build().eval()(torch.rand(3, *spec.input_shape))
    assert probabilities.shape == (3, len(spec.classes))
    assert torch.allclose(probabilities.sum(1), torch.ones(3))


@each_model
def test_every_build_has_weights_of_its_own(spec: ModelSpec) -> None:
    first, second = spec.build().parameters(), spec.build().parameters()
    assert all(a is not b for a, b in zip(first, second, strict=True))
