// The turn navigator: which turn one reads, jumps to turns that are not loaded yet, and the keys to the previous and next one.
//   [data-to-turn="3"]    a link of the navigator        [data-turn="3"]     where the turn begins in the conversation
//   [data-turn-step]      previous and next turn          [data-turn-here]    "Turn 3 of 120"
//   [data-turn-list data-around="…"]                      asked for again when one reads on beyond it

import { bring, conversation, windowAtHeight, windowOfTurn } from "./windows";
import { onHtmx, process } from "./htmx";

const barHeight = 90;
let current = 0;

function total(): number {
  return Number(conversation()?.dataset["turns"] ?? 0);
}

/** The turn that was jumped to, until one scrolls by oneself: at the end of the page it cannot come to the top. */
let jumped = 0;

for (const name of ["wheel", "touchmove"]) addEventListener(name, () => { jumped = 0; }, { passive: true });
addEventListener("keydown", ({ key }) => {
  if (/^(Page|Arrow|Home|End| )/.test(key)) jumped = 0;
});

function isOnScreen(turn: number): boolean {
  const box = document.getElementById(`turn-${turn}`)?.getBoundingClientRect();
  return box !== undefined && box.bottom > 0 && box.top < innerHeight;
}

/** The turn at the top of the screen: the last one that begins above it, or else the first one. */
function turnHere(): number {
  const place = windowAtHeight(barHeight);
  if (!place || total() === 0) return 0;
  const isAtEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 4;
  if (jumped > 0 && isAtEnd && isOnScreen(jumped)) return jumped;
  if (isAtEnd && scrollY > 0 && isOnScreen(total())) return total();
  let here = place.turnsBefore;
  for (const mark of place.isEmpty ? [] : place.element.querySelectorAll<HTMLElement>("[data-turn]")) {
    if (mark.getBoundingClientRect().top > barHeight) break;
    here = Number(mark.dataset["turn"]);
  }
  return Math.max(here, 1);
}

function show(): void {
  const here = turnHere();
  if (here === 0) return;
  const changed = here !== current;
  current = here;
  const text = document.querySelector<HTMLElement>("[data-turn-here]");
  if (text && changed) text.textContent = `Turn ${here.toLocaleString("en")} of ${total().toLocaleString("en")}`;
  let shown = false;
  for (const link of document.querySelectorAll<HTMLElement>("[data-to-turn]")) {
    const isHere = Number(link.dataset["toTurn"]) === here;
    if (isHere) {
      link.setAttribute("aria-current", "true");
      if (changed) follow(link);
    } else link.removeAttribute("aria-current");
    shown ||= isHere;
  }
  if (!shown && changed) ask(here);
}

/** Keeps the current turn in sight in the navigator, without moving the page. */
function follow(link: HTMLElement): void {
  const nav = link.closest<HTMLElement>(".turns");
  if (!nav || nav.matches(":focus-within, :hover")) return;
  const top = link.getBoundingClientRect().top - nav.getBoundingClientRect().top + nav.scrollTop;
  if (top < nav.scrollTop + 40 || top + link.offsetHeight > nav.scrollTop + nav.clientHeight - 40) nav.scrollTop = top - nav.clientHeight / 2;
}

let timer = 0;

/** A stretch of turns around the current one; not while one looks for something in the navigator. */
function ask(here: number): void {
  window.clearTimeout(timer);
  timer = window.setTimeout(() => {
    const list = document.querySelector<HTMLElement>("[data-turn-list]");
    const filter = document.querySelector<HTMLInputElement>(".turns-filter input[type=search]");
    if (!list || !filter || filter.value || list.closest(".turns")?.matches(":focus-within, :hover")) return;
    const address = new URL(list.dataset["around"] ?? "", location.href);
    address.searchParams.set("around", String(here));
    list.setAttribute("hx-get", address.pathname + address.search);
    list.setAttribute("hx-trigger", "turns:ask");
    list.setAttribute("hx-swap", "outerHTML");
    process(list);
    list.dispatchEvent(new CustomEvent("turns:ask"));
  }, 300);
}

/** Goes to a turn, wherever it is. */
async function go(turn: number, address: string | null): Promise<void> {
  // Before the page moves: what the browser remembers of where one was is where "back" leads.
  if (address) history.pushState(null, "", address);
  const mark = await bring(windowOfTurn(turn), () => document.getElementById(`turn-${turn}`));
  if (!mark) return;
  jumped = turn;
  if (mark instanceof HTMLElement) mark.focus({ preventScroll: true });
  show();
}

document.addEventListener("click", event => {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || !conversation()) return;
  const element = event.target as Element | null;
  const link = element?.closest<HTMLAnchorElement>("a[data-to-turn]");
  const step = element?.closest<HTMLAnchorElement>("a[data-turn-step]");
  if (link) {
    event.preventDefault();
    const nav = link.closest<HTMLElement>("[popover]");
    if (nav?.matches(":popover-open")) nav.hidePopover();
    void go(Number(link.dataset["toTurn"]), link.getAttribute("href"));
  } else if (step) {
    event.preventDefault();
    const forward = Number(step.dataset["turnStep"]) > 0;
    const here = turnHere();
    // Within a turn, "previous" goes to its own beginning first.
    const mark = document.getElementById(`turn-${here}`)?.getBoundingClientRect().top ?? 0;
    const next = forward ? (mark > barHeight && here !== jumped ? here : here + 1) : mark < -4 ? here : here - 1;
    void go(Math.min(Math.max(next, 1), total()), null);
  }
});

// Back and forward between turns that were jumped to.
addEventListener("popstate", () => {
  const turn = /^#turn-(\d+)$/.exec(location.hash)?.[1];
  if (turn && conversation()) void go(Number(turn), null);
});

let frame = 0;

function soon(): void {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(show);
}

if (conversation()) {
  addEventListener("scroll", soon, { passive: true });
  onHtmx("afterSettle", soon);
  soon();
}
