"""The bar beside a picture that says which colour stands for which number."""

from matplotlib.ticker import MaxNLocator

from helpers.show.style import LINE, QUIET


def colour_bar(figure, image, label, **where):
    """The colour bar of an image, with its name above: a matplotlib Colorbar.

    image: what imshow returned, or a ScalarMappable. label: what the numbers are. where: as
    `Figure.colorbar` takes it: ax=, or cax=.
    """
    bar = figure.colorbar(image, **where)
    # One pixel, sharp: a soft edge would mix its grey with every colour of the bar.
    bar.outline.set(edgecolor=LINE, linewidth=0.6, antialiased=False)
    if bar.orientation == "vertical":
        bar.ax.set_title(label, color=QUIET, fontsize=9.5, loc="left", pad=7)
        bar.ax.tick_params(length=3, labelsize=9)
        bar.ax.yaxis.set_major_locator(MaxNLocator(5))
    else:
        bar.ax.tick_params(length=0, labelsize=9, pad=2)
        bar.ax.text(
            1.12, 0.5, label, transform=bar.ax.transAxes, color=QUIET, fontsize=9, va="center"
        )
    return bar
