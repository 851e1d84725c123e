// An album's own order: tiles are dragged, or moved by the buttons of the bar, without a reload.
// Without this, the buttons send the form and the page comes back with the items still ticked.
import { announce, csrfToken } from "./page.js";

export class AlbumOrder {
  constructor(stream, signal) {
    this.stream = stream;
    this.url = stream.dataset.order;
    this.form = stream.closest("form");
    this.form.addEventListener("submit", (event) => this.onSubmit(event), { signal });
    stream.addEventListener("dragstart", (event) => this.onStart(event), { signal });
    stream.addEventListener("dragover", (event) => this.onOver(event), { signal });
    stream.addEventListener("drop", (event) => this.onDrop(event), { signal });
    stream.addEventListener("dragend", () => this.end(), { signal });
  }

  tiles() {
    return [...this.stream.querySelectorAll(".tile")];
  }

  picked() {
    return this.tiles().filter((tile) => tile.querySelector(".pick")?.checked);
  }

  onSubmit(event) {
    const way = event.submitter?.value;
    const moving = this.picked();
    const anchor = {
      first: () => this.first(moving),
      earlier: () => this.before(moving),
      later: () => this.after(moving),
      last: () => this.lastPlace(),
    }[way]?.();
    // What is not on the page yet is for the server to find.
    if (anchor === undefined || !moving.length) return;
    event.preventDefault();
    this.move(moving, anchor);
  }

  first(moving) {
    return this.tiles().find((tile) => !moving.includes(tile));
  }

  before(moving) {
    const tiles = this.tiles();
    const ahead = tiles.slice(0, tiles.indexOf(moving[0])).filter((tile) => !moving.includes(tile));
    return ahead.at(-1) ?? this.first(moving);
  }

  after(moving) {
    const tiles = this.tiles();
    const behind = tiles.slice(tiles.indexOf(moving[0])).filter((tile) => !moving.includes(tile));
    return behind[1] ?? this.lastPlace();
  }

  // Null stands for the end, undefined for an end that is not on the page.
  lastPlace() {
    return this.stream.querySelector("a.older") ? undefined : null;
  }

  onStart(event) {
    const tile = event.target.closest(".tile");
    if (!tile) return;
    this.dragged = tile.querySelector(".pick")?.checked ? this.picked() : [tile];
    for (const each of this.dragged) each.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
  }

  onOver(event) {
    const place = this.dragged && this.placeAt(event);
    if (!place) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    this.unmark();
    place.tile.classList.add(place.behind ? "drop-behind" : "drop-before");
  }

  onDrop(event) {
    const place = this.dragged && this.placeAt(event);
    if (!place) return;
    event.preventDefault();
    const moving = this.dragged;
    const still = this.tiles().filter((tile) => !moving.includes(tile));
    const next = place.behind ? still[still.indexOf(place.tile) + 1] : place.tile;
    this.end();
    if (next || this.lastPlace() === null) this.move(moving, next ?? null);
    else announce("Scroll on first: what comes behind is not shown yet.", { bad: true });
  }

  placeAt(event) {
    const tile = event.target.closest(".tile");
    if (!tile || this.dragged.includes(tile)) return null;
    const { left, width } = tile.getBoundingClientRect();
    return { tile, behind: event.clientX > left + width / 2 };
  }

  end() {
    for (const tile of this.dragged ?? []) tile.classList.remove("dragged");
    this.dragged = null;
    this.unmark();
  }

  unmark() {
    for (const tile of this.stream.querySelectorAll(".drop-before, .drop-behind")) {
      tile.classList.remove("drop-before", "drop-behind");
    }
  }

  async move(moving, before) {
    const response = await fetch(this.url, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify({
        ids: moving.map((tile) => tile.dataset.id),
        before: before?.dataset.id ?? null,
      }),
    }).catch(() => null);
    if (!response?.ok) {
      announce("That did not work. Reload the page and try again.", { bad: true });
      return;
    }
    const list = this.stream.querySelector(".tiles");
    for (const tile of moving) list.insertBefore(tile, before);
    const place = this.tiles().indexOf(moving[0]) + 1;
    announce(moving.length === 1 ? `Moved to place ${place}.` : `${moving.length} items moved to place ${place}.`);
  }
}
