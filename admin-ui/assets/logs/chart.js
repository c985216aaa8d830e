// Requests per hour as bars; the place is as high without any as with many.

import { fill, h, s } from "../lib/dom.js";
import { date, moment, number } from "../lib/format.js";

const HOUR = 3_600_000;
const [WIDTH, HEIGHT, FOOT] = [1000, 96, 16];

/** Draws `[{date, total}]` for the last two days, or longer when older hours are given. */
export function drawChart(figure, stats) {
  const totals = new Map(stats.map((item) => [date(item.date)?.getTime(), item.total]));
  const now = Math.floor(Date.now() / HOUR) * HOUR;
  const oldest = Math.min(now - 47 * HOUR, ...[...totals.keys()].filter(Boolean));
  const first = Math.max(oldest, now - 24 * 14 * HOUR);
  const hours = Array.from({ length: (now - first) / HOUR + 1 }, (_, at) => first + at * HOUR);
  const most = Math.max(1, ...totals.values());
  const step = WIDTH / hours.length;
  const bars = hours.map((hour, at) => {
    const total = totals.get(hour) ?? 0;
    const height = total ? Math.max(2, (total / most) * (HEIGHT - FOOT - 8)) : 0;
    return s("rect", { x: at * step + step * 0.12, y: HEIGHT - FOOT - height, width: step * 0.76, height, rx: 1.5 },
      s("title", {}, `${moment(new Date(hour))}: ${number(total)}`));
  });
  const line = s("line", { x1: 0, x2: WIDTH, y1: HEIGHT - FOOT, y2: HEIGHT - FOOT, "vector-effect": "non-scaling-stroke" });
  const sum = [...totals.values()].reduce((all, total) => all + total, 0);
  const svg = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT - FOOT}`, preserveAspectRatio: "none", role: "img", "aria-label": `${number(sum)} entries, at most ${number(most)} in an hour` }, line, ...bars);
  fill(figure, svg, h("figcaption", {}, h("span", {}, moment(new Date(first))), h("span", {}, `at most ${number(most)} an hour`), h("span", {}, "now")));
}
