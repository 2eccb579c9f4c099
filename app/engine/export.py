"""From a captured module to an ONNX model, which runs without torch.

torch.onnx writes the model down; the weights are taken out of it, so that others can take their
place: what was edited, what the module was in its training. The names of the weights are the
module's own.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import onnx
import orjson
import torch
from torch import Tensor

from app.engine import stored
from app.engine.runtime import INPUT, METADATA, OUTPUT, Runtime
from app.errors import NotPortable
from app.inspection import CapturedModule
from app.inspection.table import arrays
from app.inspection.unit import Array

_ROUNDING = 1e-5
"""What two orders of adding float32 numbers may differ by, as a share of a layer's largest."""


@dataclass(frozen=True)
class Exported:
    """An ONNX model.

    Attributes:
        model: The file, its outputs the activations of all layers but the input.
        weights: What :class:`~app.engine.runtime.Runtime` is to run it with, by name. What torch
            computed with others on the way is in the file.

    """

    model: bytes
    weights: dict[str, Array]


def export(captured: CapturedModule, example: Tensor) -> Exported:
    """Export a captured module.

    Args:
        captured: The module, on the CPU.
        example: At least two inputs. Where the two engines do not agree on these, it is refused.

    Raises:
        NotPortable: torch cannot export the module, or ONNX Runtime cannot run it as it should.

    """
    proto = _translate(captured, example)
    weights = _take_out(proto, arrays(captured.traced.state_dict()))
    exported = Exported(proto.SerializeToString(deterministic=True), weights)
    _check(captured, exported, example)
    return exported


def pack(captured: CapturedModule, example: Tensor, weights_sha256: str) -> bytes:
    """Return the file that a model is served with: ONNX, and all that is known of its layers.

    Args:
        captured: The module, on the CPU.
        example: At least two inputs.
        weights_sha256: Of the file with its weights.

    Raises:
        NotPortable: As of :func:`export`; or its weights cannot be told from what torch
            computed with them, so that others could not take their place.

    """
    exported = export(captured, example)
    weights = arrays(captured.traced.state_dict())
    if missing := sorted(weights.keys() - exported.weights.keys()):
        raise NotPortable(f"In what torch exports, {missing[0]} is not to be found.")
    told = {
        "weights_sha256": weights_sha256,
        "shapes": {name: value.shape for name, value in weights.items()},
        "layers": stored.dump(captured.described, weights),
    }
    proto = onnx.ModelProto.FromString(exported.model)
    proto.metadata_props.add(key=METADATA, value=orjson.dumps(told).decode())
    return bytes(proto.SerializeToString(deterministic=True))


def _translate(captured: CapturedModule, example: Tensor) -> onnx.ModelProto:
    given, *layers = (layer.id for layer in captured.layers)
    if not layers:
        raise NotPortable("There is no layer to export but the input.")
    names = [f"{OUTPUT}{id_}" for id_ in (given, *layers)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about torch's own insides
            program = torch.onnx.export(
                captured.traced,
                (example,),
                dynamo=True,
                verbose=False,
                input_names=[INPUT],
                output_names=names,
                dynamic_shapes=({0: torch.export.Dim("batch")},),
            )
    except Exception as error:  # the exporter's errors have no type in common
        raise NotPortable(f"torch cannot export it: {error}") from error
    if program is None:  # so says its type; this exporter returns one
        raise NotPortable("torch exports nothing.")
    proto: onnx.ModelProto = program.model_proto
    _strip(proto)
    _average_by_convolution(proto, captured)
    kept = [node for node in proto.graph.node if list(node.output) != names[:1]]
    del proto.graph.node[:], proto.graph.output[0]
    proto.graph.node.extend(kept)
    return proto


def _average_by_convolution(proto: onnx.ModelProto, captured: CapturedModule) -> None:
    """Let filters take the means of windows, where all have the same: they are twice as fast."""
    channels = {f"{OUTPUT}{layer.id}": layer.output_shape[0] for layer in captured.layers}
    for node in proto.graph.node:
        found = {attribute.name: attribute for attribute in node.attribute}
        if node.op_type != "AveragePool" or node.output[0] not in channels:
            continue
        if any(found["pads"].ints) or found["ceil_mode"].i or len(found["kernel_shape"].ints) != 2:
            continue
        filters, size = channels[node.output[0]], tuple(found["kernel_shape"].ints)
        kernel = np.full((filters, 1, *size), 1 / np.prod(size), np.float32)
        name = f"mean/{node.output[0]}"
        proto.graph.initializer.append(onnx.numpy_helper.from_array(kernel, name))
        node.op_type = "Conv"
        node.input.append(name)
        del node.attribute[:]
        node.attribute.extend(found[kept] for kept in ("kernel_shape", "strides"))
        node.attribute.append(onnx.helper.make_attribute("group", filters))


def _strip(proto: onnx.ModelProto) -> None:
    """Leave out where in which file of this machine each operation stood."""
    del proto.metadata_props[:], proto.graph.value_info[:], proto.functions[:]
    for part in (proto.graph, *proto.graph.node, *proto.graph.initializer):
        del part.metadata_props[:]
        part.doc_string = ""
    for value in (*proto.graph.input, *proto.graph.output):
        del value.metadata_props[:]


def _take_out(proto: onnx.ModelProto, own: Mapping[str, Array]) -> dict[str, Array]:
    """Replace a module's weights by their names, and return those that were found."""
    found: dict[str, Array] = {}
    for tensor in proto.graph.initializer:
        value = own.get(tensor.name)
        if value is None or not np.array_equal(onnx.numpy_helper.to_array(tensor), value):
            continue
        found[tensor.name] = value
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        for key, text in (("location", "weights"), ("offset", "0"), ("length", str(value.nbytes))):
            tensor.external_data.add(key=key, value=text)
    return found


def _check(captured: CapturedModule, exported: Exported, example: Tensor) -> None:
    """Refuse a model that does not do what torch does, for one input or for several."""
    try:
        runtime = Runtime(exported.model, exported.weights)
        for images in (example, example[:1]):
            trace = captured.trace(images)
            for id_, found in runtime.run(images.numpy()).items():
                expected = np.asarray(trace[id_])
                allowed = _ROUNDING * max(1.0, float(np.abs(expected).max(initial=0)))
                if not np.allclose(found, expected, rtol=0, atol=allowed, equal_nan=True):
                    raise NotPortable(f"In ONNX Runtime, {id_} gives other numbers.")
    except NotPortable:
        raise
    except Exception as error:  # nor have ONNX Runtime's
        raise NotPortable(f"ONNX Runtime cannot run it: {error}") from error
