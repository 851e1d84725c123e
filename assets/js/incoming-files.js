// From what was dropped, chosen or pasted to a list of transfers: folders are opened,
// XMP sidecars go with their photo.

const SIDECAR = /\.xmp$/i;

/** Every file of a drop, folders included, however deep. */
export async function filesOfDrop(transfer) {
  const entries = [...transfer.items]
    .filter((item) => item.kind === "file")
    .map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const lists = await Promise.all(entries.filter(Boolean).map(filesOf));
  return lists.flat();
}

async function filesOf(entry) {
  if (entry instanceof File) return [named(entry, entry.name)];
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [named(file, entry.fullPath)];
  }
  const lists = [];
  for (const child of await childrenOf(entry)) lists.push(await filesOf(child));
  return lists.flat();
}

// A reader gives a hundred entries at a time, and an empty list when there are no more.
async function childrenOf(folder) {
  const reader = folder.createReader();
  const children = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return children;
    children.push(...some);
  }
}

function named(file, path) {
  return { file, path: path.replace(/^\//, "") };
}

/** The files of an input, with their folders' names where a folder was chosen. */
export function filesOfInput(input) {
  return [...input.files].map((file) => named(file, file.webkitRelativePath || file.name));
}

/** Pair sidecars with photos (x.jpg.xmp or x.xmp); returns [{file, path, sidecar}]. */
export function paired(found) {
  const visible = found.filter(({ file }) => !file.name.startsWith("."));
  const sidecars = visible.filter(({ path }) => SIDECAR.test(path));
  const media = visible.filter(({ path }) => !SIDECAR.test(path)).map((entry) => ({ ...entry, sidecar: null }));
  const lonely = [];
  for (const sidecar of sidecars) {
    const owner = ownerOf(sidecar.path.replace(SIDECAR, "").toLowerCase(), media);
    if (owner) owner.sidecar = sidecar.file;
    else lonely.push({ ...sidecar, sidecar: null });
  }
  return [...media, ...lonely];
}

function ownerOf(stem, media) {
  const exact = media.find(({ path }) => path.toLowerCase() === stem);
  return exact ?? media.find(({ path }) => path.toLowerCase().replace(/\.[^./]+$/, "") === stem);
}
