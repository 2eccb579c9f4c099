import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app import image_files, ink
from app.errors import BadInput, EmptyDrawing, TooLarge, UndecodableImage
from tests.pictures import SEVEN, encoded, seven

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
PLENTY = 10**9


def normalised(picture: np.ndarray) -> np.ndarray:
    return ink.normalise(picture).input


def difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(float) - other).mean())


def test_the_longer_side_of_the_ink_is_20_and_its_mass_is_in_the_middle():
    steps = ink.normalise(ink.render(SEVEN, ink.Pad())).steps
    assert max(steps["scale"].shape) == 20
    assert steps["centre"].shape == (28, 28)
    assert steps["pad"].shape == (32, 32)
    mass = steps["pad"] / steps["pad"].sum()
    rows, columns = np.indices((32, 32))
    assert abs((mass * rows).sum() - 16) <= 0.5
    assert abs((mass * columns).sum() - 16) <= 0.5


def test_the_steps_are_in_the_order_in_which_they_are_named():
    assert tuple(ink.normalise(ink.render(SEVEN, ink.Pad())).steps) == ink.STEPS


@pytest.mark.parametrize("factor", [0.3, 0.6, 1.3])
@pytest.mark.parametrize("shift", [(-20, 10), (30, 25)])
def test_where_and_how_large_one_draws_makes_hardly_a_difference(factor, shift):
    moved = [
        [((x - 140) * factor + 140 + shift[0], (y - 140) * factor + 140 + shift[1]) for x, y in s]
        for s in SEVEN
    ]
    one = normalised(ink.render(SEVEN, ink.Pad()))
    other = normalised(ink.render(moved, ink.Pad(pen_width=20 * factor)))
    assert difference(one, other) < 3


def test_the_unit_of_the_pad_makes_no_difference():
    small = [[(x / 10, y / 10) for x, y in stroke] for stroke in SEVEN]
    one = normalised(ink.render(SEVEN, ink.Pad()))
    other = normalised(ink.render(small, ink.Pad(28, 28, 2)))
    assert difference(one, other) < 0.5


def test_strokes_and_an_image_of_them_and_its_pixels_give_the_same_input():
    picture = ink.render(SEVEN, ink.Pad())
    of_rows = ink.from_rows(picture.tolist())
    of_image = image_files.read(encoded(Image.fromarray(picture)), PLENTY)
    dark = image_files.read(encoded(Image.fromarray(255 - picture)), PLENTY)
    for other in (of_rows, of_image, dark):
        assert np.array_equal(normalised(picture), normalised(other))


def test_without_a_step_the_input_is_another_one_but_still_an_input():
    picture = ink.render(SEVEN, ink.Pad())
    inputs = {step: ink.normalise(picture, without=[step]).input for step in ink.STEPS}
    for step, other in inputs.items():
        assert other.shape == (32, 32), step
        assert not np.array_equal(other, normalised(picture)), step


@pytest.mark.skipif(not DATA.exists(), reason="needs MNIST in ../shared/data")
def test_mnist_comes_out_as_it_went_in():
    raw = gzip.decompress((DATA / "mnist" / "t10k-images-idx3-ubyte.gz").read_bytes())
    images = np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 28, 28)
    same = [np.array_equal(ink.normalise(image).steps["centre"], image) for image in images]
    assert np.mean(same) > 0.999


@pytest.mark.parametrize("without", [[], ["crop"], ["scale"], ["centre"], ["pad"], list(ink.STEPS)])
def test_the_frame_says_where_the_input_lies_in_the_picture(without):
    """A square of ink is found again where the frame says that it is."""
    picture = np.zeros((400, 300), np.uint8)
    picture[100:200, 50:150] = 255
    normalised = ink.normalise(picture, without)
    frame, image = normalised.frame, normalised.input
    for axis, (first, last, start, stop) in enumerate(
        [(frame.top, frame.bottom, 100, 200), (frame.left, frame.right, 50, 150)]
    ):
        side = picture.shape[axis]
        pixel = (last - first) * side / 32
        inked = np.flatnonzero(image.max(axis=1 - axis) > 127)
        assert first * side + inked[0] * pixel == pytest.approx(start, abs=pixel)
        assert first * side + (inked[-1] + 1) * pixel == pytest.approx(stop, abs=pixel)


def test_a_dot_is_a_disc():
    picture = ink.normalise(ink.render([[(140, 140)]], ink.Pad())).steps["scale"]
    assert picture.shape == (20, 20)
    assert picture[10, 10] == 255
    assert picture[0, 0] == 0


def test_what_lies_outside_the_pad_is_cut_off():
    with pytest.raises(EmptyDrawing):
        ink.normalise(ink.render([[(-500, -500), (-400, -300)]], ink.Pad()))
    half = ink.render([[(-100, 140), (140, 140)]], ink.Pad())
    assert half[280, 0] == 255


def test_what_is_far_outside_the_pad_is_not_even_walked_to(monkeypatch):
    """Pillow walks all of a line and of a circle, shown or not: a hundred took most of a minute."""
    drawn = []
    for name in ("line", "circle"):
        plain = getattr(ImageDraw.ImageDraw, name)

        def draw(self, place, *rest, plain=plain, **options):
            drawn.extend(np.ravel(place))
            plain(self, place, *rest, **options)

        monkeypatch.setattr(ImageDraw.ImageDraw, name, draw)
    pad = ink.Pad(1, 1, 1)
    far = [[(0.5, 0.5), (1e5, 0.5), (1e5, -1e5), (-1e5, 1e5), (0.25, -1e5)], [(7e4, 7e4)]]
    assert ink.render(far, pad, ink.PEN_SHARE).any()
    assert np.abs(drawn).max() <= 2 * 560
    cut = [[(0.5, 0.5), (1.5, 0.5)]]
    shown, wanted = (ink.render(strokes, pad, (0.1, 0.1)) for strokes in ([far[0][:2]], cut))
    assert np.array_equal(shown, wanted)
    with pytest.raises(EmptyDrawing):
        ink.from_strokes(far[1:], pad)


def test_a_scribble_over_everything_is_still_read():
    rows = [(0.0 if y % 20 else 280.0, float(y)) for y in range(0, 281, 10)]
    assert normalised(ink.render([rows], ink.Pad(pen_width=40))).shape == (32, 32)


@pytest.mark.parametrize("strokes", [[], [[]]])
def test_an_empty_pad_is_refused(strokes):
    with pytest.raises(EmptyDrawing, match="no ink"):
        ink.normalise(ink.render(strokes, ink.Pad()))


def test_a_pen_wider_than_the_pad_is_refused():
    with pytest.raises(BadInput, match="pen"):
        ink.render(SEVEN, ink.Pad(280, 280, 281))


@pytest.mark.parametrize("rows", [[], [[]], [[1, 2], [3]], [[300]], [[-1]], [[float("nan")]]])
def test_bad_rows_are_refused(rows):
    with pytest.raises(BadInput):
        ink.from_rows(rows)


def test_dark_ink_is_turned_round():
    assert ink.from_rows([[255, 0]], "dark").tolist() == [[0, 255]]


def looks_like_a_seven(picture: np.ndarray) -> bool:
    return (
        difference(normalised(picture), normalised(image_files.read(encoded(seven()), PLENTY))) < 6
    )


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(encoded(seven(), "JPEG", quality=60), id="JPEG with its noise"),
        pytest.param(encoded(seven(ink=255, ground=0)), id="bright on dark"),
        pytest.param(encoded(seven(ink=120, ground=160)), id="faint"),
        pytest.param(encoded(seven().convert("CMYK"), "JPEG"), id="CMYK JPEG"),
        pytest.param(encoded(seven().convert("P")), id="palette"),
        pytest.param(encoded(seven().convert("1", dither=Image.Dither.NONE)), id="one bit"),
        pytest.param(encoded(seven().convert("RGB"), "BMP"), id="BMP"),
        pytest.param(encoded(seven(), "WEBP"), id="WebP"),
        pytest.param(encoded(seven().convert("F"), "TIFF"), id="float TIFF"),
        pytest.param(encoded(seven(2000)), id="large"),
    ],
)
def test_an_image_of_any_kind_is_read(file):
    assert looks_like_a_seven(image_files.read(file, PLENTY))


def test_a_16_bit_png_keeps_its_greys():
    deep = Image.fromarray((np.asarray(seven()).astype(np.uint16) + 1) * 255)
    assert deep.mode == "I;16"
    assert looks_like_a_seven(image_files.read(encoded(deep), PLENTY))


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255)])
def test_transparent_ground_contrasts_with_the_ink(colour):
    image = Image.new("RGBA", (120, 120), (*colour, 0))
    alpha = seven(ink=255, ground=0)
    image.paste(Image.new("RGBA", image.size, (*colour, 255)), mask=alpha)
    image.putalpha(alpha)
    assert looks_like_a_seven(image_files.read(encoded(image), PLENTY))


def test_the_first_frame_of_an_animation_counts():
    frames = [seven().convert("P"), Image.new("P", (120, 120), 3)]
    file = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert looks_like_a_seven(image_files.read(file, PLENTY))


def test_exif_rotation_is_applied():
    turned = seven().rotate(90, expand=True)  # counter-clockwise
    exif = Image.Exif()
    exif[0x0112] = 6  # show turned clockwise by 90°
    assert looks_like_a_seven(image_files.read(encoded(turned, "JPEG", exif=exif), PLENTY))
    assert not looks_like_a_seven(image_files.read(encoded(turned, "JPEG"), PLENTY))


def test_uneven_paper_is_not_ink():
    rng = np.random.default_rng(0)
    paper = np.asarray(seven(200)) + rng.normal(0, 4, (200, 200))
    file = encoded(Image.fromarray(paper.clip(0, 255).astype(np.uint8)))
    assert looks_like_a_seven(image_files.read(file, PLENTY))


@pytest.mark.parametrize("size", [(1, 1), (50, 50)])
@pytest.mark.parametrize("grey", [0, 130, 255])
def test_an_image_of_one_grey_is_empty(size, grey):
    with pytest.raises(EmptyDrawing):
        image_files.read(encoded(Image.new("L", size, grey)), PLENTY)


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x89PNG\r\n\x1a\n", id="a signature only"),
        pytest.param(encoded(seven())[:300], id="truncated PNG"),
        pytest.param(encoded(seven(), "JPEG")[:700], id="truncated JPEG"),
        pytest.param(encoded(seven()).replace(b"IDAT", b"IDAT\0\0"), id="corrupt PNG"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="SVG"),
        pytest.param(b"%PDF-1.7", id="PDF"),
    ],
)
def test_a_damaged_file_is_refused(file):
    with pytest.raises(UndecodableImage):
        image_files.read(file, PLENTY)


def test_an_image_with_too_many_pixels_is_refused_before_it_is_decoded():
    bomb = encoded(Image.new("1", (10_000, 10_000)))
    assert len(bomb) < 20_000
    with pytest.raises(TooLarge, match="10000 × 10000"):
        image_files.read(bomb, 25_000_000)


@pytest.mark.skipif(not DATA.exists(), reason="needs pen strokes in ../shared/data")
def test_real_strokes_are_normalised():
    with gzip.open(DATA / "pen-digits" / "strokes-30-writers.jsonl.gz") as lines:
        for _, line in zip(range(50), lines, strict=False):
            strokes = json.loads(line)["strokes"]
            assert ink.from_strokes(strokes, ink.Pad(500, 500, 36)).input.max() == 255


def test_a_pen_fitted_to_the_drawing_gives_one_picture_for_any_pen_and_size():
    def drawn(size, pen_width, pen_share=(0.1, 0.1)):
        strokes = [[(20 + x * size, 20 + y * size) for x, y in stroke] for stroke in EIGHT]
        picture = ink.render(strokes, ink.Pad(pen_width=pen_width), pen_share)
        return ink.normalise(picture).input.astype(int)

    reference = drawn(200, 20)
    for size, pen_width in ((200, 8), (200, 40), (80, 12), (80, 40)):
        assert np.abs(drawn(size, pen_width) - reference).mean() < 4
        assert np.abs(drawn(size, pen_width, None) - drawn(size, pen_width)).max() > 30


def test_a_fitted_pen_stays_as_it_is_where_it_fits_and_for_a_dot():
    line = [[(50, 50), (50, 250)]]
    pad = ink.Pad(pen_width=20)
    assert np.array_equal(ink.render(line, pad, (0.05, 0.15)), ink.render(line, pad))
    dots = [[(50, 50)], [(50, 50)]]
    assert np.array_equal(ink.render(dots, pad, (0.05, 0.15)), ink.render(dots, pad))
    assert not ink.render([], pad, (0.05, 0.15)).any()


@pytest.mark.parametrize("at", [(10, 10), (270, 140), (140, 270), (5, 275)])
def test_a_slip_of_the_pen_beside_the_drawing_does_not_make_it_small(at):
    drawing = [[(90 + 100 * x, 90 + 100 * y) for x, y in stroke] for stroke in EIGHT]
    clean = ink.render(drawing, ink.Pad(pen_width=12))
    slipped = ink.render([*drawing, [at]], ink.Pad(pen_width=12))
    reference = ink.normalise(clean).input.astype(int)
    assert np.array_equal(ink.normalise(clean, speck_share=0.05).input, reference)
    assert np.abs(ink.normalise(slipped).input - reference).max() > 100
    assert np.array_equal(ink.normalise(slipped, speck_share=0.05).input, reference)


def test_what_has_a_good_share_of_the_ink_is_no_speck():
    equals = ink.render([[(100, 100), (180, 100)], [(100, 180), (180, 180)]], ink.Pad())
    whole = ink.normalise(equals)
    assert np.array_equal(ink.normalise(equals, speck_share=0.05).input, whole.input)
    assert ink.normalise(equals, speck_share=0.9).steps["crop"].any()


def test_a_drawing_is_read_with_a_pen_that_fits_its_size_and_without_slips():
    def drawn(size):
        return [[(20 + x * size, 20 + y * size) for x, y in stroke] for stroke in EIGHT]

    thin, thick, filled = (
        ink.from_strokes(drawn(60), ink.Pad(pen_width=width), pen_share=share).input.astype(int)
        for width, share in ((12, ink.PEN_SHARE), (40, ink.PEN_SHARE), (40, None))
    )
    assert np.array_equal(thin, thick)
    assert np.abs(filled - thick).max() > 100
    clean = ink.from_strokes(drawn(150), ink.Pad()).input.astype(int)
    slipped = [*drawn(150), [(270, 270)]]
    assert np.abs(ink.from_strokes(slipped, ink.Pad()).input - clean).mean() < 4
    assert np.abs(normalised(ink.render(slipped, ink.Pad())) - clean).mean() > 20


def pieces(strokes, points):
    """Return what is on the pad while strokes are drawn, so many points at a time."""
    for number, stroke in enumerate(strokes):
        for end in range(points, len(stroke) + points, points):
            yield [*strokes[:number], stroke[:end]]


@pytest.mark.parametrize("pen_width", [8, 20])
@pytest.mark.parametrize("size", [60, 200, 500])
@pytest.mark.parametrize("points", [1, 3])
def test_a_drawing_that_grows_on_a_canvas_is_the_one_that_is_drawn_at_once(size, pen_width, points):
    strokes = [[(20 + x * size, 20 + y * size) for x, y in stroke] for stroke in [*EIGHT, *EIGHT]]
    strokes[1] = [(x + size / 3, y - size / 9) for x, y in strokes[1]]
    pad, canvas = ink.Pad(pen_width=pen_width), ink.Canvas()
    for drawn in pieces(strokes, points):
        for share in (None, ink.PEN_SHARE):
            grown = canvas.draw(drawn, pad, share)
            assert np.array_equal(grown, ink.render(drawn, pad, share))
        found = ink.from_strokes(drawn, pad, canvas=canvas)
        assert np.array_equal(found.input, ink.from_strokes(drawn, pad).input)
        assert found.frame == ink.from_strokes(drawn, pad).frame


def test_a_canvas_is_wiped_for_what_does_not_go_on_with_the_drawing():
    canvas = ink.Canvas()
    pads = (ink.Pad(), ink.Pad(500, 300, 9))
    for pad in pads:
        for strokes in (SEVEN, [SEVEN[0][:2]], [SEVEN[0][::-1]], [], [[]], [SEVEN[0], SEVEN[0]]):
            assert np.array_equal(canvas.draw(strokes, pad), ink.render(strokes, pad))


def test_only_what_is_new_is_drawn_on_a_canvas(monkeypatch):
    drawn = []
    line = ImageDraw.ImageDraw.line
    monkeypatch.setattr(
        ImageDraw.ImageDraw, "line", lambda self, *a, **k: (drawn.append(a[0]), line(self, *a, **k))
    )
    canvas = ink.Canvas()
    for count in range(2, 6):
        canvas.draw([[(10 * n, 10 * n) for n in range(count)]], ink.Pad())
    assert [len(points) for points in drawn] == [2, 2, 2, 2]


EIGHT = [[(0.3, 0), (0, 0.3), (0.5, 0.7), (0.3, 1), (0, 0.8), (0.5, 0.3), (0.3, 0)]]
