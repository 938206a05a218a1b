import type { Suite } from '../case.ts'
import { types } from '../evidence/types.ts'
import { caseFolders, readVerifyCase } from './recording.ts'
import { runCase } from './run-case.ts'

/** Recorded verifications of the Go tools, decided again by ours and held against what is right. */
export const verifySuite: Suite = async (folder) =>
  caseFolders(folder).map((path) => {
    const recorded = readVerifyCase(path)
    return { id: recorded.id, kind: recorded.kind, run: async () => runCase(path, recorded, types) }
  })
