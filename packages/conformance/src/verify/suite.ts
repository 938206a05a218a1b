import { knownTypes } from '@cilock/sdk'
import type { Suite } from '../case.ts'
import { caseFolders, readVerifyCase } from './recording.ts'
import { runCase, runCompatCase } from './run-case.ts'

/**
 * Recorded verifications of the Go tools, decided again by ours: by all rules, held against what is right, and by CI/lock's
 * own (`:compat`), held against what it said.
 */
export const verifySuite: Suite = async (folder) =>
  caseFolders(folder).flatMap((path) => {
    const recorded = readVerifyCase(path)
    const { id, kind } = recorded
    return [
      { id, kind, run: async () => runCase(path, recorded, knownTypes) },
      { id: `${id}:compat`, kind, run: async () => runCompatCase(path, recorded, knownTypes) },
    ]
  })
