// A row of words of which one is chosen: by a click, or by the arrow keys.

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** The place that a key leads to; undefined where it is none of ours. */
function placeAfter(key, place, count) {
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  if (!(key in STEPS)) return undefined;
  return (place + STEPS[key] + count) % count;
}

function render({ model, el }) {
  let buttons = [];
  const label = document.createElement("span");
  const row = document.createElement("div");
  label.textContent = model.get("label");
  row.className = "words";
  row.setAttribute("role", "radiogroup");
  row.setAttribute("aria-label", model.get("label"));
  el.append(label, row);

  const choose = (place) => {
    model.set("chosen", place);
    model.save_changes();
  };

  const write = () => {
    buttons = model.get("words").map((word, place) => {
      const button = document.createElement("button");
      const note = document.createElement("small");
      button.type = "button";
      button.setAttribute("role", "radio");
      button.setAttribute("aria-label", model.get("names")[place] ?? word);
      button.append(word, note);
      button.addEventListener("click", () => choose(place));
      return button;
    });
    row.replaceChildren(...buttons);
    mark();
  };

  const mark = () => {
    const chosen = model.get("chosen");
    buttons.forEach((button, place) => {
      button.setAttribute("aria-checked", String(place === chosen));
      button.tabIndex = place === chosen ? 0 : -1;
    });
    paint();
  };

  const paint = () => {
    buttons.forEach((button, place) => {
      button.style.background = model.get("backgrounds")[place] ?? "";
      button.style.color = model.get("inks")[place] ?? "";
      button.lastChild.textContent = model.get("notes")[place] ?? "";
    });
  };

  row.addEventListener("keydown", (event) => {
    const now = buttons.indexOf(event.target);
    const place = placeAfter(event.key, now, buttons.length);
    if (now < 0 || place === undefined) return;
    event.preventDefault();
    choose(place);
    buttons[place].focus();
  });
  write();
  model.on("change:words change:names", write);
  model.on("change:chosen", mark);
  model.on("change:notes change:backgrounds change:inks", paint);
}

export default { render };
