// Picking tiles: the boxes work alone; this adds x, Shift for ranges, Escape, and the count.
import { isTyping } from "./page.js";

export class Selection {
  constructor(form, signal) {
    this.form = form;
    this.count = form.querySelector("[data-count]");
    this.last = null;
    form.addEventListener("click", (event) => this.onClick(event), { signal });
    form.addEventListener("change", () => this.tell(), { signal });
    form.addEventListener("reset", () => setTimeout(() => this.tell()), { signal });
    document.addEventListener("keydown", (event) => this.onKey(event), { signal });
    this.tell();
  }

  boxes() {
    return [...this.form.querySelectorAll(".pick")];
  }

  onClick(event) {
    const box = event.target.closest(".pick");
    if (!box) return;
    if (event.shiftKey && this.last?.isConnected) this.pickUpTo(box);
    this.last = box;
  }

  pickUpTo(box) {
    const boxes = this.boxes();
    const [from, to] = [boxes.indexOf(this.last), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
    this.tell();
  }

  onKey(event) {
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && this.boxes().some((box) => box.checked)) this.form.reset();
    if (event.key !== "x" && event.key !== "X") return;
    const box = (event.target.closest?.(".tile") ?? this.form.querySelector(".tile:hover"))?.querySelector(".pick");
    if (!box) return;
    box.checked = !box.checked;
    if (event.shiftKey && this.last?.isConnected) this.pickUpTo(box);
    this.last = box;
    this.tell();
  }

  tell() {
    const picked = this.boxes().filter((box) => box.checked).length;
    this.count.textContent = `${picked} selected`;
  }
}
