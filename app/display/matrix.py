"""A table of numbers, coloured by size."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from app.display.colours import finite_range, paint
from app.display.pictures import cell
from app.display.view import View, element, words


def show_matrix(
    matrix: npt.ArrayLike, *, rows: str, columns: str, names: Sequence[str] | None = None
) -> View:
    """Show a matrix of counts, such as how often a row's digit was read as a column's.

    Args:
        matrix: (rows, columns) whole numbers; a tensor or nested lists.
        rows: What a row is.
        columns: What a column is.
        names: The name of each row and column; their numbers without it.

    """
    counts = np.asarray(matrix, np.float64)
    colours = paint(counts, finite_range(counts), "sequential")
    heads = [words(str(i) if names is None else names[i]) for i in range(max(counts.shape))]
    body = [
        element(
            "tr",
            element("th", heads[r], scope="row"),
            *(cell(f"{count:,.0f}", colours[r, c]) for c, count in enumerate(row.tolist())),
        )
        for r, row in enumerate(counts)
    ]
    top = element(
        "tr",
        element("th", words(f"{rows} ↓  {columns} →"), scope="col"),
        *(element("th", head, scope="col") for head in heads[: counts.shape[1]]),
    )
    table = element("table", element("thead", top), element("tbody", *body), class_="cells")
    lines = [" ".join(f"{count:6,.0f}" for count in row) for row in counts.tolist()]
    return View(table, "\n".join([f"rows: {rows}; columns: {columns}", *lines]))
