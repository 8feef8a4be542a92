/** After a move: to the tile or row that we came out of, else the first tile, else the heading of what is shown. */
export function moveFocus(document: Document, cameFrom: string | null): void {
  const stops = [...document.querySelectorAll<HTMLElement>("[data-stop]")];
  const back = stops.find((stop) => stop.dataset["stop"] === cameFrom);
  const firstTile = stops.find((stop) => stop.matches(".tile"));
  const target = back ?? firstTile ?? document.querySelector<HTMLElement>("#scene-title");
  target?.focus({ preventScroll: back === undefined });
}

/** Whether keys typed there are text rather than commands to the page. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}
