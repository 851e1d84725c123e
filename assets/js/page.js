// What several elements need from the page around them.

const TOAST_MS = 6000;

/** The CSRF token for requests that scripts send. */
export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

/** Say something to everybody: on screen for a while, and to screen readers. */
export function announce(words, { bad = false } = {}) {
  const announcer = document.getElementById("announcer");
  if (announcer) announcer.textContent = words;
  const toast = document.createElement("div");
  toast.className = bad ? "toast bad" : "toast";
  toast.setAttribute("aria-hidden", "true");
  toast.textContent = words;
  document.body.append(toast);
  setTimeout(() => toast.remove(), TOAST_MS);
}

/** True while the person types, so that single keys must not do anything else. */
export function isTyping(event) {
  return Boolean(event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]"));
}

/** Fetch a page of ours as a document; null when nothing changed (204). Throws on errors. */
export async function fetchPage(url, signal) {
  const response = await fetch(url, {
    headers: { "X-Requested-With": "XMLHttpRequest" },
    credentials: "same-origin",
    signal,
  });
  if (response.status === 204) return null;
  if (!response.ok || response.redirected) throw new Error(`status ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/** Call `work` every `ms` while `wanted()` holds and the page is seen; slower after errors. */
export function poll(work, { ms, wanted, signal }) {
  let delay = ms;
  const tick = async () => {
    if (signal.aborted) return;
    if (wanted() && document.visibilityState === "visible") {
      try {
        await work();
        delay = ms;
      } catch (error) {
        if (signal.aborted) return;
        delay = Math.min(delay * 2, 60_000);
      }
    }
    if (!signal.aborted) setTimeout(tick, delay);
  };
  setTimeout(tick, ms);
}
