import { notSupported } from '../error.ts'
import { reasons } from './common.ts'
import type { Flags } from './flag.ts'

/** The Go tool contacts its platform unless told otherwise; this one never does, so only "none" can be asked for. */
export function requireNoPlatform(flags: Flags): void {
  const url = flags.string('platform-url')
  if (url !== undefined && url !== '') throw notSupported(`--platform-url ${url}`, reasons.platform)
}
