"""What is known of a network's layers, as JSON: without their weights, which lie elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import orjson

from app.errors import NotPortable
from app.inspection import unit
from app.inspection.description import Description
from app.inspection.layer import Layer
from app.inspection.receptive import ReceptiveField, SlidingWindow
from app.inspection.unit import Arithmetic, Array, Explain

_EXPLAIN: dict[str, Callable[..., Arithmetic]] = {
    function.__name__: function
    for function in (
        *(unit.convolution, unit.linear, unit.average, unit.adaptive_average, unit.batch_norm),
        *(unit.maximum, unit.function, unit.softmax, unit.given, unit.copy),
    )
}
Described = Sequence[tuple[Layer, Description]]


def dump(described: Described, weights: Mapping[str, Array]) -> list[dict[str, Any]]:
    """Return layers and what the table says of them as what JSON knows.

    Args:
        described: As it was captured.
        weights: The module's own, by name; what shares memory with one is told by its name.

    Raises:
        NotPortable: A layer is explained with numbers that were computed from the weights.

    """
    names = {_place(value): name for name, value in weights.items()}
    return [
        {
            "layer": orjson.loads(orjson.dumps(layer)),
            "weights": {name: _name(names, layer, v) for name, v in description.weights.items()},
            "explain": _dump_explain(names, layer, description.explain),
        }
        for layer, description in described
    ]


def load(told: Sequence[Mapping[str, Any]], weights: Mapping[str, Array]) -> Described:
    """Return what :func:`dump` was given, about these weights.

    Raises:
        LookupError, TypeError: Something is missing, or of another kind.

    """
    return [_load_one(one, weights) for one in told]


def keys(told: Sequence[Mapping[str, Any]], layer_id: str) -> dict[str, str] | None:
    """Return the names that a layer's weight and bias have in the module; None without a layer."""
    return next((one["weights"] for one in told if one["layer"]["id"] == layer_id), None)


def _load_one(told: Mapping[str, Any], weights: Mapping[str, Array]) -> tuple[Layer, Description]:
    fields = {name: _tuples(value) for name, value in told["layer"].items()}
    field = fields.pop("receptive_field")
    reads = fields.pop("reads")
    layer = Layer(
        **fields,
        receptive_field=None if field is None else ReceptiveField(**field),
        reads=SlidingWindow(**reads) if isinstance(reads, dict) else reads,
    )
    return layer, Description(
        layer.kind,
        layer.label,
        layer.hyperparameters,
        weights={name: weights[key] for name, key in told["weights"].items()},
        multiply_adds=layer.multiply_adds,
        reads=layer.reads,
        explain=_load_explain(told["explain"], weights),
    )


def _dump_explain(
    names: Mapping[Any, str], layer: Layer, explain: Explain | None
) -> dict[str, Any] | None:
    if explain is None:
        return None
    function, keywords = (
        (explain.func, explain.keywords) if isinstance(explain, partial) else (explain, {})
    )
    arrays = {k: _name(names, layer, v) for k, v in keywords.items() if hasattr(v, "__array__")}
    windows = {k: vars(v) for k, v in keywords.items() if isinstance(v, SlidingWindow)}
    plain = {k: v for k, v in keywords.items() if k not in arrays and k not in windows}
    return {
        "function": function.__name__,
        "arrays": arrays,
        "windows": windows,
        "plain": plain,
    }


def _load_explain(told: Mapping[str, Any] | None, weights: Mapping[str, Array]) -> Explain | None:
    if told is None:
        return None
    return partial(
        _EXPLAIN[told["function"]],
        **{name: weights[key] for name, key in told["arrays"].items()},
        **{name: SlidingWindow(**_tuples(window)) for name, window in told["windows"].items()},
        **_tuples(told["plain"]),
    )


def _name(names: Mapping[Any, str], layer: Layer, value: Array) -> str:
    try:
        return names[_place(value)]
    except KeyError:
        raise NotPortable(
            f"What {layer.id} ({layer.label}) does is told by numbers that are no weights."
        ) from None


def _place(value: Array) -> tuple[Any, ...]:
    return value.__array_interface__["data"], value.shape, value.strides


def _tuples(value: Any) -> Any:
    """Return JSON's lists as the tuples that they were."""
    if isinstance(value, dict):
        return {name: _tuples(one) for name, one in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
