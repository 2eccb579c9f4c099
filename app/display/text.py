"""Numbers and shapes as people read them, as on the page (``static/js/text.js``)."""

import math
from collections.abc import Sequence

from app.display.colours import Range

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def value(number: float) -> str:
    """Return a measured number to three digits, with a true minus sign."""
    if not math.isfinite(number):
        return _not_finite(number)
    if number == 0:
        return "0"
    if abs(number) < 1e-4:
        return _power(number)
    exponent = int(f"{number:.2e}".partition("e")[2])
    return f"{round(number, 2 - exponent):,.{max(0, 2 - exponent)}f}".replace("-", "−")


def fixed(number: float) -> str:
    """Return one of a sum, to as many digits after the point as all of them."""
    if not math.isfinite(number):
        return _not_finite(number)
    if number != 0 and not 0.001 <= abs(number) < 10000:
        return _power(number)
    return f"{number:.4f}".replace("-", "−")


def short(number: float) -> str:
    """Return a number for a narrow cell: three digits after the point, or in all."""
    if not 0 < abs(number) < 10:
        return value(number)
    return f"{round(number, 3) + 0.0:.3f}".replace("-", "−")  # + 0.0: no minus before zero


def value_range(ends: Range) -> str:
    """Return a range in words."""
    return f"{value(ends[0])} … {value(ends[1])}"


def shape(sizes: Sequence[int]) -> str:
    """Return a channels-first shape as the lecture writes it: height × width × channels."""
    return " × ".join(f"{size:,}" for size in (*sizes[1:], *sizes[:1])) or "1"


def many(number: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def place(index: Sequence[int]) -> str:
    """Return where a unit is in its layer."""
    if len(index) == 3:
        return "channel {}, row {}, column {}".format(*index)
    return "unit " + ", ".join(map(str, index))


def _power(number: float) -> str:
    mantissa, exponent = f"{number:.2e}".split("e")
    return f"{mantissa} × 10{str(int(exponent)).translate(_RAISED)}".replace("-", "−")


def _not_finite(number: float) -> str:
    return "not a number" if math.isnan(number) else "∞" if number > 0 else "−∞"
