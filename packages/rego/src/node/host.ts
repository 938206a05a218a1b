import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { CommandError, type Host } from '../command/host.ts'

/** No bundle comes near; what unpacks to more is an attack. */
const largestBundle = 256 * 1024 * 1024

/** The real files, standard streams and clock. */
export const nodeHost: Host = {
  readFile: (path) => reading(path, () => new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))),
  readGzip: (path) => reading(path, () => gunzipSync(readFileSync(path), { maxOutputLength: largestBundle })),
  readStandardInput: () => reading('standard input', () => readFileSync(0, 'utf8')),
  listFiles: (path) => reading(path, () => (statSync(path).isDirectory() ? filesBelow(path) : [path])),
  write: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
  now: () => new Date(),
  seed: () => randomUUID(),
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : []
    })
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new CommandError(`cannot read ${path}: ${missing ? 'no such file or directory' : error instanceof Error ? error.message : ''}`, { cause: error })
  }
}
