// The table of contents: where the reader is, and what a link leads to.
const contents = document.querySelector("nav.contents");
const outline = contents.querySelector("details");
const links = new Map([...contents.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
const narrow = window.matchMedia("(max-width: 960px)");

function markCurrent(id) {
  contents.querySelectorAll("[aria-current], .current").forEach((old) => { old.removeAttribute("aria-current"); old.classList.remove("current"); });
  const link = links.get(id);
  link.setAttribute("aria-current", "location");
  const group = link.closest("li details");
  if (group && !group.open) group.querySelector("summary").classList.add("current");
  if (narrow.matches) return;
  const shown = group && !group.open ? group : link;
  const [box, around] = [shown.getBoundingClientRect(), outline.getBoundingClientRect()];
  if (box.top < around.top + 40) outline.scrollTop += box.top - around.top - 80;
  else if (box.bottom > around.bottom - 20) outline.scrollTop += box.bottom - around.bottom + 80;
}

// The part that covers a line a quarter down the window is the current one.
const watcher = new IntersectionObserver((seen) => {
  const entering = seen.filter((each) => each.isIntersecting);
  if (entering.length) markCurrent(entering[entering.length - 1].target.id);
}, { rootMargin: "-25% 0px -74% 0px" });
links.forEach((_, id) => { const target = document.getElementById(id); if (target) watcher.observe(target); });

// A link into something folded unfolds it.
function unfoldTarget() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.tagName === "DETAILS") target.open = true;
}
window.addEventListener("hashchange", unfoldTarget);
contents.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  if (narrow.matches) outline.open = false;
  if (link.hash === location.hash) unfoldTarget();
});
outline.open = !narrow.matches;
narrow.addEventListener("change", () => { outline.open = !narrow.matches; });
unfoldTarget();
