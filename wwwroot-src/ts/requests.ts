// What every htmx request needs: the antiforgery token, and words for what went wrong. Nothing that was typed is lost:
// a refused answer changes nothing on the page unless it is the form itself with its errors (422, HTML).

import { antiforgeryToken, onHtmx, type HtmxBeforeSwapDetail, type HtmxConfigDetail, type HtmxRequestDetail } from "./htmx";
import { problemOf, type Problem } from "./problem";
import { isShown, showToast } from "./toast";

onHtmx<HtmxConfigDetail>("configRequest", detail => {
  const token = antiforgeryToken();
  if (token && detail.verb.toLowerCase() !== "get") detail.headers["RequestVerificationToken"] = token;
});

onHtmx<HtmxBeforeSwapDetail>("beforeSwap", detail => {
  const html = detail.xhr.getResponseHeader("Content-Type")?.startsWith("text/html") ?? false;
  if (detail.xhr.status === 422 && html) {
    detail.shouldSwap = true;
    detail.isError = false;
  }
});

/** Shows what went wrong. A request that repeats by itself says it once, not every second. */
function show(problem: Problem, elt: Element): void {
  if (elt.getAttribute("hx-trigger")?.startsWith("every") && isShown(problem.text)) return;
  showToast({
    text: problem.text,
    tone: "error",
    ...(problem.detail ? { detail: problem.detail } : {}),
    ...(problem.link ? { link: problem.link } : {}),
  });
}

onHtmx<HtmxRequestDetail>("responseError", detail => show(problemOf(detail.xhr), detail.elt));

for (const name of ["sendError", "timeout"]) {
  onHtmx<HtmxRequestDetail>(name, detail => show({
    text: "The server did not answer.",
    detail: "What you typed is still here. Check the connection and try again.",
  }, detail.elt));
}

// The form with its errors comes back in place of itself: the first error gets the focus.
onHtmx<HtmxRequestDetail>("afterSettle", detail => {
  if (detail.xhr?.status !== 422) return;
  const first = document.querySelector<HTMLElement>(".errors[tabindex], [aria-invalid=true]");
  first?.focus();
});
