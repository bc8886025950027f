// Dialogs: a click on the backdrop closes, focus goes back to where it came from, and a dialog that the server
// sends (`<dialog data-open>` in a swapped fragment) opens at once and leaves the page when it closes.

import { onHtmx, type HtmxRequestDetail } from "./htmx";

let opener: Element | null = null;

function giveFocusBack(): void {
  if (document.activeElement && document.activeElement !== document.body) return;
  if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  else document.querySelector<HTMLElement>("#content")?.focus({ preventScroll: true });
}

document.addEventListener("click", event => {
  const origin = event.target as Element | null;
  const trigger = origin?.closest("button, a") ?? null;
  if (trigger && !trigger.closest("dialog")) opener = trigger;
  // Only the backdrop makes the dialog itself the target outside of its own box.
  if (!(origin instanceof HTMLDialogElement) || !origin.open) return;
  const box = origin.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  const fromKeyboard = event.clientX === 0 && event.clientY === 0;
  if (!inside && !fromKeyboard && !isDirty(origin)) origin.close();
});

/** A dialog in which something was typed is not closed by a stray click: input is never lost. */
function isDirty(dialog: HTMLDialogElement): boolean {
  return [...dialog.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input:not([type=radio], [type=checkbox], [type=hidden]), textarea")]
    .some(field => field.value !== field.defaultValue);
}

document.addEventListener("close", event => {
  const dialog = event.target;
  if (!(dialog instanceof HTMLDialogElement)) return;
  if (dialog.hasAttribute("data-open")) dialog.remove();
  window.setTimeout(giveFocusBack, 0);
}, true);

onHtmx<HtmxRequestDetail>("afterSettle", () => {
  for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog[data-open]:not([open])")) dialog.showModal();
});

// The server's word that a dialog has done its work: HX-Trigger: close-dialog.
document.addEventListener("close-dialog", () => {
  for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog[open]")) dialog.close();
});
