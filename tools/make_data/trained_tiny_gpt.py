"""A tiny GPT that has learned the toy language, in float16, by parameter name."""

import numpy as np

from helpers.models import trained_tiny_gpt
from helpers.models.training import train
from helpers.tasks import language

STEPS, BATCH = 600, 32
TOLERANCE = {"rtol": 2e-3, "atol": 1e-4}


def arrays():
    """What trained_tiny_gpt.npz holds: dict name -> array."""
    rng = np.random.default_rng(0)
    model = trained_tiny_gpt.blank(rng)
    train(model, lambda: language.causal_batch(BATCH, rng), STEPS, progress=False)
    return {name: array.astype(np.float16) for name, array in model.named_parameters().items()}
