// The part of htmx that these modules use. It is loaded as its own script before this one.

export interface HtmxRequestDetail {
  elt: Element;
  target: Element;
  xhr: XMLHttpRequest;
  requestConfig: { verb: string; path: string; elt: Element };
}

export interface HtmxConfigDetail {
  verb: string;
  path: string;
  headers: Record<string, string>;
  elt: Element;
}

export interface HtmxBeforeSwapDetail extends HtmxRequestDetail {
  shouldSwap: boolean;
  isError: boolean;
}

/** Before every request; a handler may stop it and issue it later. */
export interface HtmxConfirmDetail {
  elt: Element;
  target: Element | null;
  verb: string;
  path: string;
  issueRequest(skipConfirmation?: boolean): void;
}

interface HtmxAjaxContext {
  source?: Element;
  target?: string;
  swap?: string;
  values?: Record<string, string>;
}

interface Htmx {
  process(element: Element): void;
  ajax(verb: string, path: string, context: HtmxAjaxContext): Promise<void>;
}

declare global {
  interface Window {
    htmx?: Htmx;
  }
}

/** Lets htmx see attributes in nodes that were put in by hand. */
export function process(element: Element): void {
  window.htmx?.process(element);
}

/** Sends something of which nothing is swapped but the parts that the answer names. */
export function ajax(verb: "GET" | "POST", path: string, source: Element, values: Record<string, string>): void {
  void window.htmx?.ajax(verb, path, { source, swap: "none", values });
}

/** Fetches parts that find their places by themselves. */
export function fetchParts(path: string): Promise<void> {
  return window.htmx?.ajax("GET", path, { target: "body", swap: "none" }) ?? Promise.resolve();
}

/** Fetches a fragment into its place. */
export function load(path: string, target: string, swap: "innerHTML" | "outerHTML"): Promise<void> {
  return window.htmx?.ajax("GET", path, { target, swap }) ?? Promise.resolve();
}

/** Listens for an htmx event, wherever in the page it happens. */
export function onHtmx<T>(name: string, handler: (detail: T, event: CustomEvent<T>) => void): void {
  document.addEventListener(`htmx:${name}`, event => {
    const custom = event as CustomEvent<T>;
    handler(custom.detail, custom);
  });
}

/** The antiforgery token of the page, "" when nobody is signed in. */
export function antiforgeryToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}
