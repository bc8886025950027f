// The label panel: `form[data-labels="{session}"]`. Tags by Enter, comma and Backspace (input[data-tags]); the tick that goes
// on after a label (input[data-go-on]); the row of the list that shows what was saved (#label-echo); a label for a row
// without a panel.

import { announce } from "./announcement";
import { ajax, onHtmx, type HtmxRequestDetail } from "./htmx";

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
