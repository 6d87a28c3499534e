// Files and the clipboard: rows and tables as CSV, tables to paste, figures as SVG and PNG.
function csvText(lines) {
  const cell = (value) => {
    const shown = value === null || value === undefined ? "" : String(value);
    const formula = /^ *[=+\-@\t\r\n]/.test(shown) && !/^[+-]?\d+(\.\d+)?%?$/.test(shown);
    return `"${(formula ? `'${shown}` : shown).replace(/"/g, '""')}"`;
  };
  return `\ufeff${lines.map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
}

function saveFile(name, type, content) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  make("a", null, { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

// The picture by itself: without what the page added, with the fonts.
function standalone(name) {
  const copy = document.querySelector(`#${CSS.escape(name)} svg`).cloneNode(true);
  copy.setAttribute("xmlns", SVG);
  copy.querySelectorAll(".reach").forEach((reach) => reach.remove());
  copy.querySelectorAll("[data-r]").forEach((mark) => ["data-r", "role", "tabindex", "aria-label"].forEach((a) => mark.removeAttribute(a)));
  ["role", "aria-label", "aria-describedby"].forEach((a) => copy.removeAttribute(a));
  const faces = [...document.styleSheets[0].cssRules].filter((rule) => rule.type === CSSRule.FONT_FACE_RULE).map((rule) => rule.cssText).join("");
  copy.prepend(draw("style", {}, faces));
  return copy;
}

const svgText = (picture) => new XMLSerializer().serializeToString(picture);

const DOTS_AN_INCH = 600;
const WIDEST = 16000;

async function savePng(name) {
  const picture = standalone(name);
  const points = ["width", "height"].map((side) => parseFloat(picture.getAttribute(side)));
  const dots = Math.min(DOTS_AN_INCH, ...points.map((side) => Math.floor((WIDEST * 72) / side)));
  const [width, height] = points.map((side) => Math.round((side / 72) * dots));
  picture.setAttribute("width", width);
  picture.setAttribute("height", height);
  const image = new Image(width, height);
  const bytes = new TextEncoder().encode(svgText(picture));
  image.src = `data:image/svg+xml;base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;
  await image.decode();
  const canvas = put(document.createElement("canvas"), null, { width, height });
  const context = canvas.getContext("2d");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0, width, height);
  const blob = await new Promise((done) => { canvas.toBlob(done, "image/png"); });
  saveFile(`${name}.png`, "image/png", withResolution(new Uint8Array(await blob.arrayBuffer()), dots));
}

// PNG with a pHYs chunk after its head (33 bytes), so that it prints at its own size.
function withResolution(png, dots) {
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  const metre = Math.round(dots / 0.0254);
  view.setUint32(0, 9);
  [112, 72, 89, 115].forEach((letter, i) => view.setUint8(4 + i, letter));
  view.setUint32(8, metre);
  view.setUint32(12, metre);
  view.setUint8(16, 1);
  view.setUint32(17, crc(chunk.subarray(4, 17)));
  return new Blob([png.subarray(0, 33), chunk, png.subarray(33)]);
}

function crc(bytes) {
  let rest = -1;
  bytes.forEach((byte) => {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit += 1) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  });
  return (rest ^ -1) >>> 0;
}

// A table for a document or a spreadsheet: as HTML and as text with tabs.
function copyTable(name, pressed) {
  const section = document.getElementById(name);
  const table = section.querySelector("table").cloneNode(true);
  table.querySelectorAll("[data-r]").forEach((mark) => mark.replaceWith(...mark.childNodes));
  table.querySelectorAll("br").forEach((cut) => cut.replaceWith(" "));
  table.querySelectorAll("[class]").forEach((cell) => cell.removeAttribute("class"));
  const title = section.querySelector("h3").textContent;
  const notes = [...section.querySelectorAll(".notes p")].map((note) => note.textContent);
  table.querySelector("caption").textContent = title;
  const lines = [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent.replace(/\s+/g, " ")).join("\t"));
  const html = make("div");
  html.append(table, ...notes.map((note) => make("p", note)));
  const write = (event) => {
    event.preventDefault();
    event.clipboardData.setData("text/html", html.innerHTML);
    event.clipboardData.setData("text/plain", [title, ...lines, ...notes].join("\n"));
  };
  document.addEventListener("copy", write, { once: true });
  const copied = document.execCommand("copy");
  document.removeEventListener("copy", write);
  announce(copied ? `${title.split(".")[0]} copied` : "This browser does not let the page copy");
  if (copied) { pressed.textContent = "Copied"; setTimeout(() => { pressed.textContent = "Copy"; }, 1500); }
}

const announce = (words) => { document.getElementById("said").textContent = words; };

async function keep(pressed) {
  const { save: kind, of: name } = pressed.dataset;
  if (kind === "copy") copyTable(name, pressed);
  if (kind === "svg") saveFile(`${name}.svg`, "image/svg+xml", svgText(standalone(name)));
  if (kind === "png") await savePng(name);
}
