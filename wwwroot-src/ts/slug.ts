// Suggests an address while a name is typed: data-slug-source="#id" on the name's field. The server makes the same one
// (WorkspaceSlug.From) when the field stays empty. Once somebody edits the address, it is theirs.

const longest = 34;

function slugOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, longest).replace(/-+$/, "");
}

document.addEventListener("input", event => {
  const field = event.target;
  if (!(field instanceof HTMLInputElement)) return;
  const target = document.querySelector(field.dataset["slugSource"] ?? ":not(*)");
  if (target instanceof HTMLInputElement) {
    if (!target.dataset["edited"]) target.value = slugOf(field.value);
  } else if (document.querySelector(`[data-slug-source="#${CSS.escape(field.id)}"]`)) {
    field.dataset["edited"] = field.value ? "true" : "";
  }
});
