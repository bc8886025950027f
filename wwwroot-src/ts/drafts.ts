// Typed text is never lost: what stands in a label panel (form[data-labels]) or another form[data-drafts="{id}"] and is not saved is
// kept for this tab, and put back when the same thing is shown again. A field says by data-draft="SeenNotes" which hidden field marks
// the text that it was made from: a draft keeps that mark, so that the server can tell when somebody else has changed the text since.
// a[data-forget-draft] in such a form throws its drafts away.

import { announce } from "./announcement";
import { onHtmx, type HtmxRequestDetail } from "./htmx";

interface Draft {
  text: string;
  seen: string;
}

type Field = HTMLTextAreaElement;

const keeping = ":is(form[data-labels], form[data-drafts])";

/** What a form sent last, by field. */
const sent = new WeakMap<HTMLFormElement, Map<string, string>>();
const known = new WeakSet<Field>();
const dropped = new WeakSet<Field>();
let isLeavingByLink = false;

function keyOf(field: Field): string {
  return `draft:${field.form?.dataset["labels"] ?? field.form?.dataset["drafts"] ?? ""}:${field.id}`;
}

function seenOf(field: Field): HTMLInputElement | null {
  return field.form?.querySelector<HTMLInputElement>(`input[name="Form.${field.dataset["draft"] ?? ""}"]`) ?? null;
}

function read(field: Field): Draft | null {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(field)) ?? "null") as Draft | null;
  } catch {
    return null; // Forbidden storage: the text lives as long as the page.
  }
}

function keep(field: Field): void {
  try {
    if (isDirty(field)) sessionStorage.setItem(keyOf(field), JSON.stringify({ text: field.value, seen: seenOf(field)?.value ?? "" } satisfies Draft));
    else sessionStorage.removeItem(keyOf(field));
  } catch {
    // Forbidden or full: leaving the page warns all the same.
  }
}

function forget(field: Field): void {
  try {
    sessionStorage.removeItem(keyOf(field));
  } catch {
    // There is nothing to forget where nothing can be kept.
  }
}

/** Not wanted any more: leaving the page does not warn. */
function drop(field: Field): void {
  forget(field);
  dropped.add(field);
}

/** Line ends are the browser's own business. */
function same(a: string, b: string): boolean {
  return a.replaceAll("\r\n", "\n") === b.replaceAll("\r\n", "\n");
}

function isDirty(field: Field): boolean {
  return !same(field.value, field.defaultValue) || field.form?.dataset["refused"] === "true";
}

function fields(root: ParentNode): Field[] {
  return [...root.querySelectorAll<Field>(`${keeping} textarea[data-draft]`)];
}

function show(form: HTMLFormElement | null): void {
  if (!form) return;
  form.toggleAttribute("data-dirty", fields(document).some(field => field.form === form && isDirty(field)));
}

function restore(): void {
  for (const field of fields(document)) {
    if (known.has(field)) continue;
    known.add(field);
    const draft = read(field);
    // A refused form holds what was typed; its draft is from before somebody else's change was shown.
    if (field.form?.dataset["refused"] === "true") keep(field);
    else if (draft && same(draft.text, field.defaultValue)) forget(field);
    else if (draft) {
      field.value = draft.text;
      const seen = seenOf(field);
      if (seen && draft.seen) seen.value = draft.seen;
      const fold = field.closest("details");
      if (fold) fold.open = true;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      announce("Text that was not saved has been put back");
    }
    show(field.form);
  }
}

document.addEventListener("input", event => {
  const field = event.target;
  if (!(field instanceof HTMLTextAreaElement) || !field.matches(`${keeping} [data-draft]`)) return;
  dropped.delete(field);
  keep(field);
  show(field.form);
});

document.addEventListener("click", event => {
  const button = (event.target as Element | null)?.closest<HTMLElement>("button[value=theirs], a[data-forget-draft]");
  const form = button?.closest(keeping);
  if (form) for (const field of fields(form)) drop(field);
}, true);

// Sent without scripts' help: what the server refuses comes back with the page.
document.addEventListener("submit", event => {
  const form = event.target as Element;
  if (form.matches(`${keeping}:not([hx-post])`)) for (const field of fields(form)) drop(field);
});

onHtmx<HtmxRequestDetail>("beforeRequest", detail => {
  if (!(detail.elt instanceof HTMLFormElement) || !detail.elt.matches(keeping)) return;
  sent.set(detail.elt, new Map(fields(document).filter(field => field.form === detail.elt).map(field => [field.id, field.value])));
});

// Before the answer is put in: it may lead away from the page.
onHtmx<HtmxRequestDetail>("beforeOnLoad", detail => {
  const form = detail.requestConfig.elt;
  if (!(form instanceof HTMLFormElement) || detail.xhr.status >= 300) return;
  const texts = sent.get(form);
  if (!texts) return;
  sent.delete(form);
  form.dataset["refused"] = "false";
  for (const field of fields(document)) {
    const text = field.form === form ? texts.get(field.id) : undefined;
    if (text === undefined) continue;
    const typed = field.value;
    field.defaultValue = text;
    field.value = typed;
    if (same(typed, text)) forget(field);
  }
  show(form);
});

// The marks are new after a save; what was typed meanwhile belongs to them.
onHtmx("afterSettle", () => {
  restore();
  // What was sent with its page stays forgotten, though the page is still there.
  for (const field of fields(document)) if (isDirty(field) && !dropped.has(field)) keep(field);
});

// Links and forms of the site keep the tab, and with it the drafts.
for (const name of ["click", "submit"]) {
  document.addEventListener(name, event => {
    const link = (event.target as Element | null)?.closest("a[href]");
    if (name === "click" && !(link instanceof HTMLAnchorElement && link.origin === location.origin && !link.target)) return;
    isLeavingByLink = true;
    window.setTimeout(() => { isLeavingByLink = false; }, 1000);
  });
}

window.addEventListener("beforeunload", event => {
  if (!isLeavingByLink && fields(document).some(field => isDirty(field) && !dropped.has(field))) event.preventDefault();
});

restore();
