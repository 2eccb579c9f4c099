"""What a client says over the live socket, and the drawing that it adds up to."""

from typing import Any

from pydantic import Field

from app.errors import BadInput
from app.requests import Drawing, Edited, Point
from app.values import Whole

BLANK = Drawing.model_validate({"strokes": []})
"""What a socket begins with: no stroke, and the model as it is."""
_WHOLE = "Begin anew: reset, with the whole drawing."


class Change(Drawing):
    """One message of the live socket: what is new. A field that is not given stays as it was."""

    reset: bool = Field(
        False, description="Forget all that was said before; the rest of the message comes after."
    )
    keep: Whole | None = Field(
        None, ge=0, description="Keep only so many strokes, the first ones; all if not given."
    )
    extend: list[Point] = Field([], description="Points to append to the last of those strokes.")
    strokes: list[list[Point]] | None = Field(
        None, description="Strokes to draw after them; they and pixels take each other's place."
    )


def changed(drawing: Drawing, change: Change) -> Drawing:
    """Return what a drawing is after a change; neither of the two changes.

    Raises:
        BadInput: The change does not fit the drawing.

    """
    before = BLANK if change.reset else drawing
    said = change.model_fields_set
    kept = (Edited.model_fields | Drawing.model_fields).keys() - {"strokes"}
    update: dict[str, Any] = {name: getattr(change, name) for name in said & kept}
    if said & {"keep", "extend", "strokes"}:
        if change.pixels is not None:
            raise BadInput("The message has strokes and pixels.", "Send one of them.")
        update["pixels"] = None
        update["strokes"] = _strokes(before.strokes or [], change)
    elif change.pixels is not None:
        update["strokes"] = None
    elif "pixels" in said:
        update["strokes"] = before.strokes or []
    return before.model_copy(update=update)


def _strokes(before: list[list[Point]], change: Change) -> list[list[Point]]:
    count = len(before) if change.keep is None else change.keep
    if count > len(before):
        raise BadInput(f"keep: {count:,} of {len(before):,} strokes cannot be kept.", _WHOLE)
    strokes = before[:count]
    if change.extend:
        if not strokes:
            raise BadInput("extend: there is no stroke to append to.", _WHOLE)
        strokes[-1] = [*strokes[-1], *change.extend]
    return strokes + (change.strokes or [])
