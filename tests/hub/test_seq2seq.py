import json
import shutil
import subprocess
import sys

import pytest

from ailab import ModelError, i18n
from ailab.errors import SecrecyError, TextError
from ailab.hub import Seq2SeqSummarizer

SOURCE = "UBND xã Bản Mẫu họp ngày 5 tháng 9 năm 2026 với 1250 hộ."
LEARNED = "Xã Bản Mẫu họp ngày 05/9/2026. Có 1.250 hộ và 300 người."
PREFIX = "tóm tắt: "


def tokenizer_of(texts):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    # Whole words: what pieces of words a trainer finds differs from run to run, and a small model does not learn all of them.
    tokenizer = Tokenizer(models.WordLevel(unk_token="<unk>"))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    tokenizer.train_from_iterator(texts, trainers.WordLevelTrainer(special_tokens=["<pad>", "</s>", "<unk>"], show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>")


def t5(size):
    from transformers import T5Config, T5ForConditionalGeneration

    config = T5Config(
        vocab_size=size, d_model=32, d_kv=16, d_ff=64, num_layers=1, num_heads=2, dropout_rate=0, initializer_factor=0.3, tie_word_embeddings=False,
        pad_token_id=0, eos_token_id=1, decoder_start_token_id=0,
    )  # fmt: skip
    return T5ForConditionalGeneration(config)


def mbart(size):
    from transformers import MBartConfig, MBartForConditionalGeneration

    return MBartForConditionalGeneration(
        MBartConfig(
            vocab_size=size, d_model=32, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=64,
            decoder_ffn_dim=64, max_position_embeddings=130, dropout=0.0, pad_token_id=0, eos_token_id=1, bos_token_id=1, decoder_start_token_id=1,
            forced_eos_token_id=None,
        )
    )  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    """On so small a model, threads only wait for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module", params=[t5, mbart], ids=["t5", "mbart"])
def folder(request, tmp_path_factory):
    """Folder of a small model that has learned one sentence by heart, a number of its own invention in it."""
    import torch

    tokenizer = tokenizer_of([LEARNED, SOURCE, PREFIX])
    torch.manual_seed(0)
    model = request.param(len(tokenizer))
    given = tokenizer([PREFIX + SOURCE, SOURCE], return_tensors="pt", padding=True)
    wanted = tokenizer([LEARNED] * 2, return_tensors="pt")["input_ids"]
    adam = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _step in range(2000):
        loss = model(input_ids=given["input_ids"], attention_mask=given["attention_mask"], labels=wanted).loss
        if loss.item() < 0.005:
            break
        adam.zero_grad()
        loss.backward()
        adam.step()
    folder = tmp_path_factory.mktemp("seq2seq") / "mô hình nhỏ"
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "model")


@pytest.fixture(scope="module")
def writer(folder):
    return Seq2SeqSummarizer(folder, PREFIX, device="cpu")


def code_of(model, **options):
    with pytest.raises(ModelError) as caught:
        Seq2SeqSummarizer(model, **options).preview(SOURCE)
    return caught.value.code


def test_writes_and_marks_what_it_made_up(writer):
    result = writer.summarize(SOURCE)
    assert result.text == LEARNED
    assert [(claim.text, claim.kind, result.text[claim.start : claim.end]) for claim in result.unsupported] == [("300", "number", "300")]
    assert (result.problem, result.cut, result.sent, result.status) == (None, 1.0, "", None)
    assert result.summary.text in SOURCE
    assert '<mark class="ailab-unsupported">300</mark>' in result._repr_html_()
    json.dumps(result.to_dict())


def test_the_preview_is_what_it_reads(writer, monkeypatch):
    draft = writer.preview(SOURCE)
    assert (draft.body, draft.text, draft.url, draft.cut, draft.masked) == (PREFIX + SOURCE, SOURCE, "", 1.0, None)
    read = []
    loaded = writer._loaded()
    monkeypatch.setattr(loaded, "_tokenizer", _Listening(loaded._tokenizer, read))
    writer.send(draft, SOURCE)
    assert read[-1] == draft.body
    with i18n.using("en"):
        assert "Nothing goes anywhere else" in draft._repr_html_()


class _Listening:
    def __init__(self, tokenizer, heard):
        self._tokenizer, self._heard = tokenizer, heard

    def __call__(self, text, **options):
        self._heard.append(text)
        return self._tokenizer(text, **options)

    def __getattr__(self, name):
        return getattr(self._tokenizer, name)


def test_always_the_same(folder):
    import torch

    torch.manual_seed(1)
    once = Seq2SeqSummarizer(folder, device="cpu").summarize(SOURCE)
    torch.manual_seed(2)
    assert Seq2SeqSummarizer(folder, device="cpu").summarize(SOURCE) == once


def test_settings_that_come_with_a_model_do_not_draw_lots(copy):
    (copy / "generation_config.json").write_text(
        json.dumps(
            {
                **json.loads((copy / "generation_config.json").read_text("utf-8")),
                "do_sample": True,
                "temperature": 9.0,
                "max_time": 0.0001,
                "max_length": 3,
                "num_return_sequences": 3,
                "num_beams": 4,
                "num_beam_groups": 2,
            }
        )
    )
    assert Seq2SeqSummarizer(copy, PREFIX, device="cpu").summarize(SOURCE).text == LEARNED


def test_a_summary_that_is_cut_off(folder):
    sentences = Seq2SeqSummarizer(folder, PREFIX, device="cpu", max_new_tokens=9).summarize(SOURCE)
    assert sentences.problem == "cut_off"
    assert sentences.text in {"", "Xã Bản Mẫu họp ngày 05/9/2026."}
    assert sentences.message
    assert Seq2SeqSummarizer(folder, PREFIX, device="cpu", max_new_tokens=1, beams=1).summarize(SOURCE).text == ""


def test_a_long_document(folder):
    long = " ".join(f"Xã Bản Mẫu họp ngày {day}/9/2026 với 1250 hộ." for day in range(1, 30))
    writer = Seq2SeqSummarizer(folder, PREFIX, device="cpu", max_input_tokens=100)
    draft = writer.preview(long)
    assert 0 < draft.cut < 0.5
    assert writer._loaded().size(draft.body) <= 100
    assert all(line in long for line in draft.text.split("\n"))
    assert writer.send(draft).cut == draft.cut
    longest = Seq2SeqSummarizer(folder, device="cpu", max_input_tokens=10**6)
    longest.summarize(long * 3)  # mBART has 130 places and no more
    with pytest.raises(ValueError, match=r"Không từ nào|Not a word"):
        Seq2SeqSummarizer(folder, PREFIX * 20, device="cpu", max_input_tokens=20).preview(SOURCE)


def test_signs_of_the_tokenizer_in_a_document(writer):
    draft = writer.preview("UBND xã Bản Mẫu</s> họp ngày 5 tháng 9 năm 2026 <pad> với 1250 hộ.")
    assert "</s>" not in draft.body
    assert "<pad>" not in draft.body
    assert writer._loaded()._tokenizer(draft.body)["input_ids"].count(1) == 1


def test_a_secret_text_is_not_read(tmp_path):
    with pytest.raises(SecrecyError):
        Seq2SeqSummarizer(tmp_path / "none").summarize("TỐI MẬT\n" + SOURCE)
    with pytest.raises(TextError):
        Seq2SeqSummarizer(tmp_path / "none").summarize(" ")


def test_a_draft_of_another_text(writer):
    with pytest.raises(ModelError) as caught:
        writer.send(writer.preview(SOURCE), SOURCE + " Thêm.")
    assert caught.value.code == "other_draft"


def test_a_model_that_writes_nothing(folder, monkeypatch):
    writer = Seq2SeqSummarizer(folder, device="cpu")
    draft = writer.preview(SOURCE)
    monkeypatch.setattr(writer._loaded()._tokenizer.__class__, "decode", lambda *args, **options: " . ")  # it did not write till it was cut off
    result = writer.send(draft)
    assert (result.problem, result.text, result.sent) == ("no_reply", "", "")
    assert result.summary.text


# --- models that cannot be used ---------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    assert code_of(tmp_path / "none") == code_of("VietAI/no-such-model-anywhere") == "no_such_model"
    assert code_of("VietAI/no-such-model-anywhere", download=True) == "download_failed"


@pytest.mark.parametrize("gone", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_folder_that_lacks_files(copy, gone):
    (copy / gone).unlink()
    assert code_of(copy) == "incomplete"


def test_pickled_weights_are_not_opened(copy):
    (copy / "model.safetensors").unlink()
    (copy / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'touch hacked'\ntR.")
    assert code_of(copy) == "pickled"


def test_half_a_model_is_no_model(copy):
    from safetensors.numpy import load_file, save_file

    weights = load_file(copy / "model.safetensors")
    save_file({name: value for name, value in weights.items() if "decoder" not in name}, copy / "model.safetensors", {"format": "pt"})
    assert code_of(copy) == "not_a_summarizer"


def test_damaged_weights(copy):
    (copy / "model.safetensors").write_bytes((copy / "model.safetensors").read_bytes()[:500])
    assert code_of(copy) == "not_a_summarizer"


def test_a_model_that_only_reads(copy):
    from transformers import BertConfig, BertModel

    BertModel(BertConfig(vocab_size=150, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)).save_pretrained(copy)
    assert code_of(copy) == "not_a_summarizer"


def test_a_model_with_a_program_of_its_own(copy):
    config = {"model_type": "strange", "auto_map": {"AutoConfig": "strange.Config", "AutoModelForSeq2SeqLM": "strange.Model"}}
    (copy / "config.json").write_text(json.dumps(config))
    (copy / "strange.py").write_text("raise SystemExit('run')")
    assert code_of(copy) == "not_a_summarizer"


def test_a_generate_of_its_own_is_not_run(copy, tmp_path):
    (copy / "custom_generate").mkdir()
    (copy / "custom_generate" / "generate.py").write_text(f"open({str(tmp_path / 'hacked')!r}, 'w')\ndef generate(model, **options): raise SystemExit")
    assert Seq2SeqSummarizer(copy, PREFIX, device="cpu").summarize(SOURCE).text == LEARNED
    assert not (tmp_path / "hacked").exists()


@pytest.mark.parametrize("options", [{"max_new_tokens": 0}, {"max_input_tokens": 0}, {"beams": 0}])
def test_parameters(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        Seq2SeqSummarizer("a/b", **options)


def test_nothing_heavy_is_loaded_before_it_is_used():
    code = (
        "import sys, ailab.hub; ailab.hub.Seq2SeqSummarizer('a/b'); "
        "ailab.hub.ServerSummarizer('http://127.0.0.1:9').summarize('Giao Văn phòng gửi báo cáo trước ngày 15/9/2026.')._repr_html_(); "
        "print({'torch', 'transformers', 'huggingface_hub', 'sklearn'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"
