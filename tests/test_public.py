import subprocess
import sys

import pytest

import ailab
import ailab.widgets

HEAVY = {"torch", "transformers", "sklearn", "scipy", "pandas", "matplotlib"}


def loaded_by(code):
    """Modules that a fresh Python has after running ``code``."""
    code += "\nimport sys\nprint(*{name.split('.')[0] for name in sys.modules})"
    return set(subprocess.run([sys.executable, "-W", "error:::ailab", "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_public_names():
    assert ailab.__all__ == [
        "AdministrativeDocument", "AilabError", "Answer", "ClozeQuiz", "CropClassifier", "Deadline", "Diagnosis", "ImageClassifier", "MaskedText",
        "ModelError", "Passage", "PassageError", "PersonalData", "PhotoError", "QuestionAnswerer", "Quiz", "SecrecyError", "SecrecyMark",
        "Summarizer", "Summary", "Task", "TeachingError", "TextClassifier", "TextError", "TextVerdict", "UnknownCropError", "check",
        "find_personal_data", "find_secrecy_marks", "get_language", "load_passages", "make_cloze", "mask_personal_data", "open_photo",
        "parse_document", "parse_documents", "read_document", "samples", "set_language", "widgets",
    ]  # fmt: skip
    for name in ailab.__all__:
        assert getattr(ailab, name) is not None
    for name in ailab.widgets.__all__:
        assert getattr(ailab.widgets, name).__doc__
    assert set(ailab.__all__) <= set(dir(ailab))


def test_a_name_that_does_not_exist():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = ailab.nothing


def test_import_is_cheap():
    assert not loaded_by("import ailab") & (HEAVY | {"numpy", "PIL", "ipywidgets", "onnxruntime", "docx", "pypdf", "openpyxl", "icalendar"})


def test_reading_documents_never_loads_the_heavy_packages():
    code = """
from ailab import Summarizer, mask_personal_data, parse_document
from ailab.samples.documents import sample_documents
from ailab.widgets import DocumentSummary, PersonalDataCheck, Quiz, TaskBoard
summary, board, check, quiz = DocumentSummary(), TaskBoard(), PersonalDataCheck(), Quiz("public_chatbot")
import sys
assert not {"docx", "pypdf", "openpyxl", "icalendar"} & set(sys.modules), "the first paint reads no document"
sample = [sample for sample in sample_documents() if sample.name.endswith(".txt")][0]
for demo in (summary, board, check):
    demo.documents.sample.value = (sample,)
    assert demo.value is not None
"""
    assert not loaded_by(code) & {"torch", "transformers", "sklearn", "pandas"}


def test_a_dashboard_never_loads_the_heavy_packages():
    code = """
import sys
from ailab.widgets import EvidenceView, LeafClinic, WhatIf
clinic = LeafClinic()
evidence, what_if = EvidenceView(clinic), WhatIf(clinic)
assert "onnxruntime" not in sys.modules, "the first paint loads no network"
clinic.samples.index = 0
clinic.samples.count += 1
what_if.light.value = 0.4
assert clinic.value is not None and "<svg" in what_if.output.value and "data:image/png" in evidence.output.value
"""
    assert not loaded_by(code) & {"torch", "transformers", "sklearn"}
