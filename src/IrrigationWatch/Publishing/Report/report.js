"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const host = document.getElementById("chart");
  const tip = document.getElementById("tip");
  const keys = document.getElementById("keys");
  const width = 1080, height = 430, left = 104, right = 20, top = 24, bottom = 74;
  const years = data.years;
  const first = years[0], last = years[years.length - 1];
  const shown = new Set(data.series.map((_, i) => i).slice(0, 8));
  const number = (value, digits = 0) => value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits }).replace(/,/g, "\u00a0");
  const x = year => left + (first === last ? 0.5 : (year - first) / (last - first)) * (width - left - right - 20) + 10;
  const make = (name, attributes, text) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const nice = value => { const power = 10 ** Math.floor(Math.log10(value)); const digit = value / power; return (digit >= 5 ? 5 : digit >= 2 ? 2 : 1) * power; };

  function draw() {
    host.querySelector("svg")?.remove();
    const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": data.heading });
    const series = data.series.filter((_, i) => shown.has(i));
    const most = Math.max(0, ...series.flatMap(s => s.rows.map(r => r.high ?? r.ha))) || 1;
    const step = nice(most / 4), ceiling = Math.ceil(most * 1.02 / step) * step;
    const y = value => top + (1 - value / ceiling) * (height - top - bottom);
    for (let value = 0; value <= ceiling * 1.0001; value += step) {
      svg.append(make("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), stroke: value === 0 ? "#222b33" : "#d9dee3" }));
      svg.append(make("text", { x: left - 8, y: y(value) + 4, "text-anchor": "end", "font-size": 13, fill: "#5d6872" }, number(value, step < 1 ? 2 : 0)));
    }
    svg.append(make("text", { x: left - 8, y: top - 10, "text-anchor": "end", "font-size": 12, fill: "#5d6872" }, data.hectares));
    const every = Math.ceil(years.length / 16);
    for (let year = first; year <= last; year++) {
      if ((year - first) % every === 0) svg.append(make("text", { x: x(year), y: height - bottom + 20, "text-anchor": "middle", "font-size": 13, fill: "#222b33" }, year));
    }
    data.observed.forEach((share, i) => {
      const wide = Math.max(2, Math.min(26, (width - left - right) / (last - first + 1) * 0.6));
      svg.append(make("rect", { x: x(years[i]) - wide / 2, y: height - bottom + 32, width: wide, height: 18, fill: "#d9dee3" }));
      svg.append(make("rect", { x: x(years[i]) - wide / 2, y: height - bottom + 50 - 18 * share, width: wide, height: 18 * share, fill: "#6b7680" }));
    });
    svg.append(make("text", { x: left - 8, y: height - bottom + 45, "text-anchor": "end", "font-size": 11, fill: "#5d6872" }, data.observedLabel));
    for (const one of series) {
      const seen = one.rows.filter(r => r.observed >= data.unobserved);
      for (let i = 1; i < seen.length; i++) {
        const a = seen[i - 1], b = seen[i];
        if (b.year !== a.year + 1) continue;
        if (a.low !== null && b.low !== null) svg.append(make("polygon", { points: `${x(a.year)},${y(a.low)} ${x(a.year)},${y(a.high)} ${x(b.year)},${y(b.high)} ${x(b.year)},${y(b.low)}`, fill: one.color, opacity: 0.16 }));
        svg.append(make("line", { x1: x(a.year), y1: y(a.ha), x2: x(b.year), y2: y(b.ha), stroke: one.color, "stroke-width": 2.6 }));
      }
      for (const row of seen) if (row.low !== null) svg.append(make("line", { x1: x(row.year), x2: x(row.year), y1: y(row.low), y2: y(row.high), stroke: one.color, "stroke-width": 1.5, opacity: 0.6 }));
      for (const row of seen) svg.append(make("circle", { cx: x(row.year), cy: y(row.ha), r: 4.5, fill: row.observed < data.leastObserved ? "#fff" : one.color, stroke: one.color, "stroke-width": 2 }));
    }
    const cursor = make("line", { y1: top, y2: height - bottom, stroke: "#222b33", "stroke-dasharray": "3 3", visibility: "hidden" });
    svg.append(cursor);
    const point = event => {
      const box = svg.getBoundingClientRect();
      const place = (event.clientX - box.left) / box.width * width;
      const year = years.reduce((best, next) => Math.abs(x(next) - place) < Math.abs(x(best) - place) ? next : best);
      cursor.setAttribute("x1", x(year)); cursor.setAttribute("x2", x(year)); cursor.setAttribute("visibility", "visible");
      tip.replaceChildren();
      const head = document.createElement("b"); head.textContent = year; tip.append(head);
      for (const one of series) {
        const row = one.rows.find(r => r.year === year);
        if (!row) continue;
        const line = document.createElement("div");
        line.textContent = `${one.name}: ${row.observed < data.unobserved ? data.never : `${number(row.ha, row.ha < 10 ? 2 : 0)} ${data.ha}${row.low !== null ? ` (${number(row.low)}–${number(row.high)})` : ""}, ${data.observedLabel} ${(100 * row.observed).toFixed(0)}%`}`;
        tip.append(line);
      }
      tip.style.display = "block";
      const at = x(year) / width * box.width;
      tip.style.left = `${at > box.width / 2 ? at - tip.offsetWidth - 14 : at + 14}px`;
      tip.style.top = `${top / height * box.height}px`;
    };
    svg.addEventListener("pointermove", point);
    svg.addEventListener("pointerdown", point);
    svg.addEventListener("pointerleave", () => { tip.style.display = "none"; cursor.setAttribute("visibility", "hidden"); });
    host.prepend(svg);
  }

  data.series.forEach((one, i) => {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox"; box.checked = shown.has(i);
    box.addEventListener("change", () => { if (box.checked) shown.add(i); else shown.delete(i); draw(); });
    const mark = document.createElement("i"); mark.style.background = one.color;
    label.append(box, mark, document.createTextNode(one.name));
    keys.append(label);
  });
  draw();
})();
