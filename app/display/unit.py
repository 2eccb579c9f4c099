"""Where one number comes from: the arithmetic of a unit, written out."""

import math
from collections.abc import Callable

import numpy as np
from torch import Tensor, nn

from app.display import text
from app.display.colours import Floats, Range, ScaleName, finite_range, symmetric_range
from app.display.pictures import cells, picture
from app.display.subject import Subject, numbers
from app.display.view import View, element, words
from app.inspection import CapturedModule, UnitExplanation
from app.inspection.unit import Index

MOST_CHANNELS = 16
"""Channels of a sum that are written out, and terms of a flat one: those that weigh most."""
_MOST_CELLS = 81
"""Numbers of a window that are written out; a larger one is shown as pictures."""

Part = tuple[str, str]
"""HTML, and the same in words."""


def show_unit(
    model: nn.Module | CapturedModule, image: Tensor, layer_id: str, index: Index
) -> View:
    """Show the arithmetic of one unit, and that it comes to what torch computed.

    Args:
        model: Any module that :func:`app.inspection.capture` takes, or what it returned.
        image: One input, such as (channels, rows, columns).
        layer_id: The unit's layer.
        index: Channel, row and column in a map, the channel alone in a vector.

    Raises:
        NotCapturable: The model is no sequence of layers, or the image does not fit it.
        BadInput: There are several images.
        UnknownLayer: There is no layer of this id.
        OutsideLayer: The layer has no such unit.
        NotExplained: The arithmetic of the layer is not known.

    """
    subject = Subject.of(model, image)
    layer = subject.captured.layer(layer_id)
    explained = subject.captured.explain_unit(layer_id, subject.trace, index)
    title = f"{layer.label} ({layer_id}), {text.place(index)}"
    source = subject.trace[explained.source_id or layer_id]
    body, line = _WRITERS[explained.operation](explained, finite_range(numbers(source)))
    where = _window(explained)
    head = element("h4", words(title)) + (element("p", words(where)) if where else "")
    return View(head + body, "\n".join(filter(None, [title, where, line])))


def _window(explained: UnitExplanation) -> str:
    """Return what is read, in words."""
    window = explained.window
    if window is None:
        return ""
    spans = [span for span in (window.channels, window.rows, window.columns) if span is not None]
    nouns = {1: ("unit",), 3: ("channel", "row", "column")}.get(len(spans), ("row", "unit"))
    named = [f"{noun}{_span(span)}" for noun, span in zip(nouns, spans, strict=True)]
    return f"It reads {explained.source_id}: {', '.join(named)}."


def _span(span: range) -> str:
    if len(span) == 1:
        return f" {span[0]}"
    step = "" if span.step == 1 else f" in steps of {span.step}"
    return f"s {span[0]} to {span[-1]}{step}".replace("-", "−")


def _weighted_sum(explained: UnitExplanation, ends: Range) -> Part:
    if explained.kernel is None or explained.products is None:
        raise AssertionError  # a weighted sum has both
    patch, kernel, products = map(numbers, (explained.patch, explained.kernel, explained.products))
    write = _channels if patch.ndim == 3 else _terms
    total = float(products.sum())
    terms = f"sum of {text.many(products.size, 'product')} {text.fixed(total)}"
    if explained.bias is not None:
        sign = "−" if explained.bias < 0 else "+"
        terms += f" {sign} {text.fixed(abs(explained.bias))} (bias)"
        total += explained.bias
    line = f"{terms} = {text.fixed(total)}; torch computed {text.fixed(explained.result)}."
    return write(patch, kernel, products, explained, ends) + element(
        "p", element("b", words(line))
    ), line


def _channels(
    patch: Floats, kernel: Floats, products: Floats, explained: UnitExplanation, ends: Range
) -> str:
    """Write a line for each channel that is read: patch × kernel = products, and their sum."""
    sums = products.sum((1, 2))
    shown = np.sort(np.argsort(-np.abs(sums), kind="stable")[:MOST_CHANNELS])
    weights, made = symmetric_range(kernel), symmetric_range(products)
    first = explained.window.channels[0] if explained.window else 0
    written = []
    for c in shown.tolist():
        parts = [
            _grid(patch[c], ends, "sequential", f"patch of channel {first + c}"),
            "×",
            _grid(kernel[c], weights, "diverging", f"kernel of channel {first + c}"),
            "=",
            _grid(products[c], made, "diverging", f"products of channel {first + c}"),
        ]
        caption = element(
            "figcaption",
            element("b", f"channel {first + c}"),
            element("span", words(f"sum {text.fixed(float(sums[c]))}")),
        )
        row = element("div", *parts, class_="row")
        written.append(element("figure", caption, row, class_="sum"))
    rest = np.delete(sums, shown)
    if rest.size:
        written.append(_rest(rest, "channel"))
    return "".join(written)


def _grid(
    values: Floats,
    ends: Range,
    scale: ScaleName,
    label: str,
    winner: tuple[int, int] | None = None,
) -> str:
    if values.size > _MOST_CELLS:
        return picture(values, ends, scale, label, 180)
    return cells(values, ends, scale, label, winner)


def _terms(
    patch: Floats, kernel: Floats, products: Floats, explained: UnitExplanation, ends: Range
) -> str:
    """Write the products that weigh most; all of them as strips."""
    width = min(720, max(24, 8 * products.size))
    strips = [
        _strip("input", picture(patch[None], ends, "sequential", "input", width, 16)),
        _strip(
            "weights",
            picture(kernel[None], symmetric_range(kernel), "diverging", "weights", width, 16),
        ),
        _strip(
            "products",
            picture(products[None], symmetric_range(products), "diverging", "products", width, 16),
        ),
    ]
    shown = np.argsort(-np.abs(products), kind="stable")[:MOST_CHANNELS]
    rows = [
        element(
            "tr",
            element("th", f"{i}", scope="row"),
            *(element("td", words(text.fixed(float(x[i])))) for x in (patch, kernel, products)),
        )
        for i in shown.tolist()
    ]
    heads = ("unit", "input", "× weight", "= product")
    table = element(
        "table",
        element("thead", element("tr", *(element("th", words(h), scope="col") for h in heads))),
        element("tbody", *rows),
    )
    rest = np.delete(products, shown)
    return "".join([*strips, table, _rest(rest, "product") if rest.size else ""])


def _strip(name: str, drawn: str) -> str:
    caption = element("figcaption", element("b", name))
    return element("figure", caption, element("div", drawn, class_="row"))


def _rest(rest: Floats, noun: str) -> str:
    together = text.fixed(float(rest.sum()))
    return element("p", words(f"The other {text.many(rest.size, noun)} together: {together}"))


def _maximum(explained: UnitExplanation, ends: Range) -> Part:
    patch = numbers(explained.patch)[0]
    at = divmod(int(patch.argmax()), patch.shape[1])
    line = f"The greatest of {text.many(patch.size, 'number')} is {text.fixed(explained.result)}"
    line += f", at {text.place(explained.winner)}." if explained.winner else "."
    grid = _grid(patch, ends, "sequential", "the window that is read", at)
    return element("div", grid, class_="row") + element("p", element("b", words(line))), line


def _function(explained: UnitExplanation, _: Range) -> Part:
    read = text.fixed(explained.patch.item())
    return _sentence(f"{explained.function}({read}) = {text.fixed(explained.result)}")


def _copy(explained: UnitExplanation, _: Range) -> Part:
    if explained.window is None:
        return _sentence(f"It is given: {text.fixed(explained.result)}")
    return _sentence(f"It is the number there: {text.fixed(explained.result)}")


def _sentence(line: str) -> Part:
    return element("p", element("b", words(line))), line


def _softmax(explained: UnitExplanation, _: Range) -> Part:
    if explained.exponentials is None or explained.total is None or explained.shift is None:
        raise AssertionError  # a softmax has all of them
    patch, exponentials = (
        numbers(x).reshape(-1) for x in (explained.patch, explained.exponentials)
    )
    shown = np.sort(np.argsort(-exponentials, kind="stable")[:MOST_CHANNELS])
    heads = ("", "z", f"e^(z − {text.value(explained.shift)})", "share")
    rows = [
        element(
            "tr",
            element("th", f"{i}", scope="row"),
            element("td", words(text.fixed(float(patch[i])))),
            element("td", words(text.fixed(float(exponentials[i])))),
            element("td", words(text.fixed(float(exponentials[i]) / explained.total))),
        )
        for i in shown.tolist()
    ]
    own = _own(explained, patch)
    share = f"{text.fixed(float(exponentials[own]))} ÷ {text.fixed(explained.total)} (sum of all)"
    found = float(exponentials[own]) / explained.total
    if explained.function == "log_softmax":
        share = f"log({share})"
        found = float(patch[own]) - explained.shift - math.log(explained.total)
    line = f"{share} = {text.fixed(found)}; torch computed {text.fixed(explained.result)}."
    table = element(
        "table",
        element("thead", element("tr", *(element("th", words(h), scope="col") for h in heads))),
        element("tbody", *rows),
    )
    rest = np.delete(exponentials, shown)
    more = _rest(rest, "exponential") if rest.size else ""
    return table + more + element("p", element("b", words(line))), line


def _own(explained: UnitExplanation, patch: Floats) -> int:
    """Return the unit's own place among those that share one whole."""
    window = explained.window
    if window is None:
        return 0
    spans = (window.channels, window.rows, window.columns)
    pairs = zip(spans, explained.index, strict=False)
    places = [i - span[0] for span, i in pairs if span is not None and len(span) == patch.size]
    return places[0] if places else 0


_WRITERS: dict[str, Callable[[UnitExplanation, Range], Part]] = {
    "weighted_sum": _weighted_sum,
    "maximum": _maximum,
    "function": _function,
    "softmax": _softmax,
    "copy": _copy,
}
