"""Any untrusted photo -> a clean RGB image, or one :class:`~ailab.errors.PhotoError` that says what to do.

>>> from ailab.images import open_photo, photo_quality
>>> photo = open_photo("leaf.jpg", max_side=512)  # doctest: +SKIP
>>> photo_quality(photo).problem  # doctest: +SKIP
'blurred'
"""

from __future__ import annotations

import io
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from PIL import ExifTags, Image

from ailab.errors import PhotoError
from ailab.i18n import gettext as _

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    PhotoSource: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | Image.Image | NDArray[np.uint8]

__all__ = ["MAX_BYTES", "MAX_PIXELS", "MIN_SIDE", "PhotoQuality", "open_photo", "photo_quality"]

#: Largest file, in bytes.
MAX_BYTES = 25 * 1024 * 1024
#: Largest photo, in pixels; read from the header, before anything is decoded.
MAX_PIXELS = 50_000_000
#: Shortest side that can show anything, in pixels.
MIN_SIDE = 16

_SIGNATURES = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"GIF87a": "GIF", b"GIF89a": "GIF", b"BM": "BMP"}
_MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "HSV", "I", "I;16", "I;16L", "I;16B", "I;16N"}
_UPRIGHT = {  # EXIF orientation -> what undoes it
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def open_photo(source: PhotoSource, *, max_side: int | None = None) -> Image.Image:
    """Open a photo from anywhere, upright, in RGB, without its metadata.

    Parameters
    ----------
    source : path, bytes, PIL image or ndarray of uint8
        JPEG, PNG, WebP, HEIC, AVIF, GIF (first frame) or BMP as a file name or as bytes; or a picture in memory, where
        an array has the shape (height, width), (height, width, 3) or (height, width, 4). A web address is never fetched.
    max_side : int, optional
        Shrink the photo so that its longer side has at most this many pixels. A large JPEG is then decoded several times
        faster. A smaller photo is not enlarged.

    Returns
    -------
    PIL.Image.Image
        Mode RGB. Transparency lies over white; an embedded colour profile is ignored; EXIF (place, time, camera) is gone.

    Raises
    ------
    PhotoError
        With ``code`` one of ``'empty'``, ``'too_big'``, ``'too_many_pixels'``, ``'not_a_photo'``, ``'broken'``,
        ``'too_small'``, ``'no_such_file'``, ``'wrong_array'``.
    """
    if max_side is not None and max_side < 1:
        raise ValueError(_("max_side must be at least 1, not %(value)d.") % {"value": max_side})
    image = _picture(source)
    _check_size(image)
    if image.mode not in _MODES:
        raise _wrong_array()
    size = _fit(image.size, max_side)
    try:
        if image is not source:  # a JPEG decodes at 1/2, 1/4 or 1/8 of its size; 1.5 leaves the filter below enough to work on
            image.draft(None, (int(1.5 * size[0]), int(1.5 * size[1])))
        orientation = _orientation(image)
        rgb = _to_rgb(image)
        if rgb.size != size:
            rgb = rgb.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
        if orientation in _UPRIGHT:
            rgb = rgb.transpose(_UPRIGHT[orientation])
    except MemoryError as error:
        raise _too_many_pixels() from error
    except Exception as error:  # decoders meet damaged data with a dozen exception types
        raise _broken() from error
    rgb.info.clear()
    return rgb


def _picture(source: object) -> Image.Image:
    """Size and mode of a picture; a file is not decoded yet."""
    if isinstance(source, Image.Image):
        return source
    if isinstance(source, np.ndarray):
        return _from_array(source)
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _from_bytes(source)
    if isinstance(source, (str, os.PathLike)):
        return _from_bytes(_read(source))
    raise _wrong_array()


def _read(source: str | os.PathLike[str]) -> bytes:
    name = os.fsdecode(source)
    if re.match(r"(?i)([a-z][a-z0-9+.-]+://|data:)", name):
        raise PhotoError(_("This is a web address, and ailab never goes online. Save the photo on this computer and open the file."), code="no_such_file")
    path = Path(name)
    try:
        status = path.stat()
        data = path.read_bytes() if stat.S_ISREG(status.st_mode) and status.st_size <= MAX_BYTES else None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        message = _("The photo “%(name)s” cannot be found or read. Check the name, or choose the file again.")
        raise PhotoError(message % {"name": name}, code="no_such_file") from error
    if not stat.S_ISREG(status.st_mode):
        raise PhotoError(_("“%(name)s” is not a file. Choose one photo.") % {"name": name}, code="no_such_file")
    if data is None:
        raise _too_big(status.st_size)
    return data


def _from_bytes(source: bytes | bytearray | memoryview) -> Image.Image:
    size = source.nbytes if isinstance(source, memoryview) else len(source)
    if size == 0:
        raise PhotoError(_("The photo is empty. Take it or choose it again."), code="empty")
    if size > MAX_BYTES:
        raise _too_big(size)
    data = bytes(source)
    kind = _sniff(data)
    if kind is None:
        message = _("This file is not a photo. Choose a JPEG, PNG, WebP or HEIC photo.")
        raise PhotoError(message, code="not_a_photo")
    try:
        return _open_heic(data) if kind == "HEIC" else Image.open(io.BytesIO(data), formats=(kind,))
    except PhotoError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise _too_many_pixels() from error
    except Exception as error:  # as above, here from a damaged header
        raise _broken() from error


def _sniff(data: bytes) -> str | None:
    """Format of a photo from its first bytes, whatever its name says."""
    if data[4:8] == b"ftyp":
        brands = data[8 : min(int.from_bytes(data[:4]), 128)]
        return "AVIF" if b"avi" in brands else "HEIC" if re.search(rb"hei|hev|mif1|msf1", brands) else None
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return next((kind for signature, kind in _SIGNATURES.items() if data.startswith(signature)), None)


def _open_heic(data: bytes) -> Image.Image:
    import pillow_heif

    heic = pillow_heif.open_heif(data)  # header only
    _check_size(heic)
    image: Image.Image = heic.to_pillow()
    image.info.clear()  # libheif has already turned it upright
    return image


def _from_array(array: NDArray[Any]) -> Image.Image:
    if array.dtype != np.uint8 or not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] in {3, 4})):
        raise _wrong_array()
    if array.size == 0:
        raise PhotoError(_("The photo is empty. Take it or choose it again."), code="empty")
    return Image.fromarray(np.ascontiguousarray(array))


def _check_size(image: Any) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise _too_many_pixels()
    if min(width, height) < MIN_SIDE:
        message = _("The photo has only %(width)d × %(height)d pixels: too small to see anything. Take it again or choose the original.")
        raise PhotoError(message % {"width": width, "height": height}, code="too_small")


def _fit(size: tuple[int, int], max_side: int | None) -> tuple[int, int]:
    if max_side is None or max(size) <= max_side:
        return size
    scale = max_side / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _orientation(image: Image.Image) -> int | None:
    try:
        orientation: int | None = image.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # noqa: BLE001 - damaged metadata is no reason to refuse a photo
        return None
    return orientation


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode == "I" or image.mode.startswith("I;16"):  # Pillow's own conversion clips at 255
        return Image.fromarray((np.clip(np.asarray(image), 0, 65535) >> 8).astype(np.uint8)).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    rgba = image if image.mode == "RGBA" else image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(rgba, mask=rgba)
    return white


def _too_big(size: int) -> PhotoError:
    message = _("The photo file has %(size)d MB; at most %(limit)d MB can be used. Choose a smaller one or send it in a lower quality.")
    return PhotoError(message % {"size": -(-size // 2**20), "limit": MAX_BYTES // 2**20}, code="too_big")


def _too_many_pixels() -> PhotoError:
    message = _("The photo has too many pixels (more than %(limit)d million). Choose a smaller photo.")
    return PhotoError(message % {"limit": MAX_PIXELS // 1_000_000}, code="too_many_pixels")


def _broken() -> PhotoError:
    return PhotoError(_("The photo is damaged or incomplete. Take it again, or copy the file again."), code="broken")


def _wrong_array() -> PhotoError:
    message = _("This is not a picture. Give a file name, the bytes of a photo, a PIL image, or an array (height, width, 3) of whole numbers 0–255 (uint8).")
    return PhotoError(message, code="wrong_array")


_WORKING_SIDE = 128


@dataclass(frozen=True)
class PhotoQuality:
    """What can be said about a photo before asking what it shows, measured on its grey levels (0 black, 1 white).

    Parameters
    ----------
    sharpness : float
        Standard deviation of the Laplacian (fine detail) over that of the grey levels: does not change with the exposure.
    brightness : float
        Mean grey level.
    contrast : float
        Distance between the 5th and the 95th percentile of the grey levels.
    """

    sharpness: float
    brightness: float
    contrast: float

    @property
    def problem(self) -> Literal["too_dark", "too_bright", "flat", "blurred"] | None:
        """Why nothing can be seen in the photo, or None."""
        # Chosen on real leaf photos, of which the least lit, least varied and softest all pass.
        if self.brightness < 0.12 and self.contrast < 0.2:
            return "too_dark"
        if self.brightness > 0.9 and self.contrast < 0.2:
            return "too_bright"
        if self.contrast < 0.05:
            return "flat"
        return "blurred" if self.sharpness < 0.17 else None


def photo_quality(image: Image.Image | NDArray[np.uint8]) -> PhotoQuality:
    """Measure light and sharpness of a photo in well under a millisecond.

    Parameters
    ----------
    image : PIL.Image.Image or ndarray of uint8, shape (height, width, 3)
        From :func:`open_photo`; best at no more than 512 pixels.

    Returns
    -------
    PhotoQuality
        Measured at a longer side of 128 pixels, so that a camera's resolution does not count.
    """
    if not isinstance(image, Image.Image):
        image = Image.fromarray(image)
    width, height = _fit(image.size, _WORKING_SIDE)
    small = image.convert("L").resize((max(3, width), max(3, height)), Image.Resampling.BOX)
    grey = np.asarray(small, dtype=np.float32) / 255
    laplacian = 4 * grey[1:-1, 1:-1] - grey[:-2, 1:-1] - grey[2:, 1:-1] - grey[1:-1, :-2] - grey[1:-1, 2:]
    cumulative = np.cumsum(small.histogram())
    dark, light = np.searchsorted(cumulative, [0.05 * cumulative[-1], 0.95 * cumulative[-1]])
    return PhotoQuality(
        sharpness=float(laplacian.std() / max(grey.std(), 1e-3)),
        brightness=float(grey.mean()),
        contrast=float(light - dark) / 255,
    )
