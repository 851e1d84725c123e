// <photo-stream>: tiles that load on, refresh while something is pending, and can be picked.
import { AlbumOrder } from "./album-order.js";
import { fetchPage, poll } from "./page.js";
import { Selection } from "./selection.js";
import { place, refreshDays } from "./tile-order.js";

const POLL_MS = 2500;
const POLLED_AT_ONCE = 120;
const SOON_MS = 300;
const AHEAD = "1200px";

class PhotoStream extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    this.awaited = new Set();
    const { signal } = this.stop;
    this.selection = new Selection(this.closest("form"), signal);
    if (this.dataset.order) this.order = new AlbumOrder(this, signal);
    this.watchEnd();
    poll(() => this.refresh(), { ms: POLL_MS, wanted: () => this.awaited.size + this.pending().length > 0, signal });
    if (this.dataset.live) {
      document.addEventListener("pixtract:uploaded", (event) => this.add(event.detail.id), { signal });
    }
  }

  disconnectedCallback() {
    this.stop.abort();
    this.watcher?.disconnect();
  }

  pending() {
    return [...this.querySelectorAll(".tile[data-pending]")];
  }

  async refresh() {
    const ids = [...this.awaited, ...this.pending().map((tile) => tile.dataset.id)];
    await this.load(ids.slice(0, POLLED_AT_ONCE));
  }

  // Uploads come in bursts: the next look fetches them together.
  add(id) {
    this.awaited.add(id);
    clearTimeout(this.soon);
    // One that fails is fetched by the poll: what is awaited stays so until it came.
    this.soon = setTimeout(() => this.refresh().catch(() => undefined), SOON_MS);
  }

  async load(ids) {
    const page = await fetchPage(`${this.dataset.tiles}?ids=${ids.join(",")}`, this.stop.signal);
    const found = new Set();
    for (const tile of page.querySelectorAll(".tile")) {
      found.add(tile.dataset.id);
      this.update(document.importNode(tile, true));
    }
    for (const id of ids) {
      this.awaited.delete(id);
      if (!found.has(id)) document.getElementById(`tile-${id}`)?.remove();
    }
    // The first pictures of a library take the place of the invitation.
    if (found.size) document.querySelector(".empty")?.remove();
    refreshDays(this);
  }

  update(tile) {
    const old = document.getElementById(tile.id);
    if (old?.dataset.version === tile.dataset.version) return;
    const picked = old?.querySelector(".pick:checked");
    if (picked) tile.querySelector(".pick").checked = true;
    if (old && (old.dataset.key === tile.dataset.key || this.dataset.live !== "taken")) {
      old.replaceWith(tile);
      return;
    }
    old?.remove();
    if (this.dataset.live === "taken") place(this, tile);
    else if (this.dataset.live) this.querySelector(".tiles").prepend(tile);
  }

  watchEnd() {
    this.watcher?.disconnect();
    const link = this.querySelector("a.older");
    if (!link) return;
    this.watcher = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && this.loadOlder(link),
      { rootMargin: AHEAD },
    );
    this.watcher.observe(link);
  }

  async loadOlder(link) {
    this.watcher.disconnect();
    try {
      const page = await fetchPage(link.href, this.stop.signal);
      this.takeIn(page.querySelector("photo-stream"));
      link.remove();
      this.watchEnd();
    } catch {
      // The link stays: it still works by hand.
      link.textContent = "Load older items";
    }
  }

  takeIn(more) {
    for (const part of [...more.children]) {
      const month = part.dataset.month;
      const list = month
        ? this.querySelector(`[data-month="${month}"] .tiles`)
        : part.matches(".tiles") && this.querySelector(".tiles");
      if (list) list.append(...part.querySelectorAll(".tile"));
      else this.append(document.importNode(part, true));
    }
    refreshDays(this);
  }
}

customElements.define("photo-stream", PhotoStream);
