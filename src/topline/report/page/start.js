// What pressing and typing do.
document.addEventListener("click", (event) => {
  const saved = event.target.closest("[data-save]");
  if (saved) { keep(saved); return; }
  if (event.target.closest("[data-search]")) { openSearch(); return; }
  press(event.target, event);
});

const STEP = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, textarea, select")) {
    event.preventDefault();
    openSearch();
    return;
  }
  const mark = event.target.closest("[role=button][data-r]");
  if (!mark) return;
  if (event.key === "Enter" || event.key === " ") { if (press(mark, null)) event.preventDefault(); return; }
  if (mark.ownerSVGElement && moveMark(mark, event.key)) event.preventDefault();
});

// Within a figure the arrow keys go from mark to mark; the Tab key leaves it.
function moveMark(mark, key) {
  const marks = [...mark.ownerSVGElement.querySelectorAll("[data-r]")];
  const ends = { Home: 0, End: marks.length - 1 };
  const to = key in ends ? ends[key] : key in STEP ? marks.indexOf(mark) + STEP[key] : -1;
  if (!marks[to]) return key in ends || key in STEP;
  mark.setAttribute("tabindex", "-1");
  marks[to].setAttribute("tabindex", "0");
  marks[to].focus();
  return true;
}

// Print has what is folded, and the rows of the listings that are unfolded.
const unfoldedForPrint = [];
const openListings = () => [...document.querySelectorAll("details[open][data-listing]")].map((details) => details.listing).filter(Boolean);
window.addEventListener("beforeprint", () => {
  openListings().forEach((listing) => listing.show(PRINTED_ROWS));
  document.querySelectorAll("section details:not([open], [data-listing])").forEach((details) => { details.open = true; unfoldedForPrint.push(details); });
});
window.addEventListener("afterprint", () => {
  openListings().forEach((listing) => listing.show());
  unfoldedForPrint.splice(0).forEach((details) => { details.open = false; });
});

panel.addEventListener("click", (event) => { if (event.target === panel) panel.close(); });
document.getElementById("close").addEventListener("click", () => panel.close());
panelBack.addEventListener("click", goBack);

if (!("DecompressionStream" in window)) announce("This browser is too old to read the records in this file");
// Once the page is read, what is far from the window is laid out, and the patients are listed.
window.addEventListener("load", () => (window.requestIdleCallback || setTimeout)(async () => {
  const patients = document.querySelector("details[data-listing=ADSL]");
  if (patients) await unfold(patients);
  document.documentElement.classList.add("ready");
  unfoldTarget();
}));
