"""How every picture looks: one font, quiet axes, no decoration."""

INK = "#1f2328"  # text
QUIET = "#57606a"  # axis labels, captions: 6.4:1 on white
LINE = "#8c959f"  # frames and ticks: 3:1 on white
GRID = "#e6e8eb"

DPI = 120

# Given to matplotlib.rc_context around drawing and saving, so that the reader's own settings are
# neither used nor changed. The font ships with matplotlib: the same picture on every machine.
STYLE = {
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
    "text.color": INK,
    "text.parse_math": False,  # a word may hold a dollar sign
    "text.usetex": False,
    "text.antialiased": True,
    "axes.facecolor": "white",
    "axes.edgecolor": LINE,
    "axes.linewidth": 0.8,
    "axes.labelcolor": QUIET,
    "axes.labelsize": 10,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titleweight": "normal",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "lines.linewidth": 2,
    "figure.facecolor": "white",
    "figure.dpi": DPI,
    "figure.constrained_layout.h_pad": 0.08,
    "figure.constrained_layout.w_pad": 0.12,
    "savefig.dpi": "figure",
    "savefig.facecolor": "white",
    "savefig.bbox": None,
    "savefig.transparent": False,
    "path.simplify": True,
    "image.interpolation": "nearest",
    "hatch.linewidth": 0.8,
    "svg.fonttype": "path",
    "svg.hashsalt": "attention, measured",  # otherwise ids in an SVG are random
}
