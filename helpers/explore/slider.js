// A labelled field, and a slider of the same name beside it.

/** An element with some properties. */
function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

/** The field: a drop-down of texts, or where there are none a field for a number. */
function makeField(texts, bounds) {
  if (!texts.length) return make("input", { type: "number", ...bounds });
  const field = make("select", {});
  texts.forEach((text, place) => {
    field.append(make("option", { value: place, textContent: text }));
  });
  return field;
}

function render({ model, el }) {
  const texts = model.get("texts");
  const bounds = {
    min: model.get("low"),
    max: model.get("high"),
    step: model.get("step"),
  };
  const name = model.get("label");
  const field = makeField(texts, bounds);
  const slider = make("input", { type: "range", ...bounds, ariaLabel: name });
  const label = make("label", { textContent: name });
  label.append(field);
  el.append(label, slider);
  el.classList.add("explore-control", "explore-slider");

  const show = () => {
    const value = model.get("value");
    field.value = value;
    slider.value = value;
    slider.setAttribute("aria-valuetext", texts[value] ?? String(value));
  };
  const send = (typed) => {
    const value = typed.value === "" ? Number.NaN : Math.round(typed.value);
    if (Number.isFinite(value)) {
      model.set("value", Math.min(Math.max(value, bounds.min), bounds.max));
      model.save_changes();
    }
    show();
  };
  slider.addEventListener("input", () => send(slider));
  field.addEventListener("change", () => send(field));
  show();
  model.on("change:value", show);
}

export default { render };
