// Labelling a sample: a place after the other, what was seen there each year, a key a class. Each answer is kept at once.
import { chart } from "./chart.js";

const root = new URL("..", import.meta.url);
const at = path => new URL(path, root).href;
const $ = id => document.getElementById(id);
const colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
let words = {};
let token = sessionStorage.getItem("token") ?? "";
let sample;
let index = 0;
let urls = [];

const t = (key, ...values) => values.reduce((text, value, i) => text.replaceAll(`{${i}}`, value), words[key] ?? key);
async function ask(path, init = {}) {
  const answer = await fetch(at(`label/${path}`), { ...init, headers: { Authorization: `Bearer ${token}`, ...init.headers } });
  if (!answer.ok) { const error = new Error((await answer.json()).detail ?? answer.statusText); error.status = answer.status; throw error; }
  return answer;
}
const askJson = async (path, init) => (await ask(path, init)).json();

async function speak(language) {
  words = await (await fetch(at(`texts/${language}`))).json();
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = t(node.dataset.text);
  $("back").setAttribute("aria-label", t("label back"));
  $("skip").setAttribute("aria-label", t("label skip"));
}

function buttons() {
  $("classes").replaceChildren(...sample.classes.map((name, i) => {
    const button = document.createElement("button");
    button.type = "button";
    const key = document.createElement("kbd");
    key.textContent = i + 1;
    button.append(t(name), key);
    button.setAttribute("aria-pressed", sample.points[index].class === name);
    button.addEventListener("click", () => give(name));
    return button;
  }));
  const done = sample.points.filter(point => point.class).length;
  $("progress").max = sample.points.length;
  $("progress").value = done;
  $("done").textContent = `${done} / ${sample.points.length}`;
}

async function picture(year, chip) {
  const url = URL.createObjectURL(await (await ask(`points/${index}/${year}.png`)).blob());
  urls.push(url);
  const image = document.createElement("img");
  image.alt = `${t("viewer season")} ${year}`;
  image.src = url;
  chip.replaceChildren(image);
}

async function show() {
  buttons();
  $("unsure").checked = sample.points[index].sure === false;
  const shown = index;
  const point = await askJson(`points/${index}`);
  if (shown !== index) return;
  urls.forEach(URL.revokeObjectURL);
  urls = [];
  const year = point.year ?? point.years.at(-1)?.year;
  $("where").textContent = `${index + 1} / ${sample.points.length} · ${point.lat.toFixed(5)}° N, ${point.lon.toFixed(5)}° E`;
  $("asked").querySelector("figcaption").textContent = year ?? "";
  const names = [...new Set(point.years.flatMap(row => Object.keys(row.ndvi)))];
  const keys = document.createElement("ul");
  keys.className = "keys";
  keys.append(...names.map((name, i) => { const node = document.createElement("li"); node.textContent = `NDVI, ${name}`; node.style.color = colors[i % colors.length]; return node; }));
  $("chart").replaceChildren(...(names.length ? [chart(names.map((name, i) => ({ name, color: colors[i % colors.length], rows: point.years.map(row => ({ year: row.year, value: row.ndvi[name] ?? null })) })), { label: "NDVI", unit: "NDVI", most: 1, unseen: 0, year }), keys] : []));
  const chips = point.years.map(row => {
    const figure = document.createElement("figure"), chip = document.createElement("div"), caption = document.createElement("figcaption");
    chip.className = "chip";
    caption.textContent = row.year;
    figure.append(chip, caption);
    return [row.year, figure, chip];
  });
  $("years").replaceChildren(...chips.map(([, figure]) => figure));
  await Promise.all([...(point.years.some(row => row.year === year) ? [picture(year, $("asked").querySelector(".chip"))] : []), ...chips.map(([of, , chip]) => picture(of, chip))]);
  document.body.dataset.point = index;
}

const guard = async action => { try { $("failed").textContent = ""; await action(); } catch (error) { $("failed").textContent = error instanceof TypeError ? t("viewer failed") : error.message; } };
const go = next => { if (next >= 0 && next < sample.points.length) { index = next; return guard(show); } };
const nextOpen = () => { const open = [...sample.points.keys()].map(i => (index + 1 + i) % sample.points.length).find(i => !sample.points[i].class); return open === undefined ? guard(show) : go(open); };

function give(name) {
  return guard(async () => {
    const point = sample.points[index];
    const chosen = point.class === name ? null : name;
    const answer = await askJson(`points/${index}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ class: chosen, sure: !$("unsure").checked }) });
    point.class = answer.class;
    point.sure = answer.sure;
    if (chosen) await nextOpen(); else buttons();
  });
}

async function agreement() {
  const answer = await askJson("agreement");
  const lines = [t("label shared", answer.shared, answer.unanimous), ...answer.labellers.map(one => `${one.name}: ${one.points} / ${answer.points}`), ...answer.pairs.map(pair => `${pair.first} – ${pair.second}: ${Math.round(100 * pair.agreement)}%, κ ${pair.kappa === null ? "–" : pair.kappa.toFixed(2)} (${pair.points})`)];
  $("agreement").querySelector("div").replaceChildren(...lines.map(line => { const node = document.createElement("p"); node.textContent = line; return node; }));
}

async function begin() {
  sample = await askJson("points");
  sessionStorage.setItem("token", token);
  $("who").textContent = sample.labeller;
  $("sign").hidden = true;
  $("work").hidden = false;
  index = Math.max(0, sample.points.findIndex(point => !point.class));
  await guard(show);
}

$("sign").addEventListener("submit", async event => {
  event.preventDefault();
  token = $("token").value;
  try { await begin(); } catch (error) { $("sign-note").textContent = error.message; }
});
$("language").addEventListener("change", async event => { await speak(event.target.value); if (sample) guard(show); });
$("back").addEventListener("click", () => go(index - 1));
$("skip").addEventListener("click", () => go(index + 1));
$("next-open").addEventListener("click", nextOpen);
$("agreement").addEventListener("toggle", () => { if ($("agreement").open) guard(agreement); });
$("export").addEventListener("click", () => guard(async () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await (await ask("export")).blob());
  link.download = "labelled.geojson";
  link.click();
}));
document.addEventListener("keydown", event => {
  if (!sample || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input[type=password], select")) return;
  const number = Number(event.key);
  if (number >= 1 && number <= sample.classes.length) give(sample.classes[number - 1]);
  else if (event.key === "ArrowLeft") go(index - 1);
  else if (event.key === "ArrowRight") go(index + 1);
  else if (event.key === "n") nextOpen();
  else if (event.key === "u") $("unsure").checked = !$("unsure").checked;
});

await speak(["ru", "kk", "zh"].includes(navigator.language.slice(0, 2)) ? navigator.language.slice(0, 2) : "en");
$("language").value = document.documentElement.lang;
if (token) { try { await begin(); } catch { sessionStorage.removeItem("token"); } }
