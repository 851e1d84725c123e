// One file on its way: hashed, announced, sent, checked; retried when the connection fails.
import { base64Of, UnreadableFile } from "./hasher.js";
import { CallError } from "./upload-calls.js";

const TRIES = 6;
const HEAD_BYTES = 4096;
const RETRIED = new Set([0, 408, 429, 502, 503, 504]);
const WORTH_ANOTHER_TRY = new Set(["hash_mismatch", "file_missing", "worker_lost"]);
const OVER = new Set(["added", "already here", "failed", "cancelled"]);

export class Transfer {
  /** `offer`: the unfinished upload that this file was chosen for, if it was. */
  constructor({ file, path, sidecar, offer = null }) {
    Object.assign(this, { file, path, sidecar, offer });
    this.size = file.size;
    this.reset();
  }

  reset() {
    this.state = "waiting";
    this.done = 0;
    this.reason = "";
    this.canRetry = false;
    this.upload = null;
    this.sha256 = null;
    this.over = new Promise((resolve) => {
      this.ended = resolve;
    });
  }

  get isOver() {
    return OVER.has(this.state);
  }

  /** False once it is plain that this is not the file that was chosen for. */
  get fits() {
    const upload = this.offer?.upload;
    return !upload || (upload.size === this.size && [null, upload.sha256].includes(this.sha256));
  }

  /** True while closing the page would interrupt it. */
  get isBusy() {
    return !this.isOver && this.state !== "checking";
  }

  /** Only what goes in parts can be held: a single piece would begin anew. */
  get canPause() {
    return ["sending", "paused"].includes(this.state) && this.upload?.part_bytes > 0;
  }

  get canCancel() {
    return ["waiting", "reading", "sending", "paused", "waiting for the network"].includes(this.state);
  }

  /** Bring the file to the store; never rejects: the state tells. */
  async run(tools) {
    this.tools = tools;
    for (let tries = 1; !this.isOver; tries += 1) {
      try {
        await this.attempt();
        return;
      } catch (error) {
        await this.stumble(error, tries);
      }
    }
  }

  async attempt() {
    const { calls, hasher } = this.tools;
    if (this.fits && !this.sha256) {
      this.enter("reading");
      this.sha256 = await hasher.digest(this.file, "sha256", (bytes) => this.progress(bytes));
    }
    if (!this.fits) {
      this.fail(`That is another file than ${this.offer.path}.`, false);
      return;
    }
    await this.tools.turn(this);
    if (this.isOver) return;
    this.upload = await calls.open(await this.announcement());
    this.tools.opened(this.upload);
    if (this.isOver) await this.abandon();
    else if (this.upload.state === "uploading") await this.deliver();
    if (!this.isOver) this.enter("checking");
  }

  async announcement() {
    const said = {
      file_name: this.file.name,
      size: this.file.size,
      sha256: this.sha256,
      head: await base64Of(this.file, HEAD_BYTES),
    };
    return this.sidecar ? { ...said, sidecar: await base64Of(this.sidecar) } : said;
  }

  async deliver() {
    const { calls, sender } = this.tools;
    this.done = this.upload.sent_bytes;
    if (this.upload.sent_bytes < this.upload.size) {
      this.enter("sending");
      await (await sender()).send(this.file, this.upload, (bytes) => this.progress(bytes));
    }
    this.upload = await calls.finish(this.upload.id);
  }

  /** Wait for the server's verdict on what was sent. Never rejects. */
  async check() {
    if (this.isOver) return;
    try {
      const pending = this.upload.state === "verifying";
      this.settle(pending ? await this.tools.calls.settled(this.upload.id) : this.upload);
    } catch (error) {
      this.fail(error.message, true);
    }
  }

  settle({ state, item, duplicate, restored, error }) {
    if (state !== "done") {
      this.fail(error?.message ?? "The upload was interrupted.", !error || WORTH_ANOTHER_TRY.has(error.code));
      return;
    }
    this.id = item;
    this.done = this.file.size;
    this.reason = restored ? "It was in the trash, and is taken out of it." : "";
    this.enter(duplicate ? "already here" : "added");
  }

  async stumble(error, tries) {
    if (this.isOver || error.name === "AbortError") return;
    const { status, passing } = judged(error);
    if (!passing || tries >= TRIES) {
      this.fail(error.message, status === 0 || status === 429 || status >= 500);
      return;
    }
    this.reason = error.message;
    this.enter("waiting for the network");
    await connection(error.retryAfter ?? Math.min(2 ** tries, 30));
  }

  /** Hold or go on. */
  async toggle() {
    const held = (await this.tools.sender()).toggle(this.upload);
    this.enter(held ? "paused" : "sending");
  }

  async cancel() {
    this.enter("cancelled");
    if (!this.upload) return;
    (await this.tools.sender()).stop(this.upload);
    await this.abandon();
  }

  async abandon() {
    // What cannot be discarded now is swept by the server in a few days.
    await this.tools.calls.discard(this.upload.id).catch(() => {});
  }

  progress(bytes) {
    this.done = Math.min(bytes, this.file.size);
    this.tools.changed();
  }

  fail(reason, canRetry) {
    Object.assign(this, { reason, canRetry });
    this.enter("failed");
  }

  enter(state) {
    if (!this.isOver) this.state = state;
    // It goes on: what went wrong before is over.
    if (["sending", "checking"].includes(this.state)) this.reason = "";
    if (this.isOver) this.ended();
    this.tools?.changed();
  }
}

// Errors of our own calls have a status; those of the store come from its client.
function judged(error) {
  if (error instanceof UnreadableFile) return { status: 400, passing: false };
  if (error instanceof CallError) {
    // Another tab finished or discarded the same upload: announcing it again tells which.
    const raced = error.code === "upload_closed" || error.code === "incomplete" || error.status === 404;
    return { status: error.status, passing: raced || RETRIED.has(error.status) };
  }
  return { status: 0, passing: true };
}

/** Wait for `seconds`, or while the browser says that there is no connection at all. */
async function connection(seconds) {
  await new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
    window.addEventListener("online", resolve, { once: true });
  });
  if (navigator.onLine) return;
  await new Promise((resolve) => {
    window.addEventListener("online", resolve, { once: true });
  });
}
