// Search and filter forms (role="search"). htmx sends them while people type; this keeps addresses short by
// leaving empty fields out, for htmx and for plain submits alike, and lets Esc clear before it leaves.

document.addEventListener("formdata", event => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.getAttribute("role") !== "search") return;
  const data = (event as FormDataEvent).formData;
  for (const name of new Set(data.keys())) {
    const values = data.getAll(name).filter(value => value !== "");
    data.delete(name);
    for (const value of values) data.append(name, value);
  }
});

document.addEventListener("keydown", event => {
  const input = event.target;
  if (event.key !== "Escape" || !(input instanceof HTMLInputElement) || input.type !== "search" || !input.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  input.value = "";
  input.dispatchEvent(new Event("input", { bubbles: true }));
}, true);

// Facets apply as they are ticked when htmx is there; "Clear" in a facet's popover unticks its boxes and empties its dates.
document.addEventListener("click", event => {
  const clear = (event.target as Element | null)?.closest<HTMLElement>("[data-facet-clear]");
  if (!clear) return;
  const boxes = clear.closest(".popover")?.querySelectorAll<HTMLInputElement>('input:checked:not([value=""]), input[type=date]') ?? [];
  let last: HTMLInputElement | undefined;
  for (const box of boxes) {
    if (box.type === "date") {
      if (!box.value) continue;
      box.value = "";
    } else {
      box.checked = false;
    }
    last = box;
  }
  last?.dispatchEvent(new Event("change", { bubbles: true }));
});

// What is typed to find a value in a facet is no filter: the form around it must not hear of it. And what was searched for has been sent as
// it was typed: sent again when the field is left, its answer would come after what one has gone on to.
document.addEventListener("change", event => {
  if ((event.target as Element | null)?.matches("[data-facet-find], form[hx-get][role=search] input[type=search]")) event.stopPropagation();
}, true);
