// The peek panel beside a list: which row it shows, its address, and where focus and scroll are when it opens and closes.
//   [data-row="{id}"]        a row of the list; its .row-link opens the panel by htmx
//   aside#peek[data-peek="{id}"]  the panel; an empty place for it is `<div id="peek" hidden>`
//   [data-peek-page="…"]     on the panel: the page of the list that begins with this session, for when its row is not here
//   a[data-peek-close]       closes the panel; its href is the list

import { announce } from "./announcement";
import { load, onHtmx, process, type HtmxRequestDetail } from "./htmx";
import { isBusy, isOvertaken, whenIdle } from "./pending";

/** How long a panel that is to be closed waits for its save. */
const patience = 3000;

const narrow = window.matchMedia("(width < 68rem)");

let shown: string | null = panel()?.dataset["peek"] ?? null;
let list = listOf(location.href);
/** Where the row stood on the screen before the panel came or went: the table beside it is laid out anew. */
let anchor: { row: Element; top: number } | null = null;

export function panel(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[data-peek]");
}

/** The address without what is beside the list. */
function listOf(address: string): string {
  const url = new URL(address, location.href);
  url.searchParams.delete("peek");
  return url.pathname + url.search;
}

function rowOf(id: string | null): Element | null {
  return id === null ? null : document.querySelector(`[data-list] [data-row="${CSS.escape(id)}"]`);
}

function linkOf(row: Element | null): HTMLElement | null {
  return row?.querySelector<HTMLElement>(".row-link") ?? null;
}

/** Marks the row that the panel shows; the list is not rendered again for it. */
function mark(id: string | null): void {
  for (const row of document.querySelectorAll("[data-list] [data-row]")) {
    const open = id !== null && row.getAttribute("data-row") === id;
    row.classList.toggle("is-open", open);
    if (open) linkOf(row)?.setAttribute("aria-current", "true");
    else linkOf(row)?.removeAttribute("aria-current");
  }
}

/** A panel that covers the page is the page: what lies below cannot be reached. */
function cover(): void {
  const covers = narrow.matches && panel() !== null;
  for (const below of document.querySelectorAll<HTMLElement>("#content, .topbar")) below.inert = covers;
}

function remember(row: Element | null): void {
  anchor = row ? { row, top: row.getBoundingClientRect().top } : null;
}

function holdStill(): void {
  if (!anchor?.row.isConnected) return;
  const moved = anchor.row.getBoundingClientRect().top - anchor.top;
  if (Math.abs(moved) >= 1) window.scrollBy(0, moved);
  anchor = null;
}

/** Brings list, focus and words in line with the panel that is there now. */
function follow(): void {
  const peek = panel();
  const id = peek?.dataset["peek"] ?? null;
  mark(id);
  cover();
  if (id === shown) return;
  const before = rowOf(shown);
  shown = id;
  holdStill();
  const active = document.activeElement;
  const isLost = !active || active === document.body;
  if (peek && id) {
    announce(`Opened: ${peek.querySelector("h1, h2")?.textContent?.trim() ?? ""}`);
    const row = rowOf(id);
    if (!row) void turnTo(peek, id);
    // Somebody has moved on since: the focus is theirs.
    if (isOvertaken()) return;
    if (narrow.matches) peek.focus({ preventScroll: true });
    // On from one row to the next the focus goes along, unless it is in the panel on purpose.
    else if (isLost || active.closest("[data-list] [data-row]")) linkOf(row)?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  } else if (isLost) {
    linkOf(before)?.focus({ preventScroll: true });
  }
}

/** The session is on another page of the list: that page is shown. */
async function turnTo(peek: HTMLElement, id: string): Promise<void> {
  const page = peek.dataset["peekPage"];
  if (!page || !document.getElementById("results")) return;
  await load(listOf(page), "#results", "innerHTML");
  history.replaceState({ htmx: true }, "", page);
  list = listOf(page);
  if (panel()?.dataset["peek"] !== id) return;
  rebase(peek, page);
  mark(id);
  linkOf(rowOf(id))?.focus({ preventScroll: true });
  rowOf(id)?.scrollIntoView({ block: "nearest" });
}

/** The panel was made for the page that was left: what leads on or back from it means the one that is shown now. */
function rebase(peek: HTMLElement, page: string): void {
  const cursor = new URL(page, location.href).searchParams.get("cursor");
  if (!cursor) return;
  for (const element of peek.querySelectorAll("[hx-get], [hx-post], [data-peek-close]")) {
    for (const name of ["href", "action", "hx-get", "hx-post", "hx-push-url"]) {
      const value = element.getAttribute(name);
      const url = value?.startsWith("/") ? new URL(value, location.href) : null;
      if (!url || !(url.pathname === location.pathname || /\/(peek|labels|unlabelled)$/.test(url.pathname))) continue;
      url.searchParams.delete("newer");
      url.searchParams.set("cursor", cursor);
      element.setAttribute(name, url.pathname + url.search);
    }
  }
  process(peek);
}

function close(address: string | null): void {
  const peek = panel();
  if (!peek) return;
  const row = rowOf(shown);
  const focusIsInside = peek.contains(document.activeElement) || document.activeElement === document.body;
  remember(row);
  const place = document.createElement("div");
  place.id = "peek";
  place.hidden = true;
  peek.replaceWith(place);
  if (address !== null) history.pushState({ htmx: true }, "", address);
  list = listOf(location.href);
  if (focusIsInside) {
    cover();
    linkOf(row)?.focus({ preventScroll: true });
  }
  follow();
}

document.addEventListener("click", event => {
  const link = (event.target as Element | null)?.closest<HTMLAnchorElement>("a[data-peek-close]");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  // What is being saved or loaded belongs to the panel: it closes when that has come.
  if (!isBusy()) {
    close(link.href);
    return;
  }
  const late = window.setTimeout(() => close(link.href), patience);
  whenIdle(() => {
    window.clearTimeout(late);
    const current = document.querySelector<HTMLAnchorElement>("a[data-peek-close]");
    if (current) close(current.href);
  });
});

// What the panel shows was deleted from the list.
document.addEventListener("peek-gone", () => close(listOf(location.href)));

// Back and forward between rows of one list change the panel only; the list, its scroll and its selection stay.
window.addEventListener("popstate", event => {
  const target = listOf(location.href);
  if (target !== list || !document.getElementById("peek")) return;
  event.stopImmediatePropagation();
  const id = new URL(location.href).searchParams.get("peek");
  if (id === null) {
    close(null);
    return;
  }
  if (id === panel()?.dataset["peek"]) return;
  const link = linkOf(rowOf(id))?.getAttribute("hx-get");
  remember(rowOf(id));
  if (link) void load(link, "#peek", "outerHTML");
  else location.reload();
}, true);

onHtmx<HtmxRequestDetail>("beforeSwap", detail => {
  if (detail.target?.id === "peek") remember(rowOf(shown) ?? detail.requestConfig.elt.closest("[data-row]"));
});

for (const name of ["pushedIntoHistory", "replacedInHistory", "historyRestore"]) {
  onHtmx(name, () => { list = listOf(location.href); });
}

onHtmx("afterSettle", follow);
narrow.addEventListener("change", cover);
mark(shown);
cover();
