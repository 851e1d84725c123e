// <video-view>: jumps to the moments that links name. At which one it opens, its address says.

class VideoView extends HTMLElement {
  connectedCallback() {
    this.video = this.querySelector("video");
    this.stop = new AbortController();
    document.addEventListener("click", (event) => this.follow(event), { signal: this.stop.signal });
  }

  disconnectedCallback() {
    this.stop.abort();
  }

  follow(event) {
    const link = event.target.closest?.("[data-seek]");
    if (!link) return;
    event.preventDefault();
    this.seek(Number(link.dataset.seek));
  }

  seek(milliseconds) {
    const jump = () => {
      this.video.currentTime = milliseconds / 1000;
      // Browsers may refuse to start by themselves; the picture at the moment is shown anyway.
      this.video.play().catch(() => this.video.pause());
    };
    if (this.video.readyState >= HTMLMediaElement.HAVE_METADATA) jump();
    else this.video.addEventListener("loadedmetadata", jump, { once: true });
  }
}

customElements.define("video-view", VideoView);
