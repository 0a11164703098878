"""Both tokenizers, against the reference implementations, on strings that break tokenizers."""

import json
from pathlib import Path

import pytest
from peers import installed, peer

from helpers.models.pretrained import byte_pair, wordpiece
from helpers.models.pretrained.configurations import MINILM, SMOLLM2
from helpers.models.pretrained.files import find
from helpers.models.pretrained.read_gguf import read_gguf

STRINGS = json.loads(
    (Path(__file__).parent / "data" / "awkward_strings.json").read_text(encoding="utf-8")
)

# Strings on which the decoder's ids differ from the reference's, and why. None are known: numerals,
# letters and spaces are told apart by Unicode's categories, not by the classes that `re` has.
DECODER_EXCEPTIONS = {}


@pytest.fixture(scope="module")
def word_piece():
    path = installed(find, MINILM.vocabulary)
    return wordpiece.WordPiece(path.read_text(encoding="utf-8").split("\n")[:-1])


@pytest.fixture(scope="module")
def facts():
    return read_gguf(installed(find, SMOLLM2.weights))[0]


@pytest.fixture(scope="module")
def byte_pairs(facts):
    return byte_pair.BytePair(
        facts["tokenizer.ggml.tokens"], facts["tokenizer.ggml.merges"], special(facts)
    )


def special(facts):
    return [i for i, kind in enumerate(facts["tokenizer.ggml.token_type"]) if kind == 3]


def reference_byte_pairs(facts):
    """The reference tokenizer, from the file's pieces and merges and the published settings."""
    tokenizers = peer("tokenizers", "transformers")
    transformers = peer("transformers")
    pieces = facts["tokenizer.ggml.tokens"]
    merges = [tuple(merge.split(" ")) for merge in facts["tokenizer.ggml.merges"]]
    model = tokenizers.models.BPE(vocab={p: i for i, p in enumerate(pieces)}, merges=merges)
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Sequence(
        [
            tokenizers.pre_tokenizers.Digits(individual_digits=True),
            tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    tokenizer.add_special_tokens(
        [tokenizers.AddedToken(pieces[i], special=True, normalized=False) for i in special(facts)]
    )
    return transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer)


def differing(ours, reference):
    return [text for text in STRINGS if ours.encode(text) != reference(text)["input_ids"]]


def test_there_are_enough_strings_and_none_twice():
    assert len(STRINGS) >= 200
    assert len(set(STRINGS)) == len(STRINGS)


def test_encoder_ids_are_the_references(word_piece):
    transformers = peer("transformers")
    reference = transformers.AutoTokenizer.from_pretrained(find(MINILM.vocabulary).parent)
    assert differing(word_piece, reference) == []


def test_decoder_ids_are_the_references(byte_pairs, facts):
    assert differing(byte_pairs, reference_byte_pairs(facts)) == list(DECODER_EXCEPTIONS)


def test_decoding_gives_the_text_back(byte_pairs):
    """Nothing is lost but the bytes that have no piece, six of which are ASCII controls."""
    pieceless = [
        byte for byte, letter in enumerate(byte_pairs.letters) if letter not in byte_pairs.ids
    ]
    assert [byte for byte in pieceless if byte < 128] == [0x04, 0x06, 0x13, 0x14, 0x16, 0x1D]
    for text in STRINGS:
        kept = bytes(byte for byte in text.encode("utf-8") if byte not in pieceless)
        expected = kept.decode("utf-8", errors="replace")
        assert byte_pairs.decode(byte_pairs.encode(text)) == expected


def test_cutting_into_words_loses_nothing():
    assert [text for text in STRINGS if "".join(byte_pair.split_words(text)) != text] == []


def test_cutting_into_words():
    assert byte_pair.split_words("it's  12 cats,\n\nok") == [
        "it", "'s", "  ", "1", "2", " cats", ",", "\n", "\n", "ok",
    ]  # fmt: skip


def test_pieces_read_well(word_piece, byte_pairs):
    tokens = word_piece.tokens("The unhappiness of [MASK]")
    assert tokens == ["[CLS]", "the", "un", "##ha", "##pp", "##iness", "of", "[MASK]", "[SEP]"]
    assert byte_pairs.words(byte_pairs.encode("the cat sat")) == ["the", " cat", " sat"]


def test_cleaning():
    assert wordpiece.clean("Ang\u030astrom\t\u00adCAF\u00c9\x00") == "angstrom cafe"
    assert wordpiece.split_words("a+b, c") == ["a", "+", "b", ",", "c"]


def test_a_vocabulary_of_another_kind_is_refused():
    with pytest.raises(ValueError, match=r"lacks .*\[CLS\]"):
        wordpiece.WordPiece(["a", "b", "[PAD]"])


def test_bytes_have_256_different_letters():
    letters = byte_pair.byte_letters()
    assert len(set(letters)) == 256
    assert letters[ord(" ")] == "\u0120" and letters[ord("a")] == "a"
