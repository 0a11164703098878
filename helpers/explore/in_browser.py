"""What Python cannot say to the browser through ipywidgets: names, a live region, whose keys.

Handles of sliders have no accessible name, and an HTML widget replaces its content, which
silences a live region inside it. And JupyterLab takes the keys for itself: with the focus on a
drop-down, the arrow down goes to the next cell, and D D deletes this one, unless an element says
that it wants its keys. All this needs attributes on elements that ipywidgets owns. A style sheet
of ours tells when it is loaded, and a few lines then set them. Where a server forbids inline
scripts, the labelled field beside each slider does the same work.
"""

import html

STYLE = """
.explore { gap: 6px; max-width: 960px; }
.explore-control { gap: 12px; align-items: center; flex-flow: row wrap; }
.explore-control .widget-text, .explore-control .widget-dropdown { width: auto; }
.explore-control .widget-text input { width: 5.5em; }
.explore-control .widget-button { width: auto; }
.explore-control .widget-label { padding-right: 6px; }
.explore-control .slider-container { min-width: 220px; }
.explore :focus-visible, .explore .noUi-handle:focus {
  outline: 3px solid #0b62a8 !important; outline-offset: 1px;
  box-shadow: 0 0 0 5px white !important; }
.explore img { max-width: 100%; height: auto; display: block; }
.explore table { border-collapse: collapse; font-size: 14px; line-height: 1.4; }
.explore caption { text-align: left; padding: 2px 0; }
.explore th, .explore td { padding: 2px 10px; text-align: right; }
.explore tbody tr, .explore thead tr { background: none; }
.explore tbody th, .explore thead th:first-child { text-align: left; }
.explore thead th { border-bottom: 1px solid currentcolor; }
.explore tr.chosen { outline: 2px solid currentcolor; outline-offset: -2px; }
.explore p { margin: 0; font-size: 15px; line-height: 1.5; }
.explore-words .explore-error { border-left: 4px solid currentcolor; padding-left: 8px; }
.explore-style { display: none; }
"""

SCRIPT = """
(function begin(style, tries) {
  const root = style.closest('.explore');
  if (!root) { if (tries) setTimeout(begin, 50, style, tries - 1); return; }
  const set = (element, attribute, text) => {
    if (element && element.getAttribute(attribute) !== text) element.setAttribute(attribute, text);
  };
  const name = () => {
    set(root, 'role', 'group');
    set(root, 'aria-label', style.dataset.title);
    set(root.querySelector('.explore-words'), 'role', 'status');
    set(root.querySelector('.explore-words'), 'aria-live', 'polite');
    for (const taker of root.querySelectorAll('select, button, .noUi-handle'))
      set(taker, 'data-lm-suppress-shortcuts', 'true');
    for (const control of root.querySelectorAll('.explore-control')) {
      const handle = control.querySelector('.noUi-handle');
      const field = control.querySelector('input, select');
      const label = control.querySelector('.widget-label');
      if (!handle || !field || !label) continue;
      const now = Math.round(Number(handle.getAttribute('aria-valuenow')));
      set(handle, 'aria-label', label.textContent);
      set(handle, 'aria-valuetext', field.options ? field.options[now].text : String(now));
    }
  };
  name();
  new MutationObserver(name).observe(root, {
    childList: true, subtree: true, attributes: true, attributeFilter: ['aria-valuetext'] });
})(this, 40)
"""


def style_sheet(title):
    """The HTML of the style sheet that also names things. title: of the whole explorer."""
    return (
        f'<style data-title="{html.escape(title)}" '
        f'onload="{html.escape(SCRIPT.strip())}">{STYLE}</style>'
    )
