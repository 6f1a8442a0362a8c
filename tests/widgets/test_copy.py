from ailab.widgets import Copy


def test_the_button_says_what_it_does():
    button = Copy(label="Chép", done="Xong", failed="Không được")
    assert (button.content, button.label, button.done, button.failed) == ("", "Chép", "Xong", "Không được")
    state = button.get_state(["content", "label", "done", "failed"])
    assert set(state) == {"content", "label", "done", "failed"}


def test_the_old_way_is_there_for_pages_without_encryption():
    script = Copy(label="a", done="b")._esm
    assert "execCommand" in str(script)
    assert "isSecureContext" in str(script)
