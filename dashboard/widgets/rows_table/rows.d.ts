/** What rows_table.py sends of a row. Texts are cut at their hits: plain and hit by turns. */
export interface Row {
  row: number;
  id: string;
  text: string[];
  /** The text around its hits, of a long text, and how long the whole is. */
  short?: string[];
  length?: number;
  label: string | null;
  /** The place of the label among the classes. */
  tone?: number;
  cells: (string | number | null)[];
}

export interface Column {
  title: string;
  kind: "plain" | "number" | "bar";
}

export interface TableData {
  rows: Row[];
  columns: Column[];
  shown: string;
  selectable: boolean;
  chosen: number[];
}

export interface Table {
  host: HTMLElement;
  head: HTMLTableRowElement;
  body: HTMLTableSectionElement;
  /** The button that copies a text, to be cloned. */
  copy: HTMLButtonElement;
  data: TableData;
  /** How many colours there are for classes. */
  tones: number;
  /** What is drawn, as a text; null before the first drawing. */
  drawn: string | null;
  /** The box that chooses all rows. */
  all: HTMLInputElement | null;
  /** The last box that was ticked, for Shift. */
  last: HTMLInputElement | null;
  send(rows: number[]): void;
}
