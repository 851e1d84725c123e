// <live-part id data-state>: a part of a page that is exchanged while something is pending.
import { fetchPage, poll } from "./page.js";

const POLL_MS = 2500;

class LivePart extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    this.markup ??= this.outerHTML;
    poll(() => this.refresh(), {
      ms: Number(this.dataset.every) || POLL_MS,
      wanted: () => this.hasAttribute("data-pending") && !this.isUsed(),
      signal: this.stop.signal,
    });
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  // What is being read or pressed must not move away under somebody's hands.
  isUsed() {
    const readOn = this.hasAttribute("data-top-only") && scrollY > innerHeight / 2;
    return readOn || this.contains(document.activeElement);
  }

  async refresh() {
    const url = new URL(location.href);
    if (this.dataset.state) url.searchParams.set("state", this.dataset.state);
    const page = await fetchPage(url, this.stop.signal);
    const news = page?.getElementById(this.id);
    if (!news || news.outerHTML === this.markup) return;
    const part = document.importNode(news, true);
    part.markup = news.outerHTML;
    this.replaceWith(part);
  }
}

customElements.define("live-part", LivePart);
