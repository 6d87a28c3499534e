// The steps of a Kaplan-Meier curve: who had an event, and which step was pressed.
const MONTH = 30.4375;

// Where the curve of a mark falls, from left to right; null where the mark is no such curve.
function falls(mark) {
  const line = mark.querySelector("path:not(.reach)");
  if (!line || line.getAttribute("fill") !== "none") return null;
  const points = [...line.getAttribute("d").matchAll(/[ML]\s*(-?[\d.]+)[\s,]+(-?[\d.]+)/g)].map((found) => [Number(found[1]), Number(found[2])]);
  const steps = points.filter(([x, y], i) => i > 0 && Math.abs(x - points[i - 1][0]) < 1e-6 && y > points[i - 1][1] + 1e-3).map(([x]) => x);
  return [...new Set(steps)];
}

function curveAt(mark, event) {
  const steps = falls(mark);
  if (!steps || !steps.length) return null;
  const picture = mark.ownerSVGElement;
  const pointed = event && event.clientX ? new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse()).x : null;
  return { steps, pointed };
}

// A line for each time with an event: how many were at risk, and whose event it was.
function curveSteps(source, rows, { steps, pointed }) {
  const [days, censored, subjects, events] = ["AVAL", "CNSR", "USUBJID", "EVNTDESC"].map((name) => source.column(name));
  const times = [...new Set(rows.filter((row) => censored[row] === 0).map((row) => days[row]))].sort((a, b) => a - b);
  // The curve says where its steps are only if it has as many as the rows have times.
  const nearest = pointed !== null && steps.length === times.length
    ? steps.reduce((best, x, i) => (Math.abs(x - pointed) < Math.abs(steps[best] - pointed) ? i : best), 0) : -1;
  const lines = times.map((time) => {
    const now = rows.filter((row) => censored[row] === 0 && days[row] === time);
    const who = make("div", null, { class: "who" });
    now.forEach((row) => who.append(button(subjects[row], () => openProfile(subjects[row]), { class: "subject" }), ` ${told(events[row])} `));
    return [told(time), (time / MONTH).toFixed(1), rows.filter((row) => days[row] >= time).length, who];
  });
  const table = plainTable("Steps of the curve", ["Day", "Month", "At risk", "Who had the event"], lines, { class: "steps" });
  const body = [...table.tBodies[0].rows];
  const head = make("h3", nearest < 0 ? `Steps of the curve (${times.length})` : `Step at day ${told(times[nearest])}`);
  if (nearest >= 0) {
    body[nearest].classList.add("here");
    body[nearest].setAttribute("aria-current", "true");
  }
  const holder = scrollable("Steps of the curve", table);
  holder.classList.add("low");
  return [head, holder];
}
