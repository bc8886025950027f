// What is under way between a label and the panel that shows the next session. Somebody who presses 1 j 1 j faster than the
// server answers means the session that comes, not the one that is still on the screen: keys wait, and nothing overtakes.

import { onHtmx, type HtmxConfirmDetail, type HtmxRequestDetail } from "./htmx";

let saving = 0;
let loading = 0;
let held: (() => void) | null = null;
const waiting: (() => void)[] = [];
const mostWaiting = 50;

function isSave(elt: Element): boolean {
  return elt.matches("form[data-labels]");
}

function isPanel(target: Element | null | undefined): boolean {
  return target?.id === "peek";
}

/** A label is being saved, or the panel is on its way to another session. */
export function isBusy(): boolean {
  return saving > 0 || loading > 0 || held !== null;
}

/** Does it at once, or when what is under way has come to its end. */
export function whenIdle(action: () => void): void {
  if (!isBusy() && waiting.length === 0) action();
  else if (waiting.length < mostWaiting) waiting.push(action);
}

function go(): void {
  if (saving > 0 || loading > 0) return;
  const next = held;
  held = null;
  if (next) {
    next();
    return;
  }
  waiting.shift()?.();
  if (waiting.length > 0 && !isBusy()) window.setTimeout(go, 0);
}

onHtmx<HtmxConfirmDetail>("confirm", (detail, event) => {
  if (saving === 0 || !isPanel(detail.target) || isSave(detail.elt)) return;
  event.preventDefault();
  // The latest wins.
  held = () => detail.issueRequest(true);
});

onHtmx<HtmxRequestDetail>("beforeRequest", detail => {
  if (isSave(detail.requestConfig.elt)) saving++;
  else if (isPanel(detail.target)) loading++;
});

onHtmx<HtmxRequestDetail>("afterRequest", detail => {
  // The form may be gone by now: then the event comes from what it stood in.
  if (isSave(detail.requestConfig.elt)) saving = Math.max(0, saving - 1);
  else if (isPanel(detail.target)) loading = Math.max(0, loading - 1);
  // After the swap and its settling, so that what waits finds the new panel.
  window.setTimeout(go, 30);
});
