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
.explore-control .explore-line.widget-text { flex: 1 1 30em; }
.explore-control .explore-line.widget-text input { width: auto; min-width: 10em; }
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
.explore-side-by-side { flex-flow: row wrap; align-items: flex-start; column-gap: 28px; }
.explore-side-by-side > .explore-control, .explore-side-by-side > .explore-words {
  flex: 1 1 100%; }
.explore-side-by-side table { margin: 4px 0; }
.explore.explore-wide { max-width: 1240px; }
.explore-group { flex-flow: row wrap; column-gap: 20px; margin: 2px 0; padding: 2px 6px;
  border-left: 4px solid #8c959f; }
.explore-compare { display: flex; flex-flow: row wrap; gap: 8px 24px; margin: 4px 0; }
.explore-compare section { max-width: 100%; overflow-x: auto; padding: 3px; }
.explore-compare .picture-table { font-size: 12px; }
.explore-compare .picture-table th { padding: 1px 4px; }
.explore-compare .explore-error { max-width: 32em; border-left: 4px solid currentcolor;
  padding-left: 8px; overflow-wrap: anywhere; }
.explore-grid { gap: 2px; margin: 4px 0; }
.explore-grid .widget-label { font-size: 14px; height: 28px; line-height: 28px; margin: 0;
  width: 100%; padding: 0 6px 0 0; }
.explore-grid .explore-key.widget-label { display: flex; justify-content: center; padding: 0; }
.explore-cell.jupyter-button { width: auto; height: 28px; margin: 0; padding: 0; line-height: 26px;
  font-size: 0; color: #000; border: 1px solid #8c959f;
  background: repeating-linear-gradient(135deg, #fff 0 4px, #d0d7de 4px 5px); }
.explore-cell.mod-active { background: #fff; box-shadow: none; }
.explore-cell.mod-active::before { content: "✓"; font-weight: bold; font-size: 14px; }
.explore-cell.explore-future.mod-active { border: 2px solid #a3221c; color: #a3221c; }
.explore-cell.explore-future.mod-active::before { content: "leak"; }
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
  const paint = () => {
    const cells = [...root.querySelectorAll('.explore-cell')];
    const first = cells.find(cell => cell.getAttribute('tabindex') === '0') || cells[0];
    for (const cell of cells) {
      set(cell, 'aria-label', cell.title);
      set(cell, 'aria-pressed', String(cell.classList.contains('mod-active')));
      set(cell, 'tabindex', cell === first ? '0' : '-1');
    }
  };
  const move = event => {
    const cells = [...root.querySelectorAll('.explore-cell')], n = Math.sqrt(cells.length);
    const now = cells.indexOf(event.target);
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -n, ArrowDown: n }[event.key];
    const next = cells[now + by];
    if (now < 0 || !by) return;
    event.preventDefault();
    const sameRow = Math.floor(now / n) === Math.floor((now + by) / n);
    if (next && (sameRow || Math.abs(by) === n)) next.focus();
  };
  const reached = event => {
    if (!event.target.classList.contains('explore-cell')) return;
    for (const cell of root.querySelectorAll('.explore-cell'))
      set(cell, 'tabindex', cell === event.target ? '0' : '-1');
  };
  root.addEventListener('keydown', move);
  root.addEventListener('focusin', reached);
  const all = () => { name(); paint(); };
  all();
  new MutationObserver(all).observe(root, {
    childList: true, subtree: true, attributes: true,
    attributeFilter: ['aria-valuetext', 'class', 'title'] });
})(this, 40)
"""


def style_sheet(title):
    """The HTML of the style sheet that also names things. title: of the whole explorer."""
    return (
        f'<style data-title="{html.escape(title)}" '
        f'onload="{html.escape(SCRIPT.strip())}">{STYLE}</style>'
    )
