"""Reading model files: absent, damaged, cut off, of another model, and against other readers."""

import json
import struct

import numpy as np
import pytest
from peers import installed, peer

from helpers.models import pretrained
from helpers.models.pretrained import files
from helpers.models.pretrained.configurations import MINILM, SMOLLM2
from helpers.models.pretrained.decoder import Decoder
from helpers.models.pretrained.encoder import Encoder
from helpers.models.pretrained.files import Source, find, verify
from helpers.models.pretrained.read_gguf import read_gguf, unpack_q4_1, unpack_q8_0
from helpers.models.pretrained.read_safetensors import read_safetensors
from helpers.models.pretrained.wordpiece import SPECIAL


def safetensors_bytes(tensors, **changes):
    """A small safetensors file by hand. changes: name -> entries of the header to replace."""
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, array in tensors.items():
        entry = {"dtype": "F32", "shape": array.shape}
        entry["data_offsets"] = [len(data), len(data) + array.nbytes]
        header[name] = entry | changes.get(name, {})
        data += array.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def gguf_bytes(tensors, facts=None, magic=b"GGUF", version=3):
    """A small GGUF file by hand. tensors: name -> (shape, kind, bytes); facts: name -> string."""

    def string(text):
        return struct.pack("<Q", len(text)) + text.encode()

    body = magic + struct.pack("<IQQ", version, len(tensors), len(facts or {}))
    for name, value in (facts or {}).items():
        body += string(name) + struct.pack("<I", 8) + string(value)
    data = b""
    for name, (shape, kind, raw) in tensors.items():
        body += string(name) + struct.pack("<I", len(shape))
        body += struct.pack(f"<{len(shape)}Q", *shape[::-1]) + struct.pack("<IQ", kind, len(data))
        data += raw + b"\0" * (-len(raw) % 32)
    return body + b"\0" * (-len(body) % 32) + data


@pytest.fixture
def write(tmp_path):
    def write(content):
        path = tmp_path / "model.bin"
        path.write_bytes(content)
        return path

    return write


# Absent and wrong files


def test_a_missing_model_says_in_one_sentence_how_to_get_it(monkeypatch):
    monkeypatch.setattr(files.importlib.util, "find_spec", lambda name: None)
    for load in (pretrained.encoder.__wrapped__, pretrained.decoder.__wrapped__):
        with pytest.raises(pretrained.ModelMissing, match=r"python start\.py models"):
            load()


def test_a_package_without_its_file_is_damaged():
    absent = Source("a model", "json", "no_such_file.bin", "0" * 64)
    with pytest.raises(pretrained.ModelDamaged, match=r"no_such_file\.bin is not in it"):
        find(absent)


@pytest.mark.parametrize(
    "source", [MINILM.weights, SMOLLM2.weights], ids=lambda source: source.package
)
def test_one_changed_byte_is_noticed(source, tmp_path, monkeypatch):
    """A whole model, one bit of which has flipped, is refused before anything is computed."""
    content = bytearray(installed(find, source).read_bytes())
    content[len(content) // 2] ^= 1
    path = tmp_path / "model"
    path.write_bytes(content)
    with pytest.raises(pretrained.ModelDamaged, match=f"{source.sha256[:12]}.*Install it again"):
        verify(path, source)


def test_a_file_that_changes_is_checked_again(tmp_path):
    path = tmp_path / "model"
    path.write_bytes(b"first")
    source = Source("a model", "none", "none", files._sha256(path, 0, 0))
    verify(path, source)
    path.write_bytes(b"something else")
    with pytest.raises(pretrained.ModelDamaged, match="14 bytes"):
        verify(path, source)


# safetensors


def test_safetensors_are_read_back(write):
    rng = np.random.default_rng(0)
    tensors = {"a": rng.random((3, 5), np.float32), "b": rng.random(7, np.float32)}
    found = read_safetensors(write(safetensors_bytes(tensors)))
    assert found.keys() == tensors.keys()
    for name, array in tensors.items():
        np.testing.assert_array_equal(found[name], array)
        assert not found[name].flags.writeable


@pytest.mark.parametrize(
    ("cut", "message"),
    [(0, "0 bytes"), (5, "5 bytes"), (40, "header claims"), (-4, "needs 60 bytes")],
)
def test_cut_off_safetensors_are_refused(write, cut, message):
    whole = safetensors_bytes({"a": np.ones((3, 5), np.float32)})
    with pytest.raises(pretrained.ModelDamaged, match=message):
        read_safetensors(write(whole[:cut]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"shape": [3, 6]}, r"a of shape \(3, 6\) needs 72 bytes"),
        ({"dtype": "F8"}, "unknown dtype F8"),
        ({"data_offsets": [0, 64]}, "needs 60 bytes"),
    ],
)
def test_safetensors_with_a_wrong_header_are_refused(write, change, message):
    content = safetensors_bytes({"a": np.ones((3, 5), np.float32)}, a=change)
    with pytest.raises(pretrained.ModelDamaged, match=message):
        read_safetensors(write(content))


def test_no_safetensors_at_all(write):
    with pytest.raises(pretrained.ModelDamaged, match="not JSON"):
        read_safetensors(write(struct.pack("<Q", 12) + b"PK no header and more"))


def test_safetensors_as_their_own_package_reads_them():
    reference = peer("safetensors.numpy", "safetensors")
    path = installed(find, MINILM.weights)
    expected, found = reference.load_file(path), read_safetensors(path)
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array)


# GGUF

Q4_1_BLOCK = np.array([2, 3], "<f2").tobytes() + bytes(range(16))
Q8_0_BLOCK = np.array([0.5], "<f2").tobytes() + np.arange(-16, 16, dtype=np.int8).tobytes()


def test_a_q4_1_block_by_hand():
    numbers = unpack_q4_1(np.frombuffer(Q4_1_BLOCK, np.uint8)[None])
    np.testing.assert_array_equal(numbers[0, :16], 2 * np.arange(16) + 3)  # low halves
    np.testing.assert_array_equal(numbers[0, 16:], 3)  # high halves, all 0


def test_a_q8_0_block_by_hand():
    numbers = unpack_q8_0(np.frombuffer(Q8_0_BLOCK, np.uint8)[None])
    np.testing.assert_array_equal(numbers[0], 0.5 * np.arange(-16, 16))


def test_gguf_is_read_back(write):
    vector = np.arange(5, dtype=np.float32)
    tensors = {
        "matrix": ((3, 32), 3, Q4_1_BLOCK * 3),
        "bytes": ((2, 32), 8, Q8_0_BLOCK * 2),
        "vector": ((5,), 0, vector.tobytes()),
    }
    facts, found = read_gguf(write(gguf_bytes(tensors, {"general.architecture": "llama"})))
    assert facts == {"general.architecture": "llama"}
    assert [found[name].shape for name in tensors] == [(3, 32), (2, 32), (5,)]
    np.testing.assert_array_equal(found["vector"].numbers(), vector)
    whole = found["matrix"].numbers()
    assert whole.shape == (3, 32)
    np.testing.assert_array_equal(found["matrix"].numbers(slice(1, 3)), whole[1:])


@pytest.mark.parametrize("cut", [0, 3, 10, 40, 100, -1])
def test_cut_off_gguf_is_refused(write, cut):
    whole = gguf_bytes({"matrix": ((3, 32), 8, Q8_0_BLOCK * 3)}, {"general.name": "x"})
    # The padding behind the last tensor is not missed.
    whole = whole[: len(whole) - (-len(Q8_0_BLOCK * 3) % 32)]
    with pytest.raises(pretrained.ModelDamaged, match=r"cut off|letters GGUF"):
        read_gguf(write(whole[:cut]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gguf_bytes({}, magic=b"GGML"), "letters GGUF"),
        (gguf_bytes({}, version=9), "version 9"),
        (gguf_bytes({"w": ((2, 32), 99, b"")}), "kind 99"),
        (gguf_bytes({"w": ((2, 31), 8, b"")}), "no multiple of 32"),
    ],
)
def test_other_gguf_is_refused(write, content, message):
    with pytest.raises(pretrained.ModelDamaged, match=message):
        read_gguf(write(content))


def test_gguf_as_its_own_package_writes_it(tmp_path):
    gguf = peer("gguf")
    rng = np.random.default_rng(0)
    arrays = {"a": rng.normal(size=(5, 96)), "b": rng.normal(size=(4, 64)), "c": rng.normal(size=7)}
    kinds = {"a": gguf.GGMLQuantizationType.Q4_1, "b": gguf.GGMLQuantizationType.Q8_0}
    writer = gguf.GGUFWriter(tmp_path / "small.gguf", "llama")
    writer.add_uint32("sizes.one", 7)
    writer.add_float32("sizes.two", 0.5)
    writer.add_bool("yes", True)
    writer.add_array("words", ["a", "\u0120b"])
    writer.add_array("numbers", [3, 1, 2])
    expected = {}
    for name, array in arrays.items():
        array = array.astype(np.float32)
        if name in kinds:
            packed = gguf.quantize(array, kinds[name])
            writer.add_tensor(name, packed, raw_dtype=kinds[name])
            array = gguf.dequantize(packed, kinds[name])
        else:
            writer.add_tensor(name, array)
        expected[name] = array
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()

    facts, found = read_gguf(tmp_path / "small.gguf")
    assert facts == {
        "general.architecture": "llama", "sizes.one": 7, "sizes.two": 0.5, "yes": True,
        "words": ["a", "\u0120b"], "numbers": [3, 1, 2],
    }  # fmt: skip
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name].numbers(), array)


def test_every_tensor_of_the_model_as_its_own_package_unpacks_it():
    gguf = peer("gguf")
    _, found = read_gguf(installed(find, SMOLLM2.weights))
    assert len(found) == 272
    for tensor in found.values():
        if tensor.kind != 0:
            kind = gguf.GGMLQuantizationType(tensor.kind)
            expected = gguf.dequantize(tensor.data, kind).reshape(tensor.shape)
            np.testing.assert_array_equal(tensor.numbers(), expected)


# Files of another model


def test_an_encoder_of_other_shapes_is_refused():
    name = "embeddings.word_embeddings.weight"
    with pytest.raises(pretrained.ModelDamaged, match=f"no tensor '{name}'"):
        Encoder(MINILM, {}, SPECIAL)
    with pytest.raises(pretrained.ModelDamaged, match=r"shape \(5, 768\), expected \(5, 384\)"):
        Encoder(MINILM, {name: np.zeros((5, 768), np.float32)}, SPECIAL)


def test_a_decoder_of_another_family_is_refused():
    with pytest.raises(pretrained.ModelDamaged, match="expected 'llama'"):
        Decoder(SMOLLM2, {"general.architecture": "gpt2"}, {})
