// Search over the whole page: titles, cells, terms, subjects, columns of listings.
const searchBox = document.getElementById("search");
const searchInput = document.getElementById("search-text");
const searchCount = document.getElementById("search-count");
const searchFound = document.getElementById("search-found");
const FOUND_EACH = 4;
const FOUND_ALL = 60;
let placesKnown = null;
let termsKnown = null;

// Each piece of text of the page, with the part it stands in.
function places() {
  if (placesKnown) return placesKnown;
  placesKnown = [];
  document.querySelectorAll("main section[id], main header").forEach((section) => {
    const heading = section.querySelector("h1, h2, h3");
    const part = heading.textContent.trim();
    const own = (element) => element.closest("section[id], header") === section;
    const add = (text, target, weight) => {
      const clean = text.replace(/\s+/g, " ").trim();
      if (clean) placesKnown.push({ part, text: clean, plain: plainText(clean), weight, go: () => jump(target) });
    };
    add(part, heading, 2);
    section.querySelectorAll("tr").forEach((row) => { if (own(row) && !row.closest(".holder")) add([...row.cells].map((cell) => cell.textContent).join("  "), row, 1); });
    section.querySelectorAll("p, dt, dd, summary, .notes p").forEach((block) => { if (own(block) && !block.closest(".holder")) add(block.textContent, block, 1); });
    section.querySelectorAll("svg text").forEach((words) => { if (own(words)) add(words.textContent, words, 1); });
  });
  return placesKnown;
}

// Subjects, and the distinct words of the columns that listings show.
async function terms() {
  if (termsKnown || !index.patients) return termsKnown || [];
  const found = [];
  for (const { name, slug, title, columns } of index.listings) {
    const source = name === "queries" ? new Frame(name, await unpack(slug), null) : await frame(name);
    if (name === "ADSL") source.column("USUBJID").forEach((subject) => found.push({ part: "Patients", text: subject, plain: plainText(subject), weight: 3, go: () => openProfile(subject) }));
    columns.filter((column) => column !== "USUBJID" && column !== "subject").forEach((column) => {
      (source.words(column) || []).forEach((word) => {
        const text = `${labelOf(column)}: ${word}`;
        found.push({ part: `Listing: ${title}`, text, plain: plainText(word), weight: 0, go: () => openListing(name, word) });
      });
    });
  }
  termsKnown = found;
  return found;
}

async function openListing(name, word) {
  const details = document.querySelector(`details[data-listing="${CSS.escape(name)}"]`);
  details.open = true;
  await unfold(details, word);
  jump(details.querySelector("summary"));
}

// Unfold what hides a place, go there, and mark what was searched for.
function jump(target) {
  for (let around = target; around; around = around.parentElement) if (around.tagName === "DETAILS") around.open = true;
  const hold = target.closest("tr, p, section, h1, h2, h3, summary") || target;
  if (!hold.hasAttribute("tabindex") && !hold.matches("summary, a, button")) hold.setAttribute("tabindex", "-1");
  target.scrollIntoView({ block: "center" });
  hold.focus({ preventScroll: true });
  document.querySelectorAll(".hit").forEach((old) => old.classList.remove("hit"));
  (target.closest("tr, text") || target).classList.add("hit");
  paint(target, searchInput.value);
}

function paint(target, sought) {
  if (!window.CSS || !CSS.highlights || !window.Highlight) return;
  const ranges = [];
  const walker = document.createTreeWalker(target, NodeFilter.SHOW_TEXT);
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    words.forEach((word) => {
      for (let at = node.data.toLowerCase().indexOf(word); at >= 0; at = node.data.toLowerCase().indexOf(word, at + word.length)) {
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, Math.min(at + word.length, node.length));
        ranges.push(range);
      }
    });
  }
  CSS.highlights.set("found", new Highlight(...ranges));
}

// Text with the words that were sought marked.
function marked(text, words) {
  const shown = make("span");
  const low = text.toLowerCase();
  let done = 0;
  while (done < text.length) {
    const next = words.map((word) => [low.indexOf(word, done), word.length]).filter(([at]) => at >= 0).sort((a, b) => a[0] - b[0] || b[1] - a[1])[0];
    if (!next) break;
    shown.append(text.slice(done, next[0]), make("mark", text.slice(next[0], next[0] + next[1])));
    done = next[0] + next[1];
  }
  shown.append(text.slice(done));
  return shown;
}

let asked = 0;
async function search() {
  asked += 1;
  const mine = asked;
  const words = plainText(searchInput.value).split(" ").filter(Boolean);
  if (!words.length || words.join("").length < 2) { searchFound.replaceChildren(); searchCount.textContent = ""; return; }
  const matching = (all) => all.filter(({ plain }) => words.every((word) => plain.includes(word)));
  list(matching(places()), words);
  if (!index.patients) return;
  const more = await terms();
  if (mine === asked) list([...matching(more.filter(({ weight }) => weight > 2)), ...matching(places()), ...matching(more.filter(({ weight }) => weight <= 2))], words);
}

function list(found, words) {
  const parts = new Map();
  found.forEach((each) => parts.set(each.part, [...(parts.get(each.part) || []), each]));
  const groups = [...parts].sort(([, a], [, b]) => Math.max(...b.map(({ weight }) => weight)) - Math.max(...a.map(({ weight }) => weight)));
  searchCount.textContent = found.length ? `${count(found.length, "place")} in ${count(groups.length, "part")}` : "Nothing found";
  let left = FOUND_ALL;
  searchFound.replaceChildren(...groups.filter(() => left > 0).map(([part, each]) => {
    const group = make("li");
    const items = make("ul");
    const shown = each.sort((a, b) => b.weight - a.weight).slice(0, Math.min(FOUND_EACH, left));
    left -= shown.length;
    shown.forEach(({ text, go }) => {
      const item = make("li");
      const link = button(null, () => { searchBox.close(); go(); });
      link.append(marked(text.length > 160 ? excerpt(text, words[0]) : text, words));
      item.append(link);
      items.append(item);
    });
    group.append(make("h3", part), items);
    if (each.length > shown.length) group.append(make("p", `and ${each.length - shown.length} more`));
    return group;
  }));
}

function excerpt(text, word) {
  const at = Math.max(0, text.toLowerCase().indexOf(word) - 60);
  return `${at ? "…" : ""}${text.slice(at, at + 150)}…`;
}

function openSearch() {
  if (panel.open) panel.close();
  if (!searchBox.open) searchBox.showModal();
  searchInput.focus();
  searchInput.select();
}

searchInput.addEventListener("input", search);
document.getElementById("search-close").addEventListener("click", () => searchBox.close());
searchBox.addEventListener("click", (event) => { if (event.target === searchBox) searchBox.close(); });
// The arrow keys go through what was found; Enter in the box takes the first.
searchBox.addEventListener("keydown", (event) => {
  const links = [...searchFound.querySelectorAll("button")];
  const at = links.indexOf(document.activeElement);
  if (event.key === "Enter" && at < 0 && links.length) { event.preventDefault(); links[0].click(); return; }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const next = at + (event.key === "ArrowDown" ? 1 : -1);
  if (next < 0) searchInput.focus();
  else if (links[next]) links[next].focus();
});
