"""What the findings on heads are held against. Several minutes.

What the arrays mean is said in helpers/models/head_controls.py. Every function takes what it
measures on, so that the tests can measure a part again.
"""

import numpy as np

from helpers import heads
from helpers.models import head_controls, head_findings, pretrained
from helpers.models.pretrained.configurations import MINILM
from helpers.models.pretrained.encoder import Encoder
from tools.make_data.head_findings import LENGTH, kinds, packed_right, repeated_words, texts

TOLERANCE = None  # who wins a tie differs between machines
UNTRAINED = 3  # draws of parameters
SEQUENCES = 16
SPREAD = 0.02  # of BERT's parameters before training (Devlin et al. 2019)
OTHER_WORD = "table"  # what a word is exchanged for


def untrained(vocabulary, rng):
    """An encoder of MiniLM's sizes, as BERT's begin: normal numbers, no biases, norms of gain 1."""
    d, hidden = MINILM.d_model, MINILM.d_hidden

    def normal(*shape):
        return rng.normal(0, SPREAD, shape)

    tensors = {
        "embeddings.word_embeddings.weight": normal(len(vocabulary), d),
        "embeddings.position_embeddings.weight": normal(MINILM.longest, d),
        "embeddings.token_type_embeddings.weight": normal(2, d),
    }
    norms = ["embeddings.LayerNorm"]
    for number in range(MINILM.n_layers):
        start = f"encoder.layer.{number}."
        shapes = {f"attention.self.{name}": (d, d) for name in ("query", "key", "value")}
        shapes |= {"attention.output.dense": (d, d), "intermediate.dense": (hidden, d)}
        shapes["output.dense"] = d, hidden
        for name, shape in shapes.items():
            tensors[f"{start}{name}.weight"] = normal(*shape)
            tensors[f"{start}{name}.bias"] = np.zeros(shape[0])
        norms += [f"{start}attention.output.LayerNorm", f"{start}output.LayerNorm"]
    for name in norms:
        tensors |= {f"{name}.weight": np.ones(d), f"{name}.bias": np.zeros(d)}
    return Encoder(MINILM, tensors, vocabulary, np.float64)


def untrained_scores(vocabulary, sentences):
    """(UNTRAINED, kinds, 6, 12), and the names of the kinds."""
    made = [
        kinds(untrained(vocabulary, np.random.default_rng(seed)), sentences)
        for seed in range(UNTRAINED)
    ]
    return {"kinds": made[0]["kinds"], "untrained": np.stack([one["kind_scores"] for one in made])}


def sink(encoder, sentences):
    """Length of the value of [CLS] against a word's, and its share of what is handed over."""
    lengths, shares = [], []
    for text in sentences:
        reading = encoder.read(text)
        n, value = len(reading.ids), []
        for number, layer in enumerate(encoder.layers):
            qkv = reading.hidden[number] @ layer.w_qkv + layer.b_qkv  # (n, 3 * d_model)
            value.append(qkv.reshape(n, 3, encoder.n_heads, -1)[:, 2].swapaxes(0, 1))
        value = np.array(value)  # (layers, heads, n, d_head)
        length = np.linalg.norm(value, axis=-1)
        lengths.append(length[..., 0] / length[..., 1:-1].mean(axis=-1))
        carried = heads.value_weighted(reading.weights, value)[..., 1:-1, :]
        shares.append(carried[..., 0].sum(axis=-1) / carried.sum(axis=(-1, -2)))
    return {
        "sink_values": np.array(lengths).astype(np.float32),
        "sink_share": np.array(shares).astype(np.float32),
    }


def stirred(encoder, sentences):
    """(4, n_sentences): how far the words move when another word of the text is exchanged.

    Row by row nothing, [CLS], [SEP] or the last word is taken out of the text beforehand.
    """
    other = encoder.tokenizer.pieces.index(OTHER_WORD)
    found = []
    for text in sentences:
        ids = encoder.read(text).ids
        words = range(2, len(ids) - 3)  # those that are neither exchanged first nor taken out
        row = []
        for place in (None, 0, len(ids) - 1, len(ids) - 3):
            kept = [i for i in range(len(ids)) if i != place]
            before = encoder.read([ids[i] for i in kept]).hidden[-1]
            moved = []
            for changed in words:
                new = [other if i == changed else ids[i] for i in kept]
                after = encoder.read(new).hidden[-1]
                rest = [kept.index(i) for i in words if i != changed]
                apart = np.linalg.norm(after[rest] - before[rest], axis=-1)
                moved.append(np.mean(apart / np.linalg.norm(before[rest], axis=-1)))
            row.append(np.mean(moved))
        found.append(row)
    return np.array(found).T.astype(np.float32)


def alike_by_vector(encoder, cases):
    """Whether the candidate whose word vector is most like the asking word's is the answer.

    The vectors are those that the first layer is given, all at the same position.
    """
    found = []
    for case in cases:
        ids = [encoder.tokenizer.pieces.index(word) for word in case.words]
        vectors = np.array([encoder.read([number]).hidden[0][0] for number in ids])
        vectors /= np.linalg.norm(vectors, axis=-1, keepdims=True)
        candidates = np.array(case.candidates)
        likest = candidates[(vectors[candidates] @ vectors[case.query]).argmax()]
        found.append(likest == case.answer)
    return np.array(found)


def copy_losses(decoder, sequences, induction, way):
    """(6, n_sequences, 2): loss on the first and the second copy, as SWITCHED_OFF says."""
    return np.array(
        [
            [loss_on_both_copies(decoder, ids, dict.fromkeys(off, way)) for ids in sequences]
            for off in switched_off(decoder, induction)
        ]
    ).astype(np.float32)


def switched_off(decoder, induction):
    """Lists of heads: none, the five best for induction, four times five others of their layers."""
    rng = np.random.default_rng(0)
    order = np.argsort(-induction, axis=None)[:5]
    best = [tuple(int(i) for i in np.unravel_index(place, induction.shape)) for place in order]
    lists = [[], best]
    for _ in range(head_controls.SWITCHED_OFF.count("five others")):
        taken = list(best)
        for layer, _ in best:
            free = [h for h in range(decoder.n_heads) if (layer, h) not in taken]
            taken.append((layer, int(rng.choice(free))))
        lists.append(taken[5:])
    return lists


def loss_on_both_copies(decoder, ids, off):
    """Mean loss in nats on the first copy and on the second, the first word of each left out."""
    logits = decoder.logits(ids, ablate=off).astype(np.float64)[:-1]
    highest = logits.max(axis=-1)
    total = highest + np.log(np.exp(logits - highest[:, None]).sum(axis=-1))
    losses = total - logits[np.arange(len(logits)), ids[1:]]
    return losses[: LENGTH - 1].mean(), losses[LENGTH:].mean()


def measure_encoder(encoder):
    """All arrays about the encoder."""
    families = head_controls.FAMILIES
    made = {f"right_{name}": packed_right(encoder, make()) for name, make in families.items()}
    made["alike_by_vector"] = alike_by_vector(encoder, families["synonyms"]())
    made |= untrained_scores(encoder.tokenizer.pieces, texts()) | sink(encoder, texts())
    return made | {"stirred": stirred(encoder, texts())}


def measure_decoder(decoder):
    """All arrays about the decoder."""
    sequences = repeated_words(decoder, SEQUENCES)
    induction = head_findings.decoder_scores()["induction"]
    return {
        f"copy_losses_{way}": copy_losses(decoder, sequences, induction, way)
        for way in ("mean", "zero")
    }


def arrays():
    """What head_controls.npz holds: dict name -> array."""
    return measure_encoder(pretrained.encoder(np.float64)) | measure_decoder(pretrained.decoder())
