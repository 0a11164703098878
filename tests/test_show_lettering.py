"""Text is drawn alike on every machine, and its room is known."""

from helpers.show.lettering import printable, text_width, wrap


def test_what_the_font_lacks_becomes_a_square():
    assert printable("a日b") == "a□b"
    assert printable("é") == "é"


def test_lines_are_no_wider_than_asked():
    text = wrap("the cat sat on the mat because it was tired " * 3, 10, 2.0)
    assert "\n" in text
    assert all(text_width(line, 10) <= 2.0 for line in text.split("\n"))
