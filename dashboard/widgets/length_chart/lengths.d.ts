import type { Plot, Plotly, Theme } from "../plotly_js/plotly";

/** One histogram as length_chart.py sends it: a bar a place. */
export interface Series {
  name: string;
  color: number;
  starts: number[];
  ends: number[];
  counts: number[];
}

export interface ChartData {
  series: Series[];
  x_title: string;
  y_title: string;
  log: boolean;
  overlay: boolean;
  shares: boolean;
  title: string;
  height: number;
  line: number | null;
  line_label: string;
  move: number;
  plotly: string;
}

/** A histogram as it is drawn: the last bar may be narrower than what it counts. */
export interface DrawnSeries extends Series {
  widths: number[];
  total: number;
}

export interface Chart {
  host: HTMLElement;
  plot: Plot;
  legend: HTMLElement;
  band: HTMLElement;
  tip: HTMLElement;
  slider: HTMLElement;
  whole: HTMLElement;
  data: ChartData;
  plotly: Plotly | null;
  theme: Theme;
  /** What is drawn, as a text; null before the first drawing. */
  drawn: string | null;
  shown: DrawnSeries[];
  /** The whole range of lengths. */
  full: [number, number];
  /** Names of series that the reader has put away. */
  hidden: Set<string>;
  line: number | null;
  /** Number of the reader's last drag. */
  move: number;
  /** The line as the server knows it. */
  sent: number | null;
  /** A drag or a row of key presses is not finished. */
  held: boolean;
  /** The last click on a bar. */
  clicked: { bar: string; at: number } | null;
  closing: AbortController;
  observer: ResizeObserver | null;
  setState(name: string, value: unknown): void;
  trigger(name: string, value: unknown): void;
}

/** The plot's place on the screen, and lengths and heights in its pixels. */
export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
  outer: DOMRect;
  toX(length: number): number;
  toLength(x: number): number;
  toHeight(value: number): number;
}

/** A bar under the pointer. */
export interface Bar {
  series: DrawnSeries;
  start: number;
  end: number;
  width: number;
  count: number;
  height: number;
}

/** What is under the pointer: the bars there, and the one that is meant. */
export interface Hit {
  area: Area;
  x: number;
  y: number;
  bars: Bar[];
  chosen: Bar | null;
}
