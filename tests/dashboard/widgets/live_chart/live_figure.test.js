import assert from "node:assert/strict";
import test from "node:test";

import { describe, numbers, traces } from "../../../../dashboard/widgets/live_chart/live_figure.js";

const THEME = { palette: ["red", "blue"], muted: "grey" };

function packed(...values) {
  return Buffer.from(new Float32Array(values).buffer).toString("base64");
}

function curve(values = {}) {
  return {
    key: "train", name: "train", entry: "train", color: 0, group: "", dotted: false,
    x: packed(1, 2), y: packed(0.5, 0.25), smooth: null, ...values,
  };
}

test("numbers arrive as they were packed, and what is none becomes a gap", () => {
  assert.deepEqual(numbers(packed(0, 1.5, -2.25, NaN, Infinity)), [0, 1.5, -2.25, null, null]);
  assert.deepEqual(numbers(""), []);
});

test("a smoothed curve is drawn over a faint one of what was measured", () => {
  const curves = [curve({ smooth: packed(0.5, 0.375) })];

  const [faint, line] = traces({ curves }, THEME);

  assert.deepEqual([faint.y, line.y], [[0.5, 0.25], [0.5, 0.375]]);
  assert.equal(faint.showlegend, false);
  assert.deepEqual(line.customdata, [0.5, 0.25]);
});

test("curves of one group have one entry in the legend", () => {
  const curves = ["a", "b", "c"].map((key, i) => curve({ key, group: i < 2 ? "run" : "" }));

  assert.deepEqual(traces({ curves }, THEME).map((line) => line.showlegend), [true, false, true]);
});

test("one point is drawn as a marker, because it makes no line", () => {
  const [line] = traces({ curves: [curve({ x: packed(1), y: packed(2) })] }, THEME);

  assert.equal(line.mode, "lines+markers");
});

test("the chart in words has the last value of each curve that has one", () => {
  const curves = [curve({ y: packed(0.5, NaN) }), curve({ name: "test", x: "", y: "" })];

  assert.equal(
    describe({ curves, x_title: "step", y_title: "loss" }),
    "loss by step, last values; train: 0.5000; test: no values yet",
  );
});
