import gzip
import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app import ink
from app.errors import BadInput
from app.training.pens import PenDigit, Placement, as_written, pictures, read_pens
from tests.training.small_data import pen_digit

GOOD = {"digit": 1, "writer": 1, "strokes": [[[1, 2], [3, 4]]]}


def test_a_file_of_pen_digits_is_read(pens: Path) -> None:
    read = read_pens(pens)
    assert len(read) == 70
    assert {pen.writer for pen in read} == set(range(1, 8))
    assert read[4].digit == 4
    assert len(read[4].strokes) == 2
    assert read[4].strokes[0].shape == (3, 2)


@pytest.mark.parametrize(
    "record",
    [
        {},
        [],
        None,
        GOOD | {"digit": 10},
        GOOD | {"digit": "one"},
        GOOD | {"writer": None},
        GOOD | {"strokes": []},
        GOOD | {"strokes": [[]]},
        GOOD | {"strokes": [[1, 2]]},
        GOOD | {"strokes": [[[1, 2, 3]]]},
        GOOD | {"strokes": [[[1, 2], [3]]]},
        GOOD | {"strokes": [[[1, "x"]]]},
        GOOD | {"strokes": [[[1, float("nan")]]]},
    ],
)
def test_a_line_that_is_no_pen_digit_is_refused_with_its_number(
    tmp_path: Path, record: object
) -> None:
    path = tmp_path / "pens.jsonl"
    path.write_text(f"{json.dumps(GOOD)}\n{json.dumps(record)}\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"pens\.jsonl, line 2"):
        read_pens(path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", gzip.compress(b"{}")[:-4], b"{"])
def test_a_damaged_or_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pens.jsonl"
    path.write_bytes(content)
    with pytest.raises(BadInput):
        read_pens(path)


def test_a_digit_as_written_is_what_the_drawing_pad_makes_of_its_strokes() -> None:
    strokes = pen_digit(5, np.random.default_rng(0))
    pen = PenDigit(5, 1, tuple(np.array(stroke) for stroke in strokes))
    on_the_pad = [[(x * 280 / 500, y * 280 / 500) for x, y in stroke] for stroke in strokes]
    expected = ink.from_strokes(on_the_pad, ink.Pad()).steps["centre"]
    assert np.abs(as_written(pen).astype(int) - expected).max() <= 1


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[np.ndarray, ink.Pad]]:
    """The points and pads of what is read."""
    rendered = []
    from_strokes = ink.from_strokes

    def record(strokes: list, pad: ink.Pad, **options: Any) -> ink.Normalised:
        rendered.append((np.array([point for stroke in strokes for point in stroke]), pad))
        return from_strokes(strokes, pad, **options)

    monkeypatch.setattr(ink, "from_strokes", record)
    return rendered


def test_placement_draws_size_place_and_pen_from_their_ranges(
    pens: Path, calls: list[tuple[np.ndarray, ink.Pad]]
) -> None:
    digits = read_pens(pens)
    placed = pictures(digits * 5, partial(Placement(), rng=np.random.default_rng(0)))
    assert placed.images.shape == (350, 28, 28)
    assert placed.labels.tolist() == [pen.digit for pen in digits] * 5
    sizes = [np.ptp(points, axis=0).max() / pad.width for points, pad in calls]
    widths = [pad.pen_width for _, pad in calls]
    for values, low, high in ((sizes, 0.35, 0.9), (widths, 8, 40)):
        assert low - 1e-9 <= min(values) < low + 0.05 * (high - low)
        assert high + 1e-9 >= max(values) > high - 0.05 * (high - low)
    points = np.concatenate([points for points, _ in calls])
    assert points.min() >= -1e-9
    assert points.max() <= 280 + 1e-9


def test_placement_distorts_no_more_than_it_says(
    calls: list[tuple[np.ndarray, ink.Pad]],
) -> None:
    upright = PenDigit(1, 1, (np.array([[0.0, 100.0], [0.0, 0.0]]),))
    rng = np.random.default_rng(0)
    for _ in range(300):
        Placement(rotation=10)(upright, rng)
    leans = [np.degrees(np.arctan2(*(points[1] - points[0]))) % 360 for points, _ in calls]
    away = np.abs(np.array(leans) - 180)
    assert 9 < away.max() <= 10 + 1e-6


def test_a_dot_can_be_placed() -> None:
    dot = PenDigit(1, 1, (np.array([[250.0, 250.0]]),))
    assert Placement()(dot, np.random.default_rng(0)).any()


def test_a_dot_can_be_distorted_and_drawn_with_a_fitted_pen() -> None:
    dot = PenDigit(1, 1, (np.array([[250.0, 250.0]]),))
    shaken = Placement(rotation=10, shear=0.2, wobble=0.05, trim=0.1, pen_share=(0.06, 0.12))
    assert shaken(dot, np.random.default_rng(0)).any()
    assert as_written(dot, (0.06, 0.12)).any()


def test_trimming_shortens_a_stroke_at_both_ends_and_leaves_what_is_between(
    calls: list[tuple[np.ndarray, ink.Pad]],
) -> None:
    points = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0]])
    rng = np.random.default_rng(0)
    for _ in range(200):
        Placement(trim=0.2, size=(0.5, 0.5))(PenDigit(7, 1, (points,)), rng)
    lengths = []
    for drawn, _ in calls:
        steps = np.hypot(*np.diff(drawn, axis=0).T)
        lengths.append(steps.sum() / np.ptp(drawn, axis=0).max())
        assert len(drawn) == 3
    assert min(lengths) >= 1
    assert max(lengths) <= 2 + 1e-9
    assert np.ptp(lengths) > 0.1


def test_an_unsteady_hand_moves_near_points_together(
    calls: list[tuple[np.ndarray, ink.Pad]],
) -> None:
    twice = np.array([[0.0, 0.0], [100.0, 50.0], [0.0, 100.0], [100.0, 50.0]])
    rng = np.random.default_rng(0)
    for _ in range(50):
        Placement(wobble=0.05, size=(0.5, 0.5))(PenDigit(3, 1, (twice,)), rng)
    relative = [points / np.ptp(points, axis=0).max() for points, _ in calls]
    for points in relative:
        assert points[1] == pytest.approx(points[3])
    middles = np.array([points[1] - points[0] for points in relative])
    assert 0.01 < middles.std(axis=0).max() < 0.2


@pytest.mark.parametrize("pen_width", [8, 20, 40])
def test_a_fitted_pen_makes_the_same_picture_whatever_pen_was_held(pen_width: float) -> None:
    strokes = [np.array(stroke) for stroke in pen_digit(8, np.random.default_rng(0))]
    pen = PenDigit(8, 1, tuple(strokes))

    def picture(width: float, pen_share: tuple[float, float] | None) -> np.ndarray:
        placement = Placement((0.4, 0.4), (width, width), pen_share=pen_share)
        return placement(pen, np.random.default_rng(0)).astype(int)

    assert np.array_equal(picture(pen_width, (0.1, 0.1)), picture(15, (0.1, 0.1)))
    assert np.abs(picture(pen_width, None) - picture(15, None)).max() > 50
