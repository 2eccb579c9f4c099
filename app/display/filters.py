"""What a layer has learned, as pictures."""

from torch import Tensor, nn

from app.display import text
from app.display.colours import Floats, finite_range, symmetric_range
from app.display.pictures import legend, picture
from app.display.subject import Subject, not_finite, numbers
from app.display.view import View, element, words
from app.errors import BadInput
from app.inspection import CapturedModule, Layer

MOST_FILTERS = 64
"""Filters of a layer that are shown, and kernels of a filter; of more, the first so many."""
_KERNEL = 40
"""Pixels on the screen of a kernel's longer side."""
_MATRIX = 720
"""The same of the matrix of a fully connected layer."""


def show_filters(model: nn.Module | CapturedModule, image: Tensor, layer_id: str) -> View:
    """Show a layer's weights on a scale with zero in its middle, and its biases.

    Each filter of a convolution stands before the feature map that it makes of the image. Other
    weights are shown as they are: of a fully connected layer, a row for each unit.

    Args:
        model: Any module that :func:`app.inspection.capture` takes, or what it returned.
        image: One input, such as (channels, rows, columns).
        layer_id: The layer.

    Raises:
        NotCapturable: The model is no sequence of layers, or the image does not fit it.
        UnknownLayer: There is no layer of this id.
        BadInput: It has no weights, or there are several images.

    """
    subject = Subject.of(model, image)
    layer = subject.captured.layer(layer_id)
    weights = {name: numbers(value) for name, value in subject.captured.weights(layer_id).items()}
    if not weights:
        raise BadInput(f"{layer_id} has no weights.", f"Those with: {_others(subject)}.")
    weight, bias = weights.get("weight"), weights.get("bias")
    filters = weight is not None and weight.ndim == 4 and len(layer.output_shape) == 3
    parts = []
    if filters and weight is not None:
        parts.append(_bank(subject, layer, weight, bias))
    else:
        parts += [_matrix(layer, name, value) for name, value in weights.items()]
    lines = [
        f"{layer_id}: {name} {' × '.join(map(str, value.shape))}, "
        f"{text.value_range(finite_range(value))} {not_finite(value)}".rstrip()
        for name, value in weights.items()
    ]
    title = f"{layer.label} ({layer_id}): {text.many(layer.parameter_count, 'parameter')}"
    head = element("h4", words(title)) + "".join(element("p", words(line)) for line in lines)
    reach = symmetric_range(weight if weight is not None else next(iter(weights.values())))
    scale = legend("diverging", text.value(reach[0]), "0", text.value(reach[1]))
    return View(head + scale + "".join(parts), "\n".join([title, *lines]))


def _bank(subject: Subject, layer: Layer, weight: Floats, bias: Floats | None) -> str:
    """Return each filter of a convolution with its map."""
    ends, maps = symmetric_range(weight), subject.maps(layer)
    read = _channels(layer, weight)
    written = []
    for i, stack in enumerate(weight[:MOST_FILTERS]):
        kernels = [
            picture(
                kernel,
                ends,
                "diverging",
                f"{layer.label} filter {i}, channel {read[i] + k}",
                _size(kernel),
            )
            for k, kernel in enumerate(stack[:MOST_FILTERS])
        ]
        if len(stack) > MOST_FILTERS:
            kernels.append(element("span", f"and {len(stack) - MOST_FILTERS:,} more"))
        made = picture(
            maps[i], finite_range(maps), "sequential", f"{layer.label} feature map {i}", 52
        )
        note = f"{i}" if bias is None else f"{i}, bias {text.value(float(bias[i]))}"
        row = element(
            "span", *kernels, element("span", "→", aria_hidden="true"), made, class_="one"
        )
        written.append(element("div", row, element("span", words(note)), class_="tile"))
    if len(weight) > MOST_FILTERS:
        written.append(element("p", f"and {len(weight) - MOST_FILTERS:,} more filters"))
    return element("div", *written, class_="row wide")


def _channels(layer: Layer, weight: Floats) -> list[int]:
    """Return the first channel that each filter reads: not 0 for those of a later group."""
    filters, depth = weight.shape[:2]
    groups = max(1, layer.input_shape[0] // depth)
    return [i * groups // filters * depth for i in range(filters)]


def _matrix(layer: Layer, name: str, value: Floats) -> str:
    rows = value.reshape(value.shape[0] if value.ndim > 1 else 1, -1)
    cell = min(16.0, _MATRIX / max(rows.shape))
    drawn = picture(
        rows,
        symmetric_range(value),
        "diverging",
        f"{layer.label} {name}",
        max(4, round(cell * rows.shape[1])),
        max(8, round(cell * rows.shape[0])),
    )
    caption = element("figcaption", element("b", words(name)), words(_sides(value)))
    return element("figure", caption, element("div", drawn, class_="row"))


def _sides(value: Floats) -> str:
    return " × ".join(f"{side:,}" for side in value.shape) or "1"


def _size(kernel: Floats) -> int:
    rows, columns = kernel.shape
    return max(4, int(_KERNEL * columns / max(rows, columns)))


def _others(subject: Subject) -> str:
    captured = subject.captured
    ids = [layer.id for layer in captured.layers if captured.weights(layer.id)]
    return ", ".join(ids) or "none"
