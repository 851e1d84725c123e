// <upload-tray data-url>: takes files that are dropped or pasted anywhere, or chosen on the
// Uploads page, sends three at a time, and says how each one fared.
import { filesOfDrop, filesOfInput, paired } from "./incoming-files.js";
import { announce } from "./page.js";
import { Transfer } from "./transfer.js";
import { summaryOf, TrayList } from "./tray-list.js";

const AT_ONCE = 3;

class UploadTray extends HTMLElement {
  connectedCallback() {
    this.transfers = [];
    this.running = 0;
    this.depth = 0;
    this.view = new TrayList(this, { retry: () => this.retry(), clear: () => this.clear() });
    document.addEventListener("dragenter", (event) => this.onDrag(event, 1));
    document.addEventListener("dragleave", (event) => this.onDrag(event, -1));
    document.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
    document.addEventListener("drop", (event) => this.onDrop(event));
    document.addEventListener("paste", (event) => this.onPaste(event));
    document.addEventListener("change", (event) => this.onChoose(event));
    window.addEventListener("beforeunload", (event) => this.isBusy() && event.preventDefault());
  }

  isBusy() {
    return this.transfers.some(({ state }) => state === "sending" || state.startsWith("waiting"));
  }

  onDrag(event, step) {
    if (!carriesFiles(event)) return;
    this.depth = Math.max(this.depth + step, 0);
    this.view.veil(this.depth > 0);
  }

  async onDrop(event) {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    this.depth = 0;
    this.view.veil(false);
    this.add(await filesOfDrop(event.dataTransfer));
  }

  onPaste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) this.add(files.map((file) => ({ file, path: file.name })));
  }

  onChoose(event) {
    const input = event.target;
    if (!input.matches?.("input[type=file][data-upload]")) return;
    this.add(filesOfInput(input));
    input.value = "";
  }

  add(found) {
    const added = paired(found).map((entry) => new Transfer(entry, this.dataset.url));
    this.transfers.push(...added);
    if (added.length) announce(`Uploading ${added.length} ${added.length === 1 ? "file" : "files"}.`);
    this.pump();
  }

  pump() {
    while (this.running < AT_ONCE) {
      const next = this.transfers.find(({ state }) => state === "waiting");
      if (!next) break;
      this.running += 1;
      this.follow(next);
    }
    this.view.show(this.transfers);
  }

  async follow(transfer) {
    await transfer.run(() => this.view.later(this.transfers));
    this.running -= 1;
    if (transfer.id) {
      document.dispatchEvent(new CustomEvent("pixtract:uploaded", { detail: { id: transfer.id } }));
    }
    this.pump();
    if (!this.isBusy()) this.finish();
  }

  finish() {
    if (this.transfers.length) announce(`Uploads: ${summaryOf(this.transfers)}.`);
  }

  retry() {
    for (const transfer of this.transfers) if (transfer.canRetry) transfer.state = "waiting";
    this.pump();
  }

  clear() {
    this.transfers = this.transfers.filter(({ state }) => state === "sending" || state.startsWith("waiting"));
    this.view.show(this.transfers);
  }
}

function carriesFiles(event) {
  return Boolean(event.dataTransfer?.types.includes("Files"));
}

customElements.define("upload-tray", UploadTray);
