"""Make the stored tiny model, helpers/models/data/tiny_reader.npz, by training it.

    python -m tools.build_tiny_reader            a few seconds

A test trains it again and compares; so there is no --check here.
"""

import numpy as np

from helpers.models import storage, tiny_reader
from helpers.models.training import train
from helpers.tasks import language

STEPS, BATCH = 600, 32


def trained():
    """The model as it is stored, before rounding."""
    rng = np.random.default_rng(0)
    model = tiny_reader.blank(rng)
    train(model, lambda: language.causal_batch(BATCH, rng), STEPS, progress=False)
    return model


def main():
    """Train the model and write its parameters."""
    arrays = {
        name: array.astype(np.float16) for name, array in trained().named_parameters().items()
    }
    storage.save(tiny_reader.PATH, arrays)
    print(f"{tiny_reader.PATH.name}: {tiny_reader.PATH.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
