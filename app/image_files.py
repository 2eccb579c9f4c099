"""Image files to pictures: whatever was drawn, photographed or exported, as ink on a ground."""

import io
import warnings
from contextlib import suppress

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from app.errors import EmptyDrawing, TooLarge, UndecodableImage
from app.ink import Ground, Picture

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
_WORKING_SIDE = 1024
"""Larger images are reduced to this before anything is looked for in them."""
_FAINTEST = 8
"""Grey levels by which ink must differ from the ground of an image."""


def read(data: bytes, max_pixels: int, ink: Ground | None = None) -> Picture:
    """Decode an image file and lift its ink off the ground.

    The first frame counts, EXIF rotation is applied, transparency is laid on the ground that
    contrasts with the opaque part.

    Args:
        data: A file in one of :data:`FORMATS`.
        max_pixels: Larger images are refused before they are decoded.
        ink: Whether the ink is brighter or darker than the ground; found out if not given.

    Raises:
        UndecodableImage: The bytes are damaged or no image.
        TooLarge: The image has more than ``max_pixels`` pixels.
        EmptyDrawing: Nothing stands out from the ground.

    """
    return _lift(_decode(data, max_pixels), ink)


def count_pixels(data: bytes) -> int:
    """Return how many pixels an image file says that it has; 0 of what is none."""
    with warnings.catch_warnings(), suppress(Exception):  # as in _decode
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return image.width * image.height
    return 0


def _decode(data: bytes, max_pixels: int) -> npt.NDArray[np.float64]:
    """Return the grey values of the first frame, (H, W), in 0..255."""
    try:
        with warnings.catch_warnings():
            # Pillow warns of large images; the limit below is the one that counts.
            warnings.simplefilter("ignore")
            image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
            if image.width * image.height > max_pixels:
                raise TooLarge(
                    f"The image has {image.width} × {image.height} pixels.",
                    f"Send one of at most {max_pixels:,} pixels; 280 × 280 is plenty.",
                )
            image.draft("L", (_WORKING_SIDE, _WORKING_SIDE))
            image.load()
            image = ImageOps.exif_transpose(image)
            grey = _to_grey(image)
    except (TooLarge, UndecodableImage):
        raise
    except Image.DecompressionBombError as error:  # Pillow's own limit was the lower one
        raise TooLarge(str(error), f"Send at most {max_pixels:,} pixels.") from error
    except Exception as error:  # Pillow's decoders raise whatever the damage led them to
        raise UndecodableImage(f"The image cannot be decoded: {error}.") from error
    grey.thumbnail((_WORKING_SIDE, _WORKING_SIDE), Image.Resampling.BOX)
    return np.asarray(grey, dtype=np.float64)


def _to_grey(image: Image.Image) -> Image.Image:
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, dtype=np.float64)
        if not np.isfinite(values).all():
            raise UndecodableImage("The image has values that are not finite.")
        low, high = values.min(), values.max()
        return Image.fromarray(
            np.rint((values - low) * (255 / max(high - low, 1))).astype(np.uint8)
        )
    if "A" in image.mode or "a" in image.mode or "transparency" in image.info:
        image = image.convert("LA" if image.mode in ("1", "L", "LA") else "RGBA")
        opaque = image.getchannel("A")
        grey = image.convert("LA").getchannel("L")
        weights = np.asarray(opaque, dtype=np.float64)
        ink = (np.asarray(grey) * weights).sum() / max(weights.sum(), 1)
        return Image.composite(grey, Image.new("L", grey.size, 255 if ink < 128 else 0), opaque)
    return image.convert("RGB").convert("L") if image.mode == "CMYK" else image.convert("L")


def _lift(grey: npt.NDArray[np.float64], ink: Ground | None) -> Picture:
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ground = np.median(border)
    rise, fall = grey.max() - ground, ground - grey.min()
    bright = rise >= fall if ink is None else ink == "bright"
    lifted = grey - ground if bright else ground - grey
    contrast = rise if bright else fall
    if contrast < _FAINTEST:
        raise EmptyDrawing("Nothing stands out from the image's ground.")
    # Paper and cameras make a ground uneven: what varies as much as the border is not ink.
    uneven = min(3 * float(np.quantile(np.abs(border - ground), 0.9)), contrast / 2)
    picture: Picture = np.rint(np.clip((lifted - uneven) / (contrast - uneven), 0, 1) * 255).astype(
        np.uint8
    )
    return picture
