// Imports. Files and folders that are chosen, or dropped anywhere on a page with [data-upload], are sent to a draft of the server's, which is begun
// with the first of them; when all are there the server looks through them and the page of the draft shows what was found. Without scripts
// form[data-upload] is posted as it is.
//   [data-upload="/w/…/sessions/import"]  where drafts begin; with data-upload-draft="true" it is one already
//   data-max-bytes, data-max-files, data-leave=".png,…"   what is not sent at all (data-leave: from folders)
//   select[data-upload-part]  what the files are, when somebody wants to say it
//   [data-upload-status], [data-upload-list]  progress of all, and of the first files; in dialog[data-upload-dialog] where the page has no place

import { announce } from "./announcement";
import { filesOf, type DroppedFile } from "./dropped-files";
import { icon, setIcon } from "./icon";
import { showToast } from "./toast";
import { post, UploadQueue, type QueuedFile } from "./upload-queue";

/** More lines than this help nobody; the rest is a number. */
const mostLines = 50;

const lines = new Map<QueuedFile, HTMLLIElement>();
let draft: Promise<string> | null = null;
let skipped = 0;
let over = false;
let painting = false;

const queue = new UploadQueue(address, paintSoon, () => void finish(), said);

function target(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[data-upload]");
}

function status(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[data-upload-status]");
}

/** The draft that the files go to; begun by the first that asks. */
function address(): Promise<string> {
  const element = target();
  const begin = element?.dataset["upload"] ?? "";
  if (element?.dataset["uploadDraft"] === "true") return Promise.resolve(begin);
  draft ??= post(`${begin}?handler=draft`, null).then(answer => answer.getResponseHeader("Location") ?? begin);
  draft.catch(() => { draft = null; });
  return draft;
}

/** What the files are, where somebody has said it. */
function said(): string {
  const part = document.querySelector<HTMLSelectElement>("select[data-upload-part]")?.value;
  return part ? `&part=${encodeURIComponent(part)}` : "";
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(0)} KB`;
  if (bytes < 1024 * 1024 * 1024) return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  return `${(bytes / 1024 / 1024 / 1024).toFixed(1)} GB`;
}

function counted(number: number, word: string): string {
  return `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
}

/** Folders hold much that nobody meant: what cannot be a transcript stays out, and its number is said. */
function isLeft(path: string, extensions: readonly string[]): boolean {
  const segments = path.toLowerCase().split("/");
  const name = segments.at(-1) ?? "";
  if (segments.length === 1) return false;
  return name.startsWith(".") || ["thumbs.db", "desktop.ini"].includes(name)
    || segments.some(segment => segment === ".git" || segment === "node_modules" || segment === "__macosx")
    || extensions.some(extension => name.endsWith(extension));
}

function add(dropped: readonly DroppedFile[]): void {
  const element = target();
  if (!element || over || dropped.length === 0) return;
  const extensions = (element.dataset["leave"] ?? "").split(",").filter(Boolean);
  const largest = Number(element.dataset["maxBytes"] ?? Infinity);
  const most = Number(element.dataset["maxFiles"] ?? Infinity);
  const files: QueuedFile[] = [];
  let alreadyThere = queue.files.length;
  for (const { file, path } of dropped) {
    if (isLeft(path, extensions) || file.size === 0 && path.includes("/")) {
      skipped++;
      continue;
    }
    // A negative number: sending it again would not help.
    const refused = file.size > largest ? `${size(file.size)} is more than the ${size(largest)} that one file may have. It was not uploaded.`
      : ++alreadyThere > most ? `More than ${counted(most, "file")}. It was not uploaded: import in parts.` : null;
    files.push(refused ? { file, path, state: "failed", sent: -1, problem: refused } : { file, path, state: "waiting", sent: 0 });
  }
  if (files.length === 0) {
    showToast({ text: "There is nothing to import in it.", detail: `${counted(skipped, "file")} of other kinds were left out.`, tone: "error" });
    return;
  }
  open();
  queue.add(files);
}

/** Shows where the progress is. */
function open(): void {
  const place = status();
  if (place) place.hidden = false;
  const dialog = document.querySelector<HTMLDialogElement>("[data-upload-dialog]");
  if (dialog && !dialog.open) dialog.showModal();
}

function close(): void {
  const place = status();
  if (place) place.hidden = true;
  document.querySelector("[data-upload-list]")?.replaceChildren();
  lines.clear();
  queue.files.length = 0;
  skipped = 0;
  document.querySelector<HTMLDialogElement>("[data-upload-dialog]")?.close();
}

function makeLine(queued: QueuedFile): HTMLLIElement {
  const line = document.createElement("li");
  line.className = "file";
  const words = document.createElement("div");
  const name = document.createElement("b");
  name.textContent = queued.path;
  words.append(name, document.createElement("p"));
  const side = document.createElement("span");
  side.className = "file-side";
  line.append(icon("file"), words, side, document.createElement("span"));
  return line;
}

function paintLine(queued: QueuedFile): void {
  const line = lines.get(queued);
  const words = line?.querySelector("p");
  const side = line?.querySelector(".file-side");
  if (!line || !words || !side) return;
  words.className = queued.state === "failed" ? "error" : "";
  words.textContent = queued.problem ?? (queued.state === "sending" && queued.sent < queued.file.size
    ? `${size(queued.sent)} of ${size(queued.file.size)}` : size(queued.file.size));
  side.textContent = { waiting: "waiting", sending: "", done: "uploaded", failed: "not uploaded" }[queued.state];
  const mark = line.querySelector("svg.icon");
  if (mark) setIcon(mark, queued.state === "failed" ? "warn" : queued.state === "done" ? "check" : "file");
  const isLarge = queued.state === "sending" && queued.file.size > 1024 * 1024;
  let bar = line.querySelector("progress");
  if (isLarge && !bar) {
    bar = document.createElement("progress");
    bar.setAttribute("aria-label", `Upload of ${queued.path}`);
    line.append(bar);
  } else if (!isLarge) bar?.remove();
  if (isLarge && bar) {
    bar.max = queued.file.size;
    bar.value = queued.sent;
  }
}

function paintSoon(): void {
  if (painting) return;
  painting = true;
  requestAnimationFrame(() => {
    painting = false;
    paint();
  });
}

function paint(): void {
  const list = document.querySelector<HTMLElement>("[data-upload-list]");
  const place = status();
  if (!list || !place || queue.files.length === 0) return;
  const shown = [...queue.files.slice(0, mostLines), ...queue.files.slice(mostLines).filter(file => file.state === "failed").slice(0, mostLines)];
  for (const file of shown) {
    if (!lines.has(file)) {
      const line = makeLine(file);
      lines.set(file, line);
      list.append(line);
    }
    paintLine(file);
  }
  const done = queue.count("done");
  const total = queue.files.reduce((sum, file) => sum + file.file.size, 0);
  const sent = queue.files.reduce((sum, file) => sum + Math.max(0, file.sent), 0);
  const bar = place.querySelector<HTMLProgressElement>("[data-upload-total]");
  if (bar) {
    bar.max = Math.max(1, total);
    bar.value = sent;
  }
  say("[data-upload-words]", over ? "Looking through the files" : queue.isBusy ? `Uploading ${counted(queue.files.length, "file")}` : failedWords());
  say("[data-upload-numbers]", `${done.toLocaleString("en")} of ${queue.files.length.toLocaleString("en")}, ${size(sent)} of ${size(total)}`);
  const more = queue.files.length - shown.length;
  say("[data-upload-skipped]", [
    more > 0 ? `and ${counted(more, "file")} more, not shown one by one` : "",
    skipped > 0 ? `${counted(skipped, "file")} of other kinds left out` : "",
  ].filter(Boolean).join("; "));
  const wanted = over ? "" : queue.isBusy ? "cancel" : "decide";
  const actions = place.querySelector<HTMLElement>("[data-upload-actions]");
  if (actions && actions.dataset["for"] !== wanted) {
    actions.dataset["for"] = wanted;
    actions.replaceChildren(...buttons(wanted));
  }
}

function failedWords(): string {
  return `${counted(queue.count("failed"), "file")} could not be uploaded`;
}

function say(selector: string, text: string): void {
  const element = status()?.querySelector(selector);
  if (element && element.textContent !== text) element.textContent = text;
}

function button(text: string, primary: boolean, act: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = primary ? "btn btn-small btn-primary" : "btn btn-small";
  element.textContent = text;
  element.addEventListener("click", act);
  return element;
}

function buttons(wanted: string): HTMLButtonElement[] {
  if (wanted === "cancel") return [button("Cancel", false, () => void cancel())];
  if (wanted !== "decide") return [];
  const all = [button("Cancel", false, () => void cancel())];
  if (queue.files.some(file => file.state === "failed" && file.sent >= 0)) all.unshift(button("Try again", queue.count("done") === 0, () => queue.again()));
  if (queue.count("done") > 0) all.unshift(button("Go on without them", true, () => void look()));
  return all;
}

async function finish(): Promise<void> {
  if (over || queue.files.length === 0) return;
  const failed = queue.count("failed");
  if (failed > 0) {
    announce(failedWords());
    paintSoon();
    return;
  }
  await look();
}

/** All files are there: the server looks through them, and its page shows what it found. */
async function look(): Promise<void> {
  over = true;
  paint();
  announce(`${counted(queue.count("done"), "file")} uploaded. Looking through them.`);
  try {
    const there = await address();
    await post(`${there}?handler=check`, null);
    location.assign(there);
  } catch (error) {
    over = false;
    paint();
    showToast({ text: "The files could not be looked through.", detail: error instanceof Error ? error.message : "Try again.", tone: "error" });
  }
}

/** Nothing is kept of an upload that was broken off; a draft that was there before stays as it was before, with what had arrived. */
async function cancel(): Promise<void> {
  const isOurs = target()?.dataset["uploadDraft"] !== "true";
  const there = draft;
  queue.cancel();
  close();
  if (!isOurs || !there) return;
  draft = null;
  try {
    await post(`${await there}?handler=discard`, null);
  } catch {
    // It expires by itself.
  }
}

document.addEventListener("change", event => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || input.type !== "file" || !input.closest("[data-upload]")) return;
  const files = [...input.files ?? []].map(file => ({ file, path: file.webkitRelativePath || file.name }));
  input.value = "";
  add(files);
});

// Escape and the backdrop close a dialog; this one stays until the upload is over or cancelled.
document.addEventListener("cancel", event => {
  if (event.target instanceof HTMLElement && event.target.matches("[data-upload-dialog]") && queue.files.length > 0) event.preventDefault();
}, true);
document.addEventListener("close", event => {
  if (event.target instanceof HTMLDialogElement && event.target.matches("[data-upload-dialog]") && queue.files.length > 0) event.target.showModal();
}, true);

let depth = 0;

function setOver(isOver: boolean): void {
  document.body.classList.toggle("is-dropping", isOver);
  document.querySelector(".drop")?.classList.toggle("is-over", isOver);
}

function carriesFiles(event: DragEvent): boolean {
  return target() !== null && (event.dataTransfer?.types.includes("Files") ?? false);
}

document.addEventListener("dragenter", event => {
  if (!carriesFiles(event)) return;
  depth++;
  setOver(true);
});
document.addEventListener("dragleave", event => {
  if (!carriesFiles(event)) return;
  depth = Math.max(0, depth - 1);
  if (depth === 0) setOver(false);
});
document.addEventListener("dragover", event => {
  if (carriesFiles(event)) event.preventDefault();
});
document.addEventListener("drop", event => {
  if (!carriesFiles(event) || !event.dataTransfer) return;
  event.preventDefault();
  depth = 0;
  setOver(false);
  filesOf(event.dataTransfer).then(add, (error: unknown) => showToast({
    text: "The browser could not read what was dropped.",
    detail: error instanceof Error ? error.message : "Choose the files with the button instead.",
    tone: "error",
  }));
});

// A plain form with a button that must not work twice.
document.addEventListener("submit", event => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset["once"] === undefined) return;
  if (form.dataset["once"] === "sent") event.preventDefault();
  form.dataset["once"] = "sent";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll<HTMLElement>("form[data-once]")) form.dataset["once"] = "";
});

window.addEventListener("beforeunload", event => {
  if (queue.isBusy) event.preventDefault();
});
