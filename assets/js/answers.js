// What the server says to forms that are sent without leaving the page.
import { announce } from "./page.js";

const ENTRANCE = "/accounts/login/";

export function listenForAnswers() {
  document.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    announce(`That did not work (${status}). Reload the page and try again.`, { bad: true });
  });
  document.addEventListener("htmx:sendError", () => {
    announce("There is no connection to Pixtract.", { bad: true });
  });
  document.addEventListener("htmx:beforeSwap", keepStrangersOut);
  document.addEventListener("htmx:afterRequest", tellMessages);
}

// After the session has ended the answer is the log-in page: no part of this one.
function keepStrangersOut(event) {
  const { pathname } = new URL(event.detail.xhr.responseURL, location.href);
  if (pathname !== ENTRANCE) return;
  event.detail.shouldSwap = false;
  location.reload();
}

// Only a part of the answered page is taken over; its messages must not be lost.
function tellMessages(event) {
  if (event.detail.requestConfig.verb !== "post") return;
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  for (const message of page.querySelectorAll(".message")) {
    announce(message.textContent.trim(), { bad: message.classList.contains("error") });
  }
}
