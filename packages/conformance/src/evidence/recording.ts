import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** A file that the recorded run wrote. */
export interface RecordedOutput {
  /** Path of the copy, below the case's folder. */
  readonly file: string
  /** Where it stood at the time. */
  readonly was: string
  readonly payloadType?: string
}

/** One recorded run of a Go tool, as `case.json` tells it. */
export interface Recording {
  readonly folder: string
  readonly id: string
  readonly kind: string
  readonly tool: string
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly inputs: string | null
  readonly also?: Readonly<Record<string, string>>
  readonly exitCode: number | string
  readonly outputs: readonly RecordedOutput[]
  readonly http?: string
  readonly stdout?: string
  /** The same run this many times; `att.json`, `att.2.json` … are what each of them left. */
  readonly repeat?: number
  /** The script that made the inputs; already applied, but for the times that copies lose. */
  readonly setup?: string
}

/** Every recording of a folder, by id; none where the folder is of another format. */
export function recordings(folder: string): readonly Recording[] {
  const cases = join(folder, 'cases')
  if (!existsSync(cases)) return []
  return readdirSync(cases)
    .sort()
    .map((name) => join(cases, name))
    .filter((path) => existsSync(join(path, 'case.json')))
    .map((path) => ({ ...(JSON.parse(readFileSync(join(path, 'case.json'), 'utf8')) as Omit<Recording, 'folder'>), folder: path }))
    .filter(({ outputs, tool, argv }) => Array.isArray(outputs) && typeof tool === 'string' && Array.isArray(argv))
}

/** The outputs that are DSSE envelopes; those whose payload is no UTF-8 were recorded without what is in them. */
export function envelopesOf({ outputs, kind }: Recording): readonly RecordedOutput[] {
  return outputs.filter(({ payloadType }) => payloadType !== undefined || kind === 'invalid-utf8-embedded')
}
