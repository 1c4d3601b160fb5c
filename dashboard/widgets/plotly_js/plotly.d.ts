/** As much of plotly.js as the charts use: its figures are objects of its own many kinds. */
export interface Plotly {
  Plots: { resize(host: HTMLElement): void };
  purge(host: HTMLElement): void;
  react(host: HTMLElement, traces: object[], layout: object, config: object): Promise<unknown>;
  relayout(host: HTMLElement, change: object): Promise<unknown>;
  toImage(figure: object, options: object): Promise<string>;
}

/** An element in which plotly.js has drawn. */
export interface Plot extends HTMLElement {
  layout: { xaxis: { range: [number, number] }; yaxis: { range: [number, number] } };
  on(event: string, listener: () => void): void;
}

export interface Theme {
  background: string;
  border: string;
  faint: string;
  font: string;
  muted: string;
  palette: string[];
  text: string;
}
