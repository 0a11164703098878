"""Recurrent encoder-decoder, with and without attention: what attention was invented for."""

import numpy as np

from helpers.models.attend import attend, attend_backward
from helpers.models.cross_entropy import cross_entropy
from helpers.models.embedding import Embedding
from helpers.models.gru import GRU
from helpers.models.layer import Model, draw
from helpers.models.linear import Linear


class Translator(Model):
    """An encoder reads the source; a decoder, started from its last state, writes the target.

    Without attention (Cho et al. 2014; Sutskever, Vinyals & Le 2014) that last state of `d_state`
    numbers is all the decoder ever gets. With attention (Bahdanau, Cho & Bengio 2015) it looks back
    at every encoder state, before each word: query = W · decoder state, keys and values = the
    encoder states, weights = softmax(query · key / √d_state) (the product form of Luong, Pham &
    Manning 2015), and the mean of what it looked at is joined to its state before the readout.

    The decoder reads the target shifted by one, with `begin` in front: while it trains the right
    words (teacher forcing), in `translate` its own.
    """

    rate = 5e-3

    def __init__(
        self, n_source, n_target, *, attention, rng, begin=None, d_embedding=24, d_state=48,
        dtype=np.float64,
    ):  # fmt: skip
        self.begin = n_target if begin is None else begin
        self.source_words = Embedding(n_source, d_embedding, rng=rng)
        self.target_words = Embedding(max(n_target, self.begin + 1), d_embedding, rng=rng)
        self.encoder = GRU(d_embedding, d_state, rng=rng)
        self.decoder = GRU(d_embedding, d_state, rng=rng)
        self.readout = Linear(d_state * (2 if attention else 1), n_target, rng=rng)
        query = {"w_query": draw(rng, d_state, d_state)} if attention else {}
        super().__init__(
            dtype,
            source_words=self.source_words, target_words=self.target_words,
            encoder=self.encoder, decoder=self.decoder, readout=self.readout, **query,
        )  # fmt: skip
        self.attention = attention
        self.name = f"translator {'with' if attention else 'without'} attention"

    def forward(self, source, target):
        """source (batch, n_s), target (batch, n_t). Returns logits (batch, n_t, n_target).

        Logits at t have seen the source, and the target before t.
        """
        memory = self.encode(source)  # (batch, n_s, d_state)
        begin = np.full((len(target), 1), self.begin)
        before = np.concatenate([begin, target[:, :-1]], axis=1)  # (batch, n_t)
        states = self.decoder.forward(self.target_words.forward(before), memory[:, -1])
        return self._read(states, memory)

    def encode(self, source):
        """source (batch, n_s). Returns the encoder's states (batch, n_s, d_state)."""
        return self.encoder.forward(self.source_words.forward(source))

    def _read(self, states, memory):
        """Decoder states (batch, n_t, d_state) → logits (batch, n_t, n_target)."""
        if not self.attention:
            return self.readout.forward(states)
        self.states, self.memory = states, memory
        self.query = states @ self.parameters["w_query"]  # (batch, n_t, d_state)
        context, self.map = attend(self.query, memory, memory)  # (batch, n_t, d_state)
        return self.readout.forward(np.concatenate([states, context], axis=-1))

    def backward(self, d_logits):
        """d_logits: (batch, n_t, n_target). Leaves every gradient in its layer."""
        d_states = self.readout.backward(d_logits)  # (batch, n_t, d_state, or twice that)
        if self.attention:
            d_states, d_memory = self._look_backward(d_states)
        else:
            batch, n_source = self.encoder.x.shape[1], self.encoder.x.shape[0]
            d_memory = np.zeros((batch, n_source, self.encoder.d_state), self.dtype)
        d_before, d_start = self.decoder.backward(d_states)
        self.target_words.backward(d_before)
        d_memory[:, -1] += d_start  # the last encoder state was the decoder's start
        d_source, _ = self.encoder.backward(d_memory)
        self.source_words.backward(d_source)

    def _look_backward(self, d_joined):
        """Back through the attention: d of [state, context] → d_states, d_memory."""
        d_state = self.states.shape[-1]
        d_states, d_context = d_joined[..., :d_state], d_joined[..., d_state:]
        d_query, d_key, d_value = attend_backward(
            d_context, self.query, self.memory, self.memory, self.map
        )
        w_query = self.parameters["w_query"]
        np.matmul(
            self.states.reshape(-1, d_state).T, d_query.reshape(-1, d_state),
            out=self.gradients["w_query"],
        )  # fmt: skip
        return d_states + d_query @ w_query.T, d_key + d_value

    def loss_and_gradient(self, batch):
        """batch: source (b, n_s) and target (b, n_t), by name. Returns loss, accuracy."""
        logits = self.forward(batch.source, batch.target)
        loss, d_logits, accuracy = cross_entropy(logits, batch.target)
        self.backward(d_logits)
        return loss, accuracy

    def translate(self, source, length=None):
        """Word after word, the likeliest. source (batch, n). Returns (batch, length)."""
        return self._write(source, length)[0]

    def weights(self, source, target=None):
        """Who looked where: (batch, n_t, n_s), or (n_t, n_s) for a source (n_s,).

        target: the words to read; unless given, those that the model itself writes.
        """
        if not self.attention:
            raise ValueError("this translator has no attention, and so no weights to show.")
        source = np.asarray(source)
        many = np.atleast_2d(source)
        if target is None:
            maps = self._write(many, None)[1]
        else:
            self.forward(many, np.atleast_2d(target))
            maps = self.map
        return maps if source.ndim == 2 else maps[0]

    def accuracy(self, source, target):
        """Share of words that `translate` gets right, word for word."""
        return float((self.translate(source, target.shape[1]) == target).mean())

    def _write(self, source, length):
        """Greedy translation (batch, length) and its maps (batch, length, n_s), None without."""
        memory = self.encode(source)
        length = source.shape[1] if length is None else length
        state, word = memory[:, -1], np.full(len(source), self.begin)
        words, maps = [], []
        for _ in range(length):
            embedded = self.target_words.forward(word[:, None])  # (batch, 1, d_embedding)
            states = self.decoder.forward(embedded, state)  # (batch, 1, d_state)
            word = self._read(states, memory)[:, 0].argmax(axis=-1)  # (batch,)
            state = states[:, 0]
            words.append(word)
            if self.attention:
                maps.append(self.map)
        return np.stack(words, axis=1), np.concatenate(maps, axis=1) if maps else None
