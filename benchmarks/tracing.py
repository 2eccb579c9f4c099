"""One digit, all activations: the captured graph against a plain forward pass and hooks."""

import torch
from torch import Tensor, nn

from app.inspection import capture
from app.models.lenet5 import LeNet5
from benchmarks.measure import ROUNDS, Row, compare, ratios


def run(rounds: int = ROUNDS) -> list[Row]:
    """Time a trace of one digit; timed is the call alone, the input is ready."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    module = LeNet5().eval()
    image = torch.rand(1, 1, 32, 32)
    captured = capture(module, image)

    def plain() -> Tensor:
        with torch.inference_mode():
            probabilities: Tensor = module(image)
            return probabilities

    def hooks() -> dict[str, Tensor]:
        found: dict[str, Tensor] = {}

        def keep(name: str) -> object:
            def hook(_layer: nn.Module, _inputs: object, output: Tensor) -> None:
                found[name] = output

            return hook

        handles = [
            layer.register_forward_hook(keep(name))  # type: ignore[arg-type]
            for name, layer in module.named_children()
        ]
        plain()
        for handle in handles:
            handle.remove()
        return found

    traced = captured.trace(image)
    hooked = hooks()
    assert hooked.keys() == traced.keys() - {"input"}
    assert all(torch.equal(traced[name], hooked[name]) for name in hooked)
    measured = compare(
        {
            "plain forward pass": plain,
            "trace": lambda: captured.trace(image),
            "forward hooks": hooks,
        },
        calls=200,
        rounds=rounds,
    )
    return ratios(measured)
