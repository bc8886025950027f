// The label panel: `form[data-labels="{session}"]`. Tags by Enter, comma and Backspace (input[data-tags]); the tick that goes
// on after a label (input[data-go-on]); the row of the list that shows what was saved (#label-echo); a label for a row
// without a panel; and what an undo or a bulk change did to the session of the panel ("labels-changed").

import { announce } from "./announcement";
import { ajax, fetchParts, load, onHtmx, type HtmxRequestDetail } from "./htmx";

const year = 60 * 60 * 24 * 365;

/** The tag field's words at the time of the last request, to be cleared when they are saved. */
let sentTags: { field: HTMLInputElement; words: string } | null = null;
let tagsRemoved = false;

function tagsOf(form: Element | null): HTMLInputElement | null {
  return form?.querySelector<HTMLInputElement>("input[data-tags]") ?? null;
}

/** Presses the form's plain "Save": the others each mean something of their own. */
function save(form: HTMLFormElement): void {
  form.querySelector<HTMLButtonElement>('button[value="save"]')?.click();
}

document.addEventListener("keydown", event => {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || !field.matches("[data-tags]") || event.isComposing || !field.form) return;
  if (event.key === ",") {
    event.preventDefault();
    if (field.value.trim()) save(field.form);
  } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    if (field.value.trim()) save(field.form);
  } else if (event.key === "Backspace" && field.value === "" && !event.repeat) {
    const last = [...field.form.querySelectorAll<HTMLButtonElement>('button[name="Form.RemoveTag"]')].at(-1);
    if (!last) return;
    event.preventDefault();
    announce(`Removed tag ${last.value}`);
    last.click();
    field.focus();
  }
});

document.addEventListener("click", event => {
  if ((event.target as Element | null)?.closest('button[name="Form.RemoveTag"]')) tagsRemoved = true;
});

document.addEventListener("change", event => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || !box.matches("[data-go-on]")) return;
  document.cookie = `label-next=${box.checked ? "on" : "off"}; path=/; max-age=${year}; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
});

onHtmx<HtmxRequestDetail>("beforeRequest", detail => {
  if (!detail.elt.matches("form[data-labels]")) return;
  const field = tagsOf(detail.elt);
  sentTags = field ? { field, words: field.value } : null;
});

onHtmx<HtmxRequestDetail>("afterRequest", detail => {
  if (!detail.requestConfig.elt.matches("form[data-labels]") || !sentTags || detail.xhr.status >= 300) return;
  if (sentTags.field.value === sentTags.words) sentTags.field.value = "";
  sentTags = null;
});

/** Shows in the row what was saved, without asking for the list again. */
function echo(): void {
  const saved = document.querySelector<HTMLElement>("#label-echo[data-echo]");
  if (!saved) return;
  const row = document.querySelector(`[data-list] [data-row="${CSS.escape(saved.dataset["echo"] ?? "")}"]`);
  saved.removeAttribute("data-echo");
  for (const [name, place] of [["status", ".c-status"], ["tags", ".c-tags .tag-line"]]) {
    const cell = row?.querySelector(place ?? "");
    if (cell) cell.replaceChildren(...(saved.querySelector(`[data-echo-cell="${name ?? ""}"]`)?.cloneNode(true).childNodes ?? []));
  }
}

onHtmx("afterSettle", () => {
  echo();
  if (tagsRemoved && (!document.activeElement || document.activeElement === document.body)) tagsOf(document.querySelector("form[data-labels]"))?.focus();
  tagsRemoved = false;
});
// Answers that only bring parts of a panel settle nothing of their own.
onHtmx("oobAfterSwap", () => window.setTimeout(echo, 0));

/** Labels the session of a row that has no panel: the address is the panel's, with another end. */
export function labelRow(row: Element, status: string): boolean {
  const panel = row.querySelector(".row-link")?.getAttribute("hx-get");
  if (!panel || !document.getElementById("label-echo")) return false;
  ajax("POST", panel.replace(/\/peek(\?|$)/, "/labels$1"), row, { "Form.Do": status, "Form.View": "row" });
  return true;
}

const marks = ["SeenNotes", "SeenExpected"];

function markOf(name: string): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>(`form[data-labels] input[name="Form.${name}"]`);
}

/** Shows in the panel labels that were not changed through it. What is typed there and not saved stays, with the marks of what it was made from. */
async function refresh(): Promise<void> {
  const form = document.querySelector<HTMLFormElement>("form[data-labels]");
  if (!form) return;
  const address = new URL(form.getAttribute("action") ?? "", location.href);
  const view = form.querySelector<HTMLInputElement>('input[name="Form.View"]')?.value;
  if (view) address.searchParams.set("panel", view);
  if (form.hasAttribute("data-dirty") || tagsOf(form)?.value) {
    const seen = marks.map(name => markOf(name)?.value);
    address.searchParams.set("parts", "true");
    await fetchParts(address.pathname + address.search);
    marks.forEach((name, index) => {
      const mark = markOf(name);
      if (mark && document.contains(form)) mark.value = seen[index] ?? mark.value;
    });
    return;
  }
  const open = [...form.querySelectorAll<HTMLDetailsElement>("details[open][id]")].map(fold => fold.id);
  await load(address.pathname + address.search, "#labels", "outerHTML");
  for (const id of open) document.querySelector<HTMLDetailsElement>(`#labels details#${CSS.escape(id)}`)?.setAttribute("open", "");
}

document.addEventListener("labels-changed", () => void refresh());
