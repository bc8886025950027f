// Comments and tags on messages: the message comes back in place of itself, and whoever has no pointer goes on from there.

import { onHtmx, type HtmxRequestDetail } from "./htmx";

onHtmx<HtmxRequestDetail>("afterSettle", ({ target }) => {
  if (!target?.matches?.("[data-message]")) return;
  const isLost = !document.activeElement || document.activeElement === document.body;
  if (isLost) document.getElementById(target.id)?.querySelector<HTMLElement>("[popovertarget]")?.focus({ preventScroll: true });
});
