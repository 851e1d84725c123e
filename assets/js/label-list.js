// <label-list>: the confidence slider, and the boxes of the label that is pointed at.

const STEP = 5;
const NAMED = 4;

class LabelList extends HTMLElement {
  connectedCallback() {
    this.slider = this.querySelector("[data-slider] input[type=range]");
    this.summary = this.querySelector("[data-summary]");
    this.items = [...this.querySelectorAll("[data-shown-from]")];
    this.restore();
    this.slider.addEventListener("input", () => this.show());
    this.slider.addEventListener("change", () => this.keep());
    this.slider.form.addEventListener("submit", (event) => event.preventDefault());
    for (const kind of ["pointerover", "focusin"]) {
      this.addEventListener(kind, (event) => this.point(event.target.closest("[data-label]")));
    }
    for (const kind of ["pointerleave", "focusout"]) {
      this.addEventListener(kind, () => this.point(null));
    }
  }

  disconnectedCallback() {
    this.point(null);
  }

  // The list is replaced when news arrive; where the slider stood must survive that.
  restore() {
    const kept = this.closest("item-page")?.minimum;
    if (kept === undefined) return;
    this.slider.value = kept;
    this.show();
  }

  keep() {
    const page = this.closest("item-page");
    if (page) page.minimum = this.slider.value;
  }

  show() {
    const minimum = Number(this.slider.value);
    this.keep();
    for (const item of this.items) item.hidden = Number(item.dataset.shownFrom) < minimum;
    this.summary.textContent = summarize(minimum, this.items);
  }

  point(item) {
    const wanted = item?.dataset.label;
    for (const group of document.querySelectorAll(".label-box")) {
      group.toggleAttribute("data-on", group.dataset.label === wanted);
    }
  }
}

function summarize(minimum, items) {
  const values = items.map((item) => [Number(item.dataset.shownFrom), item.dataset.name]);
  const count = values.filter(([from]) => from >= minimum).length;
  const start = `${minimum}: ${count} ${count === 1 ? "label" : "labels"}`;
  const below = values.map(([from]) => from).filter((from) => from >= 0 && from < minimum);
  if (!below.length) return start;
  const lower = Math.floor(Math.max(...below) / STEP) * STEP;
  const added = values.filter(([from]) => from >= lower && from < minimum).map(([, name]) => name);
  return `${start} · at ${lower} you would also see ${listed(added)}`;
}

function listed(names) {
  const rest = names.length - NAMED;
  const shown = names.slice(0, NAMED).join(", ");
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

customElements.define("label-list", LabelList);
