// The keys that people have in their fingers. They mean the same on every page, are off while typing, and a person can
// turn the single-letter ones off (WCAG 2.1.4). Pages say what a key does by attributes, never by code:
//   data-key="1"        this button or link is clicked ("Escape", "mod+Enter", "j", "k" work too)
//   data-key-focus="n"  this field gets the focus
//   [data-list] [data-row]  rows that j, k, arrows, Enter and x work on (the row's .row-link is opened)
// The labels 1 to 4 go to the selected rows when there are any, else to the session that is open, else to the row with the focus.

import { openModal } from "./announcement";
import { onHtmx } from "./htmx";
import { labelRow } from "./labels";
import { panel } from "./peek";
import { isBusy, isQueued, whenIdle } from "./pending";
import { clearSelection, hasSelection, pressInBar, toggleRow } from "./selection";

const switchKey = "keys";

function lettersOff(): boolean {
  try {
    return localStorage.getItem(switchKey) === "off";
  } catch {
    return false; // Storage is forbidden here: the keys stay on, as the dialog says.
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "file"].includes(target.type);
}

/** The first usable element with this key; one in an open popover, dialog or panel goes before the page's own. */
function find(attribute: string, key: string): HTMLElement | null {
  const scope: ParentNode = openModal() ?? document;
  const usable = [...scope.querySelectorAll<HTMLElement>(`[${attribute}="${CSS.escape(key)}"]`)]
    .filter(element => element.checkVisibility() && !element.matches(":disabled, [aria-disabled=true]"));
  return usable.find(element => element.closest(".popover")) ?? usable.find(element => element.closest("[data-peek]")) ?? usable[0] ?? null;
}

function click(key: string): boolean {
  const element = find("data-key", key);
  element?.click();
  return element !== null;
}

function focusField(key: string): boolean {
  for (const fold of document.querySelectorAll<HTMLDetailsElement>("details:not([open])")) {
    if (fold.querySelector(`[data-key-focus="${CSS.escape(key)}"]`)) fold.open = true;
  }
  const field = find("data-key-focus", key);
  if (!field) return false;
  field.focus();
  if (field instanceof HTMLInputElement) field.select();
  return true;
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-list] [data-row]")].filter(row => row.checkVisibility());
}

function currentRow(): HTMLElement | null {
  const focused = document.activeElement?.closest<HTMLElement>("[data-list] [data-row]");
  return focused ?? document.querySelector<HTMLElement>("[data-list] [data-row].is-open");
}

function isShown(row: Element): boolean {
  return panel()?.dataset["peek"] === row.getAttribute("data-row");
}

/** Opens the row beside the list; what is open there already opens as a page of its own. */
function open(row: Element): void {
  if (!isShown(row) || !click("o")) row.querySelector<HTMLElement>(".row-link")?.click();
}

/** The digits of the labels. */
function label(key: string): boolean {
  if (hasSelection()) return pressInBar(key);
  if (click(key)) return true;
  const row = currentRow();
  const status = ["golden", "correct", "incorrect", "needs_review"][Number(key) - 1];
  return row !== null && status !== undefined && panel() === null && labelRow(row, status);
}

/** Moves by one row; while the panel is open it follows. At the ends, the panel's own links go on to the next page. */
function move(step: 1 | -1): boolean {
  const list = rows();
  const current = currentRow();
  const index = current ? list.indexOf(current) : -1;
  const next = index < 0 ? list[step > 0 ? 0 : list.length - 1] : list[index + step];
  if (!next) return click(step > 0 ? "j" : "k");
  (next.querySelector<HTMLElement>(".row-link") ?? next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  if (panel() && !isShown(next)) next.querySelector<HTMLElement>(".row-link")?.click();
  return true;
}

function showKeys(): boolean {
  const dialog = document.getElementById("keys");
  if (!(dialog instanceof HTMLDialogElement)) return false;
  if (dialog.open) dialog.close();
  else dialog.showModal();
  return true;
}

/** Esc works from the inside out: field, selection, panel. Dialogs and popovers close by themselves. */
function escape(target: EventTarget | null): boolean {
  if (isTyping(target)) {
    (target as HTMLElement).blur();
    return true;
  }
  return clearSelection() || (panel() === null && isBusy() ? whenItComes(() => click("Escape")) : click("Escape"));
}

function popoverOpen(): boolean {
  return "popover" in HTMLElement.prototype && document.querySelector(".popover:popover-open, .rail:popover-open, .turns:popover-open") !== null;
}

function handle(event: KeyboardEvent): boolean {
  const { key, target } = event;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && key === "Enter") return whenItComes(() => click("mod+Enter"));
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (key === "Escape") return !openModal() && !popoverOpen() && escape(target);
  if (isTyping(target)) return false;
  if (openModal() && key !== "?") return false;

  if (key === "ArrowDown" || key === "ArrowUp") {
    // Arrows scroll the page as everywhere else, unless a row has the focus.
    const onRow = document.activeElement?.matches(".row-link, [data-row]") ?? false;
    return onRow && inTurn(() => move(key === "ArrowDown" ? 1 : -1));
  }
  if (key === "Enter") {
    // On a row's checkbox, Enter would press the first bulk action: it opens the row instead.
    const onCheckbox = target instanceof HTMLInputElement && target.matches("[data-select-row], [data-select-all]");
    const link = target instanceof HTMLElement && target.matches(".row-link") ? target.closest("[data-row]") : null;
    const onLink = link !== null && isShown(link);
    const row = target === document.body || onCheckbox || onLink || target === panel() ? currentRow() : null;
    if (row) open(row);
    return row !== null || onCheckbox;
  }
  if (lettersOff()) return false;
  switch (key) {
    case "j": return inTurn(() => move(1));
    case "k": return inTurn(() => move(-1));
    case "x": case "X": {
      const row = currentRow();
      if (row) toggleRow(row, event.shiftKey);
      return row !== null;
    }
    case "?": return showKeys();
    case "1": case "2": case "3": case "4": return whenItComes(() => label(key));
    default: return key.length === 1 && (pressInBar(key) || (isBusy() && leadsToField(key) ? typeWhenItComes(key) : whenItComes(() => focusField(key) || click(key))));
  }
}

/** Does it now, or when the session that is on its way has come: the key was meant for that. */
function whenItComes(action: () => boolean): boolean {
  if (!isBusy()) return action();
  whenIdle(action);
  return true;
}

/** What is typed for a field that waits for its session. */
let ahead: { text: string } | null = null;

function leadsToField(key: string): boolean {
  return document.querySelector(`[data-key-focus="${CSS.escape(key)}"]`) !== null || (/[nte]/.test(key) && document.querySelector("[data-list]") !== null);
}

/** "n" before the session is there: the letters after it are the note and no keys. */
function typeWhenItComes(key: string): boolean {
  const mine = { text: "" };
  ahead = mine;
  whenIdle(() => {
    if (ahead === mine) ahead = null;
    if (!focusField(key)) {
      // In lists of items it is a button: "e" edits.
      click(key);
      return;
    }
    const field = document.activeElement;
    if (!mine.text || !(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
    field.setRangeText(mine.text, field.selectionStart ?? 0, field.selectionEnd ?? 0, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  return true;
}

/** Keeps a key for the field that is to come. */
function typeAhead({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (!ahead || ctrlKey || metaKey || altKey) return false;
  if (key.length === 1) ahead.text += key;
  else if (key === "Enter") ahead.text += "\n";
  else if (key === "Backspace") ahead.text = ahead.text.slice(0, -1);
  else return false;
  return true;
}

document.addEventListener("keydown", event => {
  if (!event.defaultPrevented && !event.isComposing && !isTyping(event.target) && typeAhead(event)) event.preventDefault();
  if (!event.defaultPrevented && !event.isComposing && handle(event)) event.preventDefault();
});

/** Moving is at once, a newer move overtakes an older one; but never a label that waits. */
function inTurn(action: () => boolean): boolean {
  if (!isQueued()) return action();
  whenIdle(action);
  return true;
}

function showSwitch(): void {
  for (const box of document.querySelectorAll<HTMLInputElement>("input[data-keys-switch]")) box.checked = !lettersOff();
}

document.addEventListener("change", event => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || !box.matches("[data-keys-switch]")) return;
  try {
    if (box.checked) localStorage.removeItem(switchKey);
    else localStorage.setItem(switchKey, "off");
  } catch {
    box.checked = true; // It could not be kept, so the box must not claim it.
  }
});

showSwitch();
onHtmx("historyRestore", showSwitch);
