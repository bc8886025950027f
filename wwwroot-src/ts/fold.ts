// Long messages: `<div class="fold" id="…">` followed by a button data-unfold="#id". What fits anyway is not folded.

import { onHtmx } from "./htmx";

function settle(root: ParentNode): void {
  for (const fold of root.querySelectorAll<HTMLElement>(".fold[id]")) {
    const button = document.querySelector<HTMLElement>(`[data-unfold="#${CSS.escape(fold.id)}"]`);
    if (button && fold.scrollHeight > 0 && fold.scrollHeight <= fold.clientHeight + 8) open(fold, button);
  }
}

function open(fold: Element, button: HTMLElement): void {
  fold.classList.remove("fold");
  button.hidden = true;
}

document.addEventListener("click", event => {
  const button = (event.target as Element | null)?.closest<HTMLElement>("[data-unfold]");
  const fold = button && document.querySelector(button.dataset["unfold"] ?? "");
  if (!button || !fold) return;
  open(fold, button);
  if (fold instanceof HTMLElement) {
    fold.tabIndex = -1;
    fold.focus({ preventScroll: true });
  }
});

settle(document);
onHtmx("afterSettle", () => settle(document));
