"""Training several models in turns, so that their bars can be watched together."""

from contextlib import ExitStack

from helpers.models.optimisers import Adam
from helpers.models.progress import Progress
from helpers.models.training import History, one_step, report


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
            shown = [bars.enter_context(Progress(h.name, steps, on=progress)) for h in histories]
            for _ in range(steps):
                batch = batches()
                for model, optimiser, history, bar in zip(
                    models, optimisers, histories, shown, strict=True
                ):
                    one_step(model, batch, optimiser, history)
                    report(bar, history, callback, every, model)
    except KeyboardInterrupt:
        pass  # asked for: what was learned stays, and the words below say where it stopped
    if progress:
        for history in histories:
            print(history.words(digits))
    return histories
