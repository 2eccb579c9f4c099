import copy
import linecache
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import fx, nn

from app.errors import BadInput, NotCapturable, UnknownLayer
from app.inspection import CapturedModule, capture
from app.models.lenet5 import ACTIVATION
from tests.inspection.zoo import REFUSED, ZOO, InPlace, build

# Said once by torch itself of the zoo's "same", whose padding is uneven on purpose.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
each_of_the_zoo = pytest.mark.parametrize("name", ZOO)


@each_of_the_zoo
def test_parameter_counts_add_up_to_the_modules(name: str) -> None:
    module, x = build(name)
    captured = capture(module, x)
    assert captured.parameter_count == sum(p.numel() for p in module.parameters())
    assert captured.parameter_count == sum(row.parameter_count for row in captured.table())


@each_of_the_zoo
def test_the_last_activation_is_what_the_module_gives(name: str) -> None:
    module, x = build(name)
    activations = list(capture(module, x[:1]).trace(x).values())
    assert torch.equal(activations[0], x)
    assert torch.equal(activations[-1], module(x.clone()))


@each_of_the_zoo
def test_shapes_are_those_of_the_activations(name: str) -> None:
    module, x = build(name)
    captured = capture(module, x)
    trace = captured.trace(x)
    assert list(trace) == [layer.id for layer in captured.layers]
    for layer in captured.layers:
        assert trace[layer.id].shape[1:] == layer.output_shape
        assert trace[layer.id][0].numel() == layer.activation_size
        for source_id in layer.input_ids:
            assert trace[source_id].shape[1:] == layer.input_shape


@each_of_the_zoo
def test_layers_are_the_same_on_the_meta_device_where_nothing_is_computed(name: str) -> None:
    module, x = build(name)
    described = capture(copy.deepcopy(module).to("meta"), x.to("meta"))
    assert described.layers == capture(module, x).layers
    weights = [described.weights(layer.id) for layer in described.layers]
    assert all(not any(weight.strides) for named in weights for weight in named.values())


@each_of_the_zoo
def test_ids_are_unique_path_segments_in_order(name: str) -> None:
    module, x = build(name)
    layers = capture(module, x).layers
    ids = [layer.id for layer in layers]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", i) for i in ids)
    assert ids[0] == "input"
    assert [layer.input_ids for layer in layers] == [(), *((i,) for i in ids[:-1])]


@each_of_the_zoo
def test_eight_threads_trace_as_one(name: str) -> None:
    module, x = build(name)
    captured = capture(module, x)
    inputs = [torch.randn_like(x) for _ in range(8)]
    alone = [captured.trace(i) for i in inputs]
    start = threading.Barrier(8)

    def traces_again(number: int) -> bool:
        start.wait()
        return all(
            torch.equal(value, alone[number][layer_id])
            for _ in range(50)
            for layer_id, value in captured.trace(inputs[number]).items()
        )

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(traces_again, range(8)))


@each_of_the_zoo
@pytest.mark.parametrize("training", [False, True])
def test_the_module_is_left_as_found(name: str, training: bool) -> None:
    module, x = build(name)
    expected = module(x.clone())
    module.train(training)
    for part in module.modules():
        part.register_forward_hook(lambda *_: None)
    before = _everything_about(copy.deepcopy(module))
    given = x.clone()
    captured = capture(module, x)
    captured.trace(x)
    assert str(_everything_about(module)) == str(before)
    assert torch.equal(x, given)
    assert torch.equal(module.eval()(x.clone()), expected)
    assert torch.equal(captured.trace(x)[captured.layers[-1].id], expected)


def _everything_about(module: nn.Module) -> list[object]:
    return [
        (
            path,
            part.training,
            getattr(part, "inplace", None),
            len(part._forward_hooks),
            len(part._forward_pre_hooks),
            {name: (p.tolist(), p.requires_grad, p.grad) for name, p in part.named_parameters()},
            {name: b.tolist() for name, b in part.named_buffers()},
            sorted(vars(part)),
        )
        for path, part in module.named_modules()
    ]


def test_what_happens_to_the_module_later_does_not_show() -> None:
    module, x = build("lenet5")
    captured = capture(module, x)
    before = captured.trace(x)["softmax"]
    nn.init.zeros_(module.fc3.weight)
    module.train()
    assert torch.equal(captured.trace(x)["softmax"], before)


def test_operations_in_place_leave_the_activation_before_as_it_was() -> None:
    module, x = build("in_place")
    given = x.clone()
    trace = capture(module, x).trace(x)
    assert isinstance(module, InPlace)
    conv = module.conv(nn.functional.leaky_relu(given, 0.3))
    assert torch.equal(trace["input"], given)
    assert torch.equal(trace["conv"], conv)
    assert torch.equal(trace["tanh_"], conv.tanh())
    assert torch.equal(trace["flatten"], trace["add"].flatten(1))
    assert torch.equal(trace["mul_"], trace["flatten"] * 2)
    assert torch.equal(trace["elu"], nn.functional.elu(trace["fc"]))


@pytest.mark.parametrize("problem", REFUSED)
def test_what_cannot_be_captured_is_refused_with_its_name(problem: str) -> None:
    make, name = REFUSED[problem]
    with pytest.raises(NotCapturable) as refusal:
        capture(make(), torch.rand(1, 2, 4, 4))
    assert name in refusal.value.detail
    assert refusal.value.hint


def test_skip_connection_is_refused_with_its_name() -> None:
    make, _ = REFUSED["skip connection"]
    with pytest.raises(NotCapturable, match="add joins act and conv: that is a skip connection"):
        capture(make(), torch.rand(1, 2, 4, 4))


def test_an_example_without_a_batch_is_refused() -> None:
    with pytest.raises(NotCapturable, match="input loses the batch dimension"):
        capture(nn.Sequential(nn.ReLU()), torch.tensor(1.0))


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
def test_a_compiled_module_is_refused_with_its_name() -> None:
    compiled = torch.jit.script(nn.Conv2d(2, 3, 2))
    for module, name in ((nn.Sequential(nn.ReLU(), compiled), "1"), (compiled, "Recursive")):
        with pytest.raises(NotCapturable, match=f"{name}.* is compiled"):
            capture(module, torch.rand(1, 2, 4, 4))


def test_a_module_made_in_inference_mode_is_captured() -> None:
    with torch.inference_mode():
        module, x = build("in_place")
        trace = capture(module, x).trace(x)
        assert torch.equal(trace["elu"], module(x.clone()))


@pytest.mark.parametrize("shape", [(1, 1, 28, 28), (1, 3, 32, 32), (1, 1, 4, 4), (1, 32), ()])
def test_an_example_that_does_not_fit_is_refused_with_the_layer(shape: tuple[int, ...]) -> None:
    module, _ = build("lenet5")
    with pytest.raises(NotCapturable, match=r"(conv\d|fc1|pool\d) cannot take an activation of"):
        capture(module, torch.rand(shape))


@pytest.mark.parametrize("shape", [(1, 1, 28, 28), (1, 32, 32), (32, 32), ()])
def test_an_input_of_another_shape_is_bad_input(shape: tuple[int, ...]) -> None:
    with pytest.raises(BadInput, match=r"\(N, 1, 32, 32\)"):
        _lenet().trace(torch.rand(shape))


def test_an_input_of_another_type_is_bad_input() -> None:
    with pytest.raises(BadInput, match="float64"):
        _lenet().trace(torch.rand(1, 1, 32, 32, dtype=torch.float64))


def test_any_number_of_samples_can_be_traced() -> None:
    assert _lenet().trace(torch.rand(5, 1, 32, 32))["pool2"].shape == (5, 16, 5, 5)


def test_an_unknown_layer_is_refused_with_the_layers_there_are() -> None:
    captured = _lenet()
    for ask in (captured.layer, captured.weights, lambda i: captured.explain_unit(i, {}, (0,))):
        with pytest.raises(UnknownLayer, match=rf"'conv9'.*input, conv1, {ACTIVATION}1") as refusal:
            ask("conv9")
        assert refusal.value.status == 404


def test_weights_are_the_modules_own() -> None:
    module, x = build("nested")
    captured = capture(module, x)
    state = module.state_dict()
    for layer in captured.layers:
        weights = captured.weights(layer.id)
        assert sum(value.size for value in weights.values()) == layer.parameter_count
        for name, value in weights.items():
            assert np.array_equal(value, state[f"{layer.id}.{name}"])


def test_weights_given_to_a_function_are_found() -> None:
    module, x = build("functional_weights")
    captured = capture(module, x)
    assert np.array_equal(captured.weights("conv2d")["weight"], module.filters.detach())
    assert np.array_equal(captured.weights("linear")["weight"], module.matrix.detach())
    assert captured.layer("mul_1").parameter_count == 4


def test_logits_are_what_feeds_the_last_softmax() -> None:
    assert _lenet().logits_id == "fc3"
    assert capture(*build("functional_lenet")).logits_id == "fc2"
    assert capture(*build("grouped")).logits_id is None


def _lenet() -> CapturedModule:
    return capture(*build("lenet5"))


def test_what_was_captured_leaves_no_code_behind() -> None:
    """torch.fx keeps the code of every graph for tracebacks: a leak with every edit of a model."""
    module, x = build(next(iter(ZOO)))

    def kept() -> int:
        return len(fx.graph_module._loader.eval_cache) + len(linecache.cache)

    before = kept()
    captured = [capture(module, x) for _ in range(3)]
    assert kept() == before
    assert all(one.trace(x) for one in captured)
