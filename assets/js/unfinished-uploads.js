// What an earlier visit began and did not finish. The server knows it; this browser remembers
// only whether to ask on every page. The Uploads page always asks.

const MARK = "pixtract-unfinished";
const ASKED_FOR = 20;

export class UnfinishedUploads {
  constructor(calls, changed) {
    Object.assign(this, { calls, changed });
    this.offers = [];
    this.mine = new Set();
  }

  async load() {
    if (!localStorage.getItem(MARK) && !document.querySelector("[data-unfinished]")) return;
    try {
      const found = await this.calls.unfinished();
      const offers = await Promise.all(found.slice(0, ASKED_FOR).map((upload) => this.offer(upload)));
      this.offers = offers.filter((offer) => offer && !this.mine.has(offer.upload.id));
      this.note();
      this.changed();
    } catch {
      // Offering is a courtesy: the next page asks again.
    }
  }

  async offer({ id }) {
    const upload = await this.calls.read(id).catch(() => null);
    if (!upload || upload.state !== "uploading") return null;
    return { state: "unfinished", path: upload.file_name, size: upload.size, done: upload.sent_bytes, upload };
  }

  /** An upload of this visit: not to be offered. */
  taken(upload) {
    this.mine.add(upload.id);
    this.offers = this.offers.filter((offer) => offer.upload.id !== upload.id);
    if (upload.state === "uploading") localStorage.setItem(MARK, "1");
  }

  async discard(offer) {
    this.offers = this.offers.filter((each) => each !== offer);
    await this.calls.discard(offer.upload.id).catch(() => {});
    this.note();
    this.changed();
  }

  /** Not now: only the Uploads page asks again. */
  putOff() {
    this.offers = [];
    this.note();
  }

  /** Everything of this visit is over: what is left are the offers. */
  note() {
    if (this.offers.length) localStorage.setItem(MARK, "1");
    else localStorage.removeItem(MARK);
  }
}
