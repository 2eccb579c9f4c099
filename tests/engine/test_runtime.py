"""ONNX Runtime against torch, which is right."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from app.engine.export import Exported, export
from app.engine.runtime import Runtime
from app.errors import BadInput, NotPortable
from app.inspection import capture
from app.models.lenet5 import LeNet5
from app.settings import ROOT
from tests.inspection.zoo import ZOO, build

ONLY_TORCH = {"nothing", "average_pool"}
"""No layer at all; an average with a divisor of its own, which ONNX does not know."""


@pytest.fixture(scope="module")
def lenet() -> tuple[nn.Module, Exported]:
    torch.manual_seed(1)
    module = LeNet5().eval()
    images = torch.rand(2, 1, 32, 32)
    return module, export(capture(module, images), images)


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("name", sorted(ZOO.keys() - ONLY_TORCH))
def test_every_layer_is_what_torch_says(name: str) -> None:
    module, inputs = build(name)
    captured = capture(module, inputs)
    exported = export(captured, inputs)
    runtime = Runtime(exported.model, exported.weights)
    others = torch.randn(5, *inputs.shape[1:])  # not those that export looked at
    for images in (others, others[:1], others[1:2]):
        expected = captured.trace(images)
        found = runtime.run(images.numpy())
        assert list(found) == [layer.id for layer in captured.layers]
        for id_, activation in found.items():
            assert activation.flags.c_contiguous
            np.testing.assert_allclose(activation, expected[id_], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", sorted(ONLY_TORCH))
def test_what_would_give_other_numbers_is_refused(name: str) -> None:
    module, inputs = build(name)
    with pytest.raises(NotPortable):
        export(capture(module, inputs), inputs)


def test_other_weights_take_the_place_of_those_that_were_exported(lenet) -> None:
    _, exported = lenet
    other = LeNet5().eval()
    weights = {name: value.detach().numpy() for name, value in other.state_dict().items()}
    assert weights.keys() == exported.weights.keys()
    image = torch.rand(1, 1, 32, 32)
    found = Runtime(exported.model, weights).run(image.numpy())["softmax"]
    np.testing.assert_allclose(found, other(image).detach(), atol=1e-6)


def test_threads_get_the_answers_that_each_gets_alone(lenet) -> None:
    _, exported = lenet
    runtime = Runtime(exported.model, exported.weights)
    images = np.random.default_rng(0).random((64, 1, 1, 32, 32), dtype=np.float32)
    alone = [runtime.run(image) for image in images]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(runtime.run, [*images] * 20))
    for place, found in enumerate(together):
        for id_, expected in alone[place % 64].items():
            assert np.array_equal(found[id_], expected)


def test_an_answer_stays_what_it_was_when_the_next_is_computed(lenet) -> None:
    _, exported = lenet
    runtime = Runtime(exported.model, exported.weights)
    first = runtime.run(np.zeros((1, 1, 32, 32), np.float32))
    kept = {id_: activation.copy() for id_, activation in first.items()}
    runtime.run(np.ones((1, 1, 32, 32), np.float32))
    assert all(np.array_equal(first[id_], activation) for id_, activation in kept.items())
    assert first.get("no layer") is None


@pytest.mark.parametrize("shape", [(1, 1, 32, 31), (2, 3, 32, 32), (1, 32, 32), (1, 1, 1, 32, 32)])
def test_inputs_of_another_shape_are_refused(lenet, shape: tuple[int, ...]) -> None:
    _, exported = lenet
    with pytest.raises(BadInput, match="The input has shape"):
        Runtime(exported.model, exported.weights).run(np.zeros(shape, np.float32))


def test_what_is_no_model_or_lacks_weights_is_a_value_error(lenet) -> None:
    _, exported = lenet
    some = dict(list(exported.weights.items())[1:])
    for model, weights in ((b"", exported.weights), (exported.model, some), (exported.model, {})):
        with pytest.raises(ValueError, match="cannot load"):
            Runtime(model, weights)


def test_nothing_is_kept_or_told_of_what_is_run(tmp_path: Path) -> None:
    """ONNX Runtime would keep a database of it in the home, from which it is sent away."""
    code = (
        "import os; from app.catalogue import Catalogue; from app.models import REGISTRY; "
        "from app.settings import ROOT; Catalogue.load(REGISTRY.values(), ROOT / 'model_weights'); "
        "fds = os.listdir('/proc/self/fd'); "
        "files = [os.path.realpath(f'/proc/self/fd/{n}') for n in fds]; "
        "print([file for file in files if 'onnx' in file])"
    )
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | home,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.stdout.strip(), ended.returncode) == ("[]", 0), ended.stderr
    assert list(tmp_path.rglob("*")) == []
