// One line of the upload tray: a name, how far it is, why it failed, what can be done.

const LEADS = { reading: "reading, ", sending: "", paused: "paused at ", unfinished: "stopped at " };
const CHOICES = [
  ["pause", ({ canPause }) => canPause, ({ state }) => (state === "paused" ? "Resume" : "Pause")],
  ["retry", ({ canRetry }) => canRetry, () => "Retry"],
  ["choose", ({ state }) => state === "unfinished", () => "Choose file"],
  ["discard", ({ state }) => state === "unfinished", () => "Discard"],
  ["cancel", ({ canCancel }) => canCancel, () => "Cancel"],
];

export class TrayRow {
  constructor(entry, actions) {
    this.entry = entry;
    this.element = document.createElement("li");
    this.element.className = "transfer";
    this.name = this.part("name", entry.path);
    this.state = this.part("state");
    this.reason = this.part("reason-why");
    this.buttons = CHOICES.map(([action, wanted, words]) => ({ wanted, words, made: this.button(actions[action]) }));
    const side = document.createElement("span");
    side.className = "row-actions";
    side.append(...this.buttons.map(({ made }) => made));
    this.element.append(this.name, this.state, this.reason, side);
  }

  /** Bring the line up to date; returns its element. */
  update() {
    this.element.dataset.state = this.entry.state;
    setText(this.state, stateOf(this.entry));
    setText(this.reason, this.entry.reason ?? "");
    this.reason.hidden = !this.entry.reason;
    for (const { wanted, words, made } of this.buttons) {
      made.hidden = !wanted(this.entry);
      setText(made, words(this.entry));
      made.setAttribute("aria-label", `${words(this.entry)}: ${this.entry.path}`);
    }
    return this.element;
  }

  part(className, words = "") {
    const made = document.createElement("span");
    made.className = className;
    made.textContent = words;
    return made;
  }

  button(act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button small";
    made.addEventListener("click", () => act(this.entry));
    return made;
  }
}

function setText(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

function stateOf({ state, done, size }) {
  return state in LEADS ? `${LEADS[state]}${Math.floor((100 * done) / (size || 1))} %` : state;
}
