"""The training loop: take a batch, go forwards and backwards, take a step.

One model at a time, or several in turns, so that their bars can be watched together.
"""

from contextlib import ExitStack
from dataclasses import dataclass, field

import numpy as np

from helpers.models.optimisers import Adam, schedule
from helpers.models.training_bar import TrainingBar


@dataclass
class History:
    """What training reported: one loss (nats) and one accuracy (0 … 1) for each step done."""

    name: str
    steps: int  # as asked for
    losses: list = field(default_factory=list)
    accuracies: list = field(default_factory=list)

    @property
    def stopped(self):
        """The number of steps done, if training was interrupted before its end, else None."""
        return len(self.losses) if len(self.losses) < self.steps else None

    def recent(self, values):
        """Mean of the latest twentieth of values (steps,): one batch alone is noisy."""
        return float(np.mean(values[-max(1, self.steps // 20) :])) if values else float("nan")

    def words(self, digits=2):
        """One line, rounded so that it is the same on every machine. digits=0: no numbers.

        Numbers of a run that stays on a plateau differ between machines: use 0 there.
        """
        how_far = f"{self.name}: {self.steps:,} steps"
        if self.stopped is not None:
            how_far = f"{self.name}: stopped after {self.stopped:,} of {self.steps:,} steps"
        if not self.losses or not digits:
            return how_far + "."
        loss, accuracy = self.recent(self.losses), self.recent(self.accuracies)
        return f"{how_far}, loss {loss:.{digits}f}, accuracy {accuracy:.{digits}f}."


def train(
    model, batches, steps, *, optimiser=None, callback=None, every=100, progress=True, digits=2,
    name=None,
):  # fmt: skip
    """Train `model` in place for `steps` steps. Returns a History.

    batches: a function of nothing that gives the next batch, for instance
    `lambda: language.causal_batch(32, rng)`.
    optimiser: Adam at the model's own rate unless given; its rate goes to 0 over the last third.
    callback: called as callback(step, model) after every `every` steps. A Picture that it returns
    is shown under the progress bar while training goes on.
    progress: show the bar, and print the last line. digits: of the numbers in that line; 0: none.

    Interrupt it (the square button of a notebook, Ctrl-C in a terminal) and it stops; the model
    keeps everything it has learned, and the history says at which step it stopped.
    """
    if steps < 1:
        raise ValueError(f"steps is {steps}; train for at least one step.")
    optimiser = Adam(model.rate) if optimiser is None else optimiser
    history = History(name or model.name, steps)
    try:
        with TrainingBar(history.name, steps, on=progress) as bar:
            for _ in range(steps):
                _step(model, batches(), optimiser, history)
                _redraw(bar, history, callback, every, model)
    except KeyboardInterrupt:
        pass  # asked for: what was learned stays, and the words below say where it stopped
    if progress:
        print(history.words(digits))
    return history


def train_side_by_side(
    models, batches, steps, *, rate=None, callback=None, every=100, progress=True, digits=2
):
    """Train models in place, one step each in turns, all on the same batches. Returns Histories.

    models: a list. batches: a function of nothing that gives the next batch; every model takes a
    step on it before the next one is drawn, so none has an easier life than another.
    rate: Adam's, for all of them; each model's own unless given. It goes to 0 over the last third.
    steps, callback, every, progress, digits: as in `train`; the callback is called for each model,
    and its Picture is shown under the bar of that model.

    Interrupt it and all stop; each history says at which step.
    """
    if steps < 1 or not models:
        raise ValueError(
            f"{len(models)} models and {steps} steps; pass one model or more, and train for at "
            "least one step."
        )
    histories = [History(model.name, steps) for model in models]
    optimisers = [Adam(model.rate if rate is None else rate) for model in models]
    try:
        with ExitStack() as bars:
            shown = [bars.enter_context(TrainingBar(h.name, steps, on=progress)) for h in histories]
            for _ in range(steps):
                batch = batches()
                for model, optimiser, history, bar in zip(
                    models, optimisers, histories, shown, strict=True
                ):
                    _step(model, batch, optimiser, history)
                    _redraw(bar, history, callback, every, model)
    except KeyboardInterrupt:
        pass  # asked for: what was learned stays, and the words below say where it stopped
    if progress:
        for history in histories:
            print(history.words(digits))
    return histories


def _step(model, batch, optimiser, history):
    """Forwards, backwards, a step; its loss and accuracy go into the history."""
    step = len(history.losses)
    loss, accuracy = model.loss_and_gradient(batch)
    if not np.isfinite(loss):
        raise FloatingPointError(
            f"the loss is {loss} at step {step + 1}. The rate is too high, or the "
            "input is not finite; the model is as it was before this step."
        )
    optimiser.update(model.flat, model.flat_gradient, schedule(step, history.steps))
    history.losses.append(loss)
    history.accuracies.append(accuracy)


def _redraw(bar, history, callback, every, model):
    """Draw the bar again, and call the callback when it is its turn."""
    step = len(history.losses)
    words = f"loss {history.losses[-1]:.2f}, accuracy {history.accuracies[-1]:.2f}"
    if callback is not None and step % every == 0:
        picture = callback(step, model)
        if picture is not None:
            bar.show_picture(step, words, picture)
    bar.show(step, words)
