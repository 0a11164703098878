"""What to call a token in a sentence: its word, and which one where a word stands twice."""

from helpers.show.text import quoted, shorten, word_label

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def token_names(words, count, role):
    """Names of tokens for a sentence: "cat", the second "the", or (without words) key 4."""
    if words is None:
        return [f"{role} {index}" for index in range(count)]
    words = [shorten(word_label(word), 24) for word in words]
    seen = {}
    names = []
    for word in words:
        seen[word] = seen.get(word, 0) + 1
        if words.count(word) == 1:
            names.append(quoted(word))
        elif seen[word] <= len(_ORDINALS):
            names.append(f"the {_ORDINALS[seen[word] - 1]} {quoted(word)}")
        else:
            names.append(f"{quoted(word)} number {seen[word]}")
    return names


def check_words(words, count, role, shape):
    """The words as strings, or None; ValueError when there are not as many as queries or keys."""
    if words is None:
        return None
    if isinstance(words, str):
        raise ValueError(
            f"The words are one string, {shorten(words, 30)!r}. Pass a list with one word for each "
            f"{role}: words.split()."
        )
    words = [str(word) for word in words]
    if len(words) != count:
        raise ValueError(
            f"{len(words)} words for {count} {role}: shape {shape}. Pass one word for each; where "
            f"queries and keys differ, words= names the queries and keys= the keys."
        )
    return words


def counted(count, noun, plural=None):
    """one map, two maps, 12 maps."""
    word = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    return f"{word} {noun if count == 1 else plural or noun + 's'}"


def capital(text):
    """With a capital letter, unless it starts with a symbol such as d or q·k."""
    first = text.split(" ", 1)[0].rstrip(",:;.")
    return text[0].upper() + text[1:] if len(first) > 1 and first.isalpha() else text


def sentence(text):
    """With a capital letter and a full stop."""
    text = capital(text)
    return text if text.endswith((".", "?")) else text + "."


def head_name(layer, head, layers):
    """Name of a head: "head 3", and "head 2.3" where there are several layers."""
    """head 3, or head 1.3 (layer.head) where there are several layers."""
    return f"head {head}" if layers == 1 else f"head {layer}.{head}"
