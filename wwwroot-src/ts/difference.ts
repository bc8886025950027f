// What the expected output says otherwise than the actual answer, word by word, while it is typed. Also the numbers of
// characters (data-count-of="id") and the button that begins with the answer (data-fill="#from" data-into="#to").

import { onHtmx } from "./htmx";
import { compare, type Piece } from "./words";

const delay = 120;
const format = new Intl.NumberFormat("en");
let timer = 0;

function count(field: HTMLTextAreaElement): void {
  const place = document.querySelector(`[data-count-of="${CSS.escape(field.id)}"]`);
  if (place) place.textContent = format.format(field.value.length);
}

function element(piece: Piece): Node {
  if (piece.kind === "same") return document.createTextNode(piece.text);
  const change = document.createElement(piece.kind === "added" ? "ins" : "del");
  change.textContent = piece.text;
  return change;
}

function show(): void {
  const field = document.querySelector<HTMLTextAreaElement>("#expected");
  const answer = document.querySelector<HTMLElement>('#actual[data-whole="true"]');
  const place = document.querySelector<HTMLElement>("[data-difference]");
  if (!field || !answer || !place) return;
  const expected = field.value.trim();
  place.hidden = expected.length === 0;
  if (place.hidden) return;
  const words = place.querySelector(".difference");
  const hint = place.querySelector(".hint");
  if (!words || !hint) return;
  const pieces = compare((answer.textContent ?? "").trim(), expected);
  if (pieces === null) {
    words.replaceChildren();
    hint.textContent = "The two are too long and too different to compare word by word.";
    return;
  }
  words.replaceChildren(...pieces.map(element));
  const of = (kind: Piece["kind"]): number => pieces.filter(piece => piece.kind === kind).reduce((sum, piece) => sum + piece.words, 0);
  const [added, removed] = [of("added"), of("removed")];
  hint.textContent = added + removed === 0 ? "The same words." : `${format.format(removed)} words of the answer are out, ${format.format(added)} are new.`;
}

/** Puts the answer into the field so that Ctrl+Z takes it out again. */
function fill(field: HTMLTextAreaElement, text: string): void {
  field.focus();
  field.select();
  if (document.execCommand("insertText", false, text)) return;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", event => {
  const field = event.target;
  if (!(field instanceof HTMLTextAreaElement)) return;
  count(field);
  if (field.id !== "expected") return;
  window.clearTimeout(timer);
  timer = window.setTimeout(show, delay);
});

document.addEventListener("click", event => {
  const button = (event.target as Element | null)?.closest<HTMLElement>("[data-fill]");
  const from = button && document.querySelector<HTMLElement>(button.dataset["fill"] ?? "");
  const into = button && document.querySelector<HTMLTextAreaElement>(button.dataset["into"] ?? "");
  // An answer that is shown in part is taken by the server, whole.
  if (!from || !into || from.dataset["whole"] !== "true") return;
  event.preventDefault();
  fill(into, from.textContent ?? "");
});

function begin(): void {
  for (const field of document.querySelectorAll<HTMLTextAreaElement>("form[data-labels] textarea")) count(field);
  show();
}

begin();
onHtmx("afterSettle", begin);
