"""ONNX Runtime with weights of one's own."""

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

# Since 1.29 it tells Microsoft how it is used, unless this is set before it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime  # type: ignore[import-untyped]

from app.errors import BadInput
from app.inspection.unit import Array

METADATA = "convlens"
"""Under which name a model's own file tells of its layers."""
INPUT = "input"
"""The id of the first layer, whose activation is what a network is given."""
OUTPUT = "layer/"
"""What the name of an output begins with; the layer's id follows."""


class Runtime:
    """An ONNX model whose outputs are the activations of all layers but the first, its input.

    It may be used by any number of threads at once.

    Args:
        model: The ONNX model, with its weights left out.
        weights: Those, float32, by name. They are used where they are: do not change them.

    Raises:
        ValueError: The model is none, or does not take these weights.

    """

    def __init__(self, model: bytes, weights: Mapping[str, Array]) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # each model would keep what its largest run took
        options.log_severity_level = 4  # what goes wrong is raised as well
        # ONNX Runtime reads the arrays' own memory, so they have to stay.
        self._weights = {name: np.ascontiguousarray(value) for name, value in weights.items()}
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(v) for v in self._weights.values()]
        options.add_external_initializers(list(self._weights), values)
        try:
            self._session = onnxruntime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime's errors have no type in common
            raise ValueError(f"ONNX Runtime cannot load it: {error}") from error
        self._input = self._session.get_inputs()[0]
        self._names = [output.name for output in self._session.get_outputs()]
        self._shape = tuple(self._input.shape[1:])
        self._own = threading.local()

    @property
    def told(self) -> str:
        """What the model's file tells of its layers."""
        return str(self._session.get_modelmeta().custom_metadata_map[METADATA])

    def run(self, images: Array) -> Mapping[str, Array]:
        """Return the activations of (N, ...) inputs, and these, by their layers' ids.

        Raises:
            BadInput: The inputs do not have the model's shape.

        """
        if images.shape[1:] != self._shape:
            raise BadInput(
                f"The input has shape {images.shape}.",
                f"Send (N, {', '.join(map(str, self._shape))}), N being the number of samples.",
            )
        if len(images) == 1:
            return self._single().run(images)
        images = np.ascontiguousarray(images, np.float32)
        found = self._session.run(self._names, {self._input.name: images})
        return {INPUT: images, **dict(zip(map(_id, self._names), found, strict=True))}

    def _single(self) -> "_Single":
        try:
            single: _Single = self._own.single
        except AttributeError:
            single = self._own.single = _Single(self._session, self._input, self._names)
        return single


class _Single:
    """One thread's way to run one input: what goes in and comes out has its place.

    To make and hand over an array for each output takes as long as a layer.
    """

    def __init__(self, session: onnxruntime.InferenceSession, given: Any, names: list[str]) -> None:
        blank = np.zeros((1, *given.shape[1:]), np.float32)
        found = dict(zip(names, session.run(names, {given.name: blank}), strict=True))
        fields = [(INPUT, blank.dtype, blank.shape[1:])]
        fields += [(_id(name), value.dtype, value.shape[1:]) for name, value in found.items()]
        self._record = np.dtype(fields, align=True)
        self._memory = np.zeros(self._record.itemsize, np.uint8)
        own = np.ndarray(1, self._record, self._memory)
        self._input = own[INPUT]
        self._session = session
        self._binding = session.io_binding()
        _bind(self._binding.bind_input, given.name, self._input)
        for name in names:
            _bind(self._binding.bind_output, name, own[_id(name)])

    def run(self, image: Array) -> Mapping[str, Array]:
        self._input[...] = image
        self._session.run_with_iobinding(self._binding)
        return _Record(np.ndarray(1, self._record, self._memory.copy()))


class _Record(Mapping[str, Array]):
    """All activations in one piece of memory; an array is made of one when it is asked for."""

    def __init__(self, record: Array) -> None:
        self._record = record

    def __getitem__(self, layer_id: str) -> Array:
        try:
            found: Array = self._record[layer_id]
        except ValueError:
            raise KeyError(layer_id) from None
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._record.dtype.names or ())

    def __len__(self) -> int:
        return len(self._record.dtype.names or ())


def _id(name: str) -> str:
    return name.removeprefix(OUTPUT)


def _bind(bind: Callable[..., None], name: str, array: Array) -> None:
    bind(name, "cpu", 0, array.dtype.type, array.shape, array.ctypes.data)
