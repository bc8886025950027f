// Free JSON that is typed: textarea[data-json] is checked as one types, and says in the [data-json-error] of its field what is wrong and
// where. The server checks again.

const delay = 300;
const timers = new WeakMap<HTMLTextAreaElement, number>();

/** What is wrong with a text that should be a JSON object, or null. */
function problem(text: string): string | null {
  if (text.trim() === "") return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? null : 'This must be a JSON object: {"name": value}.';
  } catch (error) {
    const message = error instanceof Error ? error.message : "This is no JSON.";
    const position = /position (\d+)/.exec(message)?.[1];
    const line = position === undefined ? null : text.slice(0, Number(position)).split("\n").length;
    return `${line === null ? "" : `Line ${line}: `}${message.replace(/ in JSON at position.*| \(line.*/s, "")}.`;
  }
}

function check(area: HTMLTextAreaElement): void {
  const place = area.closest(".field")?.querySelector<HTMLElement>("[data-json-error]");
  const words = place?.querySelector("span");
  if (!place || !words) return;
  const wrong = problem(area.value);
  words.textContent = wrong ?? "";
  place.hidden = wrong === null;
  if (wrong === null) area.removeAttribute("aria-invalid");
  else area.setAttribute("aria-invalid", "true");
}

document.addEventListener("input", event => {
  const area = event.target;
  if (!(area instanceof HTMLTextAreaElement) || !area.matches("[data-json]")) return;
  window.clearTimeout(timers.get(area));
  timers.set(area, window.setTimeout(() => check(area), delay));
});
