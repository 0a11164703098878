"""What head_findings are held against: an untrained model, other rules, other ways to switch off.

Measured once on the whole models and stored, as in `head_findings`; the lesson computes from these
and says that they are stored. The tests measure a part again where the models are installed.
"""

import numpy as np

from helpers import data
from helpers.tasks import counterbalanced

FAMILIES = {"subjects": counterbalanced.subjects, "synonyms": counterbalanced.synonyms}
SWITCHED_OFF = ("nothing", "five best", *("five others",) * 4)
WITHOUT = ("nothing", "[CLS]", "[SEP]", "a word")


def right(family):
    """Which heads of the encoder are right: boolean (n_cases, 6, 12), in the order of the family.

    family: a name in FAMILIES. Raises ValueError for another.
    """
    if family not in FAMILIES:
        raise ValueError(f"There is no family {family!r} here. There are: {', '.join(FAMILIES)}.")
    packed = _stored()[f"right_{family}"]
    return np.unpackbits(packed, axis=-1, count=72).reshape(-1, 6, 12).astype(bool)


def alike_by_vector():
    """Whether the adjective whose word vector is most like the asking one's is the synonym.

    No head, no layer: the vectors that go into the first layer. Boolean (96,), as `synonyms`.
    """
    return _stored()["alike_by_vector"]


def untrained_scores():
    """Scores of all heads of models of the encoder's sizes that nobody trained.

    Returns: dict kind -> (3, 6, 12), three draws of the parameters, on the sentences of
    `head_findings.encoder_report`.
    """
    stored = _stored()
    kinds = [str(kind) for kind in stored["kinds"]]
    return dict(zip(kinds, stored["untrained"].astype(np.float64).swapaxes(0, 1), strict=True))


def sink_values():
    """Length of the value of [CLS], as a multiple of a word's: (48, 6, 12), by sentence."""
    return _stored()["sink_values"].astype(np.float64)


def sink_share():
    """What share of all that a head hands over to words comes from [CLS]: (48, 6, 12)."""
    return _stored()["sink_share"].astype(np.float64)


def stirred():
    """How far the other words move when one word is exchanged, with a token taken out of the text.

    Returns: dict of what was taken out -> (48,), by sentence: the mean distance of the last
    layer's vectors, relative to their length.
    """
    return dict(zip(WITHOUT, _stored()["stirred"].astype(np.float64), strict=True))


def copy_losses(way="mean"):
    """Loss (nats) of the decoder on random words said twice, with heads switched off.

    way: "mean" or "zero", as in `heads.ablate_head`.
    Returns: dict of what was off -> (draws, sequences, 2): loss on the first copy, on the second.
    """
    if way not in ("mean", "zero"):
        raise ValueError(f'way is {way!r}; it can be "mean" or "zero".')
    losses = _stored()[f"copy_losses_{way}"].astype(np.float64)  # (6, sequences, 2)
    names = np.array(SWITCHED_OFF)
    return {name: losses[names == name] for name in dict.fromkeys(SWITCHED_OFF)}


def _stored():
    return data.load("head_controls.npz")
