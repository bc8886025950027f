// Job cards poll by htmx; here their end is said once, to those who cannot see the bar, and a card that is refused stops asking.

import { announce } from "./announcement";
import { onHtmx, process, type HtmxRequestDetail } from "./htmx";

const states = new Map<string, string>();

function look(say: boolean): void {
  for (const card of document.querySelectorAll<HTMLElement>("[data-job]")) {
    const id = card.dataset["job"] ?? "";
    const state = card.dataset["jobState"] ?? "";
    const before = states.get(id);
    states.set(id, state);
    if (!say || before === undefined || before === state || state === "running" || state === "queued") continue;
    announce(`${card.dataset["jobName"] ?? "Job"}: ${state}`);
    card.dispatchEvent(new CustomEvent("job:ended", { bubbles: true, detail: { id, state } }));
  }
}

onHtmx<HtmxRequestDetail>("responseError", detail => {
  const card = detail.elt;
  if (!card.matches("[data-job]") || detail.xhr.status >= 500 || detail.xhr.status === 429) return;
  card.removeAttribute("hx-get");
  card.removeAttribute("hx-trigger");
  process(card); // htmx takes the timer away with the attributes.
});

look(false);
onHtmx("afterSettle", () => look(true));
