// The calls of the API that uploads are made of.
import { csrfToken } from "./page.js";

const FIRST_POLL_MS = 400;
const SLOWEST_POLL_MS = 4000;
const ASKED_AT_ONCE = 100;

/** What the server refused, or with status 0 a connection that failed. */
export class CallError extends Error {
  constructor(status, { detail, code } = {}, retryAfter = null) {
    super(detail ?? (status ? `The server answered ${status}.` : "The connection failed."));
    Object.assign(this, { status, code, retryAfter });
  }
}

export class UploadCalls {
  constructor(base) {
    this.base = base;
    this.waiting = new Map();
  }

  /** Announce a file; the answer says how it goes on. */
  open(announcement) {
    return call("POST", this.base, announcement);
  }

  sign(id, wish) {
    return call("POST", `${this.base}${id}/sign/`, wish);
  }

  finish(id) {
    return call("POST", `${this.base}finish/`, { id });
  }

  discard(id) {
    return call("DELETE", `${this.base}${id}/`);
  }

  read(id) {
    return call("GET", `${this.base}${id}/`);
  }

  async unfinished() {
    const { results } = await call("GET", this.base);
    return results.filter(({ state }) => state === "uploading");
  }

  /** The upload once the server has checked it; all that wait are asked for together. */
  settled(id) {
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.delay = FIRST_POLL_MS;
      this.timer ??= setTimeout(() => this.poll(), this.delay);
    });
  }

  async poll() {
    const ids = [...this.waiting.keys()].slice(0, ASKED_AT_ONCE);
    try {
      const { results } = await call("GET", `${this.base}?ids=${ids.join(",")}`);
      this.sort(ids, results);
    } catch (error) {
      // Without a connection the server goes on checking: only a clear no ends the waiting.
      if (error.status >= 400 && error.status < 500 && error.status !== 429) this.giveUp(ids, error);
    }
    this.delay = Math.min(this.delay * 1.5, SLOWEST_POLL_MS);
    this.timer = this.waiting.size ? setTimeout(() => this.poll(), this.delay) : null;
  }

  sort(ids, results) {
    const found = new Map(results.map((upload) => [upload.id, upload]));
    for (const id of ids) {
      const upload = found.get(id);
      if (upload && upload.state === "verifying") continue;
      const { resolve, reject } = this.waiting.get(id);
      this.waiting.delete(id);
      if (upload) resolve(upload);
      else reject(new CallError(404, { detail: "The upload is gone." }));
    }
  }

  giveUp(ids, error) {
    for (const id of ids) {
      this.waiting.get(id).reject(error);
      this.waiting.delete(id);
    }
  }
}

async function call(method, url, body) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
  if (body) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(url, { method, headers, body: body && JSON.stringify(body), credentials: "same-origin" });
  } catch {
    throw new CallError(0);
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new CallError(response.status, answer, Number(response.headers.get("Retry-After")) || null);
}
