// Long messages: `<div class="fold" id="…">` followed by a button data-unfold="#id". What fits anyway is not folded, and what the
// browser's own search finds below the fold unfolds it.

import { onHtmx } from "./htmx";

function buttonOf(fold: Element): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-unfold="#${CSS.escape(fold.id)}"]`);
}

function settle(root: ParentNode): void {
  for (const fold of root.querySelectorAll<HTMLElement>(".fold[id]")) {
    if (fold.scrollHeight > 0 && fold.scrollHeight <= fold.clientHeight + 8) unfold(fold);
  }
}

/** Shows all of a folded text. */
export function unfold(fold: Element): void {
  fold.classList.remove("fold");
  const button = buttonOf(fold);
  if (button) button.hidden = true;
}

document.addEventListener("click", event => {
  const button = (event.target as Element | null)?.closest<HTMLElement>("[data-unfold]");
  const fold = button && document.querySelector(button.dataset["unfold"] ?? "");
  if (!button || !fold) return;
  unfold(fold);
  if (fold instanceof HTMLElement) {
    fold.tabIndex = -1;
    fold.focus({ preventScroll: true });
  }
});

// A fold cannot be scrolled by hand: when it is, the browser has brought something in it into view.
document.addEventListener("scroll", event => {
  const fold = event.target;
  if (!(fold instanceof HTMLElement) || !fold.matches(".fold") || fold.scrollTop === 0) return;
  fold.scrollTop = 0;
  unfold(fold);
}, true);

settle(document);
onHtmx("afterSettle", () => settle(document));
