// Hashes files away from the page, a piece at a time: whole ones by SHA-256, parts by MD5.
import { createMD5, createSHA256 } from "hash-wasm";

const MAKERS = { md5: createMD5, sha256: createSHA256 };

self.addEventListener("message", async ({ data: { id, blob, algorithm } }) => {
  try {
    const hash = await MAKERS[algorithm]();
    hash.init();
    let read = 0;
    const reader = blob.stream().getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      hash.update(value);
      read += value.length;
      self.postMessage({ id, read });
    }
    self.postMessage({ id, digest: hash.digest() });
  } catch (error) {
    self.postMessage({ id, error: String(error) });
  }
});
