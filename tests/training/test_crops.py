"""The whole chain from photos to a model that CropClassifier runs, on a few drawn leaves."""

import copy
import csv
import dataclasses
import json

import numpy as np
import pytest

from ailab import CropClassifier, samples
from ailab.vision import temper, verify_model

torch = pytest.importorskip("torch")

from ailab.training import crops, export  # noqa: E402
from ailab.training import photos as stored  # noqa: E402
from ailab.training.augment import Augmenter  # noqa: E402
from ailab.training.novelty import Novelty  # noqa: E402
from ailab.training.recipe import Recipe  # noqa: E402

QUICK = ["--set", "epochs=2", "--set", "batch_size=16", "--set", "sides=64,80,96"]
CLASSES = ["coffee__rust", "rice__blast", "rice__healthy", stored.BACKGROUND]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    rows = []
    for label in CLASSES:
        (folder / label).mkdir()
        for seed in range(28):
            name = f"{label}/{seed}.jpg"
            if label == stored.BACKGROUND:
                image = samples.draw_object(samples.OBJECTS[seed % len(samples.OBJECTS)], seed, size=80, label=False)
            else:
                image = samples.draw_leaf(*label.split("__"), seed, size=80, label=False)
            image.save(folder / name)
            rows.append({"file": name, "split": "val" if seed % 4 == 0 else "train", "group": f"{label}/{seed}", "shift": "", "width": 80, "height": 60})
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return folder


@pytest.fixture(scope="module")
def model(data, tmp_path_factory):
    work = tmp_path_factory.mktemp("work")
    crops.main(["--data", str(data), "--work", str(work), *QUICK, "--threads", "1"])
    return work


def test_the_command_makes_a_model_that_runs(model, leaf):
    verify_model(model / "model")
    classifier = CropClassifier(model=model / "model")
    assert list(classifier.classes_) == CLASSES[:-1]
    assert classifier.predict_proba([leaf]).shape == (1, 3)
    assert classifier.diagnose(leaf, crop="rice").crop == "rice"


def test_what_is_written_down_stays_where_it_is(model, data, tmp_path):
    """A network on a GPU is asked about more photos after it was written."""
    from ailab.training.export import write_model

    network = crops.build_network(CLASSES).to(memory_format=torch.channels_last).train()
    before = network.classifier[1].weight, network.regnet.encoder.stages[1].layers[0].shortcut.convolution.weight.stride()
    settings = {"classes": CLASSES[:-1], "size": 64, "mean": crops.MEAN, "std": crops.STD}
    write_model(network, Novelty(network.config.hidden_sizes[-1], len(CLASSES) - 1), tmp_path, settings)
    assert network.classifier[1].weight is before[0]
    assert network.regnet.encoder.stages[1].layers[0].shortcut.convolution.weight.stride() == before[1]
    assert network.training


def test_it_goes_on_where_it_was_interrupted(model, data, capsys):
    crops.main(["--data", str(data), "--work", str(model), "--out", str(model / "again"), *QUICK, "--threads", "1"])
    printed = capsys.readouterr().out
    assert "goes on after epoch 2 of 2" in printed
    assert '"epoch"' not in printed
    assert (model / "again" / "model.safetensors").read_bytes() == (model / "model" / "model.safetensors").read_bytes()


def test_a_checkpoint_of_another_run_is_not_taken_for_this_one(model, data):
    with pytest.raises(SystemExit, match=r"seed.*--work"):
        crops.main(["--data", str(data), "--work", str(model), *QUICK, "--set", "seed=1"])


def test_an_interrupted_run_ends_like_an_unbroken_one(data, tmp_path):
    photos = stored.load_photos(data, ("train",), CLASSES, masks=True)
    val = stored.load_photos(data, ("val",), CLASSES, masks=False)
    recipe = Recipe(epochs=2, batch_size=16, sides=(64, 80, 96), style=0.3, cutmix=0.4, mixup=0.2, told=0.5)

    class Stop(Exception):  # noqa: N818
        pass

    def stop_after_first_epoch(state, path):
        saved(state, path)
        if state["epoch"] == 0:
            raise Stop

    whole = crops.train(photos, val, CLASSES, recipe, device="cpu", checkpoint=tmp_path / "whole.pt")
    saved = torch.save
    try:
        torch.save = stop_after_first_epoch
        with pytest.raises(Stop):
            crops.train(photos, val, CLASSES, recipe, device="cpu", checkpoint=tmp_path / "broken.pt")
    finally:
        torch.save = saved
    (tmp_path / "broken.new").replace(tmp_path / "broken.pt")
    resumed = crops.train(photos, val, CLASSES, recipe, device="cpu", checkpoint=tmp_path / "broken.pt")
    for a, b in zip(whole.state_dict().values(), resumed.state_dict().values(), strict=True):
        torch.testing.assert_close(a, b)


def test_a_run_that_a_gpu_began_goes_on_without_one(data, tmp_path, capsys):
    """There the state of the generator is 16 bytes, the learning rate is a tensor, and the optimizer is capturable."""
    photos = stored.load_photos(data, ("train",), CLASSES, masks=True)
    val = stored.load_photos(data, ("val",), CLASSES, masks=False)
    recipe = Recipe(epochs=2, batch_size=16, sides=(64,))
    checkpoint = tmp_path / "checkpoint.pt"
    ended = crops.train(photos, val, CLASSES, recipe, device="cpu", checkpoint=checkpoint)
    state = torch.load(checkpoint, weights_only=True) | {"epoch": 0, "generator": torch.zeros(16, dtype=torch.uint8)}
    for group in state["optimizer"]["param_groups"]:
        group |= {"capturable": True, "lr": torch.tensor(1e-3)}
    torch.save(state, checkpoint)
    further = crops.train(photos, val, CLASSES, recipe, device="cpu", checkpoint=checkpoint)
    assert "goes on after epoch 1 of 2" in capsys.readouterr().out
    assert not torch.equal(further.classifier[1].weight, ended.classifier[1].weight)
    assert torch.load(checkpoint, weights_only=True)["epoch"] == 1


def test_a_network_goes_on_from_another_and_learns_from_teachers(data, tmp_path):
    photos = stored.load_photos(data, ("train",), CLASSES, masks=True)
    val = stored.load_photos(data, ("val",), CLASSES, masks=False)
    recipe = Recipe(epochs=1, batch_size=16, sides=(64,), lr=1e-6, seed=3)
    teacher, beginning = crops.build_network(CLASSES), crops.build_network(CLASSES)
    with torch.no_grad():
        teacher.classifier[1].weight.zero_()
        teacher.classifier[1].bias.copy_(torch.tensor([9.0, 0, 0, 0]))  # says "coffee rust" of everything
    before = beginning.classifier[1].weight.detach().clone()

    def trained(name, **given):
        return crops.train(photos, val, CLASSES, dataclasses.replace(recipe, **given.pop("changed", {})), device="cpu", checkpoint=tmp_path / name, **given)

    kept = trained("kept.pt", network=copy.deepcopy(beginning))
    torch.testing.assert_close(kept.classifier[1].weight, before, atol=1e-3, rtol=0)
    assert (trained("new.pt").classifier[1].weight - before).abs().mean() > 0.01

    def believes_it(network):
        return crops.predict(network, val, "cpu", 64)[0].softmax(1)[:, 0].mean().item()

    faster = {"epochs": 3, "lr": 3e-3}
    assert believes_it(trained("taught.pt", teachers=[teacher], changed=faster)) > believes_it(trained("alone.pt", changed=faster)) + 0.1


def test_a_group_never_lies_on_both_sides(data):
    with (data / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {stored.split_of(row) for row in rows} == {"train", "calib", "val"}
    assert all(stored.split_of(row) == "val" for row in rows if row["split"] == "val")
    group = {**rows[1], "group": "one"}
    assert len({stored.split_of({**group, "file": str(i)}) for i in range(50)}) == 1


def test_augmentation_can_be_repeated(data):
    photos = stored.load_photos(data, ("train",), CLASSES, masks=True)
    x = photos.pixels[:8]

    def run(seed):
        return Augmenter(torch.Generator().manual_seed(seed))(x, photos.masks[:8], photos.aspects[:8], photos.pixels[-8:], 64)

    first = run(0)
    assert first.shape == (8, 3, 64, 64)
    assert first.min() >= 0
    assert first.max() <= 1
    torch.testing.assert_close(first, run(0))
    assert (first - run(1)).abs().mean() > 0.01


def test_held_out_photos_are_judged_in_all_orientations(data):
    photos = stored.load_photos(data, ("val",), CLASSES, masks=True)
    n, seen = len(photos.labels), export.turned(photos)
    torch.testing.assert_close(seen.pixels[:n], photos.pixels)
    assert len({view.numpy().tobytes() for view in seen.pixels[::n]}) == 8
    for k in range(8):
        view = slice(k * n, (k + 1) * n)
        assert torch.equal(seen.labels[view], photos.labels)
        assert seen.rows[view] == photos.rows
        assert seen.aspects[view][0] == pytest.approx(60 / 80 if k % 2 else 80 / 60)
        assert torch.equal(seen.pixels[view].float().mean((2, 3)), photos.pixels.float().mean((2, 3)))
        assert torch.equal(seen.masks[view].sum((1, 2, 3)), photos.masks.sum((1, 2, 3)))


def test_calibration_finds_the_temperatures():
    """Photos whose scores are blown up are brought back; where the photo is new, further back."""
    rng = np.random.default_rng(0)
    classes = ["a__x", "a__y", "b__x", "b__y", stored.BACKGROUND]

    def sample(factor, novelty):
        logits = torch.from_numpy(rng.normal(0, 3, (6000, 5))).float()
        logits[:, 4] -= 8
        labels = torch.multinomial(logits.softmax(1), 1, generator=torch.Generator().manual_seed(0)).flatten()
        return export.Judgement(logits * factor, torch.from_numpy(rng.normal(novelty, 0.3, 6000)).float(), labels)

    known, new = sample(2.5, 0), sample(6.0, 3)
    found = export.calibrate(known, [new], classes, right=0.9, right_new=0.9)
    assert found["temperature"] == pytest.approx(2.5, rel=0.1)
    assert found["temperature_new"] == pytest.approx(6.0, rel=0.15)
    assert 1 <= found["novelty_full"] <= 4
    json.dumps(found)
    for part in (known, new):
        p = temper(part.logits[:, :4].numpy(), part.novelty.numpy(), found)
        answered = p.max(1) >= found["threshold_untold"]
        assert answered.mean() > 0.2
        assert (p.argmax(1) == part.labels.numpy())[answered].mean() >= 0.89
    assert found["threshold_told"] <= found["threshold_untold"]


def test_novelty_tells_new_photos_from_known_ones():
    generator = torch.Generator().manual_seed(0)
    centres = torch.randn(4, 16, generator=generator) * 3
    labels = torch.arange(4).repeat(200)
    known = centres[labels] + torch.randn(800, 16, generator=generator)
    held_out = centres[labels] + torch.randn(800, 16, generator=generator)
    novelty = Novelty.fit(known, labels, held_out[labels < 3], 3)
    assert novelty(held_out[labels < 3]).quantile(0.5) == pytest.approx(0, abs=1e-4)
    assert novelty(held_out[labels < 3]).quantile(0.95) == pytest.approx(1, abs=1e-4)
    between = (centres[0] + centres[1]) / 2 + torch.randn(100, 16, generator=generator)
    assert (novelty(between) > 1).float().mean() > 0.9
    assert (novelty(held_out[labels == 3]) > 1).float().mean() > 0.9
