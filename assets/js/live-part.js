// <live-part id data-state>: a part of a page that is exchanged while something is pending.
import { fetchPage, poll } from "./page.js";

const POLL_MS = 2500;

class LivePart extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    poll(() => this.refresh(), {
      ms: POLL_MS,
      wanted: () => this.hasAttribute("data-pending") && !this.contains(document.activeElement),
      signal: this.stop.signal,
    });
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  async refresh() {
    const url = new URL(location.href);
    url.searchParams.set("state", this.dataset.state);
    const page = await fetchPage(url, this.stop.signal);
    const news = page?.getElementById(this.id);
    if (news) this.replaceWith(document.importNode(news, true));
  }
}

customElements.define("live-part", LivePart);
