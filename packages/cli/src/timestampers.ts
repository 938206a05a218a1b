import type { Timestamper } from '@cilock/core'
import { httpTimestamper } from '@cilock/x509/timestamper'
import { usage } from './error.ts'
import type { Flags } from './flags/flag.ts'
import type { CliIo } from './io.ts'

/** The timestamp authorities that a flag names, by their URLs. */
export function timestampersOf(flags: Flags, flag: string, io: CliIo): readonly Timestamper[] {
  return flags.list(flag).map((url) => {
    if (io.fetch === undefined) throw usage(`--${flag} needs the network, which this program was not given`)
    if (!URL.canParse(url)) throw usage(`--${flag}: expected the URL of a timestamp authority, found ${JSON.stringify(url)}`)
    return httpTimestamper({ url, fetch: io.fetch, signal: io.signal })
  })
}
