"""The colours of the course, and which ink is legible on which of them.

Query, key and value have one colour each in every picture. The three differ in lightness as well
as in hue, for readers who see few hues, and a picture never tells them apart by colour alone.
"""

import matplotlib

QUERY = "#b3480f"  # burnt orange
KEY = "#0b62a8"  # blue
VALUE = "#1c7a55"  # green
NEUTRAL = "#57606a"

MAP = matplotlib.colormaps["cividis"]
