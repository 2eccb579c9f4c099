"""Which units a unit depends on, and which depend on it, through all layers.

A region is a block of units: a range of channels, of rows and of columns. Going from layer to
layer, it is the hull of the windows of the units in it, as in :mod:`.receptive`: what matters is
in it, and here and there, such as between the taps of a dilated kernel, what does not.
"""

from collections.abc import Iterable, Iterator, Sequence

from app.inspection.description import Description
from app.inspection.layer import Layer, Shape
from app.inspection.receptive import SlidingWindow
from app.inspection.unit import Window

Described = Sequence[tuple[Layer, Description]]


def backward(described: Described, region: Window) -> Iterator[tuple[str, Window]]:
    """Yield what a region of the last layer depends on, layer by layer towards the input.

    It ends early at a layer whose operation is not in the table, and where the region lies in
    the padding.
    """
    for layer, description in reversed(described):
        yield layer.id, region
        found = _read(layer, description, region) if layer.input_ids else None
        if found is None or not all(_spans(found)):
            return
        region = found


def forward(described: Described, region: Window) -> Iterator[tuple[str, Window]]:
    """Yield what depends on a region of the first layer, layer by layer towards the output.

    It ends early at a layer whose operation is not in the table, and where pooling drops the
    rows or columns that are all of the region.
    """
    (first, _), *later = described
    yield first.id, region
    for layer, description in later:
        found = _reached(layer, description, region)
        if found is None or not all(_spans(found)):
            return
        region = found
        yield layer.id, region


def _read(layer: Layer, description: Description, region: Window) -> Window | None:
    """Return the region of the layer before that a region reads."""
    reads = description.reads
    if isinstance(reads, SlidingWindow):
        channels = _share(region.channels, *_groups(layer))
        if region.rows is None or region.columns is None:
            return Window(channels)
        spans = [
            _clip(_hull(reads, axis, span), layer.input_shape[axis + 1])
            for axis, span in enumerate((region.rows, region.columns))
        ]
        return Window(channels, *spans)
    if layer.kind == "flatten":
        return _unflattened(region.channels, layer.input_shape)
    return _all(layer, layer.input_shape, region) if reads == "all" else None


def _reached(layer: Layer, description: Description, region: Window) -> Window | None:
    """Return the region of a layer that reads from a region of the layer before."""
    reads = description.reads
    if isinstance(reads, SlidingWindow):
        inputs, outputs = _groups(layer)
        channels = _share(region.channels, outputs, inputs)
        if region.rows is None or region.columns is None:
            return Window(channels)
        spans = [
            _clip(_readers(reads, axis, span), layer.output_shape[axis + 1])
            for axis, span in enumerate((region.rows, region.columns))
        ]
        return Window(channels, *spans)
    if layer.kind == "flatten":
        corners = [[span[end] for span in _spans(region)] for end in (0, -1)]
        first, last = (_ravel(corner, layer.input_shape) for corner in corners)
        return Window(range(first, last + 1))
    return _all(layer, layer.output_shape, region) if reads == "all" else None


def _groups(layer: Layer) -> tuple[int, int]:
    """Return how many channels belong together where a layer reads and where it writes."""
    if layer.kind == "softmax":
        return layer.input_shape[0], layer.output_shape[0]
    if layer.kind != "conv2d":
        return 1, 1
    groups = layer.hyperparameters["groups"]
    assert isinstance(groups, int)  # noqa: S101 - the table says so
    return layer.input_shape[0] // groups, layer.output_shape[0] // groups


def _share(channels: range, wanted: int, given: int) -> range:
    """Return the channels of the groups that ``channels`` lie in, ``given`` to a group."""
    return range(channels[0] // given * wanted, (channels[-1] // given + 1) * wanted)


def _hull(window: SlidingWindow, axis: int, span: range) -> range:
    first, last = (window.along(axis, position) for position in (span[0], span[-1]))
    return range(first[0], last[-1] + 1)


def _readers(window: SlidingWindow, axis: int, span: range) -> range:
    reach = (window.kernel_size[axis] - 1) * window.dilation[axis]
    stride, padding = window.stride[axis], window.padding[axis]
    first = -((reach - padding - span[0]) // stride)
    return range(first, (span[-1] + padding) // stride + 1)


def _clip(span: range, size: int) -> range:
    return range(max(span.start, 0), min(span.stop, size))


def _unflattened(span: range, shape: Shape) -> Window:
    """Return the hull of the units that a range of a flattened layer came from."""
    spans: list[range] = []
    start, stop = span.start, span.stop - 1
    for size in reversed(shape):
        # Once a range runs over the end of a row it covers, with its hull, all of the row.
        whole = start // size != stop // size
        spans.append(range(size) if whole else range(start % size, stop % size + 1))
        start, stop = start // size, stop // size
    return Window(*reversed(spans))


def _ravel(index: Iterable[int], shape: Shape) -> int:
    place = 0
    for position, size in zip(index, shape, strict=True):
        place = place * size + position
    return place


def _all(layer: Layer, shape: Shape, region: Window) -> Window | None:
    """Return all of a layer; of a pooling, all of the maps that the region is in."""
    if len(shape) > 3:
        return None
    channels, *others = map(range, shape)
    return Window(region.channels if layer.kind == "adaptive_avg_pool2d" else channels, *others)


def _spans(region: Window) -> list[range]:
    return [span for span in (region.channels, region.rows, region.columns) if span is not None]
