"""What was measured once on the whole trained models, as numbers that a lesson can count with.

The kits hold a few heads on a few sentences. What needs every head, or sentences by the hundred,
was measured beforehand with the whole models and stored: which heads were right on which sentence,
what each word's removal changed, what each head's removal changed. The lesson computes from these;
it does not repeat them. The tests measure a part again where the models are installed.

Encoder: all-MiniLM-L6-v2, 6 layers of 12 heads. Decoder: SmolLM2-135M-Instruct, 30 layers of 9.
"""

from typing import NamedTuple

import numpy as np

from helpers import data
from helpers.heads import ScoreTable
from helpers.tasks import english, pronouns

FAMILIES = {
    "because_it": pronouns.because_it,
    "pronoun_kinds": pronouns.pronoun_kinds,
    "him_himself": pronouns.him_himself,
    "swap_pairs": pronouns.swap_pairs,
    "verb_subject": english.verb_subject,
    "determiner_noun": english.determiner_noun,
}
SHUFFLED = ("pronoun_kinds", "verb_subject", "determiner_noun")
IT_HEADS = ((3, 1), (4, 5), (5, 11))


class Words(NamedTuple):
    """One entry for each word, [CLS] and [SEP] of 48 plain sentences, in the encoder.

    effect: 1 - cosine of the sentence's vector with and without this word.
    weight: what the word receives, mean over layers, heads and queries; last_layer: the same in the
    last layer; weight_times_value: mean norm of weight x value (Kobayashi); rollout: its share in
    the mean over the places of the last layer (Abnar and Zuidema).
    """

    sentence: np.ndarray
    text: np.ndarray
    effect: np.ndarray
    weight: np.ndarray
    last_layer: np.ndarray
    weight_times_value: np.ndarray
    rollout: np.ndarray


def right(family, *, with_shuffled_words=False):
    """Which heads of the encoder are right: boolean (n_cases, 6, 12).

    family: a name in FAMILIES; its cases come in the order of the function of that name in
    `helpers.tasks`. with_shuffled_words: the same cases with their words in random order.
    """
    names = SHUFFLED if with_shuffled_words else FAMILIES
    if family not in names:
        raise ValueError(f"There is no family {family!r} here. There are: {', '.join(names)}.")
    packed = _stored()[f"{'shuffled' if with_shuffled_words else 'right'}_{family}"]
    return np.unpackbits(packed, axis=-1, count=72).reshape(-1, 6, 12).astype(bool)


def it_weights(layer, head):
    """Weight from "it" on the animal and on the surface: (640, 2), in the order of `because_it`."""
    if (layer, head) not in IT_HEADS:
        known = ", ".join(f"{one}.{other}" for one, other in IT_HEADS)
        raise ValueError(f"The weights of head {layer}.{head} are not stored; of {known} they are.")
    return _stored()["it_weights"][:, IT_HEADS.index((layer, head))].astype(np.float64)


def encoder_report():
    """Scores of all heads of the encoder, over the 48 plain sentences: `heads.ScoreTable`."""
    stored = _stored()
    kinds = [str(kind) for kind in stored["kinds"]]
    scores = dict(zip(kinds, stored["kind_scores"].astype(np.float64), strict=True))
    uniform = dict(zip(kinds, map(float, stored["kind_uniform"]), strict=True))
    return ScoreTable(scores, uniform, int(stored["sentence"].max()) + 1)


def previous_with_shuffled_words():
    """Previous-token scores of the encoder on the same words in random order: (6, 12)."""
    return _stored()["previous_shuffled"].astype(np.float64)


def words():
    """Weights and effects word by word: Words."""
    stored = _stored()
    return Words(*(stored[field] if field in ("sentence", "text")
                   else stored[field].astype(np.float64) for field in Words._fields))  # fmt: skip


def ablation():
    """What switching one head of the encoder off changes: (6, 12), mean of 1 - cosine."""
    return _stored()["ablation"].astype(np.float64)


def decoder_scores():
    """Scores of all heads of the decoder on random words said twice: dict kind -> (30, 9)."""
    stored = _stored()
    return {
        kind: stored[f"decoder_{kind}"].astype(np.float64)
        for kind in ("previous", "first", "induction")
    }


def decoder_at_it():
    """The decoder at "it" in the swap pairs: (share right (30, 9), largest difference of weights).

    The difference is between the two sentences of a pair, in the row of "it", over all heads.
    """
    stored = _stored()
    return stored["decoder_right_at_it"].astype(np.float64), float(stored["decoder_difference"])


def _stored():
    return data.load("head_findings.npz")
