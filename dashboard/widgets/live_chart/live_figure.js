// What plotly draws of training curves.
/** @import { ChartData, Curve } from "./curves" */
/** @import { Theme } from "../plotly_js/plotly" */

import { axis, identify, plain, plainLayout } from "../plotly_js/plotly_js.js";

const KEEP = "keep"; // a constant uirevision tells plotly to keep what the reader did
const LONGEST_ENTRY = 36; // so that it fits into half a card
const VALUE = ",.4~g"; // four digits are what a screen shows

/**
 * @param {ChartData} data
 * @param {Theme} theme
 * @returns {object[]}
 */
export function traces(data, theme) {
  const entered = new Set(); // groups that have their legend entry
  return data.curves.flatMap((curve) => {
    const showlegend = !curve.group || !entered.has(curve.group);
    entered.add(curve.group);
    const line = { ...trace(curve, theme), showlegend };
    return curve.smooth ? [faint(curve, line), smoothed(curve, line)] : [line];
  });
}

/**
 * @param {Curve} curve
 * @param {Theme} theme
 */
function trace(curve, theme) {
  const palette = theme.palette;
  const color = curve.color === null ? theme.muted : palette[curve.color % palette.length];
  const x = numbers(curve.x);
  const marked = curve.color !== null && (curve.dotted || x.length === 1); // one point, no line
  return {
    type: "scatter",
    uid: identify(curve.key), // a hidden curve stays hidden when others come and go
    name: plain(curve.entry, LONGEST_ENTRY),
    legendgroup: identify(curve.group || curve.key),
    x,
    y: numbers(curve.y),
    mode: marked ? "lines+markers" : "lines",
    line: {
      color,
      width: curve.color === null ? 1.5 : 2,
      dash: curve.dotted ? "dot" : "solid",
    },
    marker: { color, size: 6 },
    hovertemplate: `%{y:${VALUE}}<extra>${plain(curve.name)}</extra>`,
    hoverlabel: { namelength: -1 },
  };
}

/**
 * @param {Curve} curve
 * @param {ReturnType<typeof trace>} line
 * @returns {object}
 */
function faint(curve, line) {
  return {
    ...line,
    uid: identify(`faint ${curve.key}`),
    opacity: 0.28,
    line: { ...line.line, width: 1.5 },
    hoverinfo: "skip",
    hovertemplate: null, // which would go before it
    showlegend: false,
  };
}

/**
 * @param {Curve} curve
 * @param {ReturnType<typeof trace>} line
 * @returns {object}
 */
function smoothed(curve, line) {
  const measured = `(%{customdata:${VALUE}} as measured)`;
  return {
    ...line,
    y: numbers(curve.smooth ?? ""),
    customdata: line.y,
    hovertemplate: `%{y:${VALUE}} ${measured}<extra>${plain(curve.name)}</extra>`,
  };
}

/**
 * The numbers that Python packed; gaps are null.
 *
 * @param {string} packed
 */
export function numbers(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / 4 }, (_, place) => {
    const value = view.getFloat32(4 * place, true);
    return isFinite(value) ? value : null;
  });
}

/**
 * @param {ChartData} data
 * @param {Theme} theme
 */
export function layout(data, theme) {
  return {
    ...plainLayout(data.height, theme),
    uirevision: data.x_title, // another axis has other places, so a zoom means nothing on it
    showlegend: true,
    legend: {
      orientation: "h",
      x: 0,
      y: 1.02,
      yanchor: "bottom",
      maxheight: 0.3,
      uirevision: KEEP,
    },
    hovermode: "x unified",
    hoverdistance: 60,
    xaxis: {
      ...axis(data.x_title, theme),
      showgrid: false,
      spikecolor: theme.muted,
      spikedash: "dot",
      spikethickness: 1,
      unifiedhovertitle: { text: `${plain(data.x_title)} %{x:,.4~r}` },
    },
    yaxis: {
      ...axis(data.y_title, theme),
      nticks: 5,
      exponentformat: "e",
      ...(data.y_range ? { range: data.y_range } : { autorange: true }),
    },
  };
}

/**
 * The chart in words, for who does not see it.
 *
 * @param {ChartData} data
 */
export function describe(data) {
  const last = data.curves.map((curve) => {
    const value = numbers(curve.smooth ?? curve.y).findLast((each) => each !== null);
    return `${curve.name}: ${value?.toPrecision(4) ?? "no values yet"}`;
  });
  return [`${data.y_title} by ${data.x_title}, last values`, ...last].join("; ");
}
