// <copy-text data-from="id">: a button that copies the text of another element.
import { announce } from "./page.js";

class CopyText extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => this.copy());
  }

  async copy() {
    const source = document.getElementById(this.dataset.from);
    try {
      await navigator.clipboard.writeText(source.innerText);
      announce("Copied.");
    } catch {
      // Without https there is no clipboard for scripts: select, so that the keys can copy.
      getSelection().selectAllChildren(source);
      announce("The text is selected: press Ctrl+C to copy it.");
    }
  }
}

customElements.define("copy-text", CopyText);
