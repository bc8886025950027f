// The peek panel beside a list: which row it shows, and where focus and scroll are when it opens and closes.
// Rows carry data-row="{id}", the panel data-peek="{id}"; an empty place for it is `<div id="peek" hidden>`.

import { announce } from "./announcement";
import { onHtmx, type HtmxRequestDetail } from "./htmx";

let shown: string | null = panel()?.dataset["peek"] ?? null;

export function panel(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[data-peek]");
}

function linkOf(row: Element | null): HTMLElement | null {
  return row?.querySelector<HTMLElement>(".row-link") ?? null;
}

/** Marks the row that the panel shows; the list is not rendered again for it. */
function mark(id: string | null): void {
  for (const row of document.querySelectorAll("[data-list] [data-row]")) {
    const open = id !== null && row.getAttribute("data-row") === id;
    row.classList.toggle("is-open", open);
    if (open) linkOf(row)?.setAttribute("aria-current", "true");
    else linkOf(row)?.removeAttribute("aria-current");
  }
}

function coversPage(element: Element): boolean {
  return getComputedStyle(element).position === "fixed";
}

onHtmx<HtmxRequestDetail>("afterSettle", () => {
  const peek = panel();
  const id = peek?.dataset["peek"] ?? null;
  mark(id);
  if (id === shown) return;
  const lost = !document.activeElement || document.activeElement === document.body;
  if (peek && id) {
    const title = peek.querySelector("h1, h2")?.textContent?.trim();
    if (title) announce(`Opened: ${title}`);
    if (coversPage(peek)) peek.focus({ preventScroll: true });
    else if (lost) linkOf(document.querySelector(`[data-list] [data-row="${CSS.escape(id)}"]`))?.focus({ preventScroll: true });
  } else if (shown && lost) {
    linkOf(document.querySelector(`[data-list] [data-row="${CSS.escape(shown)}"]`))?.focus({ preventScroll: true });
  }
  shown = id;
});
