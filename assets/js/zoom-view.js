// <zoom-view>: a picture that can be zoomed (wheel, pinch, double click, + - 0) and dragged.

const MOST = 12;
const STEP = 1.4;

class ZoomView extends HTMLElement {
  connectedCallback() {
    this.picture = this.querySelector(".picture");
    this.pointers = new Map();
    this.reset();
    this.tabIndex = 0;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", "Picture. Plus and minus zoom, arrow keys move.");
    this.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    this.addEventListener("dblclick", (event) => this.zoomTo(this.scale > 1 ? 1 : 2.5, event));
    this.addEventListener("pointerdown", (event) => this.onDown(event));
    this.addEventListener("pointermove", (event) => this.onMove(event));
    for (const kind of ["pointerup", "pointercancel"]) {
      this.addEventListener(kind, (event) => this.pointers.delete(event.pointerId));
    }
    this.addEventListener("keydown", (event) => this.onKey(event));
  }

  reset() {
    this.scale = 1;
    this.x = this.y = 0;
    this.draw();
  }

  onWheel(event) {
    event.preventDefault();
    this.zoomTo(this.scale * Math.exp(-event.deltaY / 300), event);
  }

  onDown(event) {
    if (event.button !== 0) return;
    this.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  onMove(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    if (this.pointers.size === 2) this.pinch(event.pointerId, before, now);
    else if (this.scale > 1) this.moveBy(now.x - before.x, now.y - before.y);
    this.pointers.set(event.pointerId, now);
  }

  pinch(id, before, now) {
    const [, other] = [...this.pointers].find(([key]) => key !== id);
    const grown = distance(now, other) / Math.max(distance(before, other), 1);
    this.zoomTo(this.scale * grown, { clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 });
  }

  onKey(event) {
    const zooms = { "+": STEP, "=": STEP, "-": 1 / STEP };
    const moves = { ArrowLeft: [80, 0], ArrowRight: [-80, 0], ArrowUp: [0, 80], ArrowDown: [0, -80] };
    if (event.key in zooms) this.zoomTo(this.scale * zooms[event.key]);
    else if (event.key === "0") this.reset();
    else if (this.scale > 1 && event.key in moves) this.moveBy(...moves[event.key]);
    else return;
    event.preventDefault();
  }

  /** Zoom so that what is under the point stays there. */
  zoomTo(scale, point) {
    const next = Math.min(Math.max(scale, 1), MOST);
    const area = this.getBoundingClientRect();
    const left = (point?.clientX ?? area.left + area.width / 2) - area.left - area.width / 2;
    const top = (point?.clientY ?? area.top + area.height / 2) - area.top - area.height / 2;
    const grown = next / this.scale;
    this.x = left - (left - this.x) * grown;
    this.y = top - (top - this.y) * grown;
    this.scale = next;
    this.draw();
  }

  moveBy(x, y) {
    this.x += x;
    this.y += y;
    this.draw();
  }

  draw() {
    const area = this.getBoundingClientRect();
    const roomX = (area.width * (this.scale - 1)) / 2 + area.width / 4;
    const roomY = (area.height * (this.scale - 1)) / 2 + area.height / 4;
    const free = this.scale > 1;
    this.x = free ? Math.min(Math.max(this.x, -roomX), roomX) : 0;
    this.y = free ? Math.min(Math.max(this.y, -roomY), roomY) : 0;
    this.picture.style.transform = free ? `translate(${this.x}px, ${this.y}px) scale(${this.scale})` : "";
    this.toggleAttribute("data-zoomed", free);
  }
}

function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

customElements.define("zoom-view", ZoomView);
