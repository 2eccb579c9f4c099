import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save
from torch import Tensor

from app.errors import BadWeights
from app.models import ModelSpec
from app.models.lenet5 import SPEC
from app.models.weights import load, read_card

Tensors = dict[str, Tensor]


def _write(folder: Path, data: bytes, spec: ModelSpec = SPEC, **card: object) -> None:
    """Put weights and a card that fits them into a folder."""
    card = {"weights_sha256": hashlib.sha256(data).hexdigest(), **card}
    (folder / f"{spec.id}.safetensors").write_bytes(data)
    (folder / f"{spec.id}.json").write_text(json.dumps(card), encoding="utf-8")


def _tensors() -> Tensors:
    torch.manual_seed(5)
    return dict(SPEC.build().state_dict())


def _refusal(folder: Path) -> BadWeights:
    with pytest.raises(BadWeights) as refusal:
        load(SPEC, folder)
    assert "make train" in refusal.value.hint
    assert "from git" in refusal.value.hint
    return refusal.value


def test_loaded_weights_are_the_files_own(tmp_path: Path) -> None:
    tensors = _tensors()
    _write(tmp_path, save(tensors), title="mine")
    module = load(SPEC, tmp_path)
    assert not module.training
    assert not any(p.requires_grad for p in module.parameters())
    state = module.state_dict()
    assert state.keys() == tensors.keys()
    assert all(torch.equal(state[name], tensors[name]) for name in tensors)
    assert read_card(SPEC, tmp_path)["title"] == "mine"


@pytest.mark.parametrize("missing", ["lenet5.safetensors", "lenet5.json"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    _write(tmp_path, save(_tensors()))
    (tmp_path / missing).unlink()
    assert missing in _refusal(tmp_path).detail


@pytest.mark.parametrize(
    "card", [b"", b"{", b"[]", b"{}", b'{"weights_sha256": 5}', b"\xff\xfe\x00", b"null"]
)
def test_a_card_that_cannot_be_read_is_refused(tmp_path: Path, card: bytes) -> None:
    _write(tmp_path, save(_tensors()))
    (tmp_path / "lenet5.json").write_bytes(card)
    assert "lenet5.json" in _refusal(tmp_path).detail


def test_weights_that_do_not_match_their_card_are_refused(tmp_path: Path) -> None:
    data = save(_tensors())
    _write(tmp_path, data)
    changed = data[:-1] + bytes([data[-1] ^ 1])
    (tmp_path / "lenet5.safetensors").write_bytes(changed)
    detail = _refusal(tmp_path).detail
    assert hashlib.sha256(data).hexdigest() in detail
    assert hashlib.sha256(changed).hexdigest() in detail


def test_the_hash_is_checked_before_the_file_is_read(tmp_path: Path) -> None:
    _write(tmp_path, save(_tensors()))
    (tmp_path / "lenet5.safetensors").write_bytes(b"no safetensors at all")
    assert "SHA-256" in _refusal(tmp_path).detail


@pytest.mark.parametrize("kept", [0, 4, 100, -1])
def test_truncated_weights_are_refused_even_if_the_card_fits(tmp_path: Path, kept: int) -> None:
    _write(tmp_path, save(_tensors())[:kept])
    assert "no safetensors file" in _refusal(tmp_path).detail


def _set(name: str, value: Tensor) -> Callable[[Tensors], object]:
    return lambda tensors: tensors.update({name: value})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda tensors: tensors.pop("fc3.bias"), "missing ['fc3.bias'], unexpected []"),
        (_set("fc4.bias", torch.zeros(3)), "missing [], unexpected ['fc4.bias']"),
        (_set("fc3.bias", torch.zeros(11)), "fc3.bias is float32 of shape (11,)"),
        (_set("fc3.bias", torch.zeros(10).double()), "fc3.bias is float64"),
        (_set("fc3.bias", torch.full((10,), torch.nan)), "fc3.bias has values that are not finite"),
        (_set("fc3.bias", torch.full((10,), torch.inf)), "fc3.bias has values that are not finite"),
    ],
)
def test_weights_that_do_not_fit_are_refused(
    tmp_path: Path, change: Callable[[Tensors], object], reason: str
) -> None:
    tensors = _tensors()
    change(tensors)
    _write(tmp_path, save(tensors))
    assert reason in _refusal(tmp_path).detail
