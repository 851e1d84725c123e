// The pages work without any of this. Scripts add what only a browser can do: dropping
// files, zooming, sliders, keys, and news without a reload.
import "htmx.org";
import "./item-page.js";
import "./label-list.js";
import "./live-part.js";
import "./copy-text.js";
import "./photo-stream.js";
import "./search-box.js";
import "./upload-tray.js";
import "./video-view.js";
import "./zoom-view.js";
import { listenForConfirmations } from "./confirm.js";
import { listenForMenus } from "./menus.js";
import { announce } from "./page.js";

document.documentElement.classList.add("scripted");
listenForConfirmations();
listenForMenus();

// A refused or broken answer must not land in the page.
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr?.status ?? 0;
  announce(`That did not work (${status}). Reload the page and try again.`, { bad: true });
});
document.addEventListener("htmx:sendError", () => {
  announce("There is no connection to Pixtract.", { bad: true });
});
