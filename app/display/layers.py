"""Every layer's maps for one image, and the table of the layers."""

from collections.abc import Collection, Sequence

import numpy as np
from torch import Tensor, nn

from app.display import text
from app.display.colours import Floats, finite_range
from app.display.pictures import legend, picture
from app.display.subject import Subject, not_finite
from app.display.view import View, element, words
from app.inspection import CapturedModule, Layer

MOST_MAPS = 64
"""Feature maps of a layer that are shown; of more, the first so many, and it says so."""
_LARGEST, _SMALLEST = 88, 28
"""Pixels on the screen of the longer side of the model's largest map, and of any."""


def show(
    model: nn.Module | CapturedModule,
    image: Tensor,
    *,
    layers: Collection[str] | None = None,
    classes: Sequence[str] | None = None,
) -> View:
    """Show what every layer makes of an image, with its range and shape, and the prediction.

    Args:
        model: Any module that :func:`app.inspection.capture` takes, or what it returned.
        image: One input, such as (channels, rows, columns).
        layers: The ids of those to show; all without it.
        classes: The name of each output; their numbers without it.

    Raises:
        NotCapturable: The model is no sequence of layers, or the image does not fit it.
        BadInput: There are several images.
        UnknownLayer: There is no layer of such an id.

    """
    subject = Subject.of(model, image)
    captured = subject.captured
    shown = captured.layers if layers is None else tuple(map(captured.layer, layers))
    sides = (max(layer.output_shape[1:]) for layer in captured.layers if _mapped(layer))
    largest = max(sides, default=1)
    reading = _reading(subject, classes)
    parts = [_layer(subject, layer, largest, classes) for layer in shown]
    total = text.many(captured.parameter_count, "parameter")
    head = element("h4", words(reading or total))
    scale = legend("sequential", "each layer’s least number", "its greatest")
    lines = [reading] if reading else []
    lines += [f"{layer.id}: {_facts(subject, layer)}" for layer in shown]
    return View("".join([head, scale, *parts]), "\n".join([*lines, total]))


def show_table(model: nn.Module | CapturedModule, image: Tensor) -> View:
    """Show the layers as a lecture tabulates them: shapes, activation sizes, parameters.

    Args:
        model: As for :func:`show`.
        image: One input; only its shape matters.

    Raises:
        NotCapturable: The model is no sequence of layers, or the image does not fit it.
        BadInput: There are several images.

    """
    captured = Subject.of(model, image).captured
    rows = [
        (row.label, text.shape(row.output_shape), row.activation_size, row.parameter_count)
        for row in captured.table()
    ]
    heads = ("Layer", "Shape (H × W × C)", "Activation size", "Parameters")
    body = [
        element(
            "tr",
            element("th", words(label), scope="row", class_="name"),
            *(element("td", words(cell)) for cell in (shape, f"{size:,}", f"{count:,}")),
        )
        for label, shape, size, count in rows
    ]
    first, *others = heads
    top = [element("th", first, scope="col", class_="name")]
    top += [element("th", words(head), scope="col") for head in others]
    total = f"{captured.parameter_count:,}"
    written = element(
        "table",
        element("thead", element("tr", *top)),
        element("tbody", *body),
        element(
            "tfoot",
            element(
                "tr",
                element("th", "Total", scope="row", class_="name", colspan="3"),
                element("td", total),
            ),
        ),
    )
    lines = [f"{a:<14} {b:>14} {c:>8,} {d:>10,}" for a, b, c, d in rows]
    return View(written, "\n".join([*lines, f"{'Total':<14} {total:>34}"]))


def _mapped(layer: Layer) -> bool:
    return len(layer.output_shape) == 3


def _layer(subject: Subject, layer: Layer, largest: int, classes: Sequence[str] | None) -> str:
    learned = text.many(layer.parameter_count, "parameter")
    caption = element(
        "figcaption",
        element("span", element("b", words(layer.label)), f" {words(layer.id)}"),
        element("span", words(text.shape(layer.output_shape))),
        element("span", words(learned)) if layer.parameter_count else "",
        element("span", words(_range(subject, layer))),
    )
    if _shares(layer):
        body = _bars(subject.values(layer), classes)
    else:
        body = element("div", *_maps(subject, layer, largest), class_="row")
    return element("figure", caption, body)


def _maps(subject: Subject, layer: Layer, largest: int) -> list[str]:
    maps = subject.maps(layer)
    ends = finite_range(maps)
    if not _mapped(layer):
        width = min(720, max(8 * maps.shape[2], 24))
        return [picture(maps[0], ends, "sequential", layer.label, width, 20)]
    rows, columns = maps.shape[1:]
    # Smaller maps are drawn smaller, but never as much as they are: they stay readable.
    side = max(_SMALLEST, _LARGEST * (max(rows, columns) / largest) ** (1 / 3))
    width = max(4, round(side * columns / max(rows, columns)))
    written = [
        picture(values, ends, "sequential", f"{layer.label} feature map {channel}", width)
        for channel, values in enumerate(maps[:MOST_MAPS])
    ]
    if len(maps) > MOST_MAPS:
        written.append(element("p", f"and {len(maps) - MOST_MAPS:,} more of {len(maps):,}"))
    return written


def _shares(layer: Layer) -> bool:
    """Return whether a layer tells the probabilities of classes."""
    return (
        layer.kind == "softmax"
        and layer.hyperparameters.get("function") == "softmax"
        and len(layer.output_shape) == 1
    )


def _bars(values: Floats, classes: Sequence[str] | None) -> str:
    best = int(np.nan_to_num(values, nan=-1).argmax())
    rows = []
    for i, share in enumerate(values[:MOST_MAPS].tolist()):
        percent = 0.0 if np.isnan(share) else 100 * share
        name = words(_name(i, classes))
        bar = element("span", element("i", style=f"width: {percent:.2f}%"), class_="bar")
        rows.append(
            element(
                "tr",
                element("th", element("b", name) if i == best else name, scope="row"),
                element("td", bar, aria_hidden="true"),
                element("td", words(_percent(share))),
            )
        )
    return element("table", element("tbody", *rows))


def _reading(subject: Subject, classes: Sequence[str] | None) -> str:
    """Return what the last layer says, as far as it is one number for each class."""
    last = subject.captured.layers[-1]
    values = subject.values(last)
    if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).any():
        return ""
    best = int(np.where(np.isfinite(values), values, -np.inf).argmax())
    name, greatest = _name(best, classes), float(values[best])
    if last.hyperparameters.get("function") == "log_softmax":
        return f"Prediction: {name} ({_percent(float(np.exp(greatest)))})"
    if _shares(last):
        return f"Prediction: {name} ({_percent(greatest)})"
    return f"Greatest output: {name} ({text.value(greatest)})"


def _name(index: int, classes: Sequence[str] | None) -> str:
    return str(index) if classes is None else classes[index]


def _percent(share: float) -> str:
    return text.value(share) if np.isnan(share) else f"{100 * share:.1f} %"


def _range(subject: Subject, layer: Layer) -> str:
    values = subject.values(layer)
    lost = not_finite(values)
    return text.value_range(finite_range(values)) + (f"; {lost}" if lost else "")


def _facts(subject: Subject, layer: Layer) -> str:
    return f"{layer.label}, {text.shape(layer.output_shape)}, {_range(subject, layer)}"
