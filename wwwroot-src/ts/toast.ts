// Toasts. The server sends them in a header, HX-Trigger: {"toast": {"text": …, "tone": "good|error", "detail": …,
// "link": {"href", "text"}, "undo": {"action", "text"?, "fields"?: {name: value}}}}, or renders them into #toasts.

import { announce } from "./announcement";
import { antiforgeryToken, process } from "./htmx";
import { icon } from "./icon";

export interface Toast {
  text: string;
  tone?: "good" | "error";
  /** A second line: the way out. */
  detail?: string;
  link?: { href: string; text: string };
  undo?: { action: string; text?: string; fields?: Record<string, string> };
}

const plainTime = 8_000;
const undoTime = 20_000;

function container(): HTMLElement | null {
  return document.getElementById("toasts");
}

/** Brings the toasts above an open dialog; hides the empty popover. */
function raise(box: HTMLElement): void {
  if (!("popover" in HTMLElement.prototype)) return;
  if (box.matches(":popover-open")) box.hidePopover();
  if (box.childElementCount > 0) box.showPopover();
}

function remove(toast: HTMLElement): void {
  const box = toast.parentElement;
  toast.remove();
  if (box && box.childElementCount === 0 && "hidePopover" in box && box.matches(":popover-open")) box.hidePopover();
}

/** Goes away by itself unless someone points at it or is in it; errors stay until they are read. */
function live(toast: HTMLElement): void {
  if (toast.dataset["tone"] === "error") return;
  const time = toast.querySelector("form") ? undoTime : plainTime;
  let timer = 0;
  const start = (): void => { timer = window.setTimeout(() => remove(toast), time); };
  const stop = (): void => window.clearTimeout(timer);
  toast.addEventListener("pointerenter", stop);
  toast.addEventListener("pointerleave", start);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("focusout", start);
  start();
}

function paragraph(text: string): HTMLParagraphElement {
  const p = document.createElement("p");
  p.textContent = text;
  return p;
}

function hidden(name: string, value: string): HTMLInputElement {
  const input = document.createElement("input");
  input.type = "hidden";
  input.name = name;
  input.value = value;
  return input;
}

/** An undo leaves the page as it is; a list that the page shows is brought up to date. */
function sendBeside(form: HTMLFormElement, action: string): void {
  form.setAttribute("hx-post", action);
  if (document.getElementById("results")) form.setAttribute("hx-target", "#results");
  else form.setAttribute("hx-swap", "none");
}

function undoForm(undo: NonNullable<Toast["undo"]>): HTMLFormElement {
  const form = document.createElement("form");
  form.method = "post";
  form.action = undo.action;
  sendBeside(form, undo.action);
  form.append(hidden("__RequestVerificationToken", antiforgeryToken()));
  for (const [name, value] of Object.entries(undo.fields ?? {})) form.append(hidden(name, value));
  const button = document.createElement("button");
  button.className = "btn btn-small";
  button.append(icon("undo"), undo.text ?? "Undo");
  form.append(button);
  return form;
}

/** One that has been sent is not counted: the answer's other events are still to be sent to it. */
function shown(text: string): HTMLElement | undefined {
  return [...container()?.querySelectorAll<HTMLElement>(".toast:not([hidden])") ?? []].find(toast => toast.dataset["text"] === text);
}

/** Whether a toast with these words stands there already. */
export function isShown(text: string): boolean {
  return shown(text) !== undefined;
}

export function showToast(toast: Toast): void {
  const box = container();
  if (!box) return;
  const same = shown(toast.text);
  if (same) remove(same);

  const element = document.createElement("div");
  element.className = toast.tone ? `toast toast-${toast.tone}` : "toast";
  element.dataset["text"] = toast.text;
  element.dataset["tone"] = toast.tone ?? "";
  const words = document.createElement("div");
  words.append(paragraph(toast.text));
  if (toast.detail) words.append(paragraph(toast.detail));
  if (toast.link) {
    const link = document.createElement("a");
    link.href = toast.link.href;
    link.textContent = toast.link.text;
    const line = document.createElement("p");
    line.append(link);
    words.append(line);
  }
  element.append(words);
  if (toast.undo) element.append(undoForm(toast.undo));
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-plain btn-small btn-icon";
  close.dataset["toastClose"] = "";
  close.setAttribute("aria-label", "Dismiss");
  close.append(icon("x"));
  element.append(close);

  box.append(element);
  raise(box);
  process(element);
  live(element);
  announce(toast.detail ? `${toast.text} ${toast.detail}` : toast.text);
}

document.addEventListener("toast", event => {
  const detail = (event as CustomEvent<Partial<Toast> & { value?: string }>).detail;
  const text = detail.text ?? detail.value;
  if (text) showToast({ ...detail, text });
});

document.addEventListener("click", event => {
  const close = (event.target as Element | null)?.closest("[data-toast-close]");
  const toast = close?.closest<HTMLElement>(".toast");
  if (toast) remove(toast);
});

// An undo that was sent has done its work; when it fails, the error is a toast of its own. It goes when the answer has come: the answer's
// events are sent to what asked, and would reach nobody from outside of the page.
document.addEventListener("htmx:beforeRequest", event => {
  const toast = (event.target as Element | null)?.closest<HTMLElement>(".toast");
  if (toast) window.setTimeout(() => { toast.hidden = true; }, 0);
});
document.addEventListener("htmx:afterRequest", event => {
  const toast = (event.target as Element | null)?.closest<HTMLElement>(".toast");
  if (toast) window.setTimeout(() => remove(toast), 0);
});

// What the server rendered with the page moves into the corner and lives there like the others.
const box = container();
if (box) {
  for (const toast of document.querySelectorAll<HTMLElement>(".toasts-inline > .toast")) {
    box.append(toast);
    for (const form of toast.querySelectorAll("form")) sendBeside(form, form.getAttribute("action") ?? "");
    process(toast);
    live(toast);
  }
  document.querySelector(".toasts-inline")?.remove();
  if (box.childElementCount > 0) raise(box);
}
