import io
import random
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image, ImageFilter, features

from ailab import images
from ailab.errors import PhotoError
from ailab.images import MAX_BYTES, open_photo, photo_quality

AVIF = ["AVIF"] if features.check("avif") else []  # since Pillow 11.3


def leaf(width=96, height=64):
    """A picture with detail: red at the upper left, green elsewhere."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(60, 120, (height, width, 3), dtype=np.uint8)
    pixels[:, :, 1] += 80
    pixels[: height // 2, : width // 2] = (220, 20, 20)
    return Image.fromarray(pixels)


def encoded(image, kind="JPEG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def corner(image):
    return "".join("R" if image.getpixel(xy)[0] > 180 > image.getpixel(xy)[1] + 80 else "." for xy in corners(*image.size))


def corners(width, height):
    return (8, 8), (width - 9, 8), (8, height - 9), (width - 9, height - 9)


def code_of(source, **options):
    with pytest.raises(PhotoError) as caught:
        open_photo(source, **options)
    assert len(str(caught.value)) > 20
    return caught.value.code


def png_header(width, height, body=b""):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "MPO", *AVIF])
def test_formats(kind):
    photo = open_photo(encoded(leaf(), kind))
    assert photo.mode == "RGB"
    assert photo.size == (96, 64)
    assert corner(photo) == "R..."


def test_heic():
    pillow_heif = pytest.importorskip("pillow_heif")
    buffer = io.BytesIO()
    try:
        pillow_heif.from_pillow(leaf()).save(buffer)
    except (RuntimeError, ValueError, OSError) as error:
        pytest.skip(f"no HEVC encoder here: {error}")
    assert corner(open_photo(buffer.getvalue())) == "R..."
    assert code_of(buffer.getvalue()[:300]) == "broken"


def test_every_source(tmp_path):
    data = encoded(leaf(), "PNG")
    path = tmp_path / "lá lúa.jpg"
    path.write_bytes(data)
    array = np.asarray(leaf())
    for source in (path, str(path), data, bytearray(data), memoryview(data), leaf(), array):
        assert np.array_equal(np.asarray(open_photo(source)), array)
    assert open_photo(array[..., 0]).size == (96, 64)
    assert open_photo(np.dstack([array, np.zeros(array.shape[:2], np.uint8)])).getpixel((5, 5)) == (255, 255, 255)


def test_a_given_image_is_left_alone():
    lazy = Image.open(io.BytesIO(encoded(leaf(800, 600))))
    assert open_photo(lazy, max_side=100).size == (100, 75)
    assert lazy.size == (800, 600)
    picture = leaf()
    open_photo(picture).putpixel((0, 0), (1, 2, 3))
    assert picture.getpixel((0, 0)) != (1, 2, 3)


@pytest.mark.parametrize(("orientation", "expected"), list(enumerate(["R...", ".R..", "...R", "..R.", "R...", ".R..", "...R", "..R."], start=1)))
def test_exif_orientation(orientation, expected):
    exif = Image.Exif()
    exif[0x0112] = orientation
    for kind in ("JPEG", "PNG", "WEBP", *AVIF):
        photo = open_photo(encoded(leaf(), kind, exif=exif), max_side=80)
        assert photo.size == ((80, 53) if orientation < 5 else (53, 80))
        assert corner(photo) == expected
        assert not photo.getexif()
        assert corner(open_photo(photo)) == expected


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_damaged_exif_does_not_matter():
    assert open_photo(encoded(leaf(), exif=b"Exif\0\0II*\0\xff\xff\xff\x7f junk")).size == (96, 64)


def test_cmyk_is_not_inverted():
    red = open_photo(encoded(Image.new("CMYK", (32, 32), (0, 255, 255, 0)))).getpixel((16, 16))
    assert red[0] > 200
    assert max(red[1:]) < 60


def test_16_bit_grey_is_scaled():
    ramp = (np.linspace(0, 65535, 64 * 64).reshape(64, 64)).astype(np.uint16)
    grey = np.asarray(open_photo(encoded(Image.fromarray(ramp), "PNG")))[..., 0]
    assert np.abs(grey - ramp / 257).max() <= 1


def test_alpha_lies_over_white():
    clear = Image.new("RGBA", (32, 32), (0, 0, 0, 0))
    clear.paste((255, 0, 0, 255), (0, 0, 16, 32))
    palette = clear.convert("RGB").quantize(2)
    for data in (encoded(clear, "PNG"), encoded(clear, "WEBP", lossless=True), encoded(palette, "PNG", transparency=palette.getpixel((31, 0)))):
        photo = open_photo(data)
        assert photo.getpixel((31, 0)) == (255, 255, 255)
        assert photo.getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P"])
def test_other_modes(mode):
    assert open_photo(encoded(leaf().convert(mode), "PNG")).mode == "RGB"


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_animated_gives_the_first_frame(kind):
    red, blue = Image.new("RGB", (32, 32), "red"), Image.new("RGB", (32, 32), "blue")
    first = open_photo(encoded(red, kind, save_all=True, append_images=[blue])).getpixel((16, 16))
    assert first[0] > 200 > 60 > first[2]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 " * 50, "not_a_photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_photo"),
        ("Kính gửi: Ủy ban nhân dân xã".encode(), "not_a_photo"),
        (b"II*\0" + bytes(500), "not_a_photo"),
        (b"\xff\xd8\xff" + bytes(500), "broken"),
        (b"\0\0\0\x18ftypheic" + bytes(500), "broken"),
        (b"\0\0\0\x18ftypavif" + bytes(500), "broken"),
        (b"\0\0\0\x18ftypisom" + bytes(500), "not_a_photo"),
        (b"\x89PNG\r\n\x1a\n", "broken"),
        (bytes(MAX_BYTES + 1), "too_big"),
        (memoryview(bytes(MAX_BYTES + 4)).cast("I"), "too_big"),
        (png_header(9000, 9000), "too_many_pixels"),
        (png_header(12000, 12000), "too_many_pixels"),
        (png_header(60000, 60000), "too_many_pixels"),
        (png_header(15, 400), "too_small"),
        (png_header(100, 100), "broken"),
    ],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_unusable_bytes(data, code, tmp_path):
    assert code_of(data) == code
    (tmp_path / "photo.jpg").write_bytes(bytes(data))
    assert code_of(tmp_path / "photo.jpg") == code


def test_a_bomb_is_refused_before_decoding(monkeypatch):
    monkeypatch.setattr(images, "_to_rgb", lambda _: pytest.fail("decoded"))
    assert code_of(png_header(8001, 8000)) == "too_many_pixels"


def test_unusable_names(tmp_path):
    for name in (tmp_path, tmp_path / "none.jpg", "", "a\0b.jpg", "x" * 5000, "https://example.org/leaf.jpg", "data:image/png;base64,AAAA", "/dev/zero"):
        assert code_of(name) == "no_such_file"


@pytest.mark.parametrize(
    "source",
    [
        None,
        5,
        [1, 2, 3],
        np.zeros((32, 32, 3)),
        np.zeros((32, 32, 3), bool),
        np.zeros((32, 32, 2), np.uint8),
        np.zeros((3, 32, 32), np.uint8),
        np.zeros(32, np.uint8),
        np.zeros((1, 32, 32, 3), np.uint8),
        Image.new("F", (32, 32)),
        Image.new("LAB", (32, 32)),
    ],
)
def test_wrong_objects(source):
    assert code_of(source) == "wrong_array"


def test_wrong_sizes_in_memory():
    assert code_of(np.zeros((0, 0, 3), np.uint8)) == "empty"
    assert code_of(Image.new("RGB", (5, 5))) == "too_small"
    assert code_of(np.broadcast_to(np.uint8(0), (9000, 9000))) == "too_many_pixels"
    with pytest.raises(ValueError, match="max_side"):
        open_photo(leaf(), max_side=0)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_truncated(kind):
    data = encoded(leaf(), kind)
    assert code_of(data[: len(data) // 2]) == "broken"


def test_any_bytes_give_a_photo_or_a_photo_error():
    rng = random.Random(7)
    seeds = [encoded(leaf(40, 24), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF")]
    end, opened, refused = time.monotonic() + 5, 0, 0
    for turn in range(600):
        data = bytearray(seeds[turn % len(seeds)])
        for _ in range(rng.choice([1, 2, 8])):
            place = rng.randrange(min(len(data), rng.choice([40, len(data)])))
            if rng.random() < 0.8:
                data[place] = rng.choice([0, 255, 127, rng.randrange(256)])
            else:
                del data[place : place + rng.randrange(1, 30)]
        try:
            assert open_photo(data, max_side=rng.choice([None, 16, 512])).mode == "RGB"
            opened += 1
        except PhotoError as error:
            refused += bool(error.code)
        if time.monotonic() > end:
            break
    assert min(opened, refused) > 20


def test_max_side_reduces_a_large_jpeg_while_decoding(monkeypatch):
    data = encoded(leaf(40, 30).resize((2000, 1500)))
    seen = []
    plain = images._to_rgb
    monkeypatch.setattr(images, "_to_rgb", lambda image: seen.append(image.size) or plain(image))
    photo = open_photo(data, max_side=256)
    assert photo.size == (256, 192)
    assert seen == [(500, 375)]
    assert open_photo(encoded(leaf()), max_side=512).size == (96, 64)
    assert min(open_photo(encoded(Image.new("RGB", (3000, 16)), "PNG"), max_side=64).size) == 1


def test_photo_quality():
    photo = leaf(224, 180).resize((448, 360), Image.Resampling.BICUBIC)
    assert photo_quality(photo).problem is None
    assert photo_quality(np.asarray(photo)) == photo_quality(photo)
    assert photo_quality(photo.point(lambda v: v * 0.08)).problem == "too_dark"
    assert photo_quality(photo.point(lambda v: 255 - (255 - v) * 0.08)).problem == "too_bright"
    assert photo_quality(photo.filter(ImageFilter.GaussianBlur(20))).problem == "blurred"


@pytest.mark.parametrize(("colour", "problem"), [("black", "too_dark"), ("white", "too_bright"), ("green", "flat"), ((128, 128, 128), "flat")])
def test_one_colour(colour, problem):
    assert photo_quality(Image.new("RGB", (100, 80), colour)).problem == problem
    assert np.isfinite(photo_quality(Image.new("RGB", (2000, 16), colour)).sharpness)


def test_a_dark_scene_with_a_lit_leaf_is_no_problem():
    scene = Image.new("RGB", (224, 224))
    scene.paste(leaf(80, 60), (70, 80))
    assert photo_quality(scene).problem is None
