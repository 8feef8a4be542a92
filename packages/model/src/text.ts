/** A text that people read, in both languages of the interface. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}
