"""What was measured on all heads of both models. Several minutes.

Every function below gives arrays by name and takes what it measures on, so that the tests can
measure a part again. What the arrays mean is said in helpers/models/head_findings.py.
"""

import numpy as np

from helpers import heads
from helpers.models import head_findings, pretrained
from helpers.tasks import english, pronouns

TOLERANCE = None  # who wins a tie differs between machines
COPIES, LENGTH = 8, 24  # random sequences for the decoder, and their length before repetition


def texts():
    """The plain sentences as texts."""
    return [" ".join(words) for words in english.sentences()]


def packed_right(encoder, cases):
    """(n_cases, 9) bytes: which of 72 heads are right, as bits."""
    found = []
    for case in cases:
        framed = case.between("[CLS]", "[SEP]")
        reading = encoder.read(" ".join(case.words))
        if tuple(reading.words) != framed.words:
            raise ValueError(f"Pieces {reading.words} are not the words {framed.words}.")
        found.append(heads.right(reading.weights, framed).ravel())
    return np.packbits(found, axis=-1)


def shuffled_cases(family):
    """The cases of a family with their words in random order."""
    rng = np.random.default_rng(0)
    return [heads.shuffled(case, rng) for case in head_findings.FAMILIES[family]()]


def it_weights(encoder, cases):
    """(n_cases, 3, 2): weight from "it" on both candidates, in the stored heads."""
    layers, places = zip(*head_findings.IT_HEADS, strict=True)
    found = []
    for case in cases:
        weights = encoder.read(" ".join(case.words)).weights[layers, places]  # (3, n, n)
        found.append(weights[:, case.query + 1, np.array(case.candidates) + 1])
    return np.array(found).astype(np.float16)


def kinds(encoder, sentences):
    """The scores of the encoder. The vocabulary is sorted by frequency, so ids rank it."""
    rank = {word: -number for number, word in enumerate(encoder.tokenizer.pieces)}
    readings = [encoder.read(text) for text in sentences]
    table = heads.score_table(
        [(reading.weights, reading.words) for reading in readings], frequency=rank.get
    )
    return {
        "kinds": np.array(list(table.scores)),
        "kind_scores": np.array(list(table.scores.values())).astype(np.float32),
        "kind_uniform": np.array(list(table.uniform.values())).astype(np.float32),
    }


def previous_shuffled(encoder, sentences):
    """Previous-token scores with the words in random order: (6, 12)."""
    rng = np.random.default_rng(0)
    scores = [
        heads.previous_token_score(encoder.read(" ".join(rng.permutation(text.split()))).weights)
        for text in sentences
    ]
    return np.mean(scores, axis=0).astype(np.float32)


def effects(encoder, sentences):
    """Weight and effect of every word: the fields of head_findings.Words."""
    rows = {field: [] for field in head_findings.Words._fields}
    for number, text in enumerate(sentences):
        reading = encoder.read(text)
        ids, whole = reading.ids, encoder.embed(reading.ids)
        rows["sentence"] += [number] * len(ids)
        rows["text"] += reading.words
        rows["effect"] += [
            1 - whole @ encoder.embed(ids[:place] + ids[place + 1 :]) for place in range(len(ids))
        ]
        rows["weight"] += list(reading.weights.mean(axis=(0, 1, 2)))
        rows["last_layer"] += list(reading.weights[-1].mean(axis=(0, 1)))
        rows["weight_times_value"] += list(_handed_over(encoder, reading).mean(axis=(0, 1, 2)))
        rows["rollout"] += list(heads.rollout(reading.weights).mean(axis=0))
    made = {field: np.array(column) for field, column in rows.items()}
    made["sentence"] = made["sentence"].astype(np.int16)
    return {k: v.astype(np.float32) if v.dtype.kind == "f" else v for k, v in made.items()}


def _handed_over(encoder, reading):
    """(layers, heads, n, n): the norm of weight x value, through each head's output matrix."""
    found = []
    for number, layer in enumerate(encoder.layers):
        qkv = reading.hidden[number] @ layer.w_qkv + layer.b_qkv  # (n, 3 * d_model)
        value = qkv.reshape(-1, 3, encoder.n_heads, encoder.d_head)[:, 2].swapaxes(
            0, 1
        )  # (heads, n, d_head)
        w_output = layer.w_output.reshape(encoder.n_heads, encoder.d_head, encoder.d_model)
        found.append(heads.value_weighted(reading.weights[number], value, w_output))
    return np.array(found)


def ablation(encoder, sentences, which=None):
    """(6, 12): mean change of a sentence's vector with one head switched off; NaN where not asked.

    which: list of (layer, head), all unless given.
    """
    whole = [encoder.embed(text) for text in sentences]
    found = np.full((encoder.n_layers, encoder.n_heads), np.nan, np.float32)
    for head in which or np.ndindex(found.shape):
        off = [encoder.embed(text, ablate={tuple(head): "mean"}) for text in sentences]
        found[head] = np.mean([1 - a @ b for a, b in zip(whole, off, strict=True)])
    return found


def repeated_words(decoder, n=COPIES):
    """Random words said twice, as ids: (n, 2 * LENGTH)."""
    rng = np.random.default_rng(0)
    pieces = [
        number for number, piece in enumerate(decoder.tokenizer.pieces)
        if len(piece) > 3 and piece[0] == "Ġ" and piece[1:].isascii() and piece[1:].isalpha()
    ]  # fmt: skip
    once = np.array([rng.choice(pieces, LENGTH, replace=False) for _ in range(n)])
    return np.tile(once, (1, 2))


def decoder_scores(decoder, sequences):
    """Mean scores of all heads on the sequences: dict of (30, 9)."""
    scores = {"previous": [], "first": [], "induction": []}
    for ids in sequences:
        weights = decoder.read(ids).weights
        scores["previous"].append(heads.previous_token_score(weights))
        scores["first"].append(heads.first_token_score(weights))
        scores["induction"].append(heads.induction_score(weights, ids))
    return {
        f"decoder_{kind}": np.mean(found, axis=0).astype(np.float32)
        for kind, found in scores.items()
    }


def decoder_at_it(decoder, cases):
    """What the decoder's heads do at "it", in pairs of sentences that differ in a later word."""
    rows, found = [], []
    for case in cases:
        reading = decoder.read(" ".join(case.words))
        if [word.strip() for word in reading.words[: case.query + 1]] != list(
            case.words[: case.query + 1]
        ):
            raise ValueError(f"Pieces {reading.words} are not the words {case.words}.")
        row = reading.weights[:, :, case.query, : case.query + 1]  # (layers, heads, n)
        candidates = np.array(case.candidates)
        found.append(candidates[row[..., candidates].argmax(axis=-1)] == case.answer)
        rows.append(row)
    difference = max(np.abs(a - b).max() for a, b in zip(rows[::2], rows[1::2], strict=True))
    return {
        "decoder_right_at_it": np.mean(found, axis=0).astype(np.float32),
        "decoder_difference": np.float32(difference),
    }


def measure_encoder(encoder):
    """All arrays about the encoder."""
    sentences = texts()
    families = head_findings.FAMILIES
    made = {f"right_{name}": packed_right(encoder, make()) for name, make in families.items()}
    for name in head_findings.SHUFFLED:
        made[f"shuffled_{name}"] = packed_right(encoder, shuffled_cases(name))
    made["it_weights"] = it_weights(encoder, pronouns.because_it())
    made |= kinds(encoder, sentences) | effects(encoder, sentences)
    made["previous_shuffled"] = previous_shuffled(encoder, sentences)
    return made | {"ablation": ablation(encoder, sentences)}


def measure_decoder(decoder):
    """All arrays about the decoder."""
    sequences = repeated_words(decoder)
    made = decoder_scores(decoder, sequences)
    return made | decoder_at_it(decoder, pronouns.swap_pairs())


def arrays():
    """What head_findings.npz holds: dict name -> array."""
    return measure_encoder(pretrained.encoder(np.float64)) | measure_decoder(pretrained.decoder())
