export { type Asset, bundleDisplay, DISPLAY_CSP } from "./bundle.ts";
