// The pages work without any of this. Scripts add what only a browser can do: dropping
// files, zooming, sliders, keys, and news without a reload.
import "htmx.org";
import "./item-page.js";
import "./field-list.js";
import "./label-list.js";
import "./live-part.js";
import "./copy-text.js";
import "./photo-stream.js";
import "./search-box.js";
import "./upload-tray.js";
import "./video-view.js";
import "./zoom-view.js";
import { listenForAnswers } from "./answers.js";
import { listenForConfirmations } from "./confirm.js";
import { listenForMenus } from "./menus.js";

document.documentElement.classList.add("scripted");
listenForConfirmations();
listenForMenus();

listenForAnswers();
