/** Colours of regions and health codes, worst first; `none` where there is nothing to colour by. */
export const COLOURS = ["red", "orange", "yellow", "blue", "green", "none"] as const;
export type Colour = (typeof COLOURS)[number];
