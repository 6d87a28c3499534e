// What the page carries: names and labels at once; results and rows deflated, opened when asked for.
const index = JSON.parse(document.getElementById("data").textContent);
const SVG = "http://www.w3.org/2000/svg";
const DAY = 86400000;
const numbered = new Intl.Collator("en", { numeric: true });
const unpacked = new Map();
const frames = new Map();

function put(element, text, attributes) {
  if (text !== undefined && text !== null) element.textContent = text;
  Object.entries(attributes || {}).forEach(([name, value]) => {
    if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  });
  return element;
}
const make = (tag, text, attributes) => put(document.createElement(tag), text, attributes);
const draw = (tag, attributes, text) => put(document.createElementNS(SVG, tag), text, attributes);
const button = (text, press, attributes) => {
  const made = make("button", text, { type: "button", ...attributes });
  made.addEventListener("click", press);
  return made;
};
const labelOf = (name) => (index.labels || {})[name] || (/[a-z]/.test(name) ? name[0].toUpperCase() + name.slice(1).replaceAll("_", " ") : name);
const count = (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many || `${one}s`}`;
const wait = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

async function inflate(name) {
  const packed = atob(document.getElementById(`pack-${name}`).textContent);
  const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}

function unpack(name) {
  if (!unpacked.has(name)) unpacked.set(name, inflate(name));
  return unpacked.get(name);
}

// Rows by columns; a column is decoded when it is first read (report/columns.py says how).
class Frame {
  constructor(name, stored, subjects) {
    this.name = name;
    this.columns = stored.columns;
    this.rows = stored.rows;
    this.stored = stored;
    this.subjects = subjects;
    this.decoded = new Map();
  }

  has(column) { return this.columns.includes(column); }

  column(name) {
    if (!this.decoded.has(name)) this.decoded.set(name, this.decode(this.stored.values[this.columns.indexOf(name)], name));
    return this.decoded.get(name);
  }

  decode(stored, name) {
    if (!stored || "k" in stored) return new Array(this.rows).fill(stored ? stored.k : null);
    if (stored.a) return this.column("USUBJID").map((subject) => this.subjects.ofSubject(subject, name));
    if (stored.w) return stored.i.map((place) => (place < 0 ? null : stored.w[place]));
    if (stored.v) return stored.v;
    let known = 0;
    const numbers = stored.s.map((step) => { if (step === null) return null; known += step; return known; });
    return stored.date ? numbers.map((days) => (days === null ? null : isoDate(days))) : numbers;
  }

  // The distinct texts of a column, without its rows; null where it holds numbers or dates.
  words(name) {
    const stored = this.stored.values[this.columns.indexOf(name)];
    return stored && stored.w ? stored.w : null;
  }

  get bySubject() {
    if (!this.places) {
      this.places = new Map();
      const known = this.has("USUBJID") ? this.column("USUBJID") : [];
      known.forEach((subject, row) => {
        if (!this.places.has(subject)) this.places.set(subject, []);
        this.places.get(subject).push(row);
      });
    }
    return this.places;
  }

  ofSubject(subject, name) {
    const rows = this.bySubject.get(subject);
    return rows ? this.column(name)[rows[0]] : null;
  }

  // The rows of a subject as objects with some columns; a column that is not there is null.
  records(subject, names) {
    const columns = names.map((name) => this.column(name));
    return (this.bySubject.get(subject) || []).map((row) => {
      const record = { row };
      names.forEach((name, i) => { record[name] = columns[i][row]; });
      return record;
    });
  }
}

const isoDate = (days) => new Date(days * DAY).toISOString().slice(0, 10);
const dayOf = (iso) => (iso ? Date.parse(iso) / DAY : null);
const listingOf = (name) => index.listings.find((listing) => listing.name === name);

function frame(name) {
  if (!frames.has(name)) frames.set(name, openFrame(name));
  return frames.get(name);
}

async function openFrame(name) {
  const [stored, subjects] = await Promise.all([unpack(listingOf(name).slug), name === "ADSL" || !listingOf("ADSL") ? null : frame("ADSL")]);
  return new Frame(name, stored, subjects);
}

// Numbers as people read them: no noise of binary fractions.
function told(value, digits = 6) {
  if (value === null || value === undefined) return "";
  return typeof value === "number" && !Number.isInteger(value) ? String(Number(value.toPrecision(digits))) : String(value);
}
