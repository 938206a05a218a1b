import { failed, passed } from '../case.ts'
import type { Case } from '../case.ts'
import { difference } from './difference.ts'
import type { Recording } from './recording.ts'
import { runAgain } from './run-again.ts'
import { stage } from './stage.ts'

interface Row {
  readonly path: string
  readonly keyid?: string
  readonly error?: string
}

/** Our key ids are Go's, for every form of key; what is wrong with a key is told in words of our own. */
export function keyidCase(recording: Recording, keys: string): Case | undefined {
  if (recording.tool !== 'cilock' || recording.argv[1] !== 'keyid' || recording.argv.includes('--help')) return undefined
  return {
    id: `${recording.id}:write`,
    kind: recording.kind,
    async run() {
      const place = stage(recording, keys)
      try {
        const { code, stdout, stderr } = await runAgain(recording, place)
        if ((code === 0) !== (recording.exitCode === 0)) return failed(`exit code ${code}, Go ended with ${recording.exitCode}: ${stderr}`)
        const found = difference(idsIn(place.recorded(stdout)), idsIn(recording.stdout ?? ''))
        return found === undefined ? passed : failed(found)
      } finally {
        place.remove()
      }
    },
  }
}

/** Path to key id; `null` where the key was refused. */
function idsIn(text: string): Readonly<Record<string, string | null>> {
  if (text.startsWith('[')) return Object.fromEntries((JSON.parse(text) as readonly Row[]).map(({ path, keyid }) => [path, keyid ?? null]))
  return Object.fromEntries(text.split('\n').filter(Boolean).map((line) => line.split('  ', 2).toReversed()) as [string, string][])
}
