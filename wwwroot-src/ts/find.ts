// Find in a conversation, in what is folded and not loaded as well: the server says where a text is, here the place is brought onto
// the screen, unfolded and marked.
//   form[data-find]                the field; Enter goes on, Shift+Enter back, Esc ends
//   [data-hits="text" data-count]  what was found; a[data-hit="{place}" data-at="{window}" data-occurrence]
//   [data-place="{place}"]         the text of a message or of a part of it
//   [data-find-step], [data-find-count]

import { announce } from "./announcement";
import { onHtmx } from "./htmx";
import { unfold } from "./fold";
import { bring, conversation, windowAtHeight } from "./windows";

let at = -1;
let wanted: 1 | -1 | 0 = 0;

function field(): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>("form[data-find] input[type=search]");
}

function hits(): HTMLAnchorElement[] {
  return [...document.querySelectorAll<HTMLAnchorElement>("#hits a[data-hit]")];
}

function say(): void {
  const host = document.querySelector<HTMLElement>("[data-find-count]");
  const found = document.querySelector<HTMLElement>("[data-hits]");
  if (!host || !found) return;
  const count = found.dataset["count"] ?? "";
  const text = !found.dataset["hits"] ? "" : count === "0" ? "none" : at < 0 ? count : `${at + 1} of ${count}`;
  // It is a live region: only what changed is said.
  if (host.textContent !== text) host.textContent = text;
}

/** Marks without changing the page: CSS custom highlights. Where a browser has none, the place itself is marked. */
function mark(name: string, ranges: Range[]): boolean {
  if (!("highlights" in CSS) || typeof Highlight === "undefined") return false;
  CSS.highlights.set(name, new Highlight(...ranges));
  return true;
}

function clear(): void {
  if ("highlights" in CSS) for (const name of ["found", "found-here"]) CSS.highlights.delete(name);
  for (const place of document.querySelectorAll(".is-found")) place.classList.remove("is-found");
}

/** Every occurrence of a text in an element, across the tags within. */
function rangesOf(element: Element, text: string): Range[] {
  const nodes: { node: Text; start: number }[] = [];
  let all = "";
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement?.closest("button, .code-bar")) continue;
    nodes.push({ node: node as Text, start: all.length });
    all += (node as Text).data;
  }
  const within = all.toLowerCase();
  const needle = text.toLowerCase();
  const point = (offset: number): [Text, number] | null => {
    for (let index = nodes.length - 1; index >= 0; index--) {
      const entry = nodes[index];
      if (entry && entry.start <= offset) return [entry.node, Math.min(offset - entry.start, entry.node.data.length)];
    }
    return null;
  };
  const ranges: Range[] = [];
  for (let from = within.indexOf(needle); from >= 0 && needle; from = within.indexOf(needle, from + needle.length)) {
    const start = point(from);
    const last = point(from + needle.length - 1);
    if (!start || !last) break;
    const range = document.createRange();
    range.setStart(...start);
    range.setEnd(last[0], Math.min(last[1] + 1, last[0].data.length));
    ranges.push(range);
  }
  return ranges;
}

let shown: { place: Element; text: string; occurrence: number } | null = null;

/** Marks what was gone to; what stands in the place is looked through, as Markdown and cuts make it differ from what the server looked at. */
function paint(): Range | undefined {
  clear();
  if (!shown) return undefined;
  const ranges = rangesOf(shown.place, shown.text);
  const here = ranges[Math.min(shown.occurrence, ranges.length - 1)];
  if (!here || !mark("found", ranges) || !mark("found-here", [here])) shown.place.classList.add("is-found");
  return here;
}

function open(place: Element): void {
  for (let fold = place.closest("details"); fold; fold = fold.parentElement?.closest("details") ?? null) fold.open = true;
  const folded = place.closest<HTMLElement>(".fold");
  if (folded) unfold(folded);
}

async function go(index: number): Promise<void> {
  const hit = hits()[index];
  const text = document.querySelector<HTMLElement>("[data-hits]")?.dataset["hits"] ?? "";
  if (!hit) return;
  at = index;
  say();
  for (const other of document.querySelectorAll("#hits [aria-current]")) other.removeAttribute("aria-current");
  hit.setAttribute("aria-current", "true");
  const name = hit.dataset["hit"] ?? "";
  const message = name.split("/")[0] ?? "";
  const found = await bring(Number(hit.dataset["at"]), () =>
    document.querySelector(`[data-place="${CSS.escape(name)}"]`) ?? document.getElementById(message));
  if (!found) return;
  open(found);
  shown = { place: found, text, occurrence: Number(hit.dataset["occurrence"]) };
  const here = paint();
  const box = (here ?? found).getBoundingClientRect();
  const visible = box.top > 100 && box.bottom < innerHeight - 40;
  if (!visible) scrollBy({ top: box.top - innerHeight / 3, behavior: "instant" });
  if (here) {
    const scroller = here.startContainer.parentElement?.closest("pre");
    const left = scroller ? here.getBoundingClientRect().left - scroller.getBoundingClientRect().left : 0;
    if (scroller && (left < 0 || left > scroller.clientWidth - 40)) scroller.scrollLeft += left - scroller.clientWidth / 3;
  }
}

/** The first match at or after what one reads, when nothing has been gone to yet. */
function first(): number {
  const here = Number(windowAtHeight(100)?.element.dataset["window"] ?? 0);
  return Math.max(0, hits().findIndex(hit => Number(hit.dataset["at"]) >= here));
}

function step(by: 1 | -1): void {
  const found = document.querySelector<HTMLElement>("[data-hits]");
  const text = field()?.value ?? "";
  if (!text) {
    field()?.focus();
    return;
  }
  // The answer to what was typed is still on its way: it is gone to when it comes.
  if (found?.dataset["hits"] !== text) {
    wanted = by;
    field()?.dispatchEvent(new Event("search", { bubbles: true }));
    return;
  }
  const count = hits().length;
  if (count === 0) announce("Not found");
  else void go(at < 0 ? (by > 0 ? first() : count - 1) : (at + by + count) % count);
}

document.addEventListener("submit", event => {
  if (!(event.target as Element | null)?.matches("form[data-find]") || !conversation()) return;
  event.preventDefault();
  step(1);
});

document.addEventListener("keydown", event => {
  if (event.target !== field() || event.isComposing) return;
  if (event.key === "Enter") {
    event.preventDefault();
    step(event.shiftKey ? -1 : 1);
  } else if (event.key === "Escape" && !field()?.value) {
    event.preventDefault();
    field()?.blur();
  }
});

document.addEventListener("click", event => {
  const element = event.target as Element | null;
  const button = element?.closest<HTMLElement>("[data-find-step]");
  if (button) step(Number(button.dataset["findStep"]) > 0 ? 1 : -1);
  const hit = element?.closest<HTMLAnchorElement>("a[data-hit]");
  if (!hit || !conversation() || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  void go(hits().indexOf(hit));
});

onHtmx("afterSettle", () => {
  const found = document.querySelector<HTMLElement>("[data-hits]");
  if (!found || found.dataset["seen"]) return;
  found.dataset["seen"] = "true";
  at = -1;
  shown = null;
  clear();
  say();
  const next = wanted;
  wanted = 0;
  if (next !== 0 && found.dataset["hits"] === field()?.value) step(next);
});

// Colours put new nodes in the place of those that were marked.
document.addEventListener("code:coloured", event => {
  if (shown?.place.contains(event.target as Node)) paint();
});

// Opened with a text and a message: the match in it is gone to.
const opened = new URLSearchParams(location.search);
document.querySelector<HTMLElement>("[data-hits]")?.setAttribute("data-seen", "true");
if (opened.get("find") && opened.get("message")) {
  const index = hits().findIndex(hit => hit.dataset["hit"]?.startsWith(`${opened.get("message")}/`));
  if (index >= 0) void go(index);
}
