import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { vectors } from './locate.ts'

type Digests = Readonly<Record<string, string>>

/** What a recorded run says about one attestor. */
export interface RecordedEntry {
  readonly type: string
  /** Parsed for comparing shapes; `payload` of the run has the bytes. */
  readonly predicate: unknown
  /** Without the type's prefix. */
  readonly subjects: Readonly<Record<string, Digests>>
  readonly backRefs: Readonly<Record<string, Digests>>
}

/** A signed statement that a recorded run left. */
export interface RecordedStatement {
  readonly predicateType: string
  /** The signed bytes as text. */
  readonly payload: string
  /** The entries of a collection, or the predicate itself where it was signed on its own. */
  readonly entries: readonly RecordedEntry[]
}

/** A run of a real Go tool over files that its command copied into place. */
export interface RecordedRun {
  readonly id: string
  readonly argv: readonly string[]
  readonly exitCode: number
  readonly notes: readonly string[]
  readonly statements: readonly RecordedStatement[]
}

/** The working directory of a recorded run after its command, and which of its files the command made. */
export interface StagedRun {
  readonly workingDir: string
  readonly products: readonly string[]
  readonly remove: () => void
}

/** The recorded runs whose ids begin with one of the prefixes; none where the recordings are absent. */
export function recordedRuns(...prefixes: readonly string[]): readonly RecordedRun[] {
  const cases = vectors('golden/evidence/cases')
  if (cases === undefined) return []
  return readdirSync(cases)
    .filter((id) => prefixes.some((prefix) => id.startsWith(prefix)))
    .toSorted()
    .map((id) => readRun(join(cases, id)))
}

/** Lays out a run's files as its command left them. Knows the commands `cp -R in/. .` and `cp /src/stage/… .`. */
export function stageRun({ id, argv }: RecordedRun): StagedRun {
  const folder = join(vectors('golden/evidence/cases') ?? '', id)
  const { inputs } = readCase(folder)
  const root = mkdtempSync(join(tmpdir(), 'cilock-run-'))
  const workingDir = join(root, 'hello')
  mkdirSync(workingDir)
  if (inputs === 'inputs/') cpSync(join(folder, inputs), workingDir, { recursive: true })
  else if (inputs !== null) spawnSync('tar', ['-xzf', join(folder, inputs), '-C', root])
  const command = argv.at(-1) ?? ''
  let products: readonly string[] = []
  if (command.includes('cp -R in/. .')) {
    products = readdirSync(join(workingDir, 'in'))
    cpSync(join(workingDir, 'in'), workingDir, { recursive: true })
  }
  for (const [, name = ''] of command.matchAll(/\/src\/stage\/(\S+)/g)) {
    cpSync(join(folder, 'src/stage', name), join(workingDir, name))
    products = [...products, name]
  }
  return { workingDir, products, remove: () => rmSync(root, { recursive: true }) }
}

interface CaseFile {
  readonly argv: readonly string[]
  readonly exitCode: number
  readonly inputs: string | null
  readonly notes?: readonly string[]
  readonly outputs: readonly { readonly file: string; readonly payloadType?: string }[]
}

interface Statement {
  readonly predicateType: string
  readonly subject: readonly { readonly name: string; readonly digest: Digests }[]
  readonly predicate: {
    readonly attestations?: readonly { readonly type: string; readonly attestation: unknown }[]
    readonly backrefs?: Readonly<Record<string, Digests>>
  }
}

function readCase(folder: string): CaseFile {
  return JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as CaseFile
}

function readRun(folder: string): RecordedRun {
  const { argv, exitCode, notes = [], outputs } = readCase(folder)
  const signed = outputs.filter(({ payloadType }) => payloadType === 'application/vnd.in-toto+json')
  return { id: basename(folder), argv, exitCode, notes, statements: signed.map(({ file }) => readStatement(join(folder, file))) }
}

function readStatement(file: string): RecordedStatement {
  const envelope = JSON.parse(readFileSync(file, 'utf8')) as { readonly payload: string }
  const payload = Buffer.from(envelope.payload, 'base64').toString('utf8')
  const { predicateType, subject, predicate } = JSON.parse(payload) as Statement
  const subjects = Object.fromEntries(subject.map(({ name, digest }) => [name, digest]))
  const entries = predicate.attestations?.map(({ type, attestation }) => {
    // witness signs under its own host, but a collection's names are those of the entry's type either way
    return { type, predicate: attestation, subjects: under(type, subjects), backRefs: under(type, predicate.backrefs ?? {}) }
  })
  return { predicateType, payload, entries: entries ?? [{ type: predicateType, predicate, subjects, backRefs: {} }] }
}

function under(type: string, named: Readonly<Record<string, Digests>>): Readonly<Record<string, Digests>> {
  const prefix = `${type}/`
  return Object.fromEntries(Object.entries(named).flatMap(([name, digest]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), digest]] : [])))
}
