// The words of an explorer as a live region: what changes is heard as well as seen. And what the
// explorer as a whole needs once it stands in the page: a name, and its keys for itself.

/** Call `then(element)` with the explorer around an element, as soon as there is one. */
function whenInside(element, signal, then) {
  if (signal.aborted) return;
  const explorer = element.closest(".explore");
  if (explorer) then(explorer);
  else requestAnimationFrame(() => whenInside(element, signal, then));
}

/**
 * Keep keys inside. Else an arrow leaves the cell, D D deletes it, and Enter edits it. The commands
 * of JupyterLab and Notebook look for the attribute on what has the focus, and may take a key before
 * it arrives here; the notebook around the explorer acts on what rises up to it.
 */
function keepKeys(explorer, signal) {
  const mark = (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  const stop = (event) => event.stopPropagation();
  explorer.addEventListener("focusin", mark, { signal });
  explorer.addEventListener("keydown", stop, { signal });
}

function render({ model, el, signal }) {
  const words = document.createElement("p");
  el.append(words);
  el.classList.add("explore-words");
  el.setAttribute("role", "status");
  el.setAttribute("aria-live", "polite");

  const say = () => {
    words.textContent = model.get("text");
    words.classList.toggle("explore-error", model.get("wrong"));
  };
  say();
  model.on("change:text change:wrong", say);

  whenInside(el, signal, (explorer) => {
    explorer.setAttribute("role", "group");
    explorer.setAttribute("aria-label", model.get("title"));
    keepKeys(explorer, signal);
  });
}

export default { render };
