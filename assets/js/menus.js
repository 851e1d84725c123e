// The profile menu closes by Escape and by a click elsewhere; the theme changes at once.

const YEAR = 31_536_000;

export function listenForMenus() {
  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") openMenus().forEach(close);
  });
  const form = document.querySelector("[data-theme-form]");
  if (!form) return;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    applyTheme(event.submitter.value, form);
  });
  mark(form, document.documentElement.dataset.theme ?? "system");
}

function openMenus() {
  return [...document.querySelectorAll("details[data-menu][open]")];
}

function close(menu) {
  menu.open = false;
  menu.querySelector("summary").focus();
}

function applyTheme(theme, form) {
  const kept = theme !== "system";
  if (kept) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  const secure = location.protocol === "https:" ? ";secure" : "";
  document.cookie = `theme=${kept ? theme : ""};path=/;max-age=${kept ? YEAR : 0};samesite=lax${secure}`;
  mark(form, theme);
}

function mark(form, theme) {
  for (const button of form.querySelectorAll("button[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}
