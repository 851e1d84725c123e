// <search-box data-url>: "/" goes to the box, suggestions come while one types.
// The pattern is a combobox with a listbox: the focus stays in the box.
import { isTyping } from "./page.js";

const WAIT_MS = 140;

class SearchBox extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: "suggestions", hidden: true, role: "listbox" });
    this.list.setAttribute("aria-label", "Suggestions");
    this.after(this.list);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      "aria-controls": "suggestions",
    })) {
      this.input.setAttribute(name, value);
    }
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.take(event.target.closest("[role=option]")));
    document.addEventListener("keydown", (event) => this.onSlash(event));
  }

  onSlash(event) {
    if (event.key !== "/" || isTyping(event) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.input.focus();
    this.input.select();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    this.running?.abort();
    this.running = new AbortController();
    const words = this.input.value;
    if (!words.trim()) return this.close();
    try {
      const url = `${this.dataset.url}?q=${encodeURIComponent(words)}`;
      const response = await fetch(url, { signal: this.running.signal });
      if (response.ok) this.show(await response.json());
    } catch {
      // Suggestions are an extra: without them the box still searches.
      this.close();
    }
    return undefined;
  }

  show(answer) {
    const found = (answer.suggestions ?? answer.results ?? []).slice(0, 10);
    this.list.replaceChildren(...found.map((entry, index) => option(entry, index)));
    this.list.hidden = !found.length;
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.select(null);
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
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
    const options = [...this.list.children];
    const at = options.findIndex((other) => other.getAttribute("aria-selected") === "true");
    if (event.key === "Escape" && !this.list.hidden) this.close();
    else if (event.key === "Enter" && at >= 0) this.take(options[at]);
    else if (event.key === "ArrowDown" && this.list.hidden) this.ask();
    else if (event.key === "ArrowDown" && options.length) this.select(options[(at + 1) % options.length]);
    else if (event.key === "ArrowUp" && options.length) this.select(options.at(at <= 0 ? -1 : at - 1));
    else return;
    event.preventDefault();
  }

  take(chosen) {
    if (!chosen) return;
    this.input.value = chosen.dataset.query;
    this.close();
    this.closest("form").requestSubmit();
  }
}

function option(entry, index) {
  const item = document.createElement("li");
  item.id = `suggestion-${index}`;
  item.role = "option";
  item.setAttribute("aria-selected", "false");
  item.dataset.query = entry.query ?? entry.value ?? entry.text;
  item.append(entry.text ?? entry.label ?? entry.query);
  const note = entry.kind ?? entry.field ?? "";
  const count = entry.count ? ` · ${entry.count}` : "";
  if (note || count) item.append(small(`${note}${count}`));
  return item;
}

function small(words) {
  const element = document.createElement("small");
  element.textContent = words;
  return element;
}

customElements.define("search-box", SearchBox);
