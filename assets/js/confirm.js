// Buttons with data-confirm ask before they do what cannot be undone.

export function listenForConfirmations() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-confirm]");
    if (button && !window.confirm(button.dataset.confirm)) event.preventDefault();
  });
}
