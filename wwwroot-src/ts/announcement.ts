// Says something to screen readers that sighted people see happen.

/** Speaks through a live region; inside an open modal dialog, because the rest of the page is inert then. */
export function announce(text: string): void {
  const host = openModal() ?? document.body;
  let region = host.querySelector<HTMLElement>(":scope > .live-region");
  if (!region) {
    region = document.createElement("p");
    region.className = "live-region sr-only";
    region.setAttribute("role", "status");
    host.append(region);
  }
  const target = region;
  // The region must be in the page before its text changes, and the same text twice must count as a change.
  target.textContent = "";
  window.setTimeout(() => { target.textContent = text; }, 60);
}

/** The topmost modal dialog, when one is open. */
export function openModal(): HTMLDialogElement | null {
  const dialogs = document.querySelectorAll<HTMLDialogElement>("dialog[open]");
  return dialogs[dialogs.length - 1] ?? null;
}
