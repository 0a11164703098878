// A mask to paint: a grid of places, one for each word that asks and each word that answers.

/** An element of a table. */
function make(tag, text, attributes = {}) {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** The place that an arrow key leads to, [query, key]; it stays inside. */
function placeAfter(pressed, [query, key], n) {
  const steps = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    Home: [0, -n],
    End: [0, n],
  };
  const inside = (place) => Math.min(Math.max(place, 0), n - 1);
  const step = steps[pressed];
  return step && [inside(query + step[0]), inside(key + step[1])];
}

function render({ model, el, signal }) {
  const words = model.get("words");
  const names = model.get("names");
  const places = new Map(); // cell: [query, key]
  const table = make("table", "", {
    role: "grid",
    "aria-label": model.get("label"),
    "aria-multiselectable": "true",
    class: "mask-painter",
  });
  let painting = null; // what a drag paints: true, false, or nothing

  const head = table.createTHead().insertRow();
  head.append(make("td", "asks ↓ answers →"));
  for (const word of words) head.append(make("th", word, { scope: "col" }));
  const body = table.createTBody();
  const cells = words.map((word, query) => {
    const row = body.insertRow();
    row.append(make("th", word, { scope: "row" }));
    return words.map((_, key) => {
      const cell = make("td", "", { role: "gridcell", tabindex: "-1" });
      places.set(cell, [query, key]);
      row.append(cell);
      return cell;
    });
  });
  cells[0][0].tabIndex = 0;
  el.append(table);

  const show = () => {
    for (const [cell, [query, key]] of places) {
      const open = model.get("mask")[query][key];
      const leaks = open && key > query;
      const answer = leaks ? "yes, a leak" : open ? "yes" : "no";
      cell.textContent = leaks ? "⚠ leak" : open ? "✓" : "";
      cell.className = leaks ? "leak" : open ? "open" : "";
      cell.setAttribute("aria-selected", String(open));
      cell.setAttribute(
        "aria-label",
        `query ${names[query]} may look at key ${names[key]}: ${answer}`,
      );
    }
  };
  const paint = (cell, open) => {
    const [query, key] = places.get(cell);
    const mask = model.get("mask").map((row) => [...row]);
    if (mask[query][key] === open) return;
    mask[query][key] = open;
    model.set("mask", mask);
    model.save_changes();
  };
  const isOpen = (cell) => cell.getAttribute("aria-selected") === "true";

  table.addEventListener("keydown", (event) => {
    const place = places.get(event.target);
    if (!place) return;
    const next = placeAfter(event.key, place, words.length);
    if (next) cells[next[0]][next[1]].focus();
    else if (event.key === " " || event.key === "Enter") paint(event.target, !isOpen(event.target));
    else return;
    event.preventDefault();
  });
  table.addEventListener("focusin", (event) => {
    if (!places.has(event.target)) return;
    for (const cell of places.keys()) cell.tabIndex = cell === event.target ? 0 : -1;
  });

  table.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !places.has(event.target)) return;
    painting = !isOpen(event.target);
    paint(event.target, painting);
  });
  table.addEventListener("pointermove", (event) => {
    if (painting === null) return;
    // A finger keeps its events on the place where it came down.
    const cell = document.elementFromPoint(event.clientX, event.clientY);
    if (places.has(cell)) paint(cell, painting);
  });
  const stop = () => {
    painting = null;
  };
  document.addEventListener("pointerup", stop, { signal });
  document.addEventListener("pointercancel", stop, { signal });

  show();
  model.on("change:mask", show);
}

export default { render };
