/** The running total of a task's weights: what is not removed, as far as it is a number. 100 is right, give or take a hundredth. */
function sum(place: HTMLElement): void {
  let total = 0;
  for (const criterion of place.querySelectorAll<HTMLElement>("[data-criterion]")) {
    if (criterion.querySelector<HTMLInputElement>("[data-weight-removed]")?.checked) continue;
    const weight = Number(criterion.querySelector<HTMLInputElement>("[data-weight]")?.value);
    if (Number.isFinite(weight)) total += weight;
  }
  const output = place.querySelector<HTMLOutputElement>("[data-weights-total]");
  if (!output) return;
  output.value = String(Math.round(total * 100) / 100);
  output.classList.toggle("tone-incorrect", Math.abs(total - 100) > 0.01);
  output.classList.toggle("tone-correct", Math.abs(total - 100) <= 0.01);
}

document.addEventListener("input", event => {
  const place = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-weights]") : null;
  if (place) sum(place);
});
for (const place of document.querySelectorAll<HTMLElement>("[data-weights]")) sum(place);
