// <search-box data-url>: "/" goes to the box, suggestions come while one types.
// The pattern is a combobox with a listbox: the focus stays in the box. A field ("label:") is only
// the beginning: choosing it fills it in and goes on to its values. An empty box is offered what was
// searched for of late (kept at data-recent): the cross of one, or Delete, removes it.
import { announce, csrfToken, isTyping } from "./page.js";

const WAIT_MS = 140;
const LONGEST_KEPT = 500;

class SearchBox extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: "suggestions", hidden: true, role: "listbox" });
    this.list.setAttribute("aria-label", "Suggestions");
    this.after(this.list);
    this.counter = document.createElement("span");
    Object.assign(this.counter, { className: "hidden-visually", role: "status" });
    this.counter.setAttribute("aria-live", "polite");
    this.list.after(this.counter);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      "aria-controls": "suggestions",
    })) {
      this.input.setAttribute(name, value);
    }
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("click", () => this.input.value || this.list.hidden === false || this.ask());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.onClick(event.target));
    this.closest("form").addEventListener("submit", () => this.keep(this.input.value.trim()));
    document.addEventListener("keydown", (event) => this.onSlash(event));
  }

  onClick(target) {
    const chosen = target.closest("[role=option]");
    if (chosen && target.closest(".remove")) this.forget(chosen);
    else this.take(chosen);
  }

  onSlash(event) {
    if (event.key !== "/" || isTyping(event) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.input.focus();
    this.input.select();
  }

  later() {
    this.running?.abort();
    clearTimeout(this.timer);
    // What is still shown completes what was typed before: no key may choose it.
    this.isStale = true;
    this.select(null);
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    clearTimeout(this.timer);
    this.running?.abort();
    this.running = new AbortController();
    const { signal } = this.running;
    try {
      const url = `${this.dataset.url}?q=${encodeURIComponent(this.input.value)}`;
      const response = await fetch(url, { signal });
      const answer = response.ok ? await response.json() : { suggestions: [] };
      if (!signal.aborted) this.show(answer.suggestions);
    } catch {
      // Suggestions are an extra: without them the box still searches. Later ones replace these.
      if (!signal.aborted) this.close();
    }
  }

  show(found) {
    const recent = found.filter((entry) => entry.kind === "recent").length;
    const entries = recent ? [...found, CLEAR] : found;
    this.list.replaceChildren(...entries.map((entry, index) => option(entry, index)));
    this.list.hidden = !found.length;
    this.list.scrollTop = 0;
    this.isStale = false;
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.counter.textContent = counted(found.length) + (recent ? ". Delete removes a recent search." : "");
    this.select(null);
  }

  close() {
    this.running?.abort();
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.counter.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.select(null);
  }

  select(chosen) {
    for (const other of this.list.children) other.setAttribute("aria-selected", String(other === chosen));
    if (chosen) {
      this.input.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  onKey(event) {
    // While a word is being composed, these keys belong to the input method.
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const options = this.list.hidden || this.isStale ? [] : [...this.list.children];
    const at = options.findIndex((other) => other.getAttribute("aria-selected") === "true");
    if (event.key === "Escape" && !this.list.hidden) this.close();
    else if (event.key === "Enter" && at >= 0) this.take(options[at]);
    else if (event.key === "Delete" && options[at]?.dataset.recent) this.forget(options[at]);
    else if (event.key === "Tab" && at >= 0 && !event.shiftKey) this.fill(options[at]);
    else if (event.key === "ArrowDown" && !options.length) this.ask();
    else if (event.key === "ArrowDown") this.select(options[(at + 1) % options.length]);
    else if (event.key === "ArrowUp" && options.length) this.select(options.at(at <= 0 ? -1 : at - 1));
    else return;
    event.preventDefault();
  }

  /** Put a completion into the box, to go on typing behind it. */
  fill(chosen) {
    this.input.value = chosen.dataset.query;
    this.close();
    this.input.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
    if (chosen.dataset.partial) this.ask();
  }

  /** Note what was searched for; the page is left meanwhile. */
  keep(text) {
    if (text && text.length <= LONGEST_KEPT) this.call("POST", "", { body: JSON.stringify({ q: text }), keepalive: true });
  }

  /** Remove one of the recent searches, or all of them. */
  async forget(chosen) {
    const id = chosen.dataset.recent;
    const place = [...this.list.children].indexOf(chosen);
    if (!(await this.call("DELETE", id ? `${id}/` : ""))) {
      announce("That did not work. Reload the page and try again.", { bad: true });
      return;
    }
    await this.ask();
    this.select(id ? ([...this.list.children].slice(0, place + 1).at(-1) ?? null) : null);
    this.counter.textContent = id ? "Removed" : "Recent searches cleared";
  }

  async call(method, path, options = {}) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
    const url = this.dataset.recent + path;
    const response = await fetch(url, { method, headers, credentials: "same-origin", ...options }).catch(() => null);
    return response?.ok ?? false;
  }

  take(chosen) {
    if (!chosen) return;
    if (chosen.dataset.clear) {
      this.forget(chosen);
      return;
    }
    if (chosen.dataset.url) {
      location.assign(chosen.dataset.url);
      return;
    }
    this.fill(chosen);
    if (!chosen.dataset.partial) this.closest("form").requestSubmit();
  }
}

const CLEAR = { kind: "clear", query: "", text: "Clear recent searches" };

function option(entry, index) {
  const item = document.createElement("li");
  item.id = `suggestion-${index}`;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.dataset.query = entry.query;
  if (entry.is_partial) item.dataset.partial = "1";
  if (entry.url) item.dataset.url = entry.url;
  if (entry.kind === "clear") item.dataset.clear = "1";
  item.append(isolated(entry.text));
  if (entry.kind !== "clear") item.append(small(entry.count ? `${entry.kind} · ${entry.count}` : entry.kind));
  if (entry.id) {
    item.dataset.recent = entry.id;
    item.append(cross());
  }
  return item;
}

/** Words of any direction, which must not turn what stands beside them. */
function isolated(words) {
  const element = document.createElement("bdi");
  element.textContent = words;
  return element;
}

function small(words) {
  const element = document.createElement("small");
  element.textContent = words;
  return element;
}

/** For mice and fingers: an option can hold no button, and keys have Delete. */
function cross() {
  const element = document.createElement("span");
  element.className = "remove";
  element.title = "Remove";
  element.setAttribute("aria-hidden", "true");
  element.textContent = "\u00d7";
  return element;
}

function counted(number) {
  if (!number) return "No suggestions";
  return number === 1 ? "1 suggestion" : `${number} suggestions`;
}

customElements.define("search-box", SearchBox);
