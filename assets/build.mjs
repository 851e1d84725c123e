// Bundles the pages' scripts and styles into assets/dist. Entry names are fixed: Django's
// manifest storage hashes them. The ratio classes exist because the pages' security policy
// forbids style attributes.
import { copyFile, rm } from "node:fs/promises";
import { build } from "esbuild";

const OUT = "assets/dist";
const STEPS = 20; // must agree with RATIO_STEPS in gallery/views/tiles.py
const SMALLEST = 13;
const LARGEST = 60;

function ratioRules() {
  const rules = [];
  for (let step = SMALLEST; step <= LARGEST; step += 1) {
    rules.push(`.r${step}{--ratio:${step / STEPS}}`);
  }
  return rules.join("\n");
}

const ratios = {
  name: "ratios",
  setup(plugin) {
    plugin.onResolve({ filter: /^ratios$/ }, () => ({ path: "ratios", namespace: "ratios" }));
    plugin.onLoad({ filter: /.*/, namespace: "ratios" }, () => ({
      contents: ratioRules(),
      loader: "css",
    }));
  },
};

await rm(OUT, { recursive: true, force: true });
await build({
  entryPoints: {
    app: "assets/js/app.js",
    "hash-worker": "assets/js/hash-worker.js",
    site: "assets/css/site.css",
  },
  bundle: true,
  minify: true,
  format: "esm",
  splitting: true,
  target: ["es2022"],
  outdir: OUT,
  entryNames: "[name]",
  // Parts that are loaded when needed: named by what is in them, and never changed.
  chunkNames: "c/[name]-[hash]",
  assetNames: "[name]",
  loader: { ".svg": "file" },
  legalComments: "linked",
  logLevel: "info",
  plugins: [ratios],
});
await copyFile("assets/images/icon.svg", `${OUT}/icon.svg`);
