/** What live_chart.py sends; x, y and smooth are float32 numbers in base64. */
export interface Curve {
  key: string;
  name: string;
  entry: string;
  color: number | null;
  group: string;
  dotted: boolean;
  x: string;
  y: string;
  smooth: string | null;
}

export interface ChartData {
  curves: Curve[];
  x_title: string;
  y_title: string;
  y_range: [number, number] | null;
  height: number;
  plotly: string;
}
