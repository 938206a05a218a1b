import type { SignerIdentity } from '@cilock/core'
import { inParallel } from '@cilock/http'
import type { Manifest } from '@cilock/registry'
import { callOptions, requestsAtOnce } from '../find/call.ts'
import type { EntryKind, FoundEntry } from '../find/entry.ts'
import { searchEntries } from '../find/search.ts'
import type { CosignLimits, VerifyOptions } from '../options.ts'
import type { CosignForm, CosignReport, EntryPlace, EntryReport } from '../report.ts'
import { refusalOf, unreadable } from './refusal.ts'
import { artifactOf } from './subject.ts'
import type { Artifact } from './subject.ts'

/** An entry whose bytes are there. */
export interface ReadEntry {
  readonly place: EntryPlace
  readonly bytes: Uint8Array
  readonly mediaType: string
  /** Of the layer; not signed. */
  readonly annotations: Readonly<Record<string, string>>
  /** Tells the report which statement it is, accepted or not. */
  readonly note: (predicateType: string) => void
}

/** What a judge gives for an entry that it accepts. */
export interface Accepted {
  readonly signers: readonly SignerIdentity[]
  readonly annotations?: Readonly<Record<string, string>>
}

/** What was looked at, and what is accepted of it. */
export interface Evaluation<T> {
  readonly manifest: Manifest
  readonly accepted: readonly T[]
  readonly report: CosignReport
}

const allForms: readonly CosignForm[] = ['bundle', 'referrer', 'tag']

const defaultLimits: Required<CosignLimits> = { referrers: 1000, layers: 1000, entryBytes: 128 * 1024 * 1024 }

/** Asks for the image once, finds everything beside it, and lets each entry be judged by itself. */
export async function evaluate<T extends Accepted>(
  options: VerifyOptions,
  kind: EntryKind,
  judge: (entry: ReadEntry, subject: { readonly manifest: Manifest; readonly artifact: Artifact }) => Promise<T>,
): Promise<Evaluation<T>> {
  const { store, image, signatures = store, signal } = checked(options)
  const forms = allForms.filter((form) => (options.forms ?? allForms).includes(form))
  const manifest = await store.manifest(image, callOptions(signal))
  const subject = { manifest, artifact: artifactOf(manifest, store.name) }
  const places = await searchEntries({ store: signatures, kind, digest: manifest.digest, forms, limits: { ...defaultLimits, ...given(options.limits) }, signal })
  const judged = await inParallel(places.flatMap(({ entries }) => entries), { limit: requestsAtOnce }, async (entry) => judgeEntry(entry, async (read) => judge(read, subject)))
  const accepted = judged.flatMap(({ value }) => (value === undefined ? [] : [value]))
  const report = {
    image,
    digest: manifest.digest,
    accepted: accepted.length > 0,
    places: places.map((place) => place.report),
    entries: judged.map((each) => each.report),
  }
  return { manifest, accepted, report }
}

async function judgeEntry<T extends Accepted>({ place, load }: FoundEntry, judge: (entry: ReadEntry) => Promise<T>): Promise<{ readonly report: EntryReport; readonly value?: T }> {
  const content = await load()
  if (content.state === 'failed') return { report: { place, state: 'refused', ...unreadable(content.cause) } }
  let noted: { readonly predicateType?: string } = {}
  const { bytes, mediaType, annotations } = content
  try {
    const value = await judge({ place, bytes, mediaType, annotations, note: (predicateType) => (noted = { predicateType }) })
    return { value, report: { place, ...noted, state: 'accepted', signers: value.signers, annotations: value.annotations ?? {} } }
  } catch (error) {
    return { report: { place, ...noted, state: 'refused', ...refusalOf(error) } }
  }
}

function checked(options: VerifyOptions): VerifyOptions {
  const { image, verifiers, forms = allForms } = options
  if (typeof image !== 'string' || image === '') throw new TypeError('image has to be a tag or a digest')
  if (!Array.isArray(verifiers) || verifiers.length === 0) throw new TypeError('verifiers has to be a list with at least one verifier')
  if (forms.length === 0 || !forms.every((form) => allForms.includes(form))) throw new TypeError(`forms has to be some of ${allForms.join(', ')}`)
  return options
}

function given(limits: CosignLimits = {}): CosignLimits {
  const entries = Object.entries(limits).filter(([, value]) => value !== undefined)
  for (const [name, value] of entries) if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`limits.${name} has to be a non-negative integer, not ${String(value)}`)
  return Object.fromEntries(entries)
}
