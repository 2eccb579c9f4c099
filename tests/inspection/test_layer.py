from app.inspection import capture
from tests.inspection.zoo import build


def test_what_only_reshapes_or_bends_joins_the_row_before() -> None:
    rows = capture(*build("nested")).table()
    assert [(row.label, len(row.layer_ids)) for row in rows] == [
        ("Input", 1),
        ("CONV1", 5),
        ("POOL1", 2),
        ("FC + Softmax", 3),
    ]
    assert rows[1].layer_ids == tuple(f"features.{i}" for i in ("0.0", "0.1", "0.2", "1.0", "1.1"))
    assert rows[1].parameter_count == 3 * 9 + 3 + 2 * 3
    assert rows[2].output_shape == (3, 5, 5)


def test_every_layer_is_in_one_row() -> None:
    captured = capture(*build("functional_weights"))
    ids = [i for row in captured.table() for i in row.layer_ids]
    assert ids == [layer.id for layer in captured.layers]


def test_a_module_used_twice_is_two_layers_and_counts_once() -> None:
    layers = {layer.id: layer for layer in capture(*build("reused")).layers}
    assert list(layers) == ["input", "conv", "relu", "pool", "conv-2", "relu-2", "pool-2"]
    assert layers["conv"].parameter_count == 2 * 2 * 9 + 2
    assert layers["conv-2"].parameter_count == 0
    assert [layer.label for layer in layers.values()] == [
        *("Input", "CONV1", "ReLU", "POOL1", "CONV2", "ReLU", "POOL2")
    ]


def test_names_that_no_url_could_hold_are_replaced() -> None:
    ids = [layer.id for layer in capture(*build("odd_names")).layers]
    assert ids == ["input", "input-2", "a_b_c", "a_b_c-2", "_"]
