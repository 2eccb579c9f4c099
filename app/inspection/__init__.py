"""See inside any sequential ``nn.Module``: its layers, its activations, their arithmetic.

::

    captured = capture(module, example_input)   # torch.fx writes down every operation
    captured.layers                             # what they are, from a table
    trace = captured.trace(x)                   # every activation in one call
    captured.explain_unit("conv1", trace, (0, 3, 4))
    gradients = captured.gradients(x, target=7)
    captured.explain_gradient("conv1", gradients, "weight", (0, 0, 2, 3))

========================  ==================================================================
:mod:`.graph`             module to sequence of operations; what is none is refused
:mod:`.table`             the table of operations, and how an entry is looked up
:mod:`.windows`           its entries for convolution and pooling
:mod:`.activations`       its entries for activation functions
:mod:`.operations`        its entries for all other operations
:mod:`.description`       what an entry says
:mod:`.layer`             the facts of a layer; the lecture's table
:mod:`.receptive`         sliding windows and receptive fields
:mod:`.region`            what a unit depends on, and what depends on it
:mod:`.unit`              the arithmetic of one unit
:mod:`.gradient`          the arithmetic of the gradient of one weight or bias
:mod:`.backpropagation`   the gradients of all numbers of a module, for one input
:mod:`.edit`              changes to a network; those of numbers
:mod:`.editing`           a copy of a module with some numbers or layers changed
:mod:`.distance`          how far two traces lie apart
:mod:`.capturing`         ties these together
:mod:`.snapshot`          what capture learned, as far as it needs no torch
:mod:`.captured`          what capture returns: that, and torch to run it
========================  ==================================================================
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from app.inspection.distance import Distance, distances
from app.inspection.edit import Edit
from app.inspection.layer import Layer, Row
from app.inspection.receptive import ReceptiveField
from app.inspection.snapshot import Snapshot
from app.inspection.unit import UnitExplanation, Window

if TYPE_CHECKING:
    from app.inspection.backpropagation import GradientExplanation, Gradients
    from app.inspection.captured import CapturedModule
    from app.inspection.capturing import capture
    from app.inspection.editing import edited

_OF_TORCH = {
    "CapturedModule": "captured",
    "GradientExplanation": "backpropagation",
    "Gradients": "backpropagation",
    "capture": "capturing",
    "edited": "editing",
}
"""What needs torch, which is imported with the first of them that is asked for."""

__all__ = [
    "CapturedModule",
    "Distance",
    "Edit",
    "GradientExplanation",
    "Gradients",
    "Layer",
    "ReceptiveField",
    "Row",
    "Snapshot",
    "UnitExplanation",
    "Window",
    "capture",
    "distances",
    "edited",
]


def __getattr__(name: str) -> Any:
    """Return what needs torch (PEP 562)."""
    if name not in _OF_TORCH:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_OF_TORCH[name]}"), name)
