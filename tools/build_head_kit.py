"""Make helpers/models/data/head_kit.npz from the whole encoder.

    python -m tools.build_head_kit            write the file
    python -m tools.build_head_kit --check    say whether the stored file is up to date

Needs the optional model (python start.py models). The forward pass runs in float64, so that the
float16 numbers, and with them the bytes of the file, are the same on every machine.
"""

import argparse
import io
import sys

import numpy as np

from helpers.models import pretrained
from helpers.models.head_kit import PATH
from helpers.tasks import SENTENCE

HEADS = ((0, 2), (1, 3), (1, 8), (3, 1), (4, 5), (5, 11))
SENTENCES = (
    SENTENCE,
    SENTENCE.replace("tired", "soft"),
    SENTENCE.replace("tired", "raining"),
    "the woman saw the boy before she left",
    "the woman saw the boy before he left",
    "the old clock in the hall stopped at noon and nobody noticed",
    "tired the on was mat cat it because sat the",  # the running sentence, shuffled
)


def collect(encoder, sentences=SENTENCES, heads=HEADS):
    """The arrays of the kit: dict name -> array.

    sentences, heads    what the kit holds; heads (n_heads, 2) as layer, head
    words, starts       the pieces of all sentences in a row; sentence i starts at starts[i]
    x_0, x_1, ...       (n_pieces, d_model) what that layer was given, float16
    w, b                (n_heads, 3, d_model, d_head), (n_heads, 3, d_head), float16; 3 are query,
                        key and value
    """
    readings = [encoder.read(sentence) for sentence in sentences]
    projections = [encoder.projections(layer, head) for layer, head in heads]
    layers = sorted({layer for layer, _ in heads})
    return {
        "sentences": np.array(sentences),
        "heads": np.array(heads, dtype=np.int64),
        "words": np.array([word for reading in readings for word in reading.words]),
        "starts": np.cumsum([0, *(len(reading.words) for reading in readings)], dtype=np.int64),
        **{
            f"x_{layer}": np.concatenate([reading.hidden[layer] for reading in readings]).astype(
                np.float16
            )
            for layer in layers
        },
        "w": np.array([w for w, _ in projections]).astype(np.float16),
        "b": np.array([b for _, b in projections]).astype(np.float16),
    }


def to_bytes(arrays):
    """The file's bytes. np.savez writes no time of day, so the same arrays give the same bytes."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def is_same(arrays):
    """True if the stored file holds exactly these arrays. The numbers are compared, not the bytes:
    the zip container around them names the operating system that wrote it.
    """
    with np.load(PATH, allow_pickle=False) as stored:
        return set(stored) == set(arrays) and all(
            stored[name].dtype == array.dtype and np.array_equal(stored[name], array)
            for name, array in arrays.items()
        )


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    options = parser.parse_args(arguments)
    try:
        arrays = collect(pretrained.encoder(np.float64))
    except pretrained.ModelMissing as error:
        print(error, file=sys.stderr)
        return 2
    if options.check:
        same = PATH.exists() and is_same(arrays)
        print(
            f"{PATH.name} is {'up to date' if same else 'stale: python -m tools.build_head_kit'}."
        )
        return 0 if same else 1
    built = to_bytes(arrays)
    PATH.write_bytes(built)
    print(
        f"Wrote {PATH.name}: {len(built):,} bytes, {len(SENTENCES)} sentences, {len(HEADS)} heads."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
