import { resolve } from 'node:path'
import type { Case, Outcome, Suite } from '../case.ts'
import { skipped } from '../case.ts'
import { runClientCase } from './client-case.ts'
import { runHttpCase } from './http-case.ts'
import { readCases } from './recording.ts'
import type { Recorded } from './recording.ts'

/**
 * Recorded Archivista. What was sent to the server is sent to our own server for tests, which has to answer alike; what
 * the Go clients did, our command line and client do again against it, with what stood between them in between.
 */
export const archivistaSuite: Suite = async (folder) => readCases(folder).map((recorded): Case => ({ id: recorded.id, kind: recorded.kind, run: async () => run(recorded, resolve(folder)) }))

async function run(recorded: Recorded, folder: string): Promise<Outcome> {
  if (recorded.exchanges !== undefined) return runHttpCase(recorded, folder)
  if (recorded.steps !== undefined) return runClientCase(recorded, folder)
  return skipped('the process of the real server, whose start was recorded')
}
