// One file that is dropped anywhere on a page with form[data-drop-file] goes into its file input, and the form is sent. Without scripts the input is
// there to choose with.

import { announce } from "./announcement";
import { showToast } from "./toast";

let depth = 0;

function target(): HTMLFormElement | null {
  return document.querySelector<HTMLFormElement>("form[data-drop-file]");
}

function carriesFiles(event: DragEvent): boolean {
  return target() !== null && (event.dataTransfer?.types.includes("Files") ?? false);
}

function setOver(isOver: boolean): void {
  document.body.classList.toggle("is-dropping", isOver);
  target()?.querySelector(".drop")?.classList.toggle("is-over", isOver);
}

function take(files: FileList): void {
  const form = target();
  const input = form?.querySelector<HTMLInputElement>("input[type=file]");
  const [file, ...others] = [...files];
  if (!form || !input || !file) return;
  if (others.length > 0) {
    showToast({ text: "Drop one file at a time.", detail: "Each file becomes a dataset, or rows of one, after you have looked at it.", tone: "error" });
    return;
  }
  const largest = Number(form.dataset["dropFile"]);
  if (largest > 0 && file.size > largest) {
    showToast({ text: "The file is too large.", detail: `${file.name} was not uploaded.`, tone: "error" });
    return;
  }
  input.files = files;
  announce(`Uploading ${file.name}`);
  showToast({ text: `Uploading ${file.name}` });
  form.requestSubmit();
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
  take(event.dataTransfer.files);
});
