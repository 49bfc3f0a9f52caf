// The page's one script. Everything works without it: it saves reloads and slips of the finger, nothing else.
import htmx from "htmx.org";

// No styles and no code from strings: the page's policy allows neither.
Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  selfRequestsOnly: true,
  // A form that was refused comes back with what was written in it.
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});

// A form is sent once, however often the button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 10000);
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// One box for all of a list, and how many are chosen.
document.addEventListener("change", (event) => {
  const box = event.target;
  const list = box.closest && box.closest("form[data-choice]");
  if (!list) return;
  const boxes = Array.from(list.querySelectorAll("input[type=checkbox]:not([data-all])"));
  if (box.hasAttribute("data-all")) boxes.forEach((each) => (each.checked = box.checked));
  const told = list.querySelector("[data-chosen]");
  if (told) told.textContent = String(boxes.filter((each) => each.checked).length);
});

document.addEventListener("click", (event) => {
  if (event.target.closest && event.target.closest("[data-print]")) window.print();
});
