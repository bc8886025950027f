// The difference of two texts by words: the longest common subsequence, after what both begin and end with is set apart.

export interface Piece {
  kind: "same" | "added" | "removed";
  text: string;
  /** Words in it; what is between words does not count. */
  words: number;
}

/** Cells of the table: about 8 MB and 20 ms. */
const mostCells = 2_000_000;

/** Words, and what is between them, each a token of its own. */
function cut(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
}

/** From `before` to `after`; null when they are too long and too different for it. */
export function compare(before: string, after: string): Piece[] | null {
  const [a, b] = [cut(before), cut(after)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const [x, y] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  if ((x.length + 1) * (y.length + 1) > mostCells) return null;

  const pieces: Piece[] = [];
  const add = (kind: Piece["kind"], token: string): void => {
    const words = /[\p{L}\p{N}_]/u.test(token) ? 1 : 0;
    const last = pieces[pieces.length - 1];
    if (last?.kind === kind) {
      last.text += token;
      last.words += words;
    } else {
      pieces.push({ kind, text: token, words });
    }
  };
  for (const token of a.slice(0, head)) add("same", token);
  walk(x, y, add);
  for (const token of a.slice(a.length - tail)) add("same", token);
  return pieces;
}

function walk(x: string[], y: string[], add: (kind: Piece["kind"], token: string) => void): void {
  const width = y.length + 1;
  // lengths[i * width + j]: the longest common subsequence of what begins at i and j.
  const lengths = new Uint32Array((x.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = y.length - 1; j >= 0; j--) {
      lengths[i * width + j] = x[i] === y[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  let [i, j] = [0, 0];
  while (i < x.length || j < y.length) {
    const [left, right] = [x[i], y[j]];
    if (left !== undefined && left === right) {
      add("same", left);
      i++;
      j++;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      add("removed", left);
      i++;
    } else if (right !== undefined) {
      add("added", right);
      j++;
    }
  }
}
