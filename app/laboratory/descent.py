"""A kernel found by gradient descent, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import BadInput
from app.inspection.receptive import Pair
from app.laboratory import slide
from app.laboratory.budget import Budget
from app.lazy import functional, torch

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Descent:
    """The way of a kernel to the one that is looked for.

    Attributes:
        losses: The mean squared error before the first step and after each.
        kernels: (len(losses), h, w), the kernel at each of them.
        gradients: (len(losses), h, w), how the loss changes with each number of it.
        output: (H', W'), what the last kernel makes of the input.
        target: (H', W'), what it should make of it.
        diverged: Whether the loss grew beyond what float32 holds; then only what was before
            stands here.

    """

    losses: Tensor
    kernels: Tensor
    gradients: Tensor
    output: Tensor
    target: Tensor
    diverged: bool


def descend(
    image: Tensor,
    kernel: Tensor,
    *,
    target: Tensor | None = None,
    target_kernel: Tensor | None = None,
    learning_rate: float,
    steps: int,
    padding: Pair = (0, 0),
    budget: Budget,
) -> Descent:
    """Change a kernel, step by step, so that it makes a target of an input.

    Plain gradient descent: each step takes ``learning_rate`` times the gradient away from the
    kernel. The loss is the mean of the squared differences of output and target, and autograd
    gives its gradient; the kernel is all that is learned.

    Args:
        image: (H, W).
        kernel: (h, w), where it starts.
        target: (H', W'); or
        target_kernel: (h, w), the kernel whose output is the target.
        learning_rate: How far a step goes.
        steps: How many there are.
        padding: Zeros around the input.
        budget: The most that may be asked for.

    Raises:
        BadInput: Sizes do not fit each other, or not one of the targets is given.
        TooLarge: It would take more than the budget.

    """
    rows, columns = slide.slides(_pair(image), _pair(kernel), padding=padding)
    units = rows.count * columns.count
    budget.check_cells("padded input", rows.padded * columns.padded)
    budget.check_cells("kernels of all steps", (steps + 1) * kernel.numel())
    # Once for the output and once for the gradient.
    budget.check_multiply_adds((steps + 1) * 2 * kernel.numel() * units)
    if (target is None) == (target_kernel is None):
        raise BadInput(
            "There must be one of target and target_kernel.",
            "Send target_kernel to aim at what it makes of the input, or target to aim at "
            f"{slide.by((rows.count, columns.count))} numbers of your own.",
        )
    if target_kernel is not None and target_kernel.shape != kernel.shape:
        raise BadInput(
            f"The kernel has {slide.by(_pair(kernel))} cells, target_kernel "
            f"{slide.by(_pair(target_kernel))}.",
            "Give both one shape.",
        )
    padded = functional.pad(image, (padding[1], padding[1], padding[0], padding[0]))[None, None]
    if target_kernel is not None:
        target = functional.conv2d(padded, target_kernel[None, None])[0, 0]
    assert target is not None  # noqa: S101 - one of the two is there
    if target.shape != (rows.count, columns.count):
        raise BadInput(
            f"The target has {slide.by(_pair(target))} cells; the output will have "
            f"{slide.by((rows.count, columns.count))}.",
            "Send a target of the output's size, or change the padding.",
        )
    return _descend(padded, target, kernel, learning_rate, steps)


def _descend(
    padded: Tensor, target: Tensor, kernel: Tensor, learning_rate: float, steps: int
) -> Descent:
    losses: list[float] = []
    kernels: list[Tensor] = []
    gradients: list[Tensor] = []
    output = target
    diverged = False
    for _ in range(steps + 1):
        leaf = kernel.clone().requires_grad_()
        made = functional.conv2d(padded, leaf[None, None])[0, 0]
        loss = functional.mse_loss(made, target)
        (gradient,) = torch.autograd.grad(loss, leaf)
        diverged = not loss.item() <= torch.finfo(torch.float32).max
        if diverged:
            break
        output = made.detach()
        losses.append(loss.item())
        kernels.append(kernel)
        gradients.append(gradient)
        kernel = kernel - learning_rate * gradient
    return Descent(
        losses=torch.tensor(losses, dtype=torch.float64),
        kernels=torch.stack(kernels),
        gradients=torch.stack(gradients),
        output=output,
        target=target,
        diverged=diverged,
    )


def _pair(tensor: Tensor) -> Pair:
    rows, columns = tensor.shape
    return rows, columns
