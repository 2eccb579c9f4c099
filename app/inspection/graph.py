"""From a module to its operations, one after the other.

torch.fx runs the module's ``forward`` with a stand-in for the input and writes down every
operation. The graph is then run once on an example, to learn the shapes and which operations
work in place; whatever is no plain sequence of layers is refused.
"""

import inspect
import itertools
import linecache
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, fx, nn

from app.errors import NotCapturable

_TORCH = str(Path(torch.__file__).parent)
_SEQUENCE = (
    "Every layer must read the one before it and nothing else: capture a part of the module "
    "that is such a sequence."
)
_ONE_TENSOR = "Wrap the module in one that takes one tensor and returns one tensor."


@dataclass(frozen=True)
class Step:
    """An operation that makes one activation of the one before.

    Attributes:
        node: The operation in the graph.
        value: What it gave for the example, with the batch dimension.

    """

    node: fx.Node
    value: Tensor


class _Tracer(fx.Tracer):
    def create_args_for_root(
        self, root_fn: Any, is_module: bool, concrete_args: Any = None
    ) -> tuple[Any, list[Any]]:
        # One input only: Python itself fills in the arguments that have defaults.
        return root_fn, [self.root, self.create_proxy("placeholder", "input", (), {})]


def trace(module: nn.Module) -> fx.GraphModule:
    """Write down the operations of a module's ``forward``.

    Raises:
        NotCapturable: It takes several inputs, or what it does depends on them.

    """
    name = type(module).__name__
    for path, part in module.named_modules():
        if isinstance(part, torch.jit.ScriptModule):
            raise NotCapturable(
                f"{path or name} is compiled: its operations cannot be seen.",
                "Capture the module that torch.jit.script was given.",
            )
    required = [
        parameter.name
        for parameter in inspect.signature(module.forward).parameters.values()
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    if len(required) > 1:
        raise NotCapturable(f"{name} takes several inputs: {', '.join(required)}.", _ONE_TENSOR)
    try:
        traced = fx.GraphModule(module, _Tracer().trace(module))
    except Exception as error:  # forward is given a stand-in, and may do anything to it
        raise NotCapturable(
            f"{name} cannot be traced{_place(error)}: {_reason(error)}",
            "What is computed must not depend on the input's values or shape (control flow): "
            "decide in __init__, or capture the parts before and after.",
        ) from error
    forget_source(traced)
    return traced


def straighten(traced: fx.GraphModule, example: Tensor) -> tuple[dict[fx.Node, Any], list[Step]]:
    """Run a traced graph once, and bring it into a form that can be recorded.

    Operations in place get a copy to work on, and what the output does not depend on goes.

    Returns:
        What every node gave, and the operations that are layers, in order.

    Raises:
        NotCapturable: The example does not fit, or the graph is no sequence of layers.

    """
    values, copied = _run(traced, example)
    batch_size = example.shape[0] if example.dim() else 1
    traced.graph.eliminate_dead_code(lambda node: node.op in ("placeholder", "output"))
    steps: list[Step] = []
    sources: dict[fx.Node, list[fx.Node]] = {}
    for node in traced.graph.nodes:
        if node.op == "output":
            _check_output(node.args[0], values, sources)
        elif node not in copied:
            read = [copied.get(n, n) for n in node.all_input_nodes]
            active = [n for n in read if n in sources]
            if (node.op == "placeholder" or active) and not _is_plumbing(values[node]):
                sources[node] = active
                _check_activation(node, values[node], active, batch_size)
                steps.append(Step(node, values[node]))
    for previous, step in itertools.pairwise(steps):
        if sources[step.node] != [previous.node]:
            raise NotCapturable(
                f"{name_of(step.node)} reads {name_of(sources[step.node][0])}, as does another "
                "operation: that is a branch.",
                _SEQUENCE,
            )
    return values, steps


def forget_source(traced: fx.GraphModule) -> None:
    """Let go of the code that was written for a graph; torch.fx keeps all of it for ever."""
    name = type(traced).forward.__code__.co_filename
    linecache.cache.pop(name, None)
    fx.graph_module._loader.eval_cache.pop(name, None)


def name_of(node: fx.Node) -> str:
    """Return the path of a module, or the name that torch.fx gives to a function."""
    if node.op == "placeholder":
        return "input"
    return str(node.target) if node.op == "call_module" else node.name


def _run(
    traced: fx.GraphModule, example: Tensor
) -> tuple[dict[fx.Node, Any], dict[fx.Node, fx.Node]]:
    """Return what each node gives, and for each copy that was inserted its original."""
    interpreter = fx.Interpreter(traced)
    interpreter.args_iter = iter((example.clone(),))
    values = interpreter.env
    copied: dict[fx.Node, fx.Node] = {}
    for node in list(traced.graph.nodes)[:-1]:
        read = [n for n in node.all_input_nodes if isinstance(values[n], Tensor)]
        versions = [values[n]._version for n in read]
        try:
            values[node] = interpreter.run_node(node)
        except Exception as error:  # whatever torch raises where shapes or types do not fit
            shapes = " and ".join(str(tuple(values[n].shape)) for n in read)
            raise NotCapturable(
                f"{name_of(node)} cannot take an activation of shape {shapes}: {_reason(error)}",
                "Pass an example input of the type and shape the module expects, batch included.",
            ) from error
        for n, version in zip(read, versions, strict=True):
            if values[n]._version != version:
                copied[_copy_for(node, n, values)] = n
    return values, copied


def _copy_for(node: fx.Node, original: fx.Node, values: dict[fx.Node, Any]) -> fx.Node:
    """Give an operation in place a copy to work on; what comes later reads its result."""
    if original.op == "get_attr":
        raise NotCapturable(
            f"{name_of(node)} changes {original.target}, the module's own.",
            "A module that changes itself when it runs cannot be shown: leave that out.",
        )
    for user in list(original.users):
        if user not in values:
            user.replace_input_with(original, node)
    with node.graph.inserting_before(node):
        copy = node.graph.call_method("clone", (original,))
    node.replace_input_with(original, copy)
    return copy


def _check_activation(node: fx.Node, value: Any, sources: list[fx.Node], batch_size: int) -> None:
    if not isinstance(value, Tensor):
        raise NotCapturable(
            f"{name_of(node)} gives a {_type_name(value)}, not one tensor.", _ONE_TENSOR
        )
    if len(sources) > 1:
        raise NotCapturable(
            f"{name_of(node)} joins {' and '.join(map(name_of, sources))}: that is a skip "
            "connection or a branch.",
            _SEQUENCE,
        )
    if value.shape[:1] != (batch_size,):
        raise NotCapturable(
            f"{name_of(node)} loses the batch dimension: it makes {tuple(value.shape)} of a "
            f"batch of {batch_size}.",
            "Keep the first dimension, as torch.flatten(x, 1) or x.view(x.size(0), -1) do.",
        )


def _check_output(
    output: Any, values: dict[fx.Node, Any], activations: dict[fx.Node, list[fx.Node]]
) -> None:
    if not isinstance(output, fx.Node):
        raise NotCapturable(
            f"The module returns a {_type_name(output)}, not one tensor.", _ONE_TENSOR
        )
    if output not in activations:
        raise NotCapturable(
            f"The module returns {name_of(output)}, which is no activation: "
            f"a {_type_name(values[output])}.",
            _ONE_TENSOR,
        )


def _is_plumbing(value: Any) -> bool:
    """Tell whether a value is a shape or something else that only steers operations."""
    if isinstance(value, (tuple, list)):
        return all(map(_is_plumbing, value))
    return value is None or isinstance(value, (int, float, str, torch.dtype, torch.device))


def _type_name(value: Any) -> str:
    """Return the name of a value's type, or of the plain one that it is derived from."""
    plain = (kind for kind in (dict, list, tuple) if isinstance(value, kind))
    return next(plain, type(value)).__name__


def _place(error: Exception) -> str:
    """Return the line of the module's code at which an error arose."""
    frames = traceback.extract_tb(error.__traceback__)
    code = [f for f in frames if not f.filename.startswith(_TORCH) and f.filename != __file__]
    return f" at `{code[-1].line}` in {code[-1].name}" if code else ""


def _reason(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
