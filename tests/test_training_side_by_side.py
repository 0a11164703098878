"""Several models in turns: the same as alone, on the same batches, each with its own bar."""

import io
import sys

import numpy as np
import pytest

from helpers.models import Adam, Translator, train, train_side_by_side
from helpers.tasks import translation


def pair():
    """A translator without attention and one with it, both small."""
    return [
        Translator(24, 24, attention=attention, rng=np.random.default_rng(0), d_state=6)
        for attention in (False, True)
    ]


def sentences():
    rng = np.random.default_rng(1)
    return lambda: translation.batch(4, translation.random_length(rng), rng)


def test_in_turns_each_model_learns_what_it_learns_alone():
    together = pair()
    histories = train_side_by_side(together, sentences(), 12, rate=0.01, progress=False)
    for model, history, alone in zip(together, histories, pair(), strict=True):
        own = train(alone, sentences(), 12, optimiser=Adam(0.01), progress=False)
        assert history.losses == own.losses, "the batches differ from those that one model gets"
        np.testing.assert_array_equal(model.flat, alone.flat)


def test_unless_given_the_rate_is_the_models_own():
    model, alone = pair()[0], pair()[0]
    model.rate = 0.03
    train_side_by_side([model], sentences(), 5, progress=False)
    train(alone, sentences(), 5, optimiser=Adam(0.03), progress=False)
    np.testing.assert_array_equal(model.flat, alone.flat)


def test_the_callback_hears_of_every_model():
    models, calls = pair(), []
    train_side_by_side(
        models, sentences(), 5, every=2, progress=False,
        callback=lambda step, model: calls.append((step, models.index(model))),
    )  # fmt: skip
    assert calls == [(2, 0), (2, 1), (4, 0), (4, 1)]


def test_an_interrupt_stops_all_and_each_says_where(capsys):
    drawn, give = [], sentences()

    def batches():
        if len(drawn) == 3:
            raise KeyboardInterrupt
        drawn.append(1)
        return give()

    histories = train_side_by_side(pair(), batches, 9)
    assert [history.stopped for history in histories] == [3, 3]
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("translator without attention: stopped after 3 of 9 steps")
    assert said[1].startswith("translator with attention: stopped after 3 of 9 steps")


def test_both_bars_are_drawn(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr("helpers.models.training_bar.SECONDS_BETWEEN", 0)
    train_side_by_side(pair(), sentences(), 3)
    drawn = sys.stderr.getvalue()
    for name in ("translator without attention", "translator with attention"):
        assert f"{name}: step 3 of 3" in drawn


@pytest.mark.parametrize(("models", "steps"), [([], 3), (pair(), 0)])
def test_nothing_to_do_is_refused(models, steps):
    with pytest.raises(ValueError, match="one model or more"):
        train_side_by_side(models, sentences(), steps)
