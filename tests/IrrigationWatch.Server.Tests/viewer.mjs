// Drives the map as users do, in a browser that can reach nothing but this machine. Prints one line for each thing that held.
// node viewer.mjs PLAYWRIGHT_CORE BROWSER ADDRESS SCREENSHOTS
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";

const [playwright, browserPath, address, shots] = process.argv.slice(2);
const { chromium } = createRequire(import.meta.url)(playwright);
const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"] });
const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true, locale: "en-GB" });
await context.grantPermissions(["clipboard-read", "clipboard-write"]);
const complaints = [];
const watch = page => {
  // Reading pixels back is this test's doing, not the page's.
  page.on("console", message => { if (["error", "warning"].includes(message.type()) && !message.text().includes("willReadFrequently")) complaints.push(`${message.text()} ${message.location().url}`); });
  page.on("pageerror", error => complaints.push(error.message));
  page.on("request", request => { if (!request.url().startsWith(address) && !/^(data|blob):/.test(request.url())) complaints.push(`asked for ${request.url()}`); });
  return page;
};
const open = async (page, hash = "") => {
  await page.goto("about:blank");
  await page.goto(`${address}/map/${hash}`);
  await page.waitForSelector('body[data-ready="true"]');
  await page.waitForLoadState("networkidle");
};
const held = text => console.log(`held: ${text}`);
const colorAt = (page, x, y) => page.evaluate(async ([left, top]) => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (const canvas of [...document.querySelectorAll("#map canvas")].reverse()) {
    const box = canvas.getBoundingClientRect();
    const data = canvas.getContext("2d").getImageData((left - box.left) * canvas.width / box.width, (top - box.top) * canvas.height / box.height, 1, 1).data;
    if (data[3] > 0) return [...data].slice(0, 3).join();
  }
  return "";
}, [x, y]);

const page = watch(await context.newPage());
await open(page);
assert.equal(await page.locator("#big-year").textContent(), "2012");
assert.match(await page.locator("#legend").textContent(), /irrigated.*rainfed.*not observed/);
assert.equal(await page.locator("#chart circle").count(), 3);
await page.screenshot({ path: join(shots, "desktop.png") });
held("the newest year, its legend and the chart of the first zone are shown");

const map = await page.locator("#map").boundingBox();
const middle = [map.x + map.width * 0.52, map.y + map.height * 0.5];
const seen = new Map();
for (const year of ["2012", "2011", "2010"]) {
  await page.waitForLoadState("networkidle");
  assert.equal(await page.locator("#big-year").textContent(), year);
  seen.set(year, await colorAt(page, ...middle));
  await page.locator("#before").click();
}
assert.ok(new Set(seen.values()).size > 1, "the map does not change with the year");
await page.locator("#year").fill("1");
assert.equal(await page.locator("#big-year").textContent(), "2011");
assert.match(page.url(), /year=2011/);
held("slider and buttons change the year, the map and the address");

await page.locator("#play").click();
await page.waitForFunction(() => document.getElementById("big-year").textContent !== "2011");
await page.locator("#play").click();
assert.equal(await page.locator("#play").getAttribute("aria-pressed"), "false");
held("play moves through the years");

await page.locator("#map").focus();
const before = await page.locator("#big-year").textContent();
await page.keyboard.press(before === "2010" ? "]" : "[");
assert.notEqual(await page.locator("#big-year").textContent(), before);
for (let i = 0; i < 6; i++) await page.keyboard.press("Tab");
assert.notEqual(await page.evaluate(() => document.activeElement.tagName), "BODY");
const unnamed = await page.evaluate(() => [...document.querySelectorAll("button, select, input")].filter(node => !node.closest("[hidden]") && !(node.getAttribute("aria-label") || node.textContent.trim() || node.title || node.closest("label")?.textContent.trim())).map(node => node.id));
assert.deepEqual(unnamed, []);
held("keys change the year, everything that can be used has a name");

await page.locator("#year").fill("2");
await page.selectOption("#compare", "2010");
await page.waitForLoadState("networkidle");
await page.waitForTimeout(400);
assert.ok(await page.locator("#divider").isVisible());
assert.equal(await page.locator("#other-year").textContent(), "2010");
const points = [0.3, 0.4, 0.5, 0.6, 0.7].flatMap(x => [0.3, 0.45, 0.6].map(y => [map.x + map.width * x, map.y + map.height * y]));
const colors = async place => { await page.locator("#swipe").fill(String(place)); return Promise.all(points.map(([x, y]) => colorAt(page, x, y))); };
const left = await colors(1000), right = await colors(0), half = await colors(500);
assert.notDeepEqual(left, right);
points.forEach(([x], i) => assert.equal(half[i], x < map.x + map.width * 0.5 - 2 ? left[i] : x > map.x + map.width * 0.5 + 2 ? right[i] : half[i]));
await page.screenshot({ path: join(shots, "swipe.png") });
await page.selectOption("#compare", "0");
held("the dividing line shows one year to its left, the other to its right");

await page.selectOption("#zone", { index: 1 });
assert.match(await page.locator("#chart-title").textContent(), /East, lower/);
await page.locator("#table-box summary").click();
assert.equal(await page.locator("#table tbody tr").count(), 3);
assert.match(await page.locator("#table").textContent(), /100%/);
held("the chart and the table of the chosen zone");

for (const layer of await page.locator("#layer option").evaluateAll(options => options.map(option => option.value))) {
  await page.selectOption("#layer", layer);
  await page.waitForLoadState("networkidle");
  assert.ok(await page.locator("#legend li").count() > 0, `${layer} has no legend`);
}
await page.selectOption("#layer", "polygons");
await page.waitForLoadState("networkidle");
await page.waitForTimeout(400);
await page.screenshot({ path: join(shots, "polygons.png") });
await page.selectOption("#layer", "class");
held("every layer has a legend");

await page.mouse.click(...middle);
await page.waitForSelector("#place svg");
assert.equal(await page.locator("#place table tr").count(), 3);
assert.equal(await page.locator("#place svg circle").count() + await page.locator("#place svg path").count(), 9);
await page.locator("#place").scrollIntoViewIfNeeded();
await page.screenshot({ path: join(shots, "place.png") });
held("a click shows classes and NDVI of that place");

await page.locator("#draw").click();
for (const [x, y] of [[0.35, 0.35], [0.6, 0.35], [0.6, 0.6]]) await page.mouse.click(map.x + map.width * x, map.y + map.height * y, { delay: 40 });
await page.mouse.dblclick(map.x + map.width * 0.35, map.y + map.height * 0.6);
await page.waitForSelector("#drawn svg");
assert.equal(await page.locator("#drawn svg circle").count(), 3);
await page.locator("#drawn").scrollIntoViewIfNeeded();
await page.screenshot({ path: join(shots, "polygon.png") });
held("a drawn polygon gives the areas inside it");

const links = await page.locator("#downloads a").evaluateAll(nodes => nodes.map(node => node.href));
assert.ok(links.length >= 7);
for (const link of links) assert.equal((await context.request.get(link)).status(), 200, link);
const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#downloads a", { hasText: "CSV" }).first().click()]);
assert.match(await (await import("node:fs/promises")).readFile(await download.path(), "utf8"), /^year,zone,country,/);
held("every download is there");

await page.locator("#link").click();
const link = await page.evaluate(() => navigator.clipboard.readText());
const second = watch(await context.newPage());
await second.goto(link);
await second.waitForSelector('body[data-ready="true"]');
assert.equal(await second.locator("#zone").inputValue(), await page.locator("#zone").inputValue());
assert.equal(await second.locator("#big-year").textContent(), await page.locator("#big-year").textContent());
await second.waitForSelector("#place svg");
await second.close();
held("the link opens the same view");

for (const [language, word] of [["ru", "Условные обозначения"], ["kk", "Шартты белгілер"], ["zh", "图例"], ["en", "Legend"]]) {
  await page.selectOption("#language", language);
  await page.waitForFunction(code => document.documentElement.lang === code, language);
  assert.match(await page.locator("#panel").textContent(), new RegExp(word));
  assert.doesNotMatch(await page.locator("body").innerText(), /viewer /);
}
held("four languages");

const phone = watch(await (await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, locale: "ru-RU" })).newPage());
await open(phone);
assert.equal(await phone.evaluate(() => document.documentElement.lang), "ru");
assert.ok(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is wider than the phone");
const place = await phone.locator("#map").boundingBox();
await phone.touchscreen.tap(place.x + place.width / 2, place.y + place.height / 2);
await phone.waitForSelector("#place svg");
await phone.locator("#after").tap();
const sizes = await phone.locator("#timebar button, #panel select").evaluateAll(nodes => nodes.map(node => node.getBoundingClientRect().height));
assert.ok(Math.min(...sizes) >= 34, "something is too small for a finger");
await phone.screenshot({ path: join(shots, "phone.png"), fullPage: true });
held("a phone");

assert.deepEqual(complaints, []);
held("no complaint of the browser, nothing asked of another machine");
await browser.close();
