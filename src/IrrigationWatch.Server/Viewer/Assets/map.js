// The map of results: a year, a layer, a zone, another year beside it. All of what is shown stands in the address.
import * as ol from "./ol.js";
import { chart, number } from "./chart.js";

const root = new URL("..", import.meta.url);
const at = path => new URL(path, root).href;
const $ = id => document.getElementById(id);
const fetchJson = async (path, init, again = 3) => {
  const answer = await fetch(at(path), init);
  // The server has few places for areas inside a polygon: another user's is worked on.
  if (answer.status === 503 && again > 0) {
    await new Promise(done => setTimeout(done, 1000 * Math.min(5, Number(answer.headers.get("Retry-After")) || 1)));
    return fetchJson(path, init, again - 1);
  }

  const body = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(body.detail ?? answer.statusText), { status: answer.status });
  return body;
};

const seriesColors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
const state = { year: 0, layer: "", compare: 0, zone: "", background: "", opacity: 90, lang: "", place: null, drawn: null };
let words = {};
let info;
let zones = [];
let areas = [];
let playing = 0;
let split = 0.5;

const t = (key, ...values) => values.reduce((text, value, i) => text.replaceAll(`{${i}}`, value), words[key] ?? key);

// ---- layers

const layersOf = kind => info.layers.filter(layer => layer.kind === kind);
const named = { change: "change", "first-irrigated-year": "first year", "last-irrigated-year": "viewer last year", "irrigated-years": "irrigated years", "observed-years": "viewer observed years" };
const kinds = () => [
  ...["class", "probability", "season", "observations"].filter(kind => layersOf(kind).length).map(kind => ({ id: kind, text: `viewer ${kind}`, yearly: true })),
  ...(info.polygons.length ? [{ id: "polygons", text: "viewer polygons", yearly: true }] : []),
  ...info.layers.filter(layer => layer.year === null).map(layer => ({ id: layer.id, text: named[layer.id] ?? layer.id, yearly: false })),
];
const isYearly = () => kinds().find(kind => kind.id === state.layer)?.yearly ?? false;
const layerInfo = year => info.layers.find(layer => layer.id === (isYearly() ? `${state.layer}-${year}` : state.layer));

const grid = ol.createXYZ({ maxZoom: 18 });
const made = new Map();
function rasterLayer(layer, zIndex) {
  const key = `${layer.id}@${zIndex}`;
  if (!made.has(key)) {
    made.set(key, new ol.TileLayer({
      zIndex, visible: false, preload: 1, extent: ol.transformExtent(layer.box, "EPSG:4326", "EPSG:3857"),
      source: new ol.XYZ({ url: layer.tiles, tileGrid: grid, interpolate: false, transition: 0, maxZoom: 18 }),
    }));
    map.addLayer(made.get(key));
  }
  return made.get(key);
}
function polygonLayer(year, zIndex) {
  const key = `polygons-${year}@${zIndex}`;
  if (!made.has(key)) {
    made.set(key, new ol.VectorTileLayer({
      zIndex, visible: false, declutter: false,
      source: new ol.VectorTileSource({ format: new ol.MVT(), url: `${at(`tiles/irrigated-${year}`)}/{z}/{x}/{y}.mvt?v=${info.version}`, tileGrid: ol.createXYZ({ maxZoom: 14 }) }),
      style: new ol.Style({ fill: new ol.Fill({ color: "#009e73" }), stroke: new ol.Stroke({ color: "#00693e", width: 0.7 }) }),
    }));
    map.addLayer(made.get(key));
  }
  return made.get(key);
}

const zoneSource = new ol.VectorSource();
const zoneStyle = feature => feature.getId() === state.zone
  ? [new ol.Style({ stroke: new ol.Stroke({ color: "#fff", width: 6 }) }), new ol.Style({ stroke: new ol.Stroke({ color: "#222b33", width: 3 }) })]
  : new ol.Style({ stroke: new ol.Stroke({ color: "rgb(34 43 51 / .75)", width: 1.2 }) });
const markSource = new ol.VectorSource();
const mark = new ol.Style({
  image: new ol.Circle({ radius: 7, fill: new ol.Fill({ color: "#fff" }), stroke: new ol.Stroke({ color: "#d55e00", width: 4 }) }),
  stroke: new ol.Stroke({ color: "#d55e00", width: 3 }), fill: new ol.Fill({ color: "rgb(213 94 0 / .12)" }),
});
const map = new ol.Map({
  target: "map",
  controls: [new ol.Zoom(), new ol.ScaleLine()],
  layers: [
    new ol.VectorLayer({ source: zoneSource, style: zoneStyle, zIndex: 20 }),
    new ol.VectorLayer({ source: markSource, style: mark, zIndex: 30 }),
  ],
  view: new ol.View({ center: ol.fromLonLat([79, 44]), zoom: 7, maxZoom: 17, minZoom: 3 }),
});

// One side of the line is drawn by cutting the canvas while a layer is drawn.
function cut(layer, side) {
  if (layer.side !== undefined) { layer.side = side; return; }
  layer.side = side;
  layer.on("prerender", event => {
    if (!layer.side) return;
    const [width, height] = map.getSize();
    const x = width * split;
    const [from, to] = layer.side === "left" ? [0, x] : [x, width];
    const points = [[from, 0], [to, 0], [to, height], [from, height]].map(point => ol.getRenderPixel(event, point));
    const context = event.context;
    context.save();
    context.beginPath();
    points.forEach(([a, b], i) => i ? context.lineTo(a, b) : context.moveTo(a, b));
    context.closePath();
    context.clip();
  });
  layer.on("postrender", event => { if (layer.side) event.context.restore(); });
}

function showLayers() {
  const compared = state.compare && isYearly() ? state.compare : 0;
  for (const layer of made.values()) layer.setVisible(false);
  const show = (year, zIndex, side) => {
    const layer = state.layer === "polygons" ? (info.polygons.includes(year) ? polygonLayer(year, zIndex) : null) : layerInfo(year) ? rasterLayer(layerInfo(year), zIndex) : null;
    if (!layer) return;
    layer.setVisible(true);
    layer.setOpacity(state.opacity / 100);
    cut(layer, side);
  };
  const below = (year, zIndex, side) => {
    const background = state.background && state.layer !== "season" && info.layers.find(layer => layer.id === `season-${year}`);
    if (background) { const layer = rasterLayer(background, zIndex); layer.setVisible(true); cut(layer, side); }
  };
  below(state.year, 1, compared ? "right" : null);
  show(state.year, 5, compared ? "right" : null);
  if (compared) { below(compared, 2, "left"); show(compared, 6, "left"); }
  for (const id of ["swipe", "divider", "other-year"]) $(id).hidden = !compared;
  $("other-year").textContent = compared || "";
  $("big-year").textContent = isYearly() ? state.year : "";
  $("divider").style.left = `${split * 100}%`;
  map.render();
}

// ---- panel

const option = (value, text) => { const node = document.createElement("option"); node.value = value; node.textContent = text; return node; };
const item = (...nodes) => { const node = document.createElement("li"); node.append(...nodes); return node; };
const link = (href, text, download) => { const node = document.createElement("a"); node.href = href; node.textContent = text; if (download) node.download = ""; return node; };

function showLegend() {
  const legend = state.layer === "polygons" ? [{ color: "#009e73", label: "irrigated land" }] : layerInfo(state.year)?.legend ?? [];
  $("legend").replaceChildren(...legend.map(entry => { const swatch = document.createElement("i"); swatch.style.background = entry.color; return item(swatch, t(entry.label)); }));
}

const zoneName = zone => zone.properties.country && zone.properties.country !== zone.properties.zone ? `${zone.properties.zone} (${zone.properties.country})` : zone.properties.zone;

function showChart() {
  const zone = zones.find(one => one.id === state.zone);
  const rows = areas.filter(row => row.zone === zone?.properties.zone && row.country === zone?.properties.country);
  if (!rows.length) { $("chart").replaceChildren(); return; }
  $("chart-title").textContent = `${t("heading")}: ${zoneName(zone)}`;
  const series = [{ name: zoneName(zone), color: seriesColors[0], rows: rows.map(row => ({ year: row.year, value: row.irrigated_ha, low: row.irrigated_low_ha, high: row.irrigated_high_ha, seen: row.observed_fraction })) }];
  $("chart").replaceChildren(chart(series, { label: $("chart-title").textContent, unit: t("ha"), leastObserved: info.least_observed, year: state.year, choose: setYear }));
  const notes = [];
  if (rows.some(row => row.irrigated_low_ha !== null)) notes.push(t("band"));
  if (rows.some(row => row.observed_fraction >= 0.005 && row.observed_fraction < info.least_observed)) notes.push(t("hollow", `${Math.round(100 * info.least_observed)}%`));
  if (rows.some(row => row.observed_fraction < 0.005)) notes.push(t("cross"));
  $("chart-note").textContent = notes.join(" ");
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const text of [t("viewer year"), t("hectares"), t("viewer interval"), t("observed")]) { const cell = document.createElement("th"); cell.scope = "col"; cell.textContent = text; head.append(cell); }
  const body = table.createTBody();
  for (const row of [...rows].sort((a, b) => a.year - b.year)) {
    const line = body.insertRow();
    const seen = row.observed_fraction >= 0.005;
    for (const text of [row.year, seen ? number(row.irrigated_ha, row.irrigated_ha < 10 ? 2 : 0) : t("not observed"), seen && row.irrigated_low_ha !== null ? `${number(row.irrigated_low_ha)}–${number(row.irrigated_high_ha)}` : "", `${(100 * row.observed_fraction).toFixed(0)}%`]) line.insertCell().textContent = text;
  }
  $("table").replaceChildren(table);
}

function showDownloads() {
  const files = new Set(info.files);
  const entry = (text, list) => {
    const present = list.filter(([, href]) => href);
    return present.length ? [item(`${text}: `, ...present.flatMap(([name, href], i) => [...(i ? [" · "] : []), link(href, name, true)]))] : [];
  };
  const file = name => files.has(name) ? at(`files/${name}`) : null;
  const polygons = `irrigated-${state.year}`;
  const layer = state.layer === "polygons" ? null : layerInfo(state.year);
  $("downloads").replaceChildren(
    ...entry(t("heading"), [["CSV", file("area.csv")], ["GeoJSON", file("area.geojson")], ["GeoParquet", file("area.parquet")], ["JSON", file("area.json")]]),
    ...(info.polygons.includes(state.year) ? entry(`${t("irrigated land")} ${state.year}`, [["GeoJSON", file(`${polygons}.geojson`)], ["FlatGeobuf", at(`collections/${polygons}/items?f=fgb&limit=10000`)], ["CSV", at(`collections/${polygons}/items?f=csv&limit=10000`)]]) : []),
    ...(layer ? entry(t(kinds().find(kind => kind.id === state.layer).text) + (isYearly() ? ` ${state.year}` : ""), [["GeoTIFF", layer.file]]) : []),
    ...entry("GIS", [["GeoPackage", file("irrigation.gpkg")], ["GeoParquet", file("irrigated.parquet")]]),
    item(...(files.has("report/index.html") ? [link(at("files/report/index.html"), t("viewer report")), " · "] : []), link(at("files?f=html"), t("viewer files")), " · ", link(at("?f=html"), t("viewer api"))));
}

async function showPlace() {
  markSource.clear();
  $("clear").hidden = !state.place && !state.drawn;
  $("place").replaceChildren();
  $("drawn").replaceChildren();
  if (state.place) {
    markSource.addFeature(new ol.Feature(new ol.Point(ol.fromLonLat(state.place))));
    await fill($("place"), async () => {
      const answer = await fetchJson(`series?lon=${state.place[0]}&lat=${state.place[1]}`);
      const names = [...new Set(answer.years.flatMap(row => Object.keys(row.ndvi ?? {})))];
      const series = names.map((name, i) => ({ name, color: seriesColors[i % seriesColors.length], rows: answer.years.map(row => ({ year: row.year, value: row.ndvi?.[name] ?? null })) }));
      const nodes = [note(`${state.place[1].toFixed(5)}° N, ${state.place[0].toFixed(5)}° E`)];
      if (series.length) {
        const keys = document.createElement("ul");
        keys.id = "place-keys";
        keys.className = "note";
        keys.append(...series.map(one => { const node = item(`NDVI, ${one.name}`); node.style.color = one.color; return node; }));
        nodes.push(chart(series, { label: `NDVI ${state.place}`, unit: "NDVI", most: 1, unseen: 0, year: state.year, choose: setYear }), keys);
      }
      const table = document.createElement("table");
      for (const row of answer.years) {
        const line = table.insertRow();
        for (const text of [row.year, row.class_name ? t(row.class_name) : t("not observed"), row.probability === undefined || row.probability === null ? "" : `${(100 * row.probability).toFixed(0)}%`]) line.insertCell().textContent = text;
      }
      nodes.push(table);
      return nodes;
    });
  }
  if (state.drawn) {
    markSource.addFeature(new ol.Feature(new ol.GeoJSON().readGeometry(state.drawn, { featureProjection: "EPSG:3857" })));
    await fill($("drawn"), async () => {
      const answer = await fetchJson("series", { method: "POST", headers: { "Content-Type": "application/geo+json" }, body: JSON.stringify(state.drawn) });
      const rows = answer.years.map(row => ({ year: row.year, value: row.irrigated_ha, seen: row.observed_fraction }));
      const last = answer.years[answer.years.length - 1];
      return [note(`${t("viewer area in polygon")} (${number(last.zone_ha, last.zone_ha < 10 ? 2 : 0)} ${t("ha")})`), chart([{ name: t("irrigated"), color: seriesColors[1], rows }], { label: t("viewer area in polygon"), unit: t("ha"), leastObserved: info.least_observed, year: state.year, choose: setYear })];
    });
  }
}

const note = (text, kind = "note") => { const node = document.createElement("p"); node.className = kind; node.textContent = text; return node; };
async function fill(target, make) {
  try { target.replaceChildren(...await make()); } catch (error) { target.replaceChildren(note(error instanceof TypeError ? t("viewer failed") : error.status === 404 ? t("viewer outside") : error.message, "note failed")); }
}

function fillSelects() {
  $("layer").replaceChildren(...kinds().map(kind => option(kind.id, t(kind.text))));
  $("compare").replaceChildren(option("0", t("viewer none")), ...info.years.map(year => option(year, year)));
  $("background").replaceChildren(...(layersOf("season").length ? [option("season", t("viewer season"))] : []), option("", t("viewer none")));
  $("zone").replaceChildren(...zones.map(zone => option(zone.id, zoneName(zone))));
}

function show() {
  $("layer").value = state.layer;
  $("compare").value = state.compare;
  $("compare").disabled = !isYearly();
  $("background").value = state.background;
  $("opacity").value = state.opacity;
  $("zone").value = state.zone;
  $("year").value = info.years.indexOf(state.year);
  $("year").setAttribute("aria-valuetext", state.year);
  $("language").value = state.lang;
  showLayers();
  showLegend();
  showChart();
  showDownloads();
  zoneSource.changed();
  remember();
}

// ---- address

function remember() {
  const view = map.getView();
  const center = ol.toLonLat(view.getCenter());
  const parts = { z: view.getZoom().toFixed(2), c: center.map(value => value.toFixed(5)).join(","), year: state.year, layer: state.layer, zone: state.zone, lang: state.lang, opacity: state.opacity, bg: state.background };
  if (state.compare) { parts.compare = state.compare; parts.split = split.toFixed(3); }
  if (state.place) parts.place = state.place.map(value => value.toFixed(6)).join(",");
  history.replaceState(null, "", "#" + new URLSearchParams(parts));
}

function recall() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const year = Number(parts.get("year"));
  if (info.years.includes(year)) state.year = year;
  if (kinds().some(kind => kind.id === parts.get("layer"))) state.layer = parts.get("layer");
  if (info.years.includes(Number(parts.get("compare")))) state.compare = Number(parts.get("compare"));
  if (zones.some(zone => zone.id === parts.get("zone"))) state.zone = parts.get("zone");
  if (parts.has("bg")) state.background = parts.get("bg") === "season" && layersOf("season").length ? "season" : "";
  if (parts.has("opacity")) state.opacity = Math.min(100, Math.max(0, Number(parts.get("opacity")) || 0));
  if (parts.has("split")) split = Math.min(1, Math.max(0, Number(parts.get("split")) || 0));
  $("swipe").value = split * 1000;
  const numbers = name => (parts.get(name) ?? "").split(",").map(Number);
  if (parts.has("place") && numbers("place").every(isFinite)) state.place = numbers("place");
  const box = parts.has("box") ? numbers("box") : info.box;
  if (parts.has("c") && numbers("c").every(isFinite)) { map.getView().setCenter(ol.fromLonLat(numbers("c"))); map.getView().setZoom(Number(parts.get("z")) || 9); }
  else if (box?.length === 4 && box.every(isFinite)) map.getView().fit(ol.transformExtent(box, "EPSG:4326", "EPSG:3857"), { padding: [30, 30, 90, 30], maxZoom: 15 });
}

// ---- what users do

function setYear(year) { state.year = year; show(); if (state.place || state.drawn) showPlace(); }
function stepYear(by) { const next = info.years.indexOf(state.year) + by; if (next >= 0 && next < info.years.length) setYear(info.years[next]); return next; }
function play(on) {
  clearInterval(playing);
  playing = on ? setInterval(() => { const next = info.years.indexOf(state.year) + 1; setYear(info.years[next % info.years.length]); }, 900) : 0;
  $("play").textContent = on ? "⏸" : "▶";
  $("play").setAttribute("aria-pressed", on);
  $("play").setAttribute("aria-label", t(on ? "viewer pause" : "viewer play"));
}

async function speak(language) {
  words = await fetchJson(`texts/${language}`);
  state.lang = language;
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = t(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  document.title = `${info.name} – IrrigationWatch`;
  fillSelects();
}

let drawing = null;
function draw(on) {
  if (drawing) { map.removeInteraction(drawing); drawing = null; }
  $("draw").setAttribute("aria-pressed", on);
  $("place-help").textContent = t(on ? "viewer draw help" : "viewer place help");
  if (!on) return;
  drawing = new ol.Draw({ source: new ol.VectorSource(), type: "Polygon", style: mark });
  drawing.on("drawend", event => {
    state.drawn = new ol.GeoJSON().writeGeometryObject(event.feature.getGeometry(), { featureProjection: "EPSG:3857", decimals: 7, rightHanded: true });
    setTimeout(() => { draw(false); showPlace(); });
  });
  map.addInteraction(drawing);
}

function listen() {
  const choose = (id, key, convert = value => value) => $(id).addEventListener("change", event => { state[key] = convert(event.target.value); show(); });
  choose("layer", "layer");
  choose("compare", "compare", Number);
  choose("background", "background");
  $("opacity").addEventListener("input", event => { state.opacity = Number(event.target.value); showLayers(); remember(); });
  $("zone").addEventListener("change", event => { state.zone = event.target.value; show(); const feature = zoneSource.getFeatureById(state.zone); if (feature) map.getView().fit(feature.getGeometry(), { padding: [30, 30, 90, 30], maxZoom: 14, duration: 300 }); });
  $("year").addEventListener("input", event => setYear(info.years[Number(event.target.value)]));
  $("before").addEventListener("click", () => stepYear(-1));
  $("after").addEventListener("click", () => stepYear(1));
  $("play").addEventListener("click", () => play(!playing));
  $("swipe").addEventListener("input", event => { split = event.target.value / 1000; $("divider").style.left = `${split * 100}%`; map.render(); remember(); });
  $("language").addEventListener("change", async event => { await speak(event.target.value); show(); showPlace(); });
  $("draw").addEventListener("click", () => draw(!drawing));
  $("clear").addEventListener("click", () => { state.place = state.drawn = null; showPlace(); remember(); });
  $("link").addEventListener("click", async () => { remember(); try { await navigator.clipboard.writeText(location.href); $("copied").textContent = t("viewer copied"); } catch { prompt(t("viewer link"), location.href); } });
  map.on("click", event => { if (drawing || !layersOf("class").length) return; state.place = ol.toLonLat(event.coordinate).map(value => Number(value.toFixed(6))); showPlace(); remember(); });
  map.on("moveend", remember);
  document.addEventListener("keydown", event => {
    if (event.key === "Escape" && drawing) draw(false);
    if (event.target.closest("input, select, button, a, summary") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " ") { event.preventDefault(); play(!playing); }
    if (event.key === "[" || event.key === ",") stepYear(-1);
    if (event.key === "]" || event.key === ".") stepYear(1);
  });
}

async function everything(path) {
  const features = [];
  for (let next = path; next;) {
    const page = await fetchJson(next);
    features.push(...page.features);
    next = page.links.find(one => one.rel === "next")?.href;
  }
  return features;
}

async function start() {
  info = await fetchJson("layers");
  const collections = (await fetchJson("collections")).collections.map(one => one.id);
  info.polygons = info.years.filter(year => collections.includes(`irrigated-${year}`));
  info.files = (await fetchJson("files")).files.map(file => file.name);
  zones = collections.includes("zones") ? await everything("collections/zones/items?limit=10000") : [];
  areas = await fetchJson("areas");
  zoneSource.addFeatures(new ol.GeoJSON().readFeatures({ type: "FeatureCollection", features: zones }, { featureProjection: "EPSG:3857" }));
  state.year = info.years[info.years.length - 1];
  state.layer = kinds()[0]?.id ?? "";
  state.zone = zones[0]?.id ?? "";
  state.background = layersOf("season").length ? "season" : "";
  $("year").min = 0;
  $("year").max = info.years.length - 1;
  $("place-box").hidden = !layersOf("class").length;
  $("title").textContent = info.name;
  $("attribution").textContent = info.attribution;
  const wanted = new URLSearchParams(location.hash.slice(1)).get("lang") ?? navigator.language.slice(0, 2);
  await speak(["en", "ru", "kk", "zh"].includes(wanted) ? wanted : info.language);
  recall();
  listen();
  show();
  await showPlace();
  document.body.dataset.ready = "true";
}

start().catch(error => { $("chart-note").textContent = error.message; document.body.dataset.ready = "failed"; });
