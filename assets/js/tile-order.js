// Where a tile belongs in a timeline whose sections are months, newest first.

/** Put `tile` where its key says, making its month's section when there is none. */
export function place(stream, tile) {
  const list = monthOf(stream, tile).querySelector(".tiles");
  const next = [...list.children].find((other) => other.dataset.key < tile.dataset.key);
  list.insertBefore(tile, next ?? null);
}

/** Mark the first tile of each day, and drop months that became empty. */
export function refreshDays(stream) {
  for (const section of stream.querySelectorAll(".month")) {
    let day = "";
    const tiles = section.querySelectorAll(".tile");
    for (const tile of tiles) {
      tile.classList.toggle("first-of-day", tile.dataset.day !== day);
      day = tile.dataset.day;
    }
    if (!tiles.length) section.remove();
  }
}

function monthOf(stream, tile) {
  const key = tile.dataset.day.slice(0, 7);
  const sections = [...stream.querySelectorAll(".month")];
  const found = sections.find((section) => section.dataset.month === key);
  if (found) return found;
  const section = newMonth(key, tile.dataset.monthName);
  const older = sections.find((other) => other.dataset.month < key);
  stream.insertBefore(section, older ?? stream.querySelector("a.older"));
  return section;
}

function newMonth(key, name) {
  const section = document.createElement("section");
  section.className = "month";
  section.dataset.month = key;
  const heading = document.createElement("h2");
  const [month, year] = name.split(" ");
  const light = document.createElement("span");
  light.textContent = year;
  heading.append(`${month} `, light);
  const list = document.createElement("ul");
  list.className = "tiles";
  section.append(heading, list);
  return section;
}
