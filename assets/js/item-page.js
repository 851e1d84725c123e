// <item-page>: news about the item without a reload, keys to walk on, the page asked for.
import { fetchPage, isTyping, poll } from "./page.js";

const POLL_MS = 2000;

class ItemPage extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener("keydown", (event) => this.walk(event), { signal });
    poll(() => this.refresh(), {
      ms: POLL_MS,
      wanted: () => this.hasAttribute("data-pending"),
      signal,
    });
    this.showAskedPage();
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  // Only the sheets move: the page around them stays at its top.
  showAskedPage() {
    const sheet = this.querySelector("[data-asked]");
    if (!sheet) return;
    const sheets = sheet.closest(".sheets");
    sheets.scrollTop += sheet.getBoundingClientRect().top - sheets.getBoundingClientRect().top - 16;
  }

  walk(event) {
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.target.closest?.("video, zoom-view[data-zoomed], [role=listbox]")) return;
    const side = { ArrowLeft: ".newer", ArrowRight: ".older-item" }[event.key];
    if (side) this.querySelector(side)?.click();
  }

  async refresh() {
    const url = new URL(location.href);
    url.searchParams.set("state", this.dataset.state);
    const page = await fetchPage(url, this.stop.signal);
    const news = page?.querySelector("item-page");
    if (!news) return;
    for (const part of news.querySelectorAll("[data-part]")) this.replace(part);
    this.dataset.state = news.dataset.state;
    this.toggleAttribute("data-pending", news.hasAttribute("data-pending"));
  }

  // Only what changed is replaced, and nothing that is being used: a playing video and a
  // half-written label stay as they are.
  replace(part) {
    const old = document.getElementById(part.id);
    if (!old || old.dataset.part === part.dataset.part) return;
    if (old.contains(document.activeElement) && document.activeElement.matches("input, textarea")) return;
    const video = old.querySelector("video");
    if (video && !video.paused) return;
    old.replaceWith(document.importNode(part, true));
  }
}

customElements.define("item-page", ItemPage);
