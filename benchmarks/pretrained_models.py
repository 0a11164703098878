"""The two pretrained models beside PyTorch eager and ONNX Runtime: one thread, float32.

Same weights on both sides, and before anything is timed both must give the same numbers. The peers
are `transformers` models; ONNX Runtime runs an export of the encoder. Benchmark-only: torch,
transformers, onnx, onnxruntime.
"""

import io
import time
import warnings

import numpy as np
import onnx  # noqa: F401  (torch's export asks for it; without it this benchmark is left out)
import onnxruntime
import torch
import transformers

from benchmarks.llama import llama
from benchmarks.measure import compare
from helpers.models import pretrained
from helpers.models.pretrained.configurations import MINILM
from helpers.models.pretrained.files import find
from helpers.tasks import SENTENCE

TOKENS = 16  # written in one timing
NOTE = "processor time, one thread, float32"


def run():
    """Rows of the table."""
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.no_grad(), warnings.catch_warnings():
            # Newer versions call past_key_values cache; older ones know only the first name.
            warnings.simplefilter("ignore", FutureWarning)
            return [*_encoder(), _decoder()]
    finally:
        torch.set_num_threads(threads)


def _encoder():
    ours = pretrained.encoder()
    folder = find(MINILM.weights).parent
    peer = transformers.BertModel.from_pretrained(folder, attn_implementation="eager").eval()
    reading = ours.read(SENTENCE)
    ids = torch.tensor([reading.ids])
    session = _exported(peer, ids)
    peers = {
        "PyTorch eager": (lambda: peer(ids)[0].numpy(), 1.0),
        "ONNX Runtime": (lambda: session.run(None, {"ids": ids.numpy()})[0], 1.5),
    }
    for name, (there, goal) in peers.items():
        _same(f"MiniLM, {name}", reading.hidden[-1], there()[0], 1e-4)
        # Tokenizer included on our side alone: it is a part of `read`.
        measured = compare(lambda: ours.read(SENTENCE), there, rounds=31, clock=time.process_time)
        yield measured.row(
            f"MiniLM, one sentence of {len(reading.ids)} pieces, against {name}",
            goal=f"at most {goal}", met=measured.ratio <= goal,
            note=f"{NOTE}; ours includes the tokenizer and keeps all maps; what is lost to "
            "ONNX Runtime are its fused operations: NumPy writes every intermediate to memory.",
        )  # fmt: skip


def _exported(model, ids):
    """An ONNX Runtime session of the encoder's last hidden state."""

    class LastHidden(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, ids):
            return self.model(ids)[0]

    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the older exporter needs no further package
        torch.onnx.export(
            LastHidden().eval(), (ids,), file, dynamo=False, opset_version=17, input_names=["ids"]
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(file.getvalue(), options)


def _decoder():
    ours, peer = pretrained.decoder(), llama()
    ids = ours.encode("Once upon a time")

    def here():
        cache, following = ours.new_cache(), ids
        written = []
        for _ in range(TOKENS):
            following = [int(ours.step(following, cache).argmax())]
            written += following
        return written

    def there():
        cache, following, written = None, torch.tensor([ids]), []
        for _ in range(TOKENS):
            said = peer(following, past_key_values=cache, use_cache=True)
            cache, following = said.past_key_values, said.logits[:, -1:].argmax(dim=-1)
            written.append(int(following))
        return written

    _same("SmolLM2", np.array(here()), np.array(there()), 0)
    measured = compare(here, there, rounds=7, warm_up=1, clock=time.process_time)
    return measured.row(
        f"SmolLM2, {TOKENS} tokens with the cache, {TOKENS / measured.ours:.0f} a second",
        goal="at most 1.5", met=measured.ratio <= 1.5,
        note=f"{NOTE}; peer: PyTorch eager with its own cache.",
    )  # fmt: skip


def _same(what, ours, theirs, tolerance):
    """Refuse to time two things that do not compute the same."""
    worst = np.abs(ours - theirs).max()
    if worst > tolerance:
        raise AssertionError(f"{what}: ours and the peer's differ by {worst}")
