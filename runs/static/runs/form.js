// A form is sent once, and the page of a run looks for its end. Both work without this, only less smoothly.
const form = document.querySelector("form[data-once]");
form?.addEventListener("submit", () => {
  const button = form.querySelector("button");
  setTimeout(() => { button.disabled = true; });
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted && form) form.querySelector("button").disabled = false;
});
document.querySelector("[aria-invalid=true]")?.focus();

const live = document.querySelector("[data-live]");
let pause = 1000;

async function look() {
  try {
    const answer = await fetch("?state", { headers: { Accept: "application/json" } });
    const { state } = await answer.json();
    if (state === "ended") return location.reload();
    for (const line of live.querySelectorAll("[data-for]")) line.hidden = line.dataset.for !== state;
  } catch {
    // Away for a moment: the next look finds it.
  }
  pause = Math.min(pause * 1.3, 10000);
  setTimeout(look, pause);
}
if (live) setTimeout(look, pause);
