import assert from "node:assert/strict";
import test from "node:test";

import { outline } from "../../../../dashboard/widgets/length_chart/length_figure.js";
import {
  describe,
  extent,
  lengths,
  percent,
  prepare,
} from "../../../../dashboard/widgets/length_chart/length_series.js";

function series(starts, ends, counts) {
  return { name: "train", color: 0, starts, ends, counts };
}

test("the bar of all longer texts is drawn as wide as the others", () => {
  const { widths, total } = prepare(series([1, 3, 5], [2, 4, 99], [7, 8, 9]));

  assert.deepEqual(widths, [2, 2, 2]);
  assert.equal(total, 24);
});

test("the whole range has all bars of all series and a margin", () => {
  const all = [series([1, 3], [2, 4], [1, 1]), series([], [], []), series([9], [10], [1])];

  const [low, high] = extent(all.map(prepare));

  assert.ok(low < 0.5 && low > 0);
  assert.ok(high > 10.5 && high < 11);
});

test("an outline goes up and down with the bars and is broken where one is empty", () => {
  const drawn = prepare(series([1, 2, 3], [1, 2, 3], [5, 0, 4]));

  const [x, y] = outline(drawn, drawn.counts, 0);

  assert.deepEqual(x, [0.5, 0.5, 1.5, 1.5, 1.5, 2.5, 2.5, 3.5, 3.5, 3.5]);
  assert.deepEqual(y, [0, 5, 5, 0, null, 0, 4, 4, 0, null]);
});

test("lengths and shares are said in words", () => {
  assert.equal(lengths(3, 3), "3");
  assert.equal(lengths(1_000, 1_999), "1,000 to 1,999");
  assert.deepEqual([0, 0.5, 0.012, 0.00012].map(percent), ["0.0%", "50.0%", "1.20%", "0.0120%"]);
});

test("the chart in words names each series with its total and its peak", () => {
  const data = {
    series: [series([1, 3], [2, 4], [7, 8]), { ...series([], [], []), name: "test" }],
    title: "", x_title: "words", y_title: "texts",
  };

  assert.equal(describe(data), "texts by words; train: 15, most at 3 to 4; test: 0");
});
