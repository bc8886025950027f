// Relative times, brought up to date each minute. `<time datetime data-relative>`; the words are the same as the server's.

import { onHtmx } from "./htmx";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

function days(count: number): string {
  return count === 1 ? "1 day" : `${count} days`;
}

/** Kept in step with Display.Relative on the server. */
export function relative(then: Date, now: Date): string {
  const seconds = Math.floor((now.getTime() - then.getTime()) / 1000);
  if (seconds < 0) {
    const ahead = -seconds;
    if (ahead < minute) return "now";
    if (ahead < hour) return `in ${Math.floor(ahead / minute)} min`;
    if (ahead < day) return `in ${Math.floor(ahead / hour)} h`;
    if (ahead < 60 * day) return `in ${days(Math.floor(ahead / day))}`;
    return date(then, now);
  }
  if (seconds < minute) return "just now";
  if (seconds < hour) return `${Math.floor(seconds / minute)} min ago`;
  if (seconds < day) return `${Math.floor(seconds / hour)} h ago`;
  if (seconds < 2 * day) return "yesterday";
  if (seconds < 7 * day) return `${Math.floor(seconds / day)} days ago`;
  return date(then, now);
}

function date(then: Date, now: Date): string {
  const text = `${then.getUTCDate()} ${months[then.getUTCMonth()]}`;
  return then.getUTCFullYear() === now.getUTCFullYear() ? text : `${text} ${then.getUTCFullYear()}`;
}

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

function refresh(): void {
  const now = new Date();
  for (const element of document.querySelectorAll<HTMLTimeElement>("time[data-relative]")) {
    const then = new Date(element.dateTime);
    if (Number.isNaN(then.getTime())) continue;
    const text = relative(then, now);
    if (element.textContent !== text) element.textContent = text;
    const utc = `${then.toISOString().slice(0, 19).replace("T", " ")} UTC`;
    const title = `${exact.format(then)} (${utc})`;
    if (element.title !== title) element.title = title;
  }
}

refresh();
window.setInterval(refresh, 60_000);
onHtmx("afterSettle", refresh);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refresh();
});
