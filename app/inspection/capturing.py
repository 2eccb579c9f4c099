"""From a module to its captured layers."""

import copy
import itertools
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.fx.node import map_arg

from app.errors import NotCapturable
from app.inspection import activations, operations, unit, windows  # noqa: F401 - they fill the table
from app.inspection.captured import CapturedModule
from app.inspection.description import Description
from app.inspection.graph import Step, forget_source, name_of, straighten, trace
from app.inspection.layer import Layer, Shape
from app.inspection.receptive import POINT, ReceptiveField, SlidingWindow
from app.inspection.table import Call, describe_call, describe_module


def capture(module: nn.Module, example_input: Tensor) -> CapturedModule:
    """Capture a module that is a sequence of layers.

    A copy of the module in eval mode is captured: the module is left as it is, and what
    happens to it later does not show. torch.fx patches torch while it traces, so capture
    before other threads run modules.

    Args:
        module: Every operation that its output depends on becomes a layer.
        example_input: An input of the right shape, with the batch dimension. On the meta
            device, as the module then must be, nothing is computed: layers are described, but
            have no numbers to trace or explain.

    Raises:
        NotCapturable: The module is no sequence of layers, or the example does not fit.

    """
    # Tensors made in inference mode would not tell which operations work in place.
    with torch.inference_mode(mode=False), torch.no_grad():
        module = _copy(module)
        traced = trace(module)
        values, steps = straighten(traced, example_input)
        described = list(_describe(traced, values, steps))
        _record(traced, steps)
        _check_faithful(module, traced, example_input)
    return CapturedModule(described, traced)


def _copy(module: nn.Module) -> nn.Module:
    try:
        return copy.deepcopy(module).eval()
    except Exception as error:  # a module can hold anything, locks and open files included
        raise NotCapturable(
            f"{type(module).__name__} cannot be copied: {error}.",
            "Keep in it only what copy.deepcopy can copy.",
        ) from error


def _describe(
    traced: fx.GraphModule, values: dict[fx.Node, Any], steps: list[Step]
) -> Iterator[tuple[Layer, Description]]:
    """Yield the facts of each layer, and what the table says of its operation."""
    nodes = {step.node for step in steps}
    ids: list[str] = []
    numbers: Counter[str] = Counter()
    counted: set[int] = set()
    image = _shape(steps[0])
    field = ReceptiveField((1, 1), (1, 1), (0, 0)) if len(image) == 3 else None
    for previous, step in zip([steps[0], *steps], steps, strict=False):
        call = Call(_shape(previous), _shape(step))
        uses = tuple(_parameters(traced, step.node, values, nodes))
        description = replace(_description(traced, step.node, values, nodes, call), uses=uses)
        numbers[description.label] += 1
        parameters = {id(p): p.numel() for p in uses}
        field = _next_field(field, description, image)
        layer = Layer(
            id=_unique(_id(step.node), ids),
            label=description.label.format(numbers[description.label]),
            kind=description.kind,
            hyperparameters=description.hyperparameters,
            input_ids=tuple(ids[-1:]),
            input_shape=call.input_shape,
            output_shape=call.output_shape,
            activation_size=math.prod(call.output_shape),
            parameter_count=sum(n for key, n in parameters.items() if key not in counted),
            multiply_adds=description.multiply_adds,
            receptive_field=field,
            reads=description.reads,
        )
        counted.update(parameters)
        ids.append(layer.id)
        yield layer, description


def _description(
    traced: fx.GraphModule,
    node: fx.Node,
    values: dict[fx.Node, Any],
    nodes: set[fx.Node],
    call: Call,
) -> Description:
    if node.op == "placeholder":
        return Description("input", "Input", reads=POINT, explain=unit.given)
    if node.op == "call_module":
        return describe_module(traced.get_submodule(str(node.target)), call)
    operation = getattr(Tensor, str(node.target), None) if node.op == "call_method" else node.target

    def value(n: fx.Node) -> Any:
        # Whatever is an activation, or a copy of one, is what the call is about.
        return values[n] if n in values and n not in nodes else call

    arguments, keywords = map_arg(node.args, value), map_arg(node.kwargs, value)
    return describe_call(operation, re.sub(r"_\d+$", "", node.name), arguments, keywords)


def _parameters(
    traced: fx.GraphModule, node: fx.Node, values: dict[fx.Node, Any], nodes: set[fx.Node]
) -> Iterator[nn.Parameter]:
    """Yield the parameters of a module, or those a function is given directly."""
    if node.op == "call_module":
        yield from traced.get_submodule(str(node.target)).parameters()
    elif isinstance(values.get(node), nn.Parameter):
        yield values[node]
    for n in node.all_input_nodes:
        if n not in nodes:
            yield from _parameters(traced, n, values, nodes)


def _next_field(
    field: ReceptiveField | None, description: Description, image: Shape
) -> ReceptiveField | None:
    if description.reads == "all" and len(image) == 3:
        return ReceptiveField((image[1], image[2]), (0, 0), (0, 0))
    if field is None or not isinstance(description.reads, SlidingWindow):
        return None
    return field.through(description.reads)


def _shape(step: Step) -> Shape:
    return tuple(step.value.shape[1:])


def _id(node: fx.Node) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name_of(node))


def _unique(name: str, taken: list[str]) -> str:
    numbered = (f"{name}-{n}" for n in itertools.count(2))
    return next(i for i in itertools.chain([name], numbered) if i not in taken)


def _record(traced: fx.GraphModule, steps: list[Step]) -> None:
    """Rewrite the graph so that it returns the activation of every layer."""
    output = next(node for node in traced.graph.nodes if node.op == "output")
    output.args = (tuple(step.node for step in steps),)
    traced.graph.lint()
    traced.recompile()
    forget_source(traced)


def _check_faithful(module: nn.Module, traced: fx.GraphModule, example: Tensor) -> None:
    if example.is_meta:  # shapes without numbers: there is nothing to compare
        return
    found, expected = traced(example.clone())[-1], module(example.clone())
    if not torch.where(found.isnan(), expected.isnan(), found == expected).all():
        name = type(module).__name__
        raise NotCapturable(
            f"The layers of {name} give another output than {name} itself.",
            "Leave out what is random in eval mode, such as F.dropout without training=, what "
            "counts its calls, and what writes through a view of an activation.",
        )
