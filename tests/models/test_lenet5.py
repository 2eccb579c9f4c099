import torch

from app.inspection import capture
from app.models.lenet5 import SPEC, LeNet5


def test_the_table_is_the_lectures() -> None:
    captured = capture(LeNet5(), torch.rand(1, *SPEC.input_shape))
    table = [
        (row.label, row.output_shape, row.activation_size, row.parameter_count)
        for row in captured.table()
    ]
    assert table == [
        ("Input", (1, 32, 32), 1_024, 0),
        ("CONV1", (6, 28, 28), 4_704, 156),
        ("POOL1", (6, 14, 14), 1_176, 0),
        ("CONV2", (16, 10, 10), 1_600, 2_416),
        ("POOL2", (16, 5, 5), 400, 0),
        ("FC", (120,), 120, 48_120),
        ("FC", (84,), 84, 10_164),
        ("FC + Softmax", (10,), 10, 850),
    ]
    assert captured.parameter_count == 61_706


def test_every_operation_is_a_layer() -> None:
    captured = capture(LeNet5(), torch.rand(1, *SPEC.input_shape))
    assert [(layer.id, layer.label, layer.kind) for layer in captured.layers] == [
        ("input", "Input", "input"),
        ("conv1", "CONV1", "conv2d"),
        ("silu1", "SiLU", "activation"),
        ("pool1", "POOL1", "avg_pool2d"),
        ("conv2", "CONV2", "conv2d"),
        ("silu2", "SiLU", "activation"),
        ("pool2", "POOL2", "avg_pool2d"),
        ("flatten", "Flatten", "flatten"),
        ("fc1", "FC", "linear"),
        ("silu3", "SiLU", "activation"),
        ("fc2", "FC", "linear"),
        ("silu4", "SiLU", "activation"),
        ("fc3", "FC", "linear"),
        ("softmax", "Softmax", "softmax"),
    ]


def test_every_conv2_filter_sees_all_six_maps() -> None:
    assert LeNet5().conv2.weight.shape == (16, 6, 5, 5)


def test_probabilities_are_the_softmax_of_the_logits() -> None:
    model, images = LeNet5().eval(), torch.rand(4, *SPEC.input_shape)
    assert torch.equal(model(images), model.logits(images).softmax(1))
