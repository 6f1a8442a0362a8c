import io
import json
import zipfile

import numpy as np
import pytest

from ailab import ModelError
from ailab.model_file import ModelFile, read_model_file, write_model_file

MODEL = ModelFile("Thing", {"a": [1, "hai"]}, {"w": np.eye(3, dtype=np.float32)}, {"0000.jpg": b"photo"})


@pytest.fixture
def written():
    buffer = io.BytesIO()
    write_model_file(buffer, MODEL)
    return buffer.getvalue()


def rezip(data, change):
    """The archive with its members changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in members.items():
            archive.writestr(name, value)
    return buffer.getvalue()


def test_round_trip(written, tmp_path):
    path = tmp_path / "máy của tôi.ailab"
    write_model_file(path, MODEL)
    assert path.read_bytes() == written
    assert not list(tmp_path.glob("*.new"))
    for source in (path, str(path), written, io.BytesIO(written)):
        read = read_model_file(source, "Thing")
        assert (read.kind, read.settings, read.files) == (MODEL.kind, MODEL.settings, MODEL.files)
        np.testing.assert_array_equal(read.arrays["w"], np.eye(3))


def test_the_same_model_gives_the_same_bytes(written):
    again = io.BytesIO()
    write_model_file(again, MODEL)
    assert again.getvalue() == written


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ModelError, match=r"không có\.ailab") as caught:
        read_model_file(tmp_path / "không có.ailab", "Thing")
    assert caught.value.code == "no_file"


@pytest.mark.parametrize("data", [b"", b"PK", b"\x80\x04K\x01.", b"<html>"])
def test_not_a_model(data):
    with pytest.raises(ModelError) as caught:
        read_model_file(data, "Thing")
    assert caught.value.code == "broken_model"


def test_cut_anywhere(written):
    for end in range(0, len(written), 37):
        with pytest.raises(ModelError):
            read_model_file(written[:end], "Thing")


def test_a_changed_byte_is_noticed(written):
    noticed = 0
    for place in range(0, len(written), 11):
        changed = bytearray(written)
        changed[place] ^= 0xFF
        try:
            read = read_model_file(bytes(changed), "Thing")
        except ModelError:
            noticed += 1
        else:  # a byte that says nothing, such as a date
            assert read.settings == MODEL.settings
            assert read.files == MODEL.files
            np.testing.assert_array_equal(read.arrays["w"], np.eye(3))
    assert noticed > 20


def test_another_photo_is_noticed(written):
    with pytest.raises(ModelError) as caught:
        read_model_file(rezip(written, lambda members: members.update({"files/0000.jpg": b"other"})), "Thing")
    assert caught.value.code == "broken_model"


@pytest.mark.parametrize("name", ["../evil", "files/one more", "evil.pkl"])
def test_a_member_that_the_head_does_not_name(written, name):
    with pytest.raises(ModelError):
        read_model_file(rezip(written, lambda members: members.update({name: b"x"})), "Thing")


def test_numbers_that_are_none():
    buffer = io.BytesIO()
    write_model_file(buffer, ModelFile("Thing", {}, {"w": np.array([1.0, np.nan])}))
    with pytest.raises(ModelError) as caught:
        read_model_file(buffer.getvalue(), "Thing")
    assert caught.value.code == "broken_model"


def test_more_than_memory_holds(monkeypatch, written):
    monkeypatch.setattr("ailab.model_file._LARGEST", 100)
    with pytest.raises(ModelError) as caught:
        read_model_file(written, "Thing")
    assert caught.value.code == "broken_model"


@pytest.mark.parametrize(("limit", "value"), [("_MOST", 3), ("_LARGEST", 1000), ("_LARGEST_HEAD", 300)])
def test_what_could_not_be_read_again_is_not_written(monkeypatch, tmp_path, limit, value):
    monkeypatch.setattr(f"ailab.model_file.{limit}", value)
    path = tmp_path / "thing.ailab"
    write_model_file(path, ModelFile("Thing", {}, files={"0": b"x"}))
    before = path.read_bytes()
    with pytest.raises(ModelError) as caught:
        write_model_file(path, ModelFile("Thing", {}, files={"0": b"x", "1": b"y" * 1000}))
    assert caught.value.code == "large_model"
    assert path.read_bytes() == before
    assert read_model_file(path, "Thing").files == {"0": b"x"}


def change_head(members, **values):
    members["ailab.json"] = json.dumps(json.loads(members["ailab.json"]) | values)


def test_made_by_a_newer_ailab(written):
    with pytest.raises(ModelError) as caught:
        read_model_file(rezip(written, lambda members: change_head(members, version=99)), "Thing")
    assert caught.value.code == "newer_model"


@pytest.mark.parametrize("values", [{"format": "other"}, {"version": "1"}, {"sha256": None}, {"sha256": {}}, {"kind": 3}])
def test_a_head_that_makes_no_sense(written, values):
    with pytest.raises(ModelError):
        read_model_file(rezip(written, lambda members: change_head(members, **values)), "Thing")


@pytest.mark.parametrize(("kind", "says"), [("ImageClassifier", "ảnh"), ("TextClassifier", "văn bản"), ("Other", "bài")])
def test_another_kind(kind, says):
    buffer = io.BytesIO()
    write_model_file(buffer, ModelFile(kind, {}))
    with pytest.raises(ModelError, match=says) as caught:
        read_model_file(buffer.getvalue(), "Thing")
    assert caught.value.code == "other_kind"


def test_a_member_that_is_packed_in_another_way():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("model.json", "x" * 1000)
    data = bytearray(packed.getvalue())
    data[60:80] = bytes(20)
    with pytest.raises(ModelError) as caught:
        read_model_file(bytes(data), "Thing")
    assert caught.value.code == "broken_model"
