import copy
import math
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional

from app.errors import (
    BadInput,
    NoParameter,
    NotExplained,
    OutsideParameter,
    UnknownLayer,
)
from app.inspection import CapturedModule, GradientExplanation, Gradients, capture
from app.inspection.edit import Set
from tests.inspection.zoo import ZOO, Calling, build

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
each_of_the_zoo = pytest.mark.parametrize("name", ZOO)

NO_WEIGHT_OF_A_LAYER = {
    "functional_weights": {"0.gain"},  # a factor of a multiplication
    "weight_norm": {"parametrizations.weight.original0", "parametrizations.weight.original1"},
}


def prepared(name: str, dtype: torch.dtype = torch.float32) -> tuple[nn.Module, Tensor]:
    """Return a module of the zoo that ends in a vector, and one input for it.

    Its biases are positive, so that no activation function lets nothing through.
    """
    module, x = build(name)
    for weight in module.parameters():
        if weight.dim() == 1:
            weight.data.abs_()
    if module(x.clone()).dim() > 2:
        module = nn.Sequential(module, nn.Flatten()).eval()
    elif name == "functional_weights":
        module = nn.Sequential(module).eval()
    return module.to(dtype).requires_grad_(False), x[:1].to(dtype)


def loss_of(captured: CapturedModule, module: nn.Module, x: Tensor, target: int) -> Tensor:
    """Return the loss as anybody would compute it from the module's own output."""
    output = module(x.clone())
    last = captured.layers[-1]
    if last.kind != "softmax":
        return functional.cross_entropy(output, torch.tensor([target]))
    share = output[0, target]
    return -share if last.hyperparameters["function"] == "log_softmax" else -share.log()


def named(module: nn.Module, weight: Tensor) -> str:
    """Return the path of the parameter with these numbers."""
    return next(
        path
        for path, p in module.named_parameters()
        if p.shape == weight.shape and np.array_equal(p.detach(), weight)
    )


def numbers(captured: CapturedModule, each: int = 25) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Yield some numbers of every weight and bias."""
    draw = random.Random(1986)
    for layer in captured.layers:
        for name, weight in captured.weights(layer.id).items():
            for _ in range(min(each, weight.size)):
                yield layer.id, name, tuple(draw.randrange(n) for n in weight.shape)


def assert_adds_up(explained: GradientExplanation) -> None:
    total = 0.0
    for terms in explained.terms:
        assert terms.upstream.shape == terms.products.shape
        if terms.inputs is None:
            assert explained.parameter == "bias"
            assert np.array_equal(terms.products, terms.upstream)
        else:
            assert np.array_equal(terms.products, terms.upstream * terms.inputs)
        total += np.abs(terms.products).sum().item()
    assert explained.sum == pytest.approx(explained.gradient, abs=2e-6 * total + 1e-12)


# Torch itself cannot go back through "in_place", which writes over what it needs; the captured
# module can, and the finite differences below hold it.
@pytest.mark.parametrize("name", sorted(ZOO.keys() - {"in_place"}))
def test_gradients_are_those_of_plain_autograd(name: str) -> None:
    module, x = prepared(name)
    captured = capture(module, x)
    found = captured.gradients(x, 1)
    trainable = copy.deepcopy(module).requires_grad_(True)
    x.requires_grad_(True)
    loss = loss_of(captured, trainable, x, 1)
    loss.backward()
    torch.testing.assert_close(torch.tensor(found.loss), loss.detach())
    torch.testing.assert_close(found.activations["input"], x.grad)
    assert all(gradient.any() for gradient in found.activations.values())
    seen = set()
    for layer_id, gradients in found.weights.items():
        for parameter, gradient in gradients.items():
            path = named(module, captured.weights(layer_id)[parameter])
            torch.testing.assert_close(gradient, trainable.get_parameter(path).grad)
            seen.add(path)
    missing = {path for path, _ in module.named_parameters()} - seen
    assert missing == NO_WEIGHT_OF_A_LAYER.get(name, set())


def test_the_gradient_at_every_activation_is_the_one_torch_retains() -> None:
    module, x = prepared("lenet5")
    found = capture(module, x).gradients(x, 3)
    value, retained = x.clone().requires_grad_(True), {}
    for name, layer in module.named_children():
        if name == "softmax":
            break
        value = layer(value)
        value.retain_grad()
        retained[name] = value
    functional.cross_entropy(value, torch.tensor([3])).backward()
    assert list(found.activations) == ["input", *retained]
    for name, activation in retained.items():
        torch.testing.assert_close(found.activations[name], activation.grad)
        assert torch.equal(found.trace[name], activation)


@each_of_the_zoo
def test_the_terms_add_up_to_autograds_number(name: str) -> None:
    module, x = prepared(name)
    captured = capture(module, x)
    gradients = captured.gradients(x, 0)
    for layer_id, parameter, index in numbers(captured):
        layer = captured.layer(layer_id)
        try:
            explained = captured.explain_gradient(layer_id, gradients, parameter, index)
        except NotExplained:
            assert layer.kind not in ("conv2d", "linear") or name == "weight_norm"
            continue
        assert explained.kind == layer.kind
        assert explained.value == captured.weights(layer_id)[parameter][index].item()
        assert explained.gradient == gradients.weights[layer_id][parameter][index].item()
        assert_adds_up(explained)


@each_of_the_zoo
def test_gradients_are_finite_differences_of_the_loss(name: str) -> None:
    module, x = prepared(name, torch.float64)
    captured = capture(module, x)
    gradients = captured.gradients(x, 2)
    step = 1e-6
    for layer_id, parameter, index in numbers(captured, each=3):
        if parameter not in gradients.weights.get(layer_id, {}):
            continue
        path = named(module, captured.weights(layer_id)[parameter])
        losses = []
        for sign in (1, -1):
            moved = copy.deepcopy(module)
            moved.get_parameter(path)[index] += sign * step
            losses.append(loss_of(captured, moved, x, 2).item())
        expected = (losses[0] - losses[1]) / (2 * step)
        found = gradients.weights[layer_id][parameter][index].item()
        assert found == pytest.approx(expected, rel=1e-5, abs=1e-8)


sizes = st.integers(1, 4)
pairs = st.tuples(sizes, sizes)


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_the_terms_of_any_convolution_add_up(data: st.DataObject) -> None:
    groups, kernel_size, dilation = data.draw(sizes), data.draw(pairs), data.draw(pairs)
    same = data.draw(st.booleans())
    padding = "same" if same else data.draw(st.tuples(st.integers(0, 3), st.integers(0, 3)))
    module = nn.Conv2d(
        groups * data.draw(sizes),
        groups * data.draw(sizes),
        kernel_size,
        (1, 1) if same else data.draw(pairs),
        padding,
        dilation,
        groups,
        data.draw(st.booleans()),
        data.draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"])),
    )
    x = torch.randn(1, module.in_channels, 13, 14)
    captured = capture(nn.Sequential(module, nn.Flatten()), x)
    gradients = captured.gradients(x, 0)
    for layer_id, parameter, index in numbers(captured, each=60):
        assert_adds_up(captured.explain_gradient(layer_id, gradients, parameter, index))


@pytest.mark.parametrize("name", ["lenet5", "strided", "dilated", "grouped", "rows_of_features"])
def test_a_term_is_the_gradient_at_a_unit_times_the_input_that_met_the_weight(name: str) -> None:
    module, x = prepared(name)
    captured = capture(module, x)
    gradients = captured.gradients(x, 1)
    for layer_id, parameter, index in numbers(captured, each=5):
        explained = captured.explain_gradient(layer_id, gradients, parameter, index)
        (terms,) = explained.terms
        upstream = gradients.activations[layer_id][0]
        assert terms.upstream.flatten().tolist() == _values(upstream, terms.units)
        if terms.window is None:
            continue
        source = gradients.trace[terms.source_id][0]
        assert terms.inputs.flatten().tolist() == _values(source, terms.window)
        # The unit's own explanation says the same: there it is the kernel's number.
        unit = tuple(span[-1] for span in vars(terms.units).values() if span is not None)
        arithmetic = captured.explain_unit(layer_id, gradients.trace, unit)
        place = index[1:]
        assert arithmetic.kernel[place].item() == explained.value
        assert arithmetic.patch[place].item() == terms.inputs.flat[-1].item()


def _values(source: Tensor, window: object) -> list[float]:
    spans = [span for span in vars(window).values() if span is not None]
    places = torch.cartesian_prod(*map(torch.tensor, spans)).reshape(-1, len(spans)).tolist()
    return [
        source[tuple(place)].item()
        if all(0 <= i < n for i, n in zip(place, source.shape, strict=True))
        else 0.0
        for place in places
    ]


def test_the_gradient_at_the_logits_is_the_probabilities_less_the_target() -> None:
    module, x = prepared("lenet5")
    found = capture(module, x).gradients(x, 4)
    expected = found.trace["softmax"] - functional.one_hot(torch.tensor([4]), 10)
    torch.testing.assert_close(found.activations["fc3"], expected)
    assert found.loss == pytest.approx(-math.log(found.trace["softmax"][0, 4].item()), rel=1e-5)


def test_a_weight_of_two_layers_has_the_terms_of_both() -> None:
    module, x = prepared("reused")
    captured = capture(module, x)
    gradients = captured.gradients(x, 0)
    one, other = (layer.id for layer in captured.layers if layer.kind == "conv2d")
    found = [
        captured.explain_gradient(id_, gradients, "weight", (0, 0, 1, 1)) for id_ in (one, other)
    ]
    for explained in found:
        assert [terms.layer_id for terms in explained.terms] == [one, other]
        assert all(terms.products.any() for terms in explained.terms)
        assert_adds_up(explained)
    assert found[0].gradient == found[1].gradient


def test_a_weight_that_is_also_used_in_another_way_is_not_explained() -> None:
    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(3, 3)

        def forward(self, x: Tensor) -> Tensor:
            return self.fc(x) @ self.fc.weight

    x = torch.randn(1, 3)
    captured = capture(Tied(), x)
    gradients = captured.gradients(x, 0)
    with pytest.raises(NotExplained, match="matmul"):
        captured.explain_gradient("fc", gradients, "weight", (0, 0))
    assert_adds_up(captured.explain_gradient("fc", gradients, "bias", (0,)))


def test_a_small_step_lowers_the_loss_by_about_the_square_of_the_gradient() -> None:
    module, x = prepared("lenet5", torch.float64)
    captured = capture(module, x)
    gradients = captured.gradients(x, 9)
    explained = captured.explain_gradient("conv2", gradients, "weight", (3, 1, 2, 2))
    rate = 1e-3
    new = explained.updated(rate)
    assert new == explained.value - rate * explained.gradient
    module.get_parameter("conv2.weight")[3, 1, 2, 2] = new
    fallen = gradients.loss - capture(module, x).loss(x, 9)
    assert fallen == pytest.approx(rate * explained.gradient**2, rel=1e-2)


@each_of_the_zoo
def test_the_loss_with_a_number_changed_is_that_of_the_changed_module(name: str) -> None:
    module, x = prepared(name, torch.float64)
    captured = capture(module, x)
    gradients, before = captured.gradients(x, 1), captured.loss(x, 1)
    assert before == gradients.loss
    for layer_id, parameter, index in numbers(captured, each=3):
        if parameter not in gradients.weights.get(layer_id, {}):
            continue
        changed = copy.deepcopy(module)
        path = named(module, captured.weights(layer_id)[parameter])
        changed.get_parameter(path)[index] = 0.75
        found = captured.loss(x, 1, Set(layer_id, parameter, index, 0.75))
        assert found == pytest.approx(loss_of(captured, changed, x, 1).item(), rel=1e-9)
    assert captured.loss(x, 1) == before


@each_of_the_zoo
def test_nothing_is_left_behind(name: str) -> None:
    module, x = prepared(name)
    captured = capture(module, x)
    before = captured.trace(x)
    for context in (torch.no_grad, torch.inference_mode, torch.enable_grad):
        with context():
            found = captured.gradients(x, 0)
        for tensor in (*found.trace.values(), *found.activations.values()):
            assert tensor.grad_fn is None
            assert not tensor.requires_grad
    assert not x.requires_grad
    assert x.grad is None
    for owner in (module, captured._run):
        assert not any(p.requires_grad or p.grad is not None for p in owner.parameters())
    assert all(torch.equal(v, before[k]) for k, v in captured.trace(x).items())


@each_of_the_zoo
def test_eight_threads_get_the_gradients_that_one_gets(name: str) -> None:
    module, x = prepared(name)
    captured = capture(module, x)
    inputs = [torch.randn_like(x) for _ in range(8)]
    alone = [captured.gradients(i, n % 2) for n, i in enumerate(inputs)]
    start = threading.Barrier(8)

    def again(number: int) -> bool:
        start.wait()
        return all(
            _same(captured.gradients(inputs[number], number % 2), alone[number]) for _ in range(10)
        )

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(again, range(8)))


def _same(a: Gradients, b: Gradients) -> bool:
    return a.loss == b.loss and all(
        torch.equal(one, other)
        for one, other in (
            *zip(a.activations.values(), b.activations.values(), strict=True),
            *(
                pair
                for layer_id in a.weights
                for pair in zip(
                    a.weights[layer_id].values(), b.weights[layer_id].values(), strict=True
                )
            ),
        )
    )


def test_gradients_and_traces_at_the_same_time_do_not_meet() -> None:
    module, x = prepared("lenet5")
    captured = capture(module, x)
    expected, start = captured.trace(x), threading.Barrier(8)

    def work(number: int) -> bool:
        start.wait()
        for _ in range(20):
            if number % 2:
                captured.gradients(x, number)
            else:
                trace = captured.trace(x)
                if any(value.requires_grad for value in trace.values()):
                    return False
                if not torch.equal(trace["softmax"], expected["softmax"]):
                    return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))


def test_what_comes_before_a_cut_has_no_influence_that_autograd_sees() -> None:
    first = nn.Linear(3, 4)
    module = nn.Sequential(first, Calling(lambda x: x.detach()), nn.Linear(4, 2)).eval()
    x = torch.randn(1, 3)
    captured = capture(module, x)
    gradients = captured.gradients(x, 0)
    assert not gradients.weights["0"]["weight"].any()
    assert gradients.weights["2"]["weight"].any()
    explained = captured.explain_gradient("0", gradients, "weight", (0, 0))
    assert explained.sum == explained.gradient == 0


def test_a_module_without_any_influence_has_no_gradient_but_zeros() -> None:
    x = torch.randn(1, 3)
    captured = capture(Calling(lambda x: x.detach()), x)
    gradients = captured.gradients(x, 0)
    assert not gradients.activations["input"].any()
    assert not gradients.weights


@pytest.mark.parametrize("target", [-1, 10, 10**30])
def test_a_target_that_is_no_class_is_refused(target: int) -> None:
    module, x = prepared("lenet5")
    for ask in (capture(module, x).gradients, capture(module, x).loss):
        with pytest.raises(BadInput, match="from 0 to 9"):
            ask(x, target)


def test_inputs_that_do_not_fit_are_refused() -> None:
    module, x = prepared("lenet5")
    captured = capture(module, x)
    for bad in (torch.cat([x, x]), x[:0], x[:, :, 1:], x.double(), x.long()):
        with pytest.raises(BadInput):
            captured.gradients(bad, 0)


def test_an_operation_without_a_derivative_is_refused_with_torchs_word() -> None:
    module = nn.Sequential(nn.Linear(3, 2), Calling(lambda x: torch.igamma(x, torch.ones(1))))
    x = torch.rand(1, 3)
    with pytest.raises(NotExplained, match=r"igamma.* not implemented|not implemented.*igamma"):
        capture(module.eval(), x).gradients(x, 0)


def test_whole_numbers_are_no_logits() -> None:
    captured = capture(Calling(lambda x: x.view(torch.int32)), torch.randn(1, 4))
    for ask in (captured.gradients, captured.loss):
        with pytest.raises(NotExplained, match="int32"):
            ask(torch.randn(1, 4), 0)


def test_a_convolution_of_maps_that_are_no_batch_is_not_explained() -> None:
    x = torch.randn(1, 5, 5)
    captured = capture(nn.Sequential(nn.Conv2d(1, 1, 5), nn.Flatten()), x)
    gradients = captured.gradients(x, 0)
    with pytest.raises(NotExplained):
        captured.explain_gradient("0", gradients, "weight", (0, 0, 0, 0))


def test_an_output_of_maps_has_no_loss() -> None:
    for name in ("softmax_of_maps", "depthwise", "alone"):
        module, x = build(name)
        with pytest.raises(NotExplained, match="no logits"):
            capture(module, x).gradients(x[:1], 0)


@pytest.mark.parametrize(
    ("layer", "parameter", "index", "error", "word"),
    [
        ("conv9", "weight", (0,), UnknownLayer, "conv9"),
        ("pool1", "weight", (0,), NoParameter, "It has no parameters"),
        ("input", "bias", (0,), NoParameter, "It has no parameters"),
        ("conv1", "gamma", (0,), NoParameter, "It has weight and bias"),
        ("conv1", "weight", (0, 0, 0), OutsideParameter, r"\(6, 1, 5, 5\)"),
        ("conv1", "weight", (0, 0, 0, 5), OutsideParameter, r"\(6, 1, 5, 5\)"),
        ("conv1", "weight", (-1, 0, 0, 0), OutsideParameter, r"\(6, 1, 5, 5\)"),
        ("fc1", "bias", (120,), OutsideParameter, r"\(120,\)"),
        ("fc1", "bias", (), OutsideParameter, r"\(120,\)"),
    ],
)
def test_a_number_that_is_not_there_is_refused(
    layer: str, parameter: str, index: tuple[int, ...], error: type[Exception], word: str
) -> None:
    module, x = prepared("lenet5")
    captured = capture(module, x)
    gradients = captured.gradients(x, 0)
    with pytest.raises(error, match=word):
        captured.explain_gradient(layer, gradients, parameter, index)
    with pytest.raises(error, match=word):
        captured.loss(x, 0, Set(layer, parameter, index, 0.0))


def test_what_the_table_does_not_tell_is_not_explained() -> None:
    for name, layer_id, parameter in [
        ("unlisted", "prelu", "weight"),
        ("global_average", "1", "bias"),
        ("weight_norm", "input", None),
    ]:
        module, x = prepared(name)
        captured = capture(module, x)
        gradients = captured.gradients(x, 0)
        if parameter is None:
            layer_id, parameter = captured.layers[1].id, "weight"
        index = (0,) * captured.weights(layer_id)[parameter].ndim
        with pytest.raises(NotExplained):
            captured.explain_gradient(layer_id, gradients, parameter, index)
