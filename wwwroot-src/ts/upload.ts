// Uploads. A form[data-upload] (one a page) with an input[type=file]; without scripts it is posted as it is. With them,
// files dropped anywhere on the page, chosen, or found in folders are sent one by one, two at a time, to the form's action:
// multipart, field "file" (or the input's name), the form's other fields along. The server answers each with `<li class="file">`,
// which takes the place of the line. Lines go into [data-upload-list]; data-max-bytes and data-extensions refuse early.

import { announce } from "./announcement";
import { filesOf } from "./dropped-files";
import { antiforgeryToken, process } from "./htmx";
import { icon, setIcon } from "./icon";
import { problemOf } from "./problem";
import { showToast } from "./toast";

const atOnce = 2;

interface Upload {
  file: File;
  /** With folders: "project/session.jsonl". */
  path: string;
  line: HTMLLIElement;
  request: XMLHttpRequest | null;
  state: "waiting" | "sending" | "done" | "failed" | "cancelled";
}

const uploads: Upload[] = [];
let sending = false;

function form(): HTMLFormElement | null {
  return document.querySelector<HTMLFormElement>("form[data-upload]");
}

function megabytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(0)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** Why a file is not sent at all, or null. */
function refusal(target: HTMLFormElement, file: File): string | null {
  const limit = Number(target.dataset["maxBytes"] ?? 0);
  if (limit > 0 && file.size > limit) return `${megabytes(file.size)} is more than the ${megabytes(limit)} that one file may have. Nothing was uploaded.`;
  if (file.size === 0) return "The file is empty. Nothing was uploaded.";
  return null;
}

function makeLine(upload: Upload): void {
  const { line, path, file } = upload;
  line.className = "file";
  const words = document.createElement("div");
  const name = document.createElement("b");
  name.textContent = path;
  const note = document.createElement("p");
  note.dataset["note"] = "";
  note.textContent = `${megabytes(file.size)}, waiting`;
  words.append(name, note);
  const side = document.createElement("span");
  side.className = "file-side";
  side.dataset["side"] = "";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-plain btn-small btn-icon";
  button.setAttribute("aria-label", `Cancel ${path}`);
  button.append(icon("x"));
  button.addEventListener("click", () => cancel(upload));
  line.replaceChildren(icon("file"), words, side, button);
}

function note(upload: Upload, text: string, error = false): void {
  const element = upload.line.querySelector<HTMLElement>("[data-note]");
  if (!element) return;
  element.className = error ? "error" : "";
  element.textContent = text;
}

function progress(upload: Upload, sent: number, total: number): void {
  let bar = upload.line.querySelector("progress");
  if (!bar) {
    bar = document.createElement("progress");
    bar.setAttribute("aria-label", `Upload of ${upload.path}`);
    upload.line.append(bar);
  }
  bar.max = total;
  bar.value = sent;
  const side = upload.line.querySelector("[data-side]");
  if (side) side.textContent = `${Math.floor(sent / total * 100)} %`;
  note(upload, sent < total ? `${megabytes(sent)} of ${megabytes(total)}` : `${megabytes(total)} sent, reading`);
}

function fail(upload: Upload, text: string, again: boolean): void {
  upload.state = "failed";
  upload.line.querySelector("progress")?.remove();
  const mark = upload.line.querySelector("svg.icon");
  if (mark) setIcon(mark, "warn");
  note(upload, text, true);
  const side = upload.line.querySelector("[data-side]");
  if (side) {
    side.textContent = "";
    if (again) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-small";
      button.textContent = "Try again";
      button.addEventListener("click", () => {
        upload.state = "waiting";
        makeLine(upload);
        next();
      });
      side.append(button);
    }
  }
  upload.line.querySelector(":scope > button")?.setAttribute("aria-label", `Remove ${upload.path}`);
}

/** Stops a file that waits or is being sent; takes the line of any other away. */
function cancel(upload: Upload): void {
  upload.state = "cancelled";
  upload.request?.abort();
  const index = uploads.indexOf(upload);
  if (index >= 0) uploads.splice(index, 1);
  const neighbour = upload.line.nextElementSibling ?? upload.line.previousElementSibling;
  upload.line.remove();
  (neighbour?.querySelector<HTMLElement>("button") ?? form()?.querySelector<HTMLElement>("input[type=file]"))?.focus();
  next();
}

/** Puts the server's words in place of the line; anything but an `<li>` is shown inside it. */
function answer(upload: Upload, html: string): void {
  upload.state = "done";
  const template = document.createElement("template");
  template.innerHTML = html;
  const lines = [...template.content.children].filter(child => child.tagName === "LI");
  if (lines.length > 0) {
    upload.line.replaceWith(...lines);
    lines.forEach(process);
    return;
  }
  upload.line.querySelector("progress")?.remove();
  upload.line.querySelector("[data-side]")?.replaceChildren();
  upload.line.querySelector("[data-note]")?.replaceChildren(template.content);
  process(upload.line);
}

function send(upload: Upload, target: HTMLFormElement): void {
  sending = true;
  upload.state = "sending";
  const body = new FormData();
  for (const [name, value] of new FormData(target)) {
    if (typeof value === "string") body.append(name, value);
  }
  body.append(fileInput(target)?.name || "file", upload.file, upload.path);

  const request = new XMLHttpRequest();
  upload.request = request;
  request.open("POST", target.action);
  request.setRequestHeader("RequestVerificationToken", antiforgeryToken());
  request.setRequestHeader("HX-Request", "true");
  request.setRequestHeader("Accept", "text/html");
  request.upload.addEventListener("progress", event => {
    if (event.lengthComputable) progress(upload, event.loaded, event.total);
  });
  request.addEventListener("load", () => {
    const html = request.getResponseHeader("Content-Type")?.startsWith("text/html") ?? false;
    if (html && (request.status < 300 || request.status === 422)) answer(upload, request.responseText);
    else {
      const problem = problemOf(request);
      fail(upload, problem.detail ? `${problem.text} ${problem.detail}` : problem.text, request.status === 429 || request.status >= 500);
    }
  });
  request.addEventListener("error", () => fail(upload, "The connection broke off. Check it and try again.", true));
  request.addEventListener("loadend", () => {
    upload.request = null;
    next();
  });
  progress(upload, 0, Math.max(1, upload.file.size));
  request.send(body);
}

function count(state: Upload["state"]): number {
  return uploads.filter(upload => upload.state === state).length;
}

function next(): void {
  const target = form();
  if (!target) return;
  while (count("sending") < atOnce) {
    const upload = uploads.find(candidate => candidate.state === "waiting");
    if (!upload) break;
    send(upload, target);
  }
  if (count("sending") > 0 || !sending) return;
  sending = false;
  const failed = count("failed");
  const done = count("done");
  uploads.splice(0, uploads.length, ...uploads.filter(upload => upload.state === "failed"));
  announce(failed > 0 ? `${done} files uploaded, ${failed} failed` : `${done} files uploaded`);
  document.body.dispatchEvent(new CustomEvent("uploads:ended", { detail: { done, failed } }));
}

function add(files: { file: File; path: string }[]): void {
  const target = form();
  const list = document.querySelector<HTMLElement>("[data-upload-list]");
  if (!target || !list || files.length === 0) return;
  const extensions = (target.dataset["extensions"] ?? "").split(",").map(extension => extension.trim().toLowerCase()).filter(Boolean);
  let skipped = 0;
  for (const { file, path } of files) {
    const inFolder = path.includes("/");
    const name = file.name.toLowerCase();
    // Folders hold much that nobody meant: what cannot be a transcript stays out, and its number is said.
    if (inFolder && (name.startsWith(".") || extensions.length > 0 && !extensions.some(extension => name.endsWith(extension)))) {
      skipped++;
      continue;
    }
    const upload: Upload = { file, path, line: document.createElement("li"), request: null, state: "waiting" };
    makeLine(upload);
    list.append(upload.line);
    const reason = refusal(target, file);
    if (reason) fail(upload, reason, false);
    uploads.push(upload);
  }
  const skippedNote = document.querySelector<HTMLElement>("[data-upload-skipped]");
  if (skippedNote && skipped > 0) skippedNote.textContent = `${skipped} files of other kinds in the folder were left out.`;
  next();
}

function fileInput(target: HTMLFormElement): HTMLInputElement | null {
  return target.querySelector<HTMLInputElement>("input[type=file][name]");
}

document.addEventListener("change", event => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || input.type !== "file" || !input.closest("form[data-upload]")) return;
  add([...input.files ?? []].map(file => ({ file, path: file.webkitRelativePath || file.name })));
  input.value = "";
});

let depth = 0;

function setOver(over: boolean): void {
  document.body.classList.toggle("is-dropping", over);
  document.querySelector(".drop")?.classList.toggle("is-over", over);
}

function carriesFiles(event: DragEvent): boolean {
  return form() !== null && (event.dataTransfer?.types.includes("Files") ?? false);
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

window.addEventListener("beforeunload", event => {
  if (count("sending") + count("waiting") > 0) event.preventDefault();
});
