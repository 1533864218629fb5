import { dialog, type FileFilter } from 'electron';

/** A file that the user chooses; null when cancelled. */
export async function askForFile(title: string, filters: FileFilter[]): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog({ title, properties: ['openFile'], filters });
  return filePaths[0] ?? null;
}

/** A folder that the user chooses; null when cancelled. */
export async function askForFolder(title: string): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog({ title, properties: ['openDirectory'] });
  return filePaths[0] ?? null;
}
