// Copy buttons: data-copy="#id" copies the text (or value) of that element, data-copy-text="…" the text itself;
// data-copy="code" copies the code of the block that the button stands in.

import { announce, openModal } from "./announcement";
import { setIcon } from "./icon";

function textFor(button: HTMLElement): string | null {
  const text = button.dataset["copyText"];
  if (text !== undefined) return text;
  const what = button.dataset["copy"];
  if (!what) return null;
  const source = what === "code" ? button.closest(".code")?.querySelector("pre") : document.querySelector(what);
  if (source instanceof HTMLInputElement || source instanceof HTMLTextAreaElement) return source.value;
  return source?.textContent?.trim() ?? null;
}

/** The clipboard API is missing on addresses without TLS; there the old way still works. */
async function write(text: string): Promise<boolean> {
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused by the person or by a policy: try the other way.
    }
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr-only";
  const active = document.activeElement;
  (openModal() ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (active instanceof HTMLElement) active.focus();
  return done;
}

document.addEventListener("click", event => {
  const button = (event.target as Element | null)?.closest<HTMLElement>("[data-copy], [data-copy-text]");
  if (!button) return;
  const text = textFor(button);
  if (text === null) return;
  event.preventDefault();
  void write(text).then(done => {
    announce(done ? "Copied" : "Could not copy: select the text and copy it by hand");
    const svg = button.querySelector("svg.icon");
    if (!svg) return;
    const before = svg.querySelector("use")?.getAttribute("href")?.replace("#i-", "") ?? "copy";
    if (before === "check" || before === "warn") return;
    setIcon(svg, done ? "check" : "warn");
    window.setTimeout(() => setIcon(svg, before), 1500);
  });
});
