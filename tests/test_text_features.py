from ailab.text_features import cut_up


def names(text, **options):
    return [name for name, _tokens in cut_up(text, names=options.get("names", False)).pieces]


def test_plain_syllables_accented_ones_and_pairs():
    assert names("Lúa khô") == ["lua", "kho", "lúa", "khô", "lua kho"]
    assert names("lua kho") == ["lua", "kho", "lua kho"]


def test_numbers_are_one_word_and_short_forms_are_written_out():
    assert names("mất 3.000 k") == ["mat", "0", "k", "mất", "mat 0", "0 k"]
    assert names("k được")[:2] == ["khong", "duoc"]


def test_every_piece_knows_its_tokens():
    cut = cut_up("Xin hỏi bao giờ có nước, bh có?", names=False)
    for _name, of in cut.pieces:
        assert all(0 <= at < len(cut.tokens) for at in of)
    assert [token.text for token in cut.tokens] == ["xin", "hỏi", "bao", "giờ", "có", "nước", "bh", "có"]
    assert ("bao gio", (6, 6)) in cut.pieces


def test_names_within_a_sentence_are_left_out():
    assert "mau" not in names("Đường vào Nà Mẫu lầy. Nà Mẫu cần đá.")[:7]
    assert names("Đường vào Nà Mẫu lầy") == ["duong", "vao", "lay", "đường", "vào", "lầy", "duong vao"]
    assert "vao na" in names("Đường vào Nà Mẫu lầy", names=True)


def test_capitals_that_say_nothing():
    assert "mat xe" in names("MẤT XE Ở ĐẦU BẢN")
    assert "mat xe" in names("Xin Báo Mất Xe Máy Ở Đầu Bản")
    assert "otp" in names("Ai hỏi mã OTP thế")
    assert names("") == []
