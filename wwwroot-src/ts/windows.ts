// A conversation of up to a hundred thousand messages, of which the page holds a few windows at a time. The server sends one window
// (`[data-transcript]` around a `[data-window]`) and says how high all will be (data-windows="height:turns-before …"); here the others
// get a place of that height, are fetched when they come near, and are let go when they are far. What one reads never moves: the
// browser's own anchoring is off on this page, and the page is scrolled by as much as what stands above has grown. Beside a list the panel
// is what scrolls, and another conversation comes with each session that is opened.

import { onHtmx, process } from "./htmx";

const near = 1400;
const mostLoaded = 8;
const atOnce = 2;

interface Extent { height: number; turnsBefore: number }

let transcript: HTMLElement | null = null;
/** What scrolls: the panel beside a list; null: the page. */
let pane: HTMLElement | null = null;
let extents: Extent[] = [];
const asked = new Set<number>();
const waiting = new Map<number, (() => void)[]>();
let anchor: { element: Element; top: number } | null = null;

function windowAt(index: number): HTMLElement | null {
  return transcript?.querySelector<HTMLElement>(`:scope > [data-window="${index}"]`) ?? null;
}

function isEmpty(element: Element): boolean {
  return element.classList.contains("window-empty");
}

function label(index: number): string {
  const size = Number(transcript?.dataset["size"]);
  const total = Number(transcript?.dataset["total"]);
  return `Messages ${(index * size + 1).toLocaleString("en")}–${Math.min(total, (index + 1) * size).toLocaleString("en")}`;
}

function makeEmpty(index: number, height: number): HTMLElement {
  const element = document.createElement("section");
  element.className = "window window-empty";
  element.dataset["window"] = String(index);
  element.dataset["label"] = label(index);
  element.style.blockSize = `${height}px`;
  return element;
}

/** Fetches a window into its place. */
function ask(element: HTMLElement): void {
  const index = Number(element.dataset["window"]);
  if (asked.has(index) || !transcript) return;
  asked.add(index);
  const address = new URL(transcript.dataset["transcript"] ?? "", location.href);
  address.searchParams.set("from", String(index * Number(transcript.dataset["size"])));
  element.setAttribute("hx-get", address.pathname + address.search);
  element.setAttribute("hx-trigger", "window:near");
  element.setAttribute("hx-swap", "outerHTML settle:0ms");
  element.setAttribute("hx-target", "this");
  element.setAttribute("hx-sync", "this:drop");
  process(element);
  element.dispatchEvent(new CustomEvent("window:near"));
}

/** The part of the screen in which the conversation is read. */
function view(): { top: number; bottom: number } {
  return pane?.getBoundingClientRect() ?? { top: 0, bottom: innerHeight };
}

function distance(element: Element): number {
  const box = element.getBoundingClientRect();
  const { top, bottom } = view();
  return box.bottom < top ? top - box.bottom : box.top > bottom ? box.top - bottom : 0;
}

/** Asks for what is near, the nearest first, and lets go of what is far. */
function settle(): void {
  if (!transcript) return;
  const places = [...transcript.querySelectorAll<HTMLElement>(":scope > [data-window]")];
  const missing = places.filter(place => isEmpty(place) && distance(place) < near).sort((a, b) => distance(a) - distance(b));
  for (const place of missing) {
    if (asked.size >= atOnce) break;
    ask(place);
  }
  const loaded = places.filter(place => !isEmpty(place));
  if (loaded.length <= mostLoaded) return;
  const far = loaded.filter(place => distance(place) > 3 * near && !isInUse(place)).sort((a, b) => distance(b) - distance(a));
  for (const place of far.slice(0, loaded.length - mostLoaded)) {
    const height = place.getBoundingClientRect().height;
    keep();
    place.replaceWith(makeEmpty(Number(place.dataset["window"]), height));
    restore();
  }
}

function isInUse(place: HTMLElement): boolean {
  const selection = getSelection();
  return place.contains(document.activeElement) || place.querySelector(":popover-open") !== null
    || (selection !== null && !selection.isCollapsed && selection.containsNode(place, true));
}

/** Remembers where the first thing that is being read stands on the screen. */
function keep(): void {
  anchor = null;
  if (!transcript) return;
  const seen = view();
  for (const place of transcript.querySelectorAll(":scope > [data-window]:not(.window-empty)")) {
    const box = place.getBoundingClientRect();
    if (box.bottom < seen.top || box.top > seen.bottom) continue;
    for (const element of place.children) {
      const { top, bottom } = element.getBoundingClientRect();
      if (bottom > seen.top + 60 && top < seen.bottom) {
        anchor = { element, top };
        return;
      }
    }
  }
}

function restore(): void {
  if (anchor?.element.isConnected) {
    const moved = anchor.element.getBoundingClientRect().top - anchor.top;
    if (Math.abs(moved) >= 1) (pane ?? window).scrollBy({ top: moved, behavior: "instant" });
  }
  anchor = null;
}

let timer = 0;

/** Soon, and again and again while one scrolls: not only when one has stopped. */
function soon(): void {
  if (timer !== 0) return;
  timer = window.setTimeout(() => {
    timer = 0;
    settle();
  }, 60);
}

/** Makes sure that a window is there. */
function load(index: number): Promise<void> {
  const place = windowAt(index);
  if (!place || !isEmpty(place)) return Promise.resolve();
  return new Promise(done => {
    waiting.set(index, [...waiting.get(index) ?? [], done]);
    ask(place);
  });
}

/** Whether this page has a conversation in windows, even a single one. */
export function conversation(): HTMLElement | null {
  return transcript;
}

/** The window in which a turn begins. */
export function windowOfTurn(turn: number): number {
  let index = 0;
  while (index + 1 < extents.length && (extents[index + 1]?.turnsBefore ?? Infinity) < turn) index++;
  return index;
}

/** The window at a height of the screen, and how many turns begin before it. */
export function windowAtHeight(y: number): { element: HTMLElement; isEmpty: boolean; turnsBefore: number } | null {
  for (const element of transcript?.querySelectorAll<HTMLElement>(":scope > [data-window]") ?? []) {
    if (element.getBoundingClientRect().bottom > y) {
      return { element, isEmpty: isEmpty(element), turnsBefore: extents[Number(element.dataset["window"])]?.turnsBefore ?? 0 };
    }
  }
  return null;
}

let latest = 0;

/** Brings something in a window onto the screen; the last one asked for wins. */
export async function bring(index: number, what: () => Element | null): Promise<Element | null> {
  const mine = ++latest;
  const place = windowAt(index);
  if (place && isEmpty(place)) place.scrollIntoView({ block: "start", behavior: "instant" });
  await load(index);
  if (mine !== latest) return null;
  const element = what();
  element?.scrollIntoView({ block: "start", behavior: "instant" });
  soon();
  return element;
}

function build(): void {
  const found = document.querySelector<HTMLElement>("[data-transcript]");
  if (found === transcript) return;
  transcript = found;
  pane = found?.closest<HTMLElement>("[data-peek]") ?? null;
  extents = [];
  asked.clear();
  waiting.clear();
  document.documentElement.classList.remove("in-windows");
  const shown = transcript?.querySelector<HTMLElement>(":scope > [data-window]");
  if (!transcript || !shown) return;
  extents = (transcript.dataset["windows"] ?? "").split(" ").map(text => {
    const [height, turnsBefore] = text.split(":").map(Number);
    return { height: height ?? 0, turnsBefore: turnsBefore ?? 0 };
  });
  const here = Number(shown.dataset["window"]);
  transcript.querySelector(":scope > .window-space")?.remove();
  if (extents.length > 1) {
    (pane ?? document.documentElement).classList.add("in-windows");
    shown.before(...extents.slice(0, here).map((extent, index) => makeEmpty(index, extent.height)));
    shown.after(...extents.slice(here + 1).map((extent, index) => makeEmpty(here + 1 + index, extent.height)));
  }
  if (!pane) start(shown, here);
  soon();
}

/** Goes to the place that the address names. */
function start(shown: HTMLElement, here: number): void {
  const address = new URLSearchParams(location.search);
  const place = (location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null)
    ?? transcript?.querySelector(".is-target")
    ?? document.getElementById(`turn-${address.get("turn") ?? ""}`)
    ?? (here > 0 ? shown : null);
  // A page that is shown again stands where it stood.
  const again = (performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming | undefined)?.type;
  if (place && again !== "reload" && again !== "back_forward") place.scrollIntoView({ block: "start", behavior: "instant" });
}

onHtmx("beforeSwap", (_, event) => {
  if ((event.target as Element | null)?.matches(".window-empty")) keep();
});

document.addEventListener("htmx:afterSwap", event => {
  const element = event.target as HTMLElement;
  if (!element.matches?.("[data-window]")) return;
  const index = Number(element.dataset["window"]);
  asked.delete(index);
  restore();
  for (const done of waiting.get(index) ?? []) done();
  waiting.delete(index);
  soon();
});

// What did not come is asked for again the next time it is near.
for (const name of ["responseError", "sendError", "timeout", "abort"]) {
  onHtmx<{ elt: HTMLElement }>(name, ({ elt }) => {
    if (elt.matches(".window-empty")) asked.delete(Number(elt.dataset["window"]));
  });
}

// What scrolls inside of the page does not bubble.
document.addEventListener("scroll", soon, { passive: true, capture: true });
addEventListener("resize", soon, { passive: true });
onHtmx("afterSettle", build);
build();
