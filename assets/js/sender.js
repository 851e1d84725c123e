// Sends files to the store, in parts where they are large. Loaded with the first upload.
import AwsS3 from "@uppy/aws-s3";
import Uppy from "@uppy/core";
import { base64OfHex } from "./hasher.js";

const QUIET = { debug: () => {}, warn: () => {}, error: () => {} };

export class Sender {
  /** `sign(uploadId, wish)` gives {url, headers}; `hasher` hashes parts. */
  constructor({ sign, hasher, atOnce }) {
    Object.assign(this, { sign, hasher });
    this.jobs = new Map();
    this.byKey = new Map();
    this.uppy = new Uppy({ allowMultipleUploadBatches: true, logger: QUIET }).use(AwsS3, {
      limit: atOnce,
      shouldUseMultipart: ({ meta }) => meta.partBytes > 0,
      // The server's rule goes by the size alone, as this question does.
      getChunkSize: ({ size }) => this.partBytes(size),
      generateObjectKey: ({ meta }) => meta.key,
      signRequest: (request) => this.signRequest(request),
    });
    this.uppy.on("upload-progress", (file, { bytesUploaded }) => this.jobs.get(file?.id)?.progress(bytesUploaded));
    this.uppy.on("upload-success", (file) => this.jobs.get(file?.id)?.resolve());
    this.uppy.on("upload-error", (file, error) => this.jobs.get(file?.id)?.reject(error));
  }

  partBytes(size) {
    for (const { blob, upload } of this.jobs.values()) if (blob.size === size) return upload.part_bytes;
    return 0;
  }

  /** Send what is missing of `blob`; rejects with a CallError, or an error of the connection. */
  async send(blob, upload, progress) {
    const id = this.uppy.addFile({
      name: upload.id,
      type: blob.type,
      data: blob,
      source: "tray",
      meta: { key: upload.key, partBytes: upload.part_bytes },
    });
    try {
      await new Promise((resolve, reject) => {
        this.jobs.set(id, { blob, upload, progress, resolve, reject });
        this.byKey.set(upload.key, id);
        // Begun by the server: the list of parts says what is missing, at first all.
        if (upload.part_bytes) {
          this.uppy.setFileState(id, { s3Multipart: { uploadId: upload.upload_id, key: upload.key } });
        }
        this.uppy.upload().catch(reject);
      });
    } finally {
      this.forget(id, upload.key);
    }
  }

  forget(id, key) {
    this.jobs.delete(id);
    this.byKey.delete(key);
    if (this.uppy.getFile(id)) this.uppy.removeFile(id);
  }

  async signRequest({ method, key, partNumber = 0 }) {
    const { blob, upload } = this.jobs.get(this.byKey.get(key));
    const wish = { method, part_number: partNumber };
    if (method === "PUT") {
      const start = Math.max(partNumber - 1, 0) * upload.part_bytes;
      const part = partNumber ? blob.slice(start, start + upload.part_bytes) : blob;
      wish.md5 = base64OfHex(await this.hasher.digest(part, "md5"));
    }
    const { url, headers } = await this.sign(upload.id, wish);
    return { url: new URL(url, location.href).href, headers, key };
  }

  /** Hold or go on with an upload in parts; true while it is held. */
  toggle(upload) {
    return this.uppy.pauseResume(this.byKey.get(upload.key)) ?? false;
  }

  /** Stop sending; what was sent stays until the upload is discarded. */
  stop(upload) {
    const id = this.byKey.get(upload.key);
    this.jobs.get(id)?.reject(new DOMException("The upload was cancelled.", "AbortError"));
  }
}
