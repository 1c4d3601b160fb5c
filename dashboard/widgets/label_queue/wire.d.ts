/** What label_queue.py sends, by the names it has there, and what is sent back. */

export type Action = "label" | "skip" | "flag" | "note" | "undo";

/** An answer of before. */
export interface Answer {
  action: Action;
  value: string | null;
  /** The name of its event. */
  client_event: string;
}

/** A text to label. */
export interface Item {
  row: number;
  queue: string;
  text: string;
  about: string;
  suggestion: string | null;
  sure: number;
  words: [number, number][];
  given: string | null;
  /** Names and cells of further columns. */
  cells: [string, string][];
  answer: Answer | null;
}

export interface LabelClass {
  name: string;
  keys: string[];
  tone: number;
}

/** What became of the events sent last, by their names. */
export interface Receipt {
  round: number;
  stored: string[];
  refused: Record<string, string>;
  fault: string;
}

export interface QueueData {
  asked: string;
  store: string;
  fingerprint: string;
  annotator: string;
  classes: LabelClass[];
  positive: string | null;
  guideline: number;
  guide: string;
  suggest: boolean;
  blur: boolean;
  goal: number;
  left: number | null;
  totals: { labelled: number; own: number };
  nothing: string;
  history: Item[];
  items: Item[];
  receipt: Receipt;
}

/** What a person did to a text. */
export interface LabelAct {
  action: Action;
  row: number;
  queue: string;
  value: string | null;
  fingerprint: string;
  annotator: string;
  guideline: number;
  suggestion: string | null;
  spent: number;
  undoes?: string;
  reason?: string;
}

/** A label event: it has a name, so that it is stored once however often it is sent. */
export interface LabelEvent extends LabelAct {
  client_event: string;
  at: number;
  order: number;
}

export interface Message {
  round: number;
  list: LabelEvent[];
}
