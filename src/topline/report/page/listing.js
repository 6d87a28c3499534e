// Rows that can be sorted, filtered, turned page by page, and saved as they are shown.
const PAGE_ROWS = 50;
const FEW_ROWS = 8;
const PRINTED_ROWS = 500;
let listings = 0;

class Listing {
  // `rows`: numbers of the rows to list; all without. `columns`: shown at first.
  constructor(source, { title, columns, rows, filter = "", subjects = true, file }) {
    this.source = source;
    this.title = title;
    this.chosen = columns.filter((name) => source.has(name));
    this.rows = rows || Array.from({ length: source.rows }, (_, row) => row);
    this.file = file || source.name.toLowerCase();
    this.subjects = subjects;
    this.page = 0;
    this.sorted = null;
    this.all = false;
    listings += 1;
    this.id = `rows-${listings}`;
    this.holder = make("div", null, { class: "rows" });
    this.build(filter);
  }

  get columns() { return this.all ? this.source.columns : this.chosen; }

  build(filter) {
    const tools = make("div", null, { class: "tools" });
    this.box = make("input", null, { type: "search", id: this.id, placeholder: "Filter rows", autocomplete: "off", spellcheck: "false", "aria-label": `Filter rows of ${this.title}` });
    this.box.value = filter;
    let asked = null;
    this.box.addEventListener("input", () => { clearTimeout(asked); asked = setTimeout(() => this.choose(), 120); });
    this.told = make("output", null, { class: "count", for: this.id });
    const label = make("label", null, { class: "check" });
    const all = make("input", null, { type: "checkbox" });
    all.addEventListener("change", () => { this.all = all.checked; this.texts = null; this.choose(); });
    label.append(all, document.createTextNode(` All ${this.source.columns.length} variables`));
    const save = button("Save as CSV", () => this.save(), { class: "plain", "aria-label": `Save ${this.title} as CSV` });
    if (this.rows.length > FEW_ROWS || filter) tools.append(this.box);
    tools.append(this.told);
    if (this.source.columns.length > this.chosen.length) tools.append(label);
    tools.append(save);
    this.table = scrollable(this.title, "");
    this.pager = make("div", null, { class: "pager" });
    this.holder.append(tools, this.table, this.pager);
    this.choose();
  }

  // What a row says in the shown columns, in small letters.
  text(row) {
    if (!this.texts) this.texts = new Map();
    if (!this.texts.has(row)) this.texts.set(row, plainText(this.columns.map((name) => told(this.source.column(name)[row])).join(" ")));
    return this.texts.get(row);
  }

  choose() {
    const words = plainText(this.box.value).split(" ").filter(Boolean);
    this.found = words.length ? this.rows.filter((row) => words.every((word) => this.text(row).includes(word))) : this.rows.slice();
    if (this.sorted) this.order();
    this.page = 0;
    this.show();
  }

  order() {
    const ranks = ranked(this.source.column(this.sorted.column));
    const sign = this.sorted.down ? -1 : 1;
    // Rows without a value come last either way; equal rows keep their order.
    this.found.sort((a, b) => (ranks[a] < 0) - (ranks[b] < 0) || sign * (ranks[a] - ranks[b]) || a - b);
  }

  sort(column) {
    this.sorted = { column, down: this.sorted && this.sorted.column === column ? !this.sorted.down : false };
    this.order();
    this.page = 0;
    this.show();
    this.table.querySelector(`[data-column="${CSS.escape(column)}"]`).focus();
  }

  show(limit = PAGE_ROWS) {
    const pages = Math.max(1, Math.ceil(this.found.length / limit));
    this.page = Math.min(this.page, pages - 1);
    const first = this.page * limit;
    const shown = this.found.slice(first, first + limit);
    const heads = this.columns.map((name) => button(labelOf(name), () => this.sort(name), { "data-column": name, title: `Sort by ${name}` }));
    const table = plainTable(`Rows of ${this.title}`, heads, shown.map((row) => this.columns.map((name) => this.cell(name, row))), { class: "listing" });
    // Dates, numbers and identifiers stay on one line where print breaks the others.
    table.querySelectorAll("tbody td").forEach((cell) => { if (/^\S{1,24}$/.test(cell.textContent)) cell.classList.add("whole"); });
    table.querySelectorAll("thead th").forEach((head, i) => {
      const name = this.columns[i];
      if (labelOf(name) !== name) head.append(make("span", name, { class: "code" }));
      if (this.sorted && this.sorted.column === name) head.setAttribute("aria-sort", this.sorted.down ? "descending" : "ascending");
    });
    this.table.replaceChildren(shown.length ? table : make("p", this.rows.length ? "No row matches." : "No row.", { class: "none" }));
    this.told.textContent = this.found.length === this.rows.length ? count(this.rows.length, "row") : `${this.found.length.toLocaleString("en")} of ${count(this.rows.length, "row")}`;
    this.turn(pages, first, shown.length);
  }

  turn(pages, first, shown) {
    this.pager.replaceChildren();
    if (pages < 2) return;
    const to = (page, text, label) => button(text, () => { this.page = page; this.show(); this.pager.querySelector("span").focus(); }, { class: "plain", "aria-label": `${label} of ${this.title}`, disabled: page < 0 || page >= pages || page === this.page });
    this.pager.append(
      to(0, "First", "First page"), to(this.page - 1, "Previous", "Previous page"),
      make("span", `Rows ${(first + 1).toLocaleString("en")} to ${(first + shown).toLocaleString("en")}, page ${this.page + 1} of ${pages.toLocaleString("en")}`, { tabindex: "-1" }),
      to(this.page + 1, "Next", "Next page"), to(pages - 1, "Last", "Last page"),
    );
  }

  cell(name, row) {
    const value = this.source.column(name)[row];
    if (!this.subjects || value === null || (name !== "USUBJID" && name !== "subject")) return value;
    return button(value, () => openProfile(value), { class: "subject" });
  }

  save() {
    const lines = this.found.map((row) => this.columns.map((name) => this.source.column(name)[row]));
    saveFile(`${this.file}.csv`, "text/csv", csvText([this.columns, ...lines]));
  }
}

// For each row the place of its value among all values; -1 where there is none.
function ranked(values) {
  const distinct = [...new Set(values)].filter((value) => value !== null);
  const numbers = distinct.every((value) => typeof value === "number");
  distinct.sort(numbers ? (a, b) => a - b : (a, b) => numbered.compare(a, b));
  const ranks = new Map(distinct.map((value, rank) => [value, rank]));
  return values.map((value) => (value === null ? -1 : ranks.get(value)));
}

const plainText = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/\s+/g, " ").trim();

// Fill the listings of the page when they are unfolded.
async function unfold(details, filter) {
  const name = details.dataset.listing;
  const { title, columns } = listingOf(name);
  const holder = details.querySelector(".holder");
  if (!details.listing) {
    holder.textContent = "Reading the rows …";
    const listing = new Listing(await frame(name), { title, columns, filter });
    if (!details.listing) { details.listing = listing; holder.replaceChildren(listing.holder); }
  } else if (filter !== undefined) {
    details.listing.box.value = filter;
    details.listing.choose();
  }
}

document.querySelectorAll("details[data-listing]").forEach((details) => {
  details.addEventListener("toggle", () => { if (details.open) unfold(details); });
});
