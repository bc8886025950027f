// Selecting rows for a bulk action. Inside a form[data-select data-total="1284"]:
//   input[data-select-row]     the checkbox of a row (name="ids")
//   input[data-select-all]     all rows of this page
//   [data-select-count]        shows "3 selected"
//   button[data-select-matching]  "Select all 1,284": sets input[name=all_matching] to true
//   button[data-select-clear]  forgets the selection
//   .bulkbar [data-key]        these keys mean the selection while there is one, even in the bar's closed menus
// data-total-text is how the total is said where data-total is not exact.
// The bulk bar itself is shown by CSS, so that it works without scripts.

import { announce } from "./announcement";
import { onHtmx } from "./htmx";

let anchor: HTMLInputElement | null = null;
/** The row at which one was last, by its id and its place: the list is rendered anew by a change of many, which must not lead away from it. */
let place: { id: string; index: number } | null = null;
/** The list that is being replaced had the focus. */
let wasHere = false;

const format = new Intl.NumberFormat("en");

function rows(form: Element): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>("input[data-select-row]")];
}

function matching(form: Element): HTMLInputElement | null {
  return form.querySelector<HTMLInputElement>('input[name="all_matching"]');
}

function setMatching(form: Element, on: boolean): void {
  const field = matching(form);
  if (field) field.value = on ? "true" : "";
}

/** Brings everything that shows the selection in line with the checkboxes. */
function show(form: HTMLElement, say = true): void {
  const boxes = rows(form);
  const chosen = boxes.filter(box => box.checked);
  const total = Number(form.dataset["total"] ?? boxes.length);
  if (chosen.length < boxes.length || chosen.length === 0) setMatching(form, false);
  const all = matching(form)?.value === "true";

  for (const box of boxes) {
    const row = box.closest("tr, [data-row]");
    if (box.checked) row?.setAttribute("aria-selected", "true");
    else row?.removeAttribute("aria-selected");
  }
  const head = form.querySelector<HTMLInputElement>("input[data-select-all]");
  if (head) {
    head.checked = chosen.length > 0 && chosen.length === boxes.length;
    head.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
  }
  const text = all ? `All ${form.dataset["totalText"] ?? format.format(total)} matching selected` : `${format.format(chosen.length)} selected`;
  const count = form.querySelector("[data-select-count]");
  if (count) count.textContent = text;
  const more = form.querySelector<HTMLElement>("[data-select-matching]");
  if (more) more.hidden = all || total <= chosen.length;
  if (say) announce(chosen.length === 0 ? "Nothing selected" : text);
}

function toggleRange(form: HTMLElement, box: HTMLInputElement): void {
  const boxes = rows(form);
  const from = anchor ? boxes.indexOf(anchor) : -1;
  const to = boxes.indexOf(box);
  if (from < 0 || to < 0) return;
  for (const between of boxes.slice(Math.min(from, to), Math.max(from, to) + 1)) between.checked = box.checked;
}

/** What the key x does: selects or unselects the row, with `range` everything from the last one to it. */
export function toggleRow(row: Element, range: boolean): void {
  const box = row.querySelector<HTMLInputElement>("input[data-select-row]");
  const form = box?.closest<HTMLElement>("[data-select]");
  if (!box || !form) return;
  box.checked = !box.checked;
  if (range) toggleRange(form, box);
  anchor = box;
  show(form);
}

/** Whether any row of the page is ticked. */
export function hasSelection(): boolean {
  return document.querySelector("[data-select] input[data-select-row]:checked") !== null;
}

/** Clicks what the bar of the selection has under this key. False without a selection. */
export function pressInBar(key: string): boolean {
  for (const bar of document.querySelectorAll<HTMLElement>("[data-select] .bulkbar")) {
    if (!bar.checkVisibility()) continue;
    const button = bar.querySelector<HTMLButtonElement>(`[data-key="${CSS.escape(key)}"]:not(:disabled)`);
    button?.click();
    if (button) return true;
  }
  return false;
}

/** Forgets the selection of the page. False when there was none. */
export function clearSelection(): boolean {
  let any = false;
  for (const form of document.querySelectorAll<HTMLElement>("[data-select]")) {
    const chosen = rows(form).filter(box => box.checked);
    if (chosen.length === 0) continue;
    any = true;
    for (const box of chosen) box.checked = false;
    show(form);
  }
  anchor = null;
  return any;
}

document.addEventListener("click", event => {
  const origin = event.target as Element | null;
  const form = origin?.closest<HTMLElement>("[data-select]");
  if (!origin || !form) return;
  if (origin instanceof HTMLInputElement && origin.matches("[data-select-row]")) {
    if (event.shiftKey) toggleRange(form, origin);
    anchor = origin;
    show(form);
  } else if (origin instanceof HTMLInputElement && origin.matches("[data-select-all]")) {
    for (const box of rows(form)) box.checked = origin.checked;
    show(form);
  } else if (origin.closest("[data-select-matching]")) {
    for (const box of rows(form)) box.checked = true;
    setMatching(form, true);
    show(form);
    form.querySelector<HTMLElement>(".bulkbar button:not([hidden])")?.focus();
  } else if (origin.closest("[data-select-clear]")) {
    const back = anchor?.isConnected ? anchor : rows(form)[0];
    clearSelection();
    back?.focus();
  }
});

function remember(row: Element | null | undefined): void {
  const id = row?.getAttribute("data-row");
  if (row?.parentElement && id) place = { id, index: [...row.parentElement.children].indexOf(row) };
}

document.addEventListener("focusin", event => remember((event.target as Element | null)?.closest("[data-list] [data-row]")));

onHtmx<{ target?: Element; requestConfig?: { verb: string } }>("beforeSwap", detail => {
  const active = document.activeElement;
  wasHere = detail.target?.id === "results" && (!active || active === document.body || active.closest("[data-list], .bulkbar") !== null);
});

/** Back to the row, or to the one that has come into its place. */
function goBack(): void {
  const lost = !document.activeElement || document.activeElement === document.body;
  if (!wasHere || !lost || !place || document.querySelector("dialog[open]")) return;
  wasHere = false;
  const list = [...document.querySelectorAll<HTMLElement>("[data-list] [data-row]")];
  const row = list.find(one => one.getAttribute("data-row") === place?.id) ?? list[Math.min(place.index, list.length - 1)];
  row?.querySelector<HTMLElement>(".row-link")?.focus({ preventScroll: true });
}

onHtmx("afterSettle", goBack);

function refresh(): void {
  for (const form of document.querySelectorAll<HTMLElement>("[data-select]")) show(form, false);
}

// Other rows mean another question: "all matching" is never carried over to a list that people have not seen.
// Going back swaps the whole page and names no target.
onHtmx<{ target?: Element }>("afterSwap", detail => {
  const form = detail.target?.closest("[data-select]") ?? document.querySelector("[data-select]");
  if (form) setMatching(form, false);
});
onHtmx("afterSettle", refresh);
// The browser restores ticks after going back.
window.addEventListener("pageshow", refresh);
