// A chart of values by year as SVG: gaps stay gaps, years of which little was seen are hollow, years of which nothing was seen are crosses.
const ns = "http://www.w3.org/2000/svg";

const make = (name, attributes, text) => {
  const node = document.createElementNS(ns, name);
  for (const key in attributes) node.setAttribute(key, attributes[key]);
  if (text !== undefined) node.textContent = text;
  return node;
};

const nice = value => { const power = 10 ** Math.floor(Math.log10(value)); const digit = value / power; return (digit >= 5 ? 5 : digit >= 2 ? 2 : 1) * power; };

export const number = (value, digits = 0) => value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits }).replace(/,/g, "\u00a0");

// series: [{ name, color, rows: [{ year, value, low, high, seen }] }]; seen is a share from 0 to 1.
export function chart(series, { label, unit, most, leastObserved = 0, unseen = 0.005, year, choose, height = 210 }) {
  const width = 370, left = 52, right = 10, top = 18, bottom = 24;
  const rows = series.flatMap(one => one.rows);
  const years = [...new Set(rows.map(row => row.year))].sort((a, b) => a - b);
  const first = years[0], last = years[years.length - 1];
  const highest = most ?? (Math.max(0, ...rows.map(row => row.high ?? row.value ?? 0)) || 1);
  const step = most ? most / 5 : nice(highest / 4);
  const ceiling = most ?? Math.ceil(highest * 1.02 / step) * step;
  const x = value => left + 8 + (first === last ? 0.5 : (value - first) / (last - first)) * (width - left - right - 16);
  const y = value => top + (1 - value / ceiling) * (height - top - bottom);
  const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  for (let value = 0; value <= ceiling * 1.0001; value += step) {
    svg.append(make("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), stroke: value === 0 ? "#222b33" : "#d9dee3" }));
    svg.append(make("text", { x: left - 5, y: y(value) + 4, "text-anchor": "end", "font-size": 11, fill: "#5b6670" }, number(value, step < 1 ? (step < 0.1 ? 2 : 1) : 0)));
  }
  svg.append(make("text", { x: left - 5, y: 10, "text-anchor": "end", "font-size": 10, fill: "#5b6670" }, unit));
  const every = Math.ceil(years.length / 8);
  for (const value of years) if ((value - first) % every === 0) svg.append(make("text", { x: x(value), y: height - 8, "text-anchor": "middle", "font-size": 11, fill: "#222b33" }, value));
  if (year !== undefined && year >= first && year <= last) svg.append(make("line", { x1: x(year), x2: x(year), y1: top, y2: height - bottom, stroke: "#222b33", "stroke-dasharray": "3 3" }));
  for (const one of series) {
    const seen = one.rows.filter(row => row.value !== null && row.value !== undefined && (row.seen ?? 1) >= unseen).sort((a, b) => a.year - b.year);
    for (let i = 1; i < seen.length; i++) {
      const a = seen[i - 1], b = seen[i];
      if (b.year !== a.year + 1) continue;
      if (isFinite(a.low ?? NaN) && isFinite(b.low ?? NaN)) svg.append(make("polygon", { points: `${x(a.year)},${y(a.low)} ${x(a.year)},${y(a.high)} ${x(b.year)},${y(b.high)} ${x(b.year)},${y(b.low)}`, fill: one.color, opacity: 0.18 }));
      svg.append(make("line", { x1: x(a.year), y1: y(a.value), x2: x(b.year), y2: y(b.value), stroke: one.color, "stroke-width": 2.2 }));
    }
    for (const row of seen) {
      if (isFinite(row.low ?? NaN)) svg.append(make("line", { x1: x(row.year), x2: x(row.year), y1: y(row.low), y2: y(row.high), stroke: one.color, "stroke-width": 1.5, opacity: 0.6 }));
      const dot = make("circle", { cx: x(row.year), cy: y(row.value), r: 3.8, fill: (row.seen ?? 1) < leastObserved ? "#fff" : one.color, stroke: one.color, "stroke-width": 1.8 });
      dot.append(make("title", {}, `${one.name} ${row.year}: ${number(row.value, row.value < 10 ? 2 : 0)} ${unit}`));
      svg.append(dot);
    }
    for (const row of one.rows.filter(row => row.value === null || row.value === undefined || (row.seen ?? 1) < unseen)) {
      svg.append(make("path", { d: `M${x(row.year) - 4} ${y(0) - 4}l8 8m0-8l-8 8`, stroke: one.color, "stroke-width": 1.8, fill: "none" }));
    }
  }
  if (choose) svg.addEventListener("click", event => {
    const box = svg.getBoundingClientRect();
    const place = (event.clientX - box.left) / box.width * width;
    choose(years.reduce((best, next) => Math.abs(x(next) - place) < Math.abs(x(best) - place) ? next : best));
  });
  return svg;
}
