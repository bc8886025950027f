// Sends files to an import's draft: small ones many in a request, large ones alone, two requests at a time. A batch has a name of its own, so
// that one whose answer got lost can be sent again without coming twice.

import { antiforgeryToken } from "./htmx";
import { problemOf, type Problem } from "./problem";

export interface QueuedFile {
  file: File;
  /** With folders: "project/session.jsonl". */
  path: string;
  state: "waiting" | "sending" | "done" | "failed";
  sent: number;
  /** Why it was not sent. */
  problem?: string;
}

interface Batch {
  name: string;
  files: QueuedFile[];
}

const atOnce = 2;
const together = { bytes: 4 * 1024 * 1024, files: 100 };

/** What an answer says; the body of ours is short or a problem document. */
export function post(action: string, body: FormData | null, onProgress?: (sent: number) => void, started?: (request: XMLHttpRequest) => void): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", action);
    request.setRequestHeader("RequestVerificationToken", antiforgeryToken());
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", event => onProgress?.(event.loaded));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve(request);
      else reject(new UploadProblem(problemOf(request)));
    });
    request.addEventListener("error", () => reject(new UploadProblem({ text: "The connection broke off.", detail: "Check it and try again." })));
    request.addEventListener("abort", () => reject(new UploadProblem({ text: "Cancelled." })));
    started?.(request);
    request.send(body);
  });
}

export class UploadProblem extends Error {
  constructor(problem: Problem) {
    super(problem.detail ? `${problem.text} ${problem.detail}` : problem.text);
  }
}

export class UploadQueue {
  readonly files: QueuedFile[] = [];
  private readonly requests = new Set<XMLHttpRequest>();
  private readonly batches: Batch[] = [];
  private readonly prefix = Date.now().toString(36);
  private number = 0;
  private running = 0;

  /** @param changed Something moved. @param ended Nothing waits or is on the way any more. @param said What a person says of the files: more of the query. */
  constructor(private readonly address: () => Promise<string>, private readonly changed: () => void, private readonly ended: () => void, private readonly said: () => string) {}

  count(state: QueuedFile["state"]): number {
    let count = 0;
    for (const file of this.files) if (file.state === state) count++;
    return count;
  }

  get isBusy(): boolean {
    return this.running > 0 || this.batches.length > 0;
  }

  add(files: QueuedFile[]): void {
    this.files.push(...files);
    this.plan(files.filter(file => file.state === "waiting"));
  }

  again(): void {
    const failed = this.files.filter(file => file.state === "failed" && file.sent >= 0);
    for (const file of failed) Object.assign(file, { state: "waiting", sent: 0, problem: undefined });
    this.plan(failed);
  }

  cancel(): void {
    this.batches.length = 0;
    for (const request of this.requests) request.abort();
  }

  private plan(files: QueuedFile[]): void {
    let batch: Batch | null = null;
    let bytes = 0;
    for (const file of files) {
      if (!batch || batch.files.length >= together.files || bytes + file.file.size > together.bytes) {
        batch = { name: `${this.prefix}x${String(this.number++).padStart(6, "0")}`, files: [] };
        this.batches.push(batch);
        bytes = 0;
      }
      batch.files.push(file);
      bytes += file.file.size;
    }
    this.next();
  }

  private next(): void {
    while (this.running < atOnce) {
      const batch = this.batches.shift();
      if (!batch) break;
      this.running++;
      void this.send(batch).then(() => {
        this.running--;
        this.next();
      });
    }
    this.changed();
    if (!this.isBusy) this.ended();
  }

  private async send(batch: Batch): Promise<void> {
    const body = new FormData();
    for (const file of batch.files) {
      file.state = "sending";
      body.append("file", file.file, file.path);
    }
    this.changed();
    let ours: XMLHttpRequest | null = null;
    try {
      await post(`${await this.address()}?handler=files&batch=${batch.name}${this.said()}`, body, sent => this.spread(batch, sent), request => {
        ours = request;
        this.requests.add(request);
      });
      for (const file of batch.files) Object.assign(file, { state: "done", sent: file.file.size });
    } catch (error) {
      for (const file of batch.files) Object.assign(file, { state: "failed", sent: 0, problem: error instanceof Error ? error.message : "The file could not be sent." });
    } finally {
      if (ours) this.requests.delete(ours);
    }
  }

  /** The files of a request go one after the other. */
  private spread(batch: Batch, sent: number): void {
    let rest = sent;
    for (const file of batch.files) {
      file.sent = Math.max(0, Math.min(file.file.size, rest));
      rest -= file.file.size;
    }
    this.changed();
  }
}
