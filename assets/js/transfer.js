// One file on its way to the API: progress, retries when the network fails, the reason at the end.
import { csrfToken } from "./page.js";

const TRIES = 6;
const RETRY_STATUSES = new Set([0, 429, 502, 503, 504]);
const PASSING_STATUSES = new Set([0, 408, 429]);

export class Transfer {
  constructor({ file, path, sidecar }, url) {
    Object.assign(this, { file, path, sidecar, url });
    this.state = "waiting";
    this.sent = 0;
    this.reason = "";
    this.status = 0;
    this.tries = 0;
  }

  /** True when the same file could fare better another time: the file is not at fault. */
  get canRetry() {
    return this.state === "failed" && (PASSING_STATUSES.has(this.status) || this.status >= 500);
  }

  /** Send the file; calls `changed` with every step. Never rejects: the state tells. */
  async run(changed) {
    for (this.tries = 1; this.tries <= TRIES; this.tries += 1) {
      this.state = "sending";
      changed();
      const answer = await this.send(changed);
      this.status = answer.status;
      if (!RETRY_STATUSES.has(answer.status)) {
        this.settle(answer);
        break;
      }
      this.state = "waiting for the network";
      this.reason = reasonOf(answer);
      changed();
      await pause(answer.retryAfter ?? Math.min(2 ** this.tries, 30));
    }
    if (this.state.startsWith("waiting")) this.state = "failed";
    changed();
  }

  settle({ status, body }) {
    if (status === 200 || status === 201) {
      this.state = body.duplicate ? "already here" : "added";
      this.id = body.id;
      this.reason = "";
      this.sent = this.file.size;
    } else {
      this.state = "failed";
      this.reason = reasonOf({ status, body });
    }
  }

  send(changed) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", this.url);
      request.setRequestHeader("X-CSRFToken", csrfToken());
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", (event) => {
        this.sent = Math.min(event.loaded, this.file.size);
        changed();
      });
      request.addEventListener("loadend", () => resolve(answerOf(request)));
      request.send(this.form());
    });
  }

  form() {
    const data = new FormData();
    // Fields first: a server that streams knows them before the bytes come.
    if (this.sidecar) data.append("sidecar", this.sidecar);
    data.append("file", this.file, this.file.name);
    return data;
  }
}

function answerOf(request) {
  const retryAfter = Number(request.getResponseHeader("Retry-After")) || null;
  try {
    return { status: request.status, body: JSON.parse(request.responseText), retryAfter };
  } catch {
    return { status: request.status, body: {}, retryAfter };
  }
}

function reasonOf({ status, body }) {
  if (body?.detail) return String(body.detail);
  if (status === 0) return "The connection failed.";
  if (status === 413) return "The file is too large.";
  return `The server answered ${status}.`;
}

function pause(seconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
  });
}
