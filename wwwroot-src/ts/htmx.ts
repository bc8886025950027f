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

interface Htmx {
  process(element: Element): void;
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
