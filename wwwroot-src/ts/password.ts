// Show buttons beside passwords: data-show-password="#id" shows what is typed, and hides it before the form is sent,
// so that browsers offer to keep it as a password and not as text.

function fieldOf(button: HTMLElement): HTMLInputElement | null {
  const field = document.querySelector(button.dataset["showPassword"] ?? "");
  return field instanceof HTMLInputElement ? field : null;
}

function show(button: HTMLElement, shown: boolean): void {
  const field = fieldOf(button);
  if (!field) return;
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
  button.textContent = shown ? "Hide" : "Show";
}

document.addEventListener("click", event => {
  const button = (event.target as Element | null)?.closest<HTMLElement>("[data-show-password]");
  if (button) show(button, button.getAttribute("aria-pressed") !== "true");
});

document.addEventListener("submit", event => {
  for (const button of (event.target as Element).querySelectorAll<HTMLElement>("[data-show-password][aria-pressed=true]")) show(button, false);
});
