// Job cards poll by htmx; here their end is said once, to those who cannot see the bar.

import { announce } from "./announcement";
import { onHtmx } from "./htmx";

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

look(false);
onHtmx("afterSettle", () => look(true));
