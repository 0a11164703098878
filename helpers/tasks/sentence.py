"""The running sentence. Who is "it"?"""

SENTENCE = "the cat sat on the mat because it was tired"
WORDS = SENTENCE.split()
