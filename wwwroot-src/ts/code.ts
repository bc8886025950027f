// Colours code, when there is any: the highlighter is a script of its own (`<link rel="x-highlighter">` says where), fetched when the
// first block of a known language comes near. Blocks are coloured as they come near, long ones never.

import { onHtmx } from "./htmx";

const longest = 20_000;
const selector = "pre > code[class^=language-]:not(.language-none, .language-text, .language-txt, .language-plaintext, [data-coloured])";

declare global {
  interface Window {
    evalMarketHighlight?: (text: string, language: string) => string | null;
  }
}

let highlighter: Promise<void> | null = null;

function fetchHighlighter(): Promise<void> {
  const source = document.querySelector<HTMLLinkElement>('link[rel="x-highlighter"]')?.href;
  return highlighter ??= new Promise((done, failed) => {
    if (!source) return;
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => done();
    script.onerror = failed;
    document.head.append(script);
  });
}

async function colour(code: HTMLElement): Promise<void> {
  code.dataset["coloured"] = "";
  const text = code.textContent ?? "";
  if (text.length > longest) return;
  try {
    await fetchHighlighter();
  } catch {
    return; // Without colours it reads as well.
  }
  const language = code.className.replace("language-", "");
  const html = window.evalMarketHighlight?.(text, language);
  if (html) {
    code.innerHTML = html;
    code.dispatchEvent(new CustomEvent("code:coloured", { bubbles: true }));
  }
}

const watcher = new IntersectionObserver(entries => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    watcher.unobserve(target);
    void colour(target as HTMLElement);
  }
}, { rootMargin: "600px" });

function watch(): void {
  for (const code of document.querySelectorAll<HTMLElement>(selector)) watcher.observe(code);
}

watch();
onHtmx("afterSettle", watch);
