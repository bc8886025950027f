// Reads what the server says when it refuses: RFC 9457 problem documents, or just the status.

export interface Problem {
  text: string;
  detail?: string;
  link?: { href: string; text: string };
}

const byStatus: Record<number, Problem> = {
  400: { text: "The server did not understand this request.", detail: "Reload the page and try again." },
  403: { text: "Your role does not allow this.", detail: "Ask an owner or admin of the workspace." },
  404: { text: "This is not there any more.", detail: "Someone may have deleted it. Reload the page to see what is." },
  409: { text: "Someone else changed this in the meantime.", detail: "Reload the page, then make your change again." },
  412: { text: "Someone else changed this in the meantime.", detail: "Reload the page, then make your change again." },
  413: { text: "This is larger than the server takes." },
  429: { text: "Too many requests.", detail: "Wait a moment, then try again." },
  503: { text: "The server is not ready.", detail: "Wait a moment, then try again." },
};

function fromBody(xhr: XMLHttpRequest): Problem | null {
  if (!xhr.getResponseHeader("Content-Type")?.includes("json")) return null;
  try {
    const body = JSON.parse(xhr.responseText) as { title?: string; detail?: string; errors?: { message?: string; line?: number }[] };
    const text = body.detail ?? body.title;
    if (!text) return null;
    const first = Array.isArray(body.errors) ? body.errors[0] : undefined;
    const detail = first?.message ? (first.line ? `Line ${first.line}: ${first.message}` : first.message) : undefined;
    return detail && detail !== text ? { text, detail } : { text };
  } catch {
    return null; // Not a problem document after all; the status says enough.
  }
}

/** Cause and way out of a refused request, in words. */
export function problemOf(xhr: XMLHttpRequest): Problem {
  if (xhr.status === 401) {
    const back = encodeURIComponent(location.pathname + location.search);
    return { text: "You are signed out.", link: { href: `/account/login?returnUrl=${back}`, text: "Sign in again" } };
  }
  if (xhr.status === 0) return { text: "The connection broke off.", detail: "Check the connection and try again." };
  return fromBody(xhr) ?? byStatus[xhr.status]
    ?? { text: `The server failed (status ${xhr.status}).`, detail: "Nothing was changed. Try again; if it stays, tell whoever runs this server." };
}
