// <upload-tray data-uploads data-worker>: takes files that are dropped or pasted anywhere, or
// chosen on the Uploads page, sends three at a time, says how each one fared, and offers to
// go on with what an earlier visit left unfinished.
import { Hasher } from "./hasher.js";
import { filesOfDrop, filesOfInput, paired } from "./incoming-files.js";
import { announce } from "./page.js";
import { Transfer } from "./transfer.js";
import { summaryOf, TrayList } from "./tray-list.js";
import { UnfinishedUploads } from "./unfinished-uploads.js";
import { UploadCalls } from "./upload-calls.js";

const AT_ONCE = 3;

class UploadTray extends HTMLElement {
  connectedCallback() {
    this.transfers = [];
    this.running = 0;
    this.depth = 0;
    this.turns = new Map();
    this.calls = new UploadCalls(this.dataset.uploads);
    this.hasher = new Hasher(this.dataset.worker);
    this.unfinished = new UnfinishedUploads(this.calls, () => this.later());
    this.view = new TrayList(this, this.actions());
    this.listen();
    this.unfinished.load();
  }

  listen() {
    document.addEventListener("dragenter", (event) => this.onDrag(event, 1));
    document.addEventListener("dragleave", (event) => this.onDrag(event, -1));
    document.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
    document.addEventListener("drop", (event) => this.onDrop(event));
    document.addEventListener("paste", (event) => this.onPaste(event));
    document.addEventListener("change", (event) => this.onChoose(event));
    window.addEventListener("beforeunload", (event) => this.isBusy() && event.preventDefault());
  }

  actions() {
    return {
      retry: () => this.retry(this.transfers),
      clear: () => this.clear(),
      row: {
        pause: (transfer) => transfer.toggle(),
        cancel: (transfer) => transfer.cancel(),
        retry: (transfer) => this.retry([transfer]),
        choose: (offer) => this.choose(offer),
        discard: (offer) => this.unfinished.discard(offer),
      },
    };
  }

  get tools() {
    return {
      calls: this.calls,
      hasher: this.hasher,
      sender: () => this.sender(),
      turn: (transfer) => this.turn(transfer),
      opened: (upload) => this.unfinished.taken(upload),
      changed: () => this.later(),
    };
  }

  /** One after the other, where several files are the same: the later ones need no sending. */
  async turn(transfer) {
    const before = this.turns.get(transfer.sha256);
    if (before === transfer) return;
    this.turns.set(transfer.sha256, transfer);
    await before?.over;
  }

  /** The client of the store, loaded once there is something to send. */
  sender() {
    this.loading ??= import("./sender.js").then(
      ({ Sender }) =>
        new Sender({ sign: (id, wish) => this.calls.sign(id, wish), hasher: this.hasher, atOnce: AT_ONCE }),
    );
    this.loading.catch(() => {
      this.loading = null;
    });
    return this.loading;
  }

  isBusy() {
    return this.transfers.some(({ isBusy }) => isBusy);
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

  /** Browsers do not keep files over a reload: the person shows them again. */
  choose(offer) {
    const input = document.createElement("input");
    input.type = "file";
    input.addEventListener("change", () => this.take(filesOfInput(input).map((entry) => ({ ...entry, offer }))));
    input.click();
  }

  add(found) {
    this.take(paired(found));
  }

  take(entries) {
    const added = entries.map((entry) => new Transfer(entry));
    this.transfers.push(...added);
    if (added.length) announce(`Uploading ${added.length} ${added.length === 1 ? "file" : "files"}.`);
    this.pump();
  }

  pump() {
    while (this.running < AT_ONCE) {
      const next = this.transfers.find((transfer) => transfer.state === "waiting" && !transfer.begun);
      if (!next) break;
      this.running += 1;
      this.follow(next);
    }
    this.view.show(this.transfers, this.unfinished.offers);
  }

  async follow(transfer) {
    transfer.begun = true;
    await transfer.run(this.tools);
    this.running -= 1;
    this.pump();
    // The server checks on its own: meanwhile the next file is sent.
    await transfer.check();
    if (transfer.id) {
      document.dispatchEvent(new CustomEvent("pixtract:uploaded", { detail: { id: transfer.id } }));
    }
    if (this.transfers.every(({ isOver }) => isOver)) this.finish();
    this.later();
  }

  finish() {
    this.unfinished.note();
    if (this.transfers.length) announce(`Uploads: ${summaryOf(this.transfers)}.`);
  }

  later() {
    this.view.later(() => this.view.show(this.transfers, this.unfinished.offers));
  }

  retry(transfers) {
    for (const transfer of transfers.filter(({ canRetry }) => canRetry)) {
      transfer.reset();
      transfer.begun = false;
    }
    this.pump();
  }

  clear() {
    if (!this.transfers.length) this.unfinished.putOff();
    this.transfers = this.transfers.filter(({ isOver }) => !isOver);
    this.pump();
  }
}

function carriesFiles(event) {
  return Boolean(event.dataTransfer?.types.includes("Files"));
}

customElements.define("upload-tray", UploadTray);
