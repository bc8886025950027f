// Stands in for invoker commands (command, commandfor), popovers and anchor positioning where the browser lacks them.

const hasCommands = "commandForElement" in HTMLButtonElement.prototype;
const hasPopovers = "popover" in HTMLElement.prototype;
const hasAnchors = CSS.supports("position-area", "block-end");

function run(command: string, target: HTMLElement): void {
  if (target instanceof HTMLDialogElement) {
    if (command === "show-modal" && !target.open) target.showModal();
    else if (command === "close" || command === "request-close") target.close();
    return;
  }
  if (command === "show-popover") toggle(target, true);
  else if (command === "hide-popover") toggle(target, false);
  else if (command === "toggle-popover") toggle(target);
}

function toggle(popover: HTMLElement, open?: boolean): void {
  if (hasPopovers) {
    if (open === undefined) popover.togglePopover();
    else if (open) popover.showPopover();
    else popover.hidePopover();
    return;
  }
  const next = open ?? !popover.classList.contains("is-open");
  closeFallbacks(next ? popover : null);
  popover.classList.toggle("is-open", next);
}

function closeFallbacks(except: HTMLElement | null): void {
  for (const open of document.querySelectorAll("[popover].is-open")) {
    if (open !== except) open.classList.remove("is-open");
  }
}

/** Puts a popover under its button, or above it where there is no room below. */
function place(popover: HTMLElement, button: HTMLElement): void {
  const anchor = button.getBoundingClientRect();
  const box = popover.getBoundingClientRect();
  const below = anchor.bottom + 4;
  const top = below + box.height > window.innerHeight ? Math.max(8, anchor.top - box.height - 4) : below;
  const left = Math.max(8, Math.min(anchor.left, window.innerWidth - box.width - 8));
  popover.style.setProperty("inset", "auto");
  popover.style.setProperty("margin", "0");
  popover.style.setProperty("top", `${top}px`);
  popover.style.setProperty("left", `${left}px`);
}

let lastButton: HTMLElement | null = null;

document.addEventListener("click", event => {
  const origin = event.target as Element | null;
  const button = origin?.closest<HTMLButtonElement>("button[commandfor], button[popovertarget]") ?? null;
  lastButton = button;
  if (!hasPopovers && !button && !origin?.closest("[popover].is-open")) closeFallbacks(null);
  if (!button || button.disabled) return;
  const command = button.getAttribute("command");
  const commandTarget = document.getElementById(button.getAttribute("commandfor") ?? "");
  if (!hasCommands && command && commandTarget) run(command, commandTarget);
  const popoverTarget = document.getElementById(button.getAttribute("popovertarget") ?? "");
  if (!hasPopovers && popoverTarget) toggle(popoverTarget);
}, true);

if (!hasPopovers) {
  document.addEventListener("keydown", event => {
    if (event.key === "Escape") closeFallbacks(null);
  });
}

if (hasPopovers && !hasAnchors) {
  document.addEventListener("toggle", event => {
    const popover = event.target as HTMLElement;
    const opened = (event as ToggleEvent).newState === "open";
    if (opened && lastButton && popover.classList.contains("popover")) place(popover, lastButton);
  }, true);
}
