// What is under way between a label and the panel that shows the next session. Somebody who presses 1 j 1 j faster than the
// server answers means the session that comes, not the one that is still on the screen: keys wait, and nothing overtakes.

import { onHtmx, type HtmxConfirmDetail, type HtmxRequestDetail } from "./htmx";

let saving = 0;
let loading = 0;
let held: (() => void) | null = null;
const waiting: (() => void)[] = [];
const mostWaiting = 50;
/** Longer than htmx takes to settle (20 ms). */
const settleTime = 30;

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

/** The panel that has just come is not the last one that was asked for. */
export function isOvertaken(): boolean {
  return loading > 1 || held !== null;
}

/** Keys wait already: what comes after them waits behind them. */
export function isQueued(): boolean {
  return waiting.length > 0;
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
  next?.();
  // What was held back may have come from a panel that is gone by now: then nothing is under way, and the keys behind it go on.
  if (isBusy()) return;
  if (waiting.length > 0) window.setTimeout(go, 0);
  waiting.shift()?.();
}

onHtmx<HtmxConfirmDetail>("confirm", (detail, event) => {
  if (saving === 0 || !isPanel(detail.target) || isSave(detail.elt)) return;
  event.preventDefault();
  // The latest wins.
  held = () => detail.issueRequest(true);
});

onHtmx<HtmxRequestDetail>("beforeRequest", detail => {
  const save = isSave(detail.requestConfig.elt);
  if (!save && !isPanel(detail.target)) return;
  if (save) saving++;
  else loading++;
  // The request itself says when it has ended, however it ended: htmx tells it to the element that sent it, which may not be in the page by then.
  detail.xhr.addEventListener("loadend", () => {
    // Not before htmx has settled what it swapped in: until then the new panel's buttons are plain ones, which load the page.
    window.setTimeout(() => {
      if (save) saving--;
      else loading--;
      go();
    }, settleTime);
  });
});
