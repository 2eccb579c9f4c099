"""Which pixels of the input a unit sees.

The arithmetic is that of A. Araujo, W. Norris and J. Sim, "Computing Receptive Fields of
Convolutional Neural Networks", Distill, 2019: a unit sees the hull of what the units of its
window see, so sizes add up from layer to layer and strides multiply.
"""

from dataclasses import dataclass

Pair = tuple[int, int]
"""A value for rows and one for columns, in this order."""


@dataclass(frozen=True)
class SlidingWindow:
    """How the window that a unit reads slides over the layer before.

    Attributes:
        padding: Rows above the layer before, and columns to its left.

    """

    kernel_size: Pair = (1, 1)
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)

    def at(self, row: int, column: int) -> tuple[range, range]:
        """Return the rows and columns that unit (row, column) reads; they may lie outside."""
        return self.along(0, row), self.along(1, column)

    def along(self, axis: int, position: int) -> range:
        """Return the rows (axis 0) or columns (axis 1) that units at ``position`` read."""
        start = position * self.stride[axis] - self.padding[axis]
        step = self.dilation[axis]
        return range(start, start + (self.kernel_size[axis] - 1) * step + 1, step)

    def across(self, axis: int, tap: int, units: int) -> range:
        """Return the rows (axis 0) or columns (axis 1) that a tap of the kernel reads.

        Args:
            axis: 0 for rows, 1 for columns.
            tap: The place in the kernel.
            units: How many positions the window has; for each there is one row or column.

        """
        start, step = tap * self.dilation[axis] - self.padding[axis], self.stride[axis]
        return range(start, start + (units - 1) * step + 1, step)


POINT = SlidingWindow()
"""A unit reads the unit in its place."""


@dataclass(frozen=True)
class ReceptiveField:
    """The pixels of the input that the units of a layer see.

    Attributes:
        size: Rows and columns of one unit's field.
        stride: Pixels from one unit's field to the next one's; 0 where all units share one.
        start: Row and column of the first unit's top left pixel; negative in the padding.

    """

    size: Pair
    stride: Pair
    start: Pair

    def at(self, row: int = 0, column: int = 0, within: Pair | None = None) -> tuple[range, range]:
        """Return the rows and columns of pixels that unit (row, column) sees.

        Args:
            row: The unit's row in its layer; 0 in a layer that is no map.
            column: The unit's column in its layer; 0 in a layer that is no map.
            within: Rows and columns of the input, to leave out what lies in the padding.

        """
        rows, columns = self._along(0, row), self._along(1, column)
        if within is None:
            return rows, columns
        return _clip(rows, within[0]), _clip(columns, within[1])

    def through(self, window: SlidingWindow) -> "ReceptiveField":
        """Return the field of a layer that slides ``window`` over a layer with this field."""
        rows, columns = self._widened(0, window), self._widened(1, window)
        return ReceptiveField(
            size=(rows[0], columns[0]), stride=(rows[1], columns[1]), start=(rows[2], columns[2])
        )

    def _along(self, axis: int, position: int) -> range:
        start = self.start[axis] + position * self.stride[axis]
        return range(start, start + self.size[axis])

    def _widened(self, axis: int, window: SlidingWindow) -> tuple[int, int, int]:
        reach = (window.kernel_size[axis] - 1) * window.dilation[axis]
        return (
            self.size[axis] + reach * self.stride[axis],
            self.stride[axis] * window.stride[axis],
            self.start[axis] - window.padding[axis] * self.stride[axis],
        )


def _clip(positions: range, end: int) -> range:
    return range(max(positions.start, 0), min(positions.stop, end))
