// What the upload tray looks like. Long queues are shown by their newest and their failed.

const SHOWN = 60;
const OUTCOMES = ["added", "already here", "failed"];
const OVER = new Set(OUTCOMES);

export class TrayList {
  constructor(host, { retry, clear }) {
    this.host = host;
    this.actions = { retry, clear };
    this.drawing = false;
  }

  veil(shown) {
    this.cover?.remove();
    this.cover = null;
    if (!shown) return;
    this.cover = element("div", "drop-veil", "Drop to upload");
    document.body.append(this.cover);
  }

  /** Show soon: progress comes more often than eyes need. */
  later(transfers) {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      this.show(transfers);
    });
  }

  show(transfers) {
    if (!transfers.length) {
      this.host.replaceChildren();
      this.tray = null;
      return;
    }
    this.tray ??= this.build();
    const over = transfers.filter(({ state }) => OVER.has(state)).length;
    this.title.textContent =
      over < transfers.length ? `Uploading: ${over} of ${transfers.length} finished` : summaryOf(transfers);
    this.bar.max = transfers.reduce((sum, { file }) => sum + file.size, 0) || 1;
    this.bar.value = transfers.reduce((sum, { sent, state, file }) => sum + (OVER.has(state) ? file.size : sent), 0);
    this.again.hidden = !transfers.some(({ canRetry }) => canRetry);
    this.close.hidden = over === 0;
    this.list.replaceChildren(...ordered(transfers).slice(0, SHOWN).map(row));
  }

  build() {
    const tray = element("section", "tray");
    tray.setAttribute("aria-label", "Upload progress");
    const header = element("header");
    this.title = element("h2");
    this.again = button("Try again", this.actions.retry);
    this.close = button("Clear", this.actions.clear);
    const side = element("div", "form-actions-inline");
    side.append(this.again, this.close);
    header.append(this.title, side);
    this.bar = element("progress");
    this.bar.setAttribute("aria-label", "Bytes sent");
    this.list = element("ul");
    this.list.tabIndex = 0;
    this.list.setAttribute("aria-label", "Files");
    tray.append(header, this.bar, this.list);
    this.host.replaceChildren(tray);
    return tray;
  }
}

/** How the transfers ended, like "36 added, 2 already here, 18 failed". */
export function summaryOf(transfers) {
  const counts = OUTCOMES.map((outcome) => [transfers.filter(({ state }) => state === outcome).length, outcome]);
  return counts
    .filter(([count]) => count)
    .map(([count, outcome]) => `${count} ${outcome}`)
    .join(", ");
}

function ordered(transfers) {
  const rank = ({ state }) => (state === "failed" ? 0 : OVER.has(state) ? 2 : 1);
  return [...transfers].sort((a, b) => rank(a) - rank(b));
}

function row(transfer) {
  const item = element("li", "transfer");
  item.dataset.state = transfer.state;
  item.append(element("span", "name", transfer.path), element("span", "state", stateOf(transfer)));
  if (transfer.reason) item.append(element("span", "reason-why", transfer.reason));
  return item;
}

function stateOf({ state, sent, file }) {
  return state === "sending" ? `${Math.floor((100 * sent) / (file.size || 1))} %` : state;
}

function button(words, act) {
  const made = element("button", "button small", words);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

function element(name, className = "", words = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = words;
  return made;
}
