// <item-page>: news about the item without a reload, keys to walk on, the page asked for.
import htmx from "htmx.org";
import { fetchPage, isTyping, poll } from "./page.js";

const POLL_MS = 2000;

// What was typed, unfolded or focused in a part goes over to its news.
function keepUse(old, news) {
  const same = (element) => (element.id ? news.querySelector(`#${CSS.escape(element.id)}`) : null);
  for (const field of old.querySelectorAll("input:not([type=range], [type=hidden]), textarea")) {
    const heir = field.value === field.defaultValue ? null : same(field);
    if (heir) heir.value = field.value;
  }
  for (const summary of old.querySelectorAll("details[open] > summary")) {
    same(summary)?.parentElement.setAttribute("open", "");
  }
  const focused = old.contains(document.activeElement) ? same(document.activeElement) : null;
  old.replaceWith(news);
  htmx.process(news);
  focused?.focus({ preventScroll: true });
}

class ItemPage extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    this.answers = 0;
    const { signal } = this.stop;
    document.addEventListener("keydown", (event) => this.walk(event), { signal });
    this.addEventListener("htmx:afterRequest", (event) => this.expectNews(event), { signal });
    this.addEventListener("htmx:afterSettle", (event) => this.keepFocus(event), { signal });
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

  // What a form changes may set off work on the item, and shows in more parts than its own.
  expectNews(event) {
    this.answers += 1;
    const { successful, requestConfig } = event.detail;
    if (successful && requestConfig.elt.dataset.thenFocus) this.toggleAttribute("data-pending", true);
  }

  // The button that was pressed is folded away with its form, or less to the point than what
  // is wrong.
  keepFocus(event) {
    const { thenFocus } = event.detail.requestConfig.elt.dataset;
    if (!thenFocus) return;
    (this.querySelector("[aria-invalid=true]") ?? document.getElementById(thenFocus))?.focus();
  }

  async refresh() {
    const url = new URL(location.href);
    url.searchParams.set("state", this.dataset.state);
    const { answers } = this;
    const page = await fetchPage(url, this.stop.signal);
    const news = page?.querySelector("item-page");
    // Older than what a form was answered meanwhile, it would show what is no more.
    if (!news || answers !== this.answers) return;
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
    keepUse(old, document.importNode(part, true));
  }
}

customElements.define("item-page", ItemPage);
