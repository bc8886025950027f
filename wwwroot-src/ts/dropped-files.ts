// Files out of a drop, folders included.

export interface DroppedFile {
  file: File;
  path: string;
}

/** All files of the drop with their paths. The entries must be taken before the first await: the list is empty after the event. */
export async function filesOf(transfer: DataTransfer): Promise<DroppedFile[]> {
  const entries = [...transfer.items].filter(item => item.kind === "file").map(item => item.webkitGetAsEntry());
  if (entries.every(entry => entry === null)) return [...transfer.files].map(file => ({ file, path: file.name }));
  const found: DroppedFile[] = [];
  for (const entry of entries) {
    if (entry) await walk(entry, found);
  }
  return found;
}

async function walk(entry: FileSystemEntry, found: DroppedFile[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ file, path: entry.fullPath.replace(/^\//, "") });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader gives at most 100 entries at a time, and an empty list at the end.
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return;
    for (const child of batch) await walk(child, found);
  }
}
