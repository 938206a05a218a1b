import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { memoryArchivista } from '@cilock/archivista-client/testing'
import type { MemoryArchivista } from '@cilock/archivista-client/testing'
import { failed, passed } from '../case.ts'
import type { Outcome } from '../case.ts'
import { runArchivistactl, runBundle, runStalled } from './client-calls.ts'
import { runCommandLine } from './command-line.ts'
import { decisionOf } from './decisions.ts'
import { bytesOf } from './recording.ts'
import type { Recorded, RecordedBody, Step } from './recording.ts'

/** Where a case happens: a folder of its own, and a store with nothing in it. */
export interface Place {
  readonly dir: string
  readonly folder: string
  readonly archivista: MemoryArchivista
  readonly body: (body: RecordedBody | undefined) => Buffer
}

/** Does again what a Go client was recorded to do; a message says what was different. */
export async function runClientCase(recorded: Recorded, folder: string): Promise<Outcome> {
  const dir = mkdtempSync(join(tmpdir(), 'cilock-archivista-'))
  try {
    mkdirSync(join(dir, 'out'), { recursive: true })
    mkdirSync(join(dir, 'shop'), { recursive: true })
    for (const [name, content] of Object.entries(recorded.files ?? {})) {
      // what a step makes is not there before
      if (name === 'package/app.tar' && recorded.steps?.some(({ cwd }) => cwd?.endsWith('/package') === true) === true) continue
      mkdirSync(dirname(join(dir, 'shop', name)), { recursive: true })
      writeFileSync(join(dir, 'shop', name), typeof content === 'string' ? content : (bytesOf(content, [], folder) ?? ''))
    }
    if (recorded.steps?.some(({ argv }) => argv?.includes('environment,git') === true) === true) commitAll(join(dir, 'shop'))
    const { inFront = '' } = recorded.server
    const path = inFront.includes('/archivista too') ? '/archivista' : ''
    // the stand-in that found CI/lock's collections by name and types
    const archivista = memoryArchivista({ url: `http://localhost:8082${path}`, indexAflockCollections: inFront.startsWith('a stand-in') })
    const place = { dir, folder, archivista, body: bodies(recorded, folder) }
    for (const [index, step] of (recorded.steps ?? []).entries()) {
      const wrong = await runStep(recorded, step, index, place)
      if (wrong !== undefined) return failed(`step ${index}: ${wrong}`)
    }
    return passed
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

async function runStep(recorded: Recorded, step: Step, index: number, place: Place): Promise<string | undefined> {
  if (step.upload !== undefined) {
    const { gitoid, refusal } = place.archivista.put(new Uint8Array(place.body(step.upload)))
    return gitoid === step.gitoid ? (refusal === undefined ? undefined : `the upload is refused: ${refusal}`) : `expected ${step.gitoid ?? ''}, found ${gitoid}`
  }
  // what was built was brought to where it is packed in between
  const [built, packed] = [join(place.dir, 'shop/build/app'), join(place.dir, 'shop/package/app')]
  if (step.cwd?.endsWith('/package') === true && existsSync(built)) {
    mkdirSync(dirname(packed), { recursive: true })
    copyFileSync(built, packed)
  }
  if (recorded.kind === 'client-archivistactl') return runArchivistactl(step, place)
  if (recorded.kind === 'client-bundle') return runBundle(step, place)
  if (recorded.id.endsWith('-stalled')) return runStalled(place)
  const decided = decisionOf(recorded.id, index)
  const { code, stderr } = await runCommandLine(step, place)
  const exit = decided?.exit ?? step.exitCode ?? 1
  if (code !== exit) return `expected exit code ${exit}, found ${code}: ${stderr.slice(-600)}`
  if (decided?.says !== undefined && !stderr.includes(decided.says)) return `expected ${decided.says}, found ${stderr.slice(-600)}`
  return undefined
}

/** Some attestors want a repository. */
function commitAll(folder: string): void {
  const git = (...args: readonly string[]): void => {
    execFileSync('git', ['-c', 'user.name=builder', '-c', 'user.email=builder@example.com', ...args], { cwd: folder, stdio: 'ignore' })
  }
  git('init', '-q')
  git('add', '-A')
  git('commit', '-q', '-m', 'first')
}

/** Bodies of some length stand in a recording once, and are referred to by their number. */
function bodies(recorded: Recorded, folder: string): Place['body'] {
  const numbered = new Map<number, RecordedBody>()
  const note = (body: RecordedBody | undefined): void => {
    if (body?.bodyNumber !== undefined) numbered.set(body.bodyNumber, body)
  }
  for (const { upload, exchanges = [] } of recorded.steps ?? []) {
    note(upload)
    for (const { request, response } of exchanges) {
      note(request.body)
      note(response?.body)
    }
  }
  return (body) => bytesOf(body?.sameAsBody === undefined ? body : numbered.get(body.sameAsBody), [], folder) ?? Buffer.alloc(0)
}
