import { join } from 'node:path'
import type { Case, Suite } from '../case.ts'
import { keyidCase } from './keyid-case.ts'
import { libraryCase } from './library-case.ts'
import { readCase } from './read-case.ts'
import { recordings } from './recording.ts'
import { ourAttestors, restCase } from './rest-case.ts'
import { writeCase } from './write-case.ts'

/** Recorded runs of the Go tools: what they wrote is read (`<id>:read`), and their runs are run again with ours (`<id>:write`; `<id>:rest` where it asks for attestors to come). */
export const evidenceSuite: Suite = async (folder, mode) => {
  const ours = await ourAttestors()
  return recordings(folder).flatMap((recording) => {
    const keys = join(folder, 'keys')
    const cases: (Case | undefined)[] = []
    if (mode !== 'write') cases.push(readCase(recording, keys))
    if (mode !== 'read') cases.push(writeCase(recording, keys), restCase(recording, keys, ours), keyidCase(recording, keys), libraryCase(recording, keys))
    return cases.filter((each) => each !== undefined)
  })
}
