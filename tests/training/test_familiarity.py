"""Fitting familiarity, the drawings that judge it, and the figures that are shipped."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from app.catalogue import Catalogue
from app.errors import BadInput
from app.inspection import capture
from app.models.lenet5 import SPEC
from app.models.weights import load
from app.sample import Tiles
from app.training.dataset import Digits, read_mnist
from app.training.familiarity import Layers, see
from app.training.negatives import KINDS, Material, make
from app.training.skeletons import clipped, line
from app.training.tsne import tsne
from app.training.unfamiliar import SEED, Drawings, auroc, run
from tests.training.conftest import ROOT

WEIGHTS = ROOT / "model_weights"


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> None:
    """As the commands have it: two threads wait for each other at every one of many small sums."""
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def drawings(mnist: Path, pens: Path) -> Drawings:
    return Drawings.read(mnist, pens, count=12)


@pytest.fixture(scope="module")
def tiles() -> Tiles:
    """Six digits of each class."""
    known = Tiles.load(ROOT / "static" / "digits", "training")
    return Tiles(
        known.pictures[::50],
        known.class_indices[::50],
        known.mnist_indices[::50],
        known.source,
        known.licence,
    )


def copy_of_weights(folder: Path) -> Path:
    folder.mkdir()
    for name in ("lenet5.json", "lenet5.safetensors"):
        shutil.copy(WEIGHTS / name, folder)
    return folder


def test_a_fit_is_the_same_every_time_and_can_be_loaded(
    drawings: Drawings, tiles: Tiles, tmp_path: Path
) -> None:
    folders = [copy_of_weights(tmp_path / name) for name in ("once", "again")]
    figures = [run(SPEC, folder, drawings, tiles) for folder in folders]
    assert figures[0] == figures[1]
    for name in ("lenet5.familiarity.safetensors", "lenet5.familiarity.json"):
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()
    known = Catalogue.load([SPEC], folders[0]).model("lenet5").familiarity
    assert known is not None
    assert known.threshold == figures[0]["threshold"]
    assert known.map.features.shape == (60, 84)
    assert figures[0]["digits_passed"] >= 0.95  # of 30; the quantile lies between two of them


def test_the_fit_sees_no_digit_of_the_writers_who_judge(mnist: Path, pens: Path) -> None:
    with_pens = Drawings.read(mnist, pens, count=1)
    without = Drawings.read(mnist, None, count=1)
    assert set(without.passing) == {"validation"}
    # One of seven writers is held out; the others' ten digits are drawn twice each.
    assert len(with_pens.passing["pens"]) == 10
    assert len(with_pens.learned) == len(without.learned) + 6 * 10 * 2


def test_a_network_without_maps_is_refused() -> None:
    flat = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(4, 2), torch.nn.Softmax(1))
    captured = capture(flat, torch.zeros(1, 4))
    with pytest.raises(BadInput, match="no feature maps"):
        Layers.of(captured)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_drawn_and_the_same_for_the_same_seed(kind: str, mnist: Path) -> None:
    material = Material(read_mnist(mnist, "train"), [])
    made = make(kind, 10, material, seed=3)
    assert made.shape == (10, 28, 28)
    assert made.reshape(10, -1).any(axis=1).all()
    assert len(np.unique(made.reshape(10, -1), axis=0)) > 5
    assert np.array_equal(made, make(kind, 10, material, seed=3))
    assert not np.array_equal(made, make(kind, 10, material, seed=4))


def test_half_a_drawing_is_what_lies_on_its_side_of_the_cut() -> None:
    (left,) = clipped([line((100, 50), (300, 50), (300, 90))], axis=0, low=0, high=0.5)
    assert left[:, 0].min() == 0
    assert left[:, 0].max() == pytest.approx(0.5, abs=0.02)


def test_auroc_is_the_chance_that_a_digit_scores_above() -> None:
    digits, others = np.array([1, 2, 3], np.float32), np.array([0, 2], np.float32)
    assert auroc(digits, others) == pytest.approx((1 + 1 + 1 + 0.5 + 1 + 0) / 6, abs=1e-4)
    assert auroc(digits, digits) == 0.5


def test_clusters_stay_clusters_on_the_map() -> None:
    rng = np.random.default_rng(0)
    centres = rng.normal(0, 10, (3, 8))
    features = np.concatenate([centre + rng.normal(0, 1, (40, 8)) for centre in centres])
    places = tsne(torch.from_numpy(features).float(), perplexity=10).numpy().reshape(3, 40, 2)
    assert np.abs(places).max() == pytest.approx(1)
    spread = np.linalg.norm(places - places.mean(axis=1, keepdims=True), axis=2).max()
    between = [np.linalg.norm(places[i].mean(0) - places[j].mean(0)) for i, j in ((0, 1), (1, 2))]
    assert min(between) > 2 * spread


@pytest.fixture(scope="module")
def figures() -> dict:
    return json.loads((WEIGHTS / "lenet5.familiarity.json").read_text(encoding="utf-8"))


def test_the_shipped_figures_are_good_enough(figures: dict) -> None:
    assert len(figures["kinds"]) >= 6
    assert figures["auroc"] >= 0.97
    for kind in figures["kinds"]:
        assert kind["auroc"] >= 0.97, kind
    assert figures["digits_passed"] >= 0.985
    assert figures["auroc"] > max(figures["alternatives"].values())
    card = json.loads((WEIGHTS / "lenet5.json").read_text(encoding="utf-8"))
    assert figures["weights_sha256"] == card["weights_sha256"]


def test_the_shipped_figures_are_found_again(figures: dict, shared_data: Path) -> None:
    """On a part of the drawings, without pens; other ones tell the same within their spread."""
    model = Catalogue.load([SPEC], WEIGHTS).model("lenet5")
    assert model.familiarity is not None
    layers = Layers.of(model.captured)
    captured = capture(load(SPEC, WEIGHTS), torch.zeros(1, 1, 32, 32))
    test = read_mnist(shared_data / "mnist", "t10k")[np.arange(0, 10_000, 10)]

    def scores(digits: Digits) -> np.ndarray:
        seen = see(captured, layers, digits)
        return model.familiarity.scores(seen.activations, seen.read_as)

    digits = scores(test)
    assert (digits >= figures["threshold"]).mean() >= 0.975
    for kind in figures["kinds"]:
        made = make(kind["kind"], 120, Material(test, []), SEED + 1)
        found = auroc(digits, scores(Digits(made, np.zeros(120, np.uint8))))
        assert found == pytest.approx(kind["auroc"], abs=0.02), kind["kind"]
