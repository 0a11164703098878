"""Make the kits of trained heads in helpers/models/data from the whole models.

    python -m tools.build_head_kit            write head_kit.npz and induction_kit.npz
    python -m tools.build_head_kit --check    say whether the stored files are up to date

Needs the optional models (python start.py models). What a file holds:

    sentences, heads    the texts, and the heads as (n_heads, 2) of layer, head
    words, starts       the pieces of all texts in a row; text i starts at starts[i]
    x_0, x_1, ...       (n_pieces, d_model) what the heads of that layer were given
    w                   query, key and value projections: (n_heads, 3, d_model, d_head), or, of the
                        decoder, (n_heads, 3, d_head, bytes) in 4 bits a number, as published
    b                   (n_heads, 3, d_head), where the model has biases

Numbers of the encoder are float16, those of the decoder float32.
"""

import argparse
import io
import sys

import numpy as np

from helpers.models import head_kit, induction_kit, pretrained
from helpers.models.pretrained.files import DECODER, find
from helpers.models.pretrained.read_gguf import read_gguf
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

INDUCTION_HEADS = ((7, 1), (16, 0), (17, 5), (18, 6))
INDUCTION_SENTENCES = (
    "red lamp seven river quick stone paper bird red lamp seven river quick stone paper bird",
    "the fox met the owl in the wood and later the fox met the owl again",
    SENTENCE,
)

# The decoder runs in float32, whose last bits differ between machines. (The encoder runs in
# float64, and rounded to float16 agrees exactly.)
DECODER_TOLERANCE = {"rtol": 1e-3, "atol": 1e-3}


def collect_encoder(encoder, sentences=SENTENCES, heads=HEADS):
    """The arrays of head_kit.npz: dict name -> array. encoder: in float64."""
    readings = [encoder.read(sentence) for sentence in sentences]
    inputs = {layer: [reading.hidden[layer] for reading in readings] for layer, _ in heads}
    projections = [encoder.projections(*head) for head in heads]
    arrays = _collect(sentences, heads, readings, inputs, np.float16)
    w, b = (np.array(part).astype(np.float16) for part in zip(*projections, strict=True))
    return arrays | {"w": w, "b": b}


def collect_decoder(decoder, tensors, sentences=INDUCTION_SENTENCES, heads=INDUCTION_HEADS):
    """The arrays of induction_kit.npz: dict name -> array. tensors: as `read_gguf` gives them."""
    readings = [decoder.read(sentence) for sentence in sentences]
    inputs = {
        layer: [decoder.normed_input(reading, layer) for reading in readings] for layer, _ in heads
    }
    packed = [_packed(tensors, decoder, *head) for head in heads]
    return _collect(sentences, heads, readings, inputs, np.float32) | {"w": np.array(packed)}


def _packed(tensors, decoder, layer, head):
    """The bytes of one head's matrices, (3, d_head, bytes): its rows of each tensor."""
    shared = head // (decoder.n_heads // decoder.n_kv_heads)
    parts = []
    for name, place in (("attn_q", head), ("attn_k", shared), ("attn_v", shared)):
        tensor = tensors[f"blk.{layer}.{name}.weight"]
        rows = slice(place * decoder.d_head, (place + 1) * decoder.d_head)
        parts.append(tensor.data.reshape(tensor.shape[0], -1)[rows])
    return parts


def _collect(sentences, heads, readings, inputs, dtype):
    lengths = [len(reading.words) for reading in readings]
    return {
        "sentences": np.array(sentences),
        "heads": np.array(heads, dtype=np.int64),
        "words": np.array([word for reading in readings for word in reading.words]),
        "starts": np.cumsum([0, *lengths], dtype=np.int64),
        **{f"x_{layer}": np.concatenate(x).astype(dtype) for layer, x in inputs.items()},
    }


def to_bytes(arrays):
    """The file's bytes. np.savez writes no time of day, so the same arrays give the same bytes."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def is_same(path, arrays, rtol=0.0, atol=0.0):
    """True if the stored file holds these arrays. The numbers are compared, not the bytes: the zip
    container around them names the operating system that wrote it.
    """
    if not path.exists():
        return False
    with np.load(path, allow_pickle=False) as stored:
        return set(stored) == set(arrays) and all(
            _alike(stored[name], array, rtol, atol) for name, array in arrays.items()
        )


def _alike(stored, array, rtol, atol):
    if stored.dtype != array.dtype or stored.shape != array.shape:
        return False
    if array.dtype.kind != "f":
        return np.array_equal(stored, array)
    return np.allclose(stored.astype(np.float64), array.astype(np.float64), rtol=rtol, atol=atol)


def kits():
    """What there is to build: (path, arrays, tolerance) one after another."""
    yield head_kit.PATH, collect_encoder(pretrained.encoder(np.float64)), {}
    _, tensors = read_gguf(find(DECODER))
    arrays = collect_decoder(pretrained.decoder(), tensors)
    yield induction_kit.PATH, arrays, DECODER_TOLERANCE


def main(arguments=None):
    """Write the kits, or with --check compare them. Returns: the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    options = parser.parse_args(arguments)
    stale = 0
    try:
        for path, arrays, tolerance in kits():
            if is_same(path, arrays, **tolerance):
                print(f"{path.name} is up to date.")
            elif options.check:
                print(f"{path.name} is stale: python -m tools.build_head_kit")
                stale += 1
            else:
                path.write_bytes(to_bytes(arrays))
                print(f"Wrote {path.name}: {path.stat().st_size:,} bytes.")
    except pretrained.ModelMissing as error:
        print(error, file=sys.stderr)
        return 2
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
