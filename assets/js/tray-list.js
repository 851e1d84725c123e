// What the upload tray looks like. Long queues are shown by their newest and their failed.
import { TrayRow } from "./tray-row.js";

const SHOWN = 60;
const OUTCOMES = ["added", "already here", "failed", "cancelled"];
const OVER = new Set(OUTCOMES);

export class TrayList {
  constructor(host, { retry, clear, row }) {
    this.host = host;
    this.actions = { retry, clear, row };
    this.rows = new WeakMap();
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
  later(show) {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      show();
    });
  }

  show(transfers, offers) {
    if (!transfers.length && !offers.length) {
      this.host.replaceChildren();
      this.tray = null;
      return;
    }
    this.tray ??= this.build();
    this.headline(transfers, offers);
    this.again.hidden = !transfers.some(({ canRetry }) => canRetry);
    this.close.hidden = transfers.length > 0 && !transfers.some(({ state }) => OVER.has(state));
    this.close.textContent = transfers.length ? "Clear" : "Later";
    this.arrange([...ordered(transfers), ...offers].slice(0, SHOWN));
  }

  headline(transfers, offers) {
    const over = transfers.filter(({ state }) => OVER.has(state)).length;
    if (!transfers.length) this.title.textContent = `Unfinished uploads: ${offers.length}`;
    else if (over < transfers.length) this.title.textContent = `Uploading: ${over} of ${transfers.length} finished`;
    else this.title.textContent = summaryOf(transfers);
    this.bar.hidden = !transfers.length;
    this.bar.max = transfers.reduce((sum, { size }) => sum + size, 0) || 1;
    this.bar.value = transfers.reduce((sum, { state, size, done }) => sum + sentOf(state, size, done), 0);
  }

  // Rows stay the same elements, so that a button keeps its focus while numbers change.
  arrange(entries) {
    const rows = entries.map((entry) => this.rowOf(entry));
    const current = [...this.list.children];
    if (rows.length === current.length && rows.every((row, place) => row === current[place])) return;
    const focused = this.list.contains(document.activeElement) ? document.activeElement : null;
    this.list.replaceChildren(...rows);
    if (focused?.isConnected) focused.focus();
  }

  rowOf(entry) {
    if (!this.rows.has(entry)) this.rows.set(entry, new TrayRow(entry, this.actions.row));
    return this.rows.get(entry).update();
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

// Reading a file is not sending it: the bar would run twice.
function sentOf(state, size, done) {
  if (OVER.has(state) || state === "checking") return size;
  return state === "reading" ? 0 : done;
}

function ordered(transfers) {
  const rank = ({ state }) => (state === "failed" ? 0 : OVER.has(state) ? 2 : 1);
  return [...transfers].sort((a, b) => rank(a) - rank(b));
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
