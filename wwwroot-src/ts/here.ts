// What a link leads to: the row of a list with .is-linked-to is brought into the middle of the window when the page has come, and gets the focus.

import { announce } from "./announcement";

function show(): void {
  const place = document.querySelector<HTMLElement>("[data-list] .is-linked-to");
  if (!place) return;
  place.scrollIntoView({ block: "center" });
  const link = place.querySelector<HTMLElement>(".row-link");
  link?.focus({ preventScroll: true });
  announce(`The link leads here: ${link?.textContent?.trim() ?? ""}`);
}

// Fonts and the panel beside the list are laid out by then.
if (document.readyState === "complete") show();
else window.addEventListener("load", show, { once: true });
