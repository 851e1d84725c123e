// <field-list>: shows in the picture where the field stands that is pointed at.

class FieldList extends HTMLElement {
  connectedCallback() {
    for (const kind of ["pointerover", "focusin"]) {
      this.addEventListener(kind, (event) => this.point(event.target.closest("[data-field]")));
    }
    for (const kind of ["pointerleave", "focusout"]) {
      this.addEventListener(kind, () => this.point(null));
    }
  }

  disconnectedCallback() {
    this.point(null);
  }

  point(field) {
    const wanted = field?.dataset.field;
    for (const group of document.querySelectorAll(".field-box")) {
      group.toggleAttribute("data-on", group.dataset.field === wanted);
    }
  }
}

customElements.define("field-list", FieldList);
