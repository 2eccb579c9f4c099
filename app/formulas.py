"""The formulas of the lecture, for the cheat sheet: letters, and an example that is worked out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

_GROUPED = re.compile(r"<mn>([\d,]+)</mn><mo>&#x0002C;</mo><mn>(\d{3})</mn>")


@dataclass(frozen=True)
class Formula:
    """A formula in LaTeX; ``id`` names its message in the catalogues' section ``sheet``."""

    id: str
    letters: str
    example: str = ""


def of_chapters(parameter_counts: Iterable[int]) -> dict[str, tuple[Formula, ...]]:
    """Return each chapter's formulas; the lecture's model has so many parameters a layer."""
    learned = [count for count in parameter_counts if count]
    shared, dense = (5 * 5 * 3 + 1) * 6, 32 * 32 * 3 * 28 * 28 * 6 + 28 * 28 * 6
    return {
        "convolution": (
            Formula(
                "correlation",
                r"S_{i,j} = \sum_{m=0}^{F-1} \sum_{n=0}^{F-1} I_{i+m,j+n} \cdot K_{m,n}",
            ),
            Formula("valid", "W' = W - F + 1", f"5 - 3 + 1 = {5 - 3 + 1}"),
        ),
        "edge-detection": (
            Formula("kernel_vertical", f"K = {_matrix([[1, 0, -1]] * 3)}"),
            Formula("kernel_sobel", f"K = {_matrix([[1, 0, -1], [2, 0, -2], [1, 0, -1]])}"),
            Formula("kernel_scharr", f"K = {_matrix([[3, 0, -3], [10, 0, -10], [3, 0, -3]])}"),
            Formula("kernel_laplacian", f"K = {_matrix([[0, 1, 0], [1, -4, 1], [0, 1, 0]])}"),
            Formula("step", r"3 \cdot 10 \cdot 1 + 3 \cdot 0 \cdot (-1)", f"= {3 * 10}"),
        ),
        "learned-filters": (
            Formula("loss", r"L = \frac{1}{n} \sum_{i=1}^{n} (\hat{y}_i - y_i)^2"),
            Formula(
                "gradient",
                r"\frac{\partial L}{\partial w} = \frac{2}{n} \sum_{i=1}^{n} "
                r"(\hat{y}_i - y_i) \cdot x_i",
            ),
            Formula("update", r"w \leftarrow w - \eta \cdot \frac{\partial L}{\partial w}"),
        ),
        "cross-correlation": (
            Formula("convolution", r"(I * K)_{i,j} = \sum_{m} \sum_{n} I_{i-m,j-n} \cdot K_{m,n}"),
            Formula("flip", "K'_{m,n} = K_{F-1-m,F-1-n}"),
        ),
        "padding": (
            Formula("padded", "W' = W - F + 2P + 1", f"6 - 3 + 2 \\cdot 1 + 1 = {6 - 3 + 2 + 1}"),
            Formula("same", r"P = \frac{F - 1}{2}", f"\\frac{{5 - 1}}{{2}} = {(5 - 1) // 2}"),
        ),
        "stride": (
            Formula(
                "strided",
                r"W' = \left\lfloor \frac{W - F + 2P}{S} \right\rfloor + 1",
                r"\left\lfloor \frac{7 - 3 + 2 \cdot 0}{2} \right\rfloor + 1 = "
                f"{(7 - 3) // 2 + 1}",
            ),
        ),
        "volumes": (
            Formula(
                "volume",
                r"S_{i,j} = \sum_{c=1}^{C} \sum_{m} \sum_{n} I_{c,i+m,j+n} \cdot K_{c,m,n} + b",
            ),
            Formula(
                "filters",
                r"(F \cdot F \cdot C + 1) \cdot N",
                f"(3 \\cdot 3 \\cdot 3 + 1) \\cdot 10 = {(3 * 3 * 3 + 1) * 10}",
            ),
        ),
        "one-layer": (
            Formula("layer", "a = g(w * x + b)"),
            Formula("relu", r"\text{ReLU}(x) = \max(0, x)"),
            Formula("sigmoid", r"\sigma(x) = \frac{1}{1 + e^{-x}}"),
            Formula("tanh", r"\tanh(x) = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}"),
        ),
        "pooling": (
            Formula("max", r"a_{i,j} = \max\limits_{m,n < F} x_{Si+m,Sj+n}"),
            Formula("average", r"a_{i,j} = \frac{1}{F^2} \sum_{m,n < F} x_{Si+m,Sj+n}"),
            Formula(
                "pooled",
                r"W' = \left\lfloor \frac{W - F}{S} \right\rfloor + 1",
                rf"\left\lfloor \frac{{28 - 2}}{{2}} \right\rfloor + 1 = {(28 - 2) // 2 + 1}",
            ),
        ),
        "building-a-network": (
            Formula(
                "multiply_adds",
                r"F \cdot F \cdot C \cdot N \cdot H' \cdot W'",
                f"5 \\cdot 5 \\cdot 1 \\cdot 6 \\cdot 28 \\cdot 28 = {25 * 6 * 28 * 28:,}",
            ),
            Formula("receptive", r"r_l = r_{l-1} + (F_l - 1) \cdot j_{l-1}"),
            Formula("jump", r"j_l = j_{l-1} \cdot S_l"),
            Formula(
                "unrolled",
                r"k = (c \cdot H + i) \cdot W + j",
                f"(39 \\cdot 7 + 6) \\cdot 7 + 6 = {(39 * 7 + 6) * 7 + 6:,}",
            ),
        ),
        "counting-parameters": (
            Formula("filters", r"(F \cdot F \cdot C + 1) \cdot N"),
            Formula(
                "connected",
                r"n_{in} \cdot n_{out} + n_{out}",
                f"84 \\cdot 10 + 10 = {84 * 10 + 10}",
            ),
            Formula("total", " + ".join(f"{count:,}" for count in learned), f"= {sum(learned):,}"),
        ),
        "why-convolutions": (
            Formula(
                "shared",
                r"(F \cdot F \cdot C + 1) \cdot N",
                f"(5 \\cdot 5 \\cdot 3 + 1) \\cdot 6 = {shared}",
            ),
            Formula(
                "dense",
                r"n_{in} \cdot n_{out} + n_{out}",
                rf"{32 * 32 * 3:,} \cdot {28 * 28 * 6:,} + {28 * 28 * 6:,} = {dense:,}",
            ),
            Formula("toeplitz", "y = M x"),
        ),
        "translation": (
            Formula("equivariance", "f(T x) = T f(x)"),
            Formula("invariance", "f(T x) = f(x)"),
            Formula("softmax", r"p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}"),
        ),
    }


def mathml(latex: str) -> Markup:
    """Return LaTeX as a MathML element, numbers with commas between thousands in one piece."""
    from latex2mathml.converter import convert  # of one page alone: the start goes without

    found = convert(latex, display="block")
    while (joined := _GROUPED.sub(r"<mn>\1,\2</mn>", found)) != found:
        found = joined
    return Markup(found)  # noqa: S704 - our own formulas only


def _matrix(rows: Iterable[Iterable[int]]) -> str:
    body = r" \\ ".join(" & ".join(str(number) for number in row) for row in rows)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"
