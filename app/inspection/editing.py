"""Edits of a module, made on a copy: the module that is given stays as it is."""

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from app.errors import BadEdit
from app.inspection.edit import Edit, Randomise, Swap, change, no_layer
from app.inspection.table import arrays
from app.inspection.unit import Array

POOLINGS: dict[str, type[nn.MaxPool2d] | type[nn.AvgPool2d]] = {
    "max_pool2d": nn.MaxPool2d,
    "avg_pool2d": nn.AvgPool2d,
}
ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "silu": nn.SiLU,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "identity": nn.Identity,
}
_KNOWN_ACTIVATIONS = tuple(ACTIVATIONS.values())


def edited(module: nn.Module, edits: Sequence[Edit]) -> nn.Module:
    """Return a copy of a module with these edits made in their order.

    Raises:
        BadEdit: There is no such layer, filter, parameter or number; the layer has no weights
            or cannot be swapped; the value has the wrong shape or is not finite.

    """
    changed = copy.deepcopy(module)
    with torch.no_grad():
        for edit in edits:
            _apply(changed, edit)
    return changed


def _apply(module: nn.Module, edit: Edit) -> None:
    match edit:
        case Randomise():
            _randomise(module, edit.seed)
        case Swap():
            _swap(module, edit)
        case _:
            change(_parameters(_layer(module, edit.layer)), edit)


def _layer(module: nn.Module, layer_id: str) -> nn.Module:
    try:
        return module.get_submodule(layer_id)
    except AttributeError:
        raise no_layer(layer_id) from None


def _parameters(layer: nn.Module) -> dict[str, Array]:
    """Return what can be edited of a layer as arrays that share its memory."""
    found = {name: getattr(layer, name, None) for name in ("weight", "bias")}
    return arrays({name: value for name, value in found.items() if isinstance(value, Tensor)})


def _swap(module: nn.Module, edit: Swap) -> None:
    layer = _layer(module, edit.layer)
    replacement: nn.Module
    if isinstance(layer, (nn.MaxPool2d, nn.AvgPool2d)) and edit.to in POOLINGS:
        replacement = POOLINGS[edit.to](
            layer.kernel_size, layer.stride, layer.padding, ceil_mode=layer.ceil_mode
        )
    elif isinstance(layer, _KNOWN_ACTIVATIONS) and edit.to in ACTIVATIONS:
        replacement = ACTIVATIONS[edit.to]()
    else:
        raise BadEdit(
            f"{edit.layer} cannot become {edit.to!r}.",
            f"A pooling can become {' or '.join(POOLINGS)}, an activation "
            f"{', '.join(ACTIVATIONS)}.",
        )
    module.set_submodule(edit.layer, replacement)


def _randomise(module: nn.Module, seed: int) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for layer in module.modules():
            reset = getattr(layer, "reset_parameters", None)
            if callable(reset):
                reset()
