"""The training loop, its optimisers and what it reports."""

import io
import sys

import numpy as np
import pytest
from layer_cases import small_models

from helpers.models import SGD, Adam, History, train
from helpers.models.optimisers import schedule
from helpers.models.training_bar import TrainingBar


@pytest.fixture
def model_and_batch():
    return small_models(np.random.default_rng(0))["tiny GPT"]


def test_training_lowers_the_loss_and_repeats_exactly(model_and_batch):
    runs = []
    for _ in range(2):
        model, batch = small_models(np.random.default_rng(0))["tiny GPT"]
        history = train(model, lambda batch=batch: batch, 60, progress=False)
        runs.append((history.losses, model.flat))
    assert history.losses[-1] < 0.5 * history.losses[0]
    assert runs[0][0] == runs[1][0]
    np.testing.assert_array_equal(runs[0][1], runs[1][1])


@pytest.mark.parametrize("optimiser", [SGD(0.1), Adam(0.01)], ids=["SGD", "Adam"])
def test_optimisers_change_parameters_in_place(optimiser):
    parameters = np.ones(3)
    view = parameters[:2]
    optimiser.update(parameters, np.array([1.0, -1.0, 0.0]))
    assert view[0] < 1 < view[1] and parameters[2] == 1


def test_adam_moves_by_its_rate_whatever_the_gradient():
    for size in (1e-6, 1.0, 1e6):
        parameters = np.zeros(2)
        Adam(0.01, clip=None).update(parameters, np.array([size, -size]))
        np.testing.assert_allclose(parameters, [-0.01, 0.01], rtol=0.02)


def test_clipping_keeps_the_direction_and_a_zero_gradient():
    parameters = np.zeros(2)
    SGD(1.0, clip=1.0).update(parameters, np.array([30.0, -40.0]))
    np.testing.assert_allclose(parameters, [-0.6, 0.8])
    SGD(1.0).update(parameters, np.zeros(2))
    np.testing.assert_allclose(parameters, [-0.6, 0.8])


def test_the_rate_goes_to_zero_over_the_last_third():
    shares = [schedule(step, 300) for step in range(300)]
    assert shares[:200] == [1.0] * 200
    assert shares[250] == pytest.approx(0.5) and 0 < shares[299] < 0.02


def test_an_interrupt_keeps_what_was_learned(model_and_batch, capsys):
    model, batch = model_and_batch
    start, taken = model.flat.copy(), []

    def batches():
        if len(taken) == 25:
            raise KeyboardInterrupt
        taken.append(model.flat.copy())
        return batch

    history = train(model, batches, 60)
    assert history.stopped == 25 and len(history.losses) == 25
    assert (model.flat != start).any() and (model.flat != taken[-1]).any()
    assert "tiny GPT: stopped after 25 of 60 steps, loss" in capsys.readouterr().out
    again = train(model, lambda: batch, 5, progress=False)
    assert again.losses[0] < history.losses[0], "training goes on from there"


def test_the_callback_is_called_with_the_model_every_few_steps(model_and_batch):
    model, batch = model_and_batch
    calls = []
    train(
        model, lambda: batch, 45, progress=False, every=20,
        callback=lambda step, which: calls.append((step, which is model)),
    )  # fmt: skip
    assert calls == [(20, True), (40, True)]


def test_a_loss_that_is_not_finite_stops_with_a_remedy(model_and_batch):
    model, batch = model_and_batch
    model.flat[:] = 1e200
    with (
        np.errstate(all="ignore"),
        pytest.raises(FloatingPointError, match=r"step 1\. The rate is too high"),
    ):
        train(model, lambda: batch, 5, progress=False)


def test_at_least_one_step(model_and_batch):
    with pytest.raises(ValueError, match="at least one step"):
        train(model_and_batch[0], lambda: model_and_batch[1], 0)


def test_the_words_are_rounded():
    history = History("tiny GPT", 400, losses=[4.0] * 380 + [0.81234] * 20, accuracies=[0.5] * 400)
    assert history.words() == "tiny GPT: 400 steps, loss 0.81, accuracy 0.50."
    assert history.words(0) == "tiny GPT: 400 steps."


def test_a_terminal_gets_a_bar_that_is_wiped(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr("helpers.models.training_bar.SECONDS_BETWEEN", 0)
    with TrainingBar("tiny GPT", 40) as bar:
        bar.show(10, "loss 2.00")
    drawn = sys.stderr.getvalue()
    assert f"[{'#' * 6}{'.' * 18}] tiny GPT: step 10 of 40, loss 2.00" in drawn
    assert drawn.endswith("\r\033[K")


def test_nothing_is_drawn_into_a_file(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    monkeypatch.setattr("helpers.models.training_bar.SECONDS_BETWEEN", 0)
    with TrainingBar("tiny GPT", 40) as bar:
        bar.show(10, "loss 2.00")
    assert sys.stderr.getvalue() == ""
