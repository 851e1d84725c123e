// Asks the worker for hashes; one worker for the whole page, started when first needed.

export class UnreadableFile extends Error {}

export class Hasher {
  constructor(url) {
    this.url = url;
    this.asked = new Map();
    this.next = 1;
  }

  /** The digest of `blob`, hexadecimal; `progress` hears how many bytes were read. */
  digest(blob, algorithm, progress = () => {}) {
    this.worker ??= this.start();
    const id = this.next;
    this.next += 1;
    return new Promise((resolve, reject) => {
      this.asked.set(id, { resolve, reject, progress });
      this.worker.postMessage({ id, blob, algorithm });
    });
  }

  start() {
    const worker = new Worker(this.url, { type: "module" });
    worker.addEventListener("message", ({ data }) => this.hear(data));
    worker.addEventListener("error", () => this.fail());
    return worker;
  }

  hear({ id, read, digest, error }) {
    const waiting = this.asked.get(id);
    if (!waiting) return;
    if (read !== undefined) {
      waiting.progress(read);
      return;
    }
    this.asked.delete(id);
    if (digest) waiting.resolve(digest);
    else waiting.reject(new UnreadableFile(`The file could not be read (${error}).`));
  }

  // The worker itself did not load or died: whoever waits is told, the next asks a new one.
  fail() {
    const waiting = [...this.asked.values()];
    this.asked.clear();
    this.worker = null;
    for (const { reject } of waiting) reject(new UnreadableFile("The file could not be read."));
  }
}

/** Hexadecimal to base64, as HTTP headers want it. */
export function base64OfHex(hex) {
  return btoa(String.fromCharCode(...hex.match(/../g).map((pair) => Number.parseInt(pair, 16))));
}

/** The first `length` bytes of a file, or all of it, in base64. */
export async function base64Of(blob, length = blob.size) {
  const bytes = new Uint8Array(await blob.slice(0, length).arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
