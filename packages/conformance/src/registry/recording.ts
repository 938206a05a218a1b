import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type HeaderLines = readonly (readonly [string, string])[]

/** A body as a recording writes it. */
export interface RecordedBody {
  readonly size: number
  readonly sha256?: string
  readonly text?: string
  readonly base64?: string
}

export interface Exchange {
  readonly id?: string
  readonly request: { readonly method: string; readonly target: string; readonly headers: HeaderLines; readonly body: RecordedBody }
  readonly response: {
    /** 0: the connection was closed without an answer. */
    readonly status: number
    readonly headers: HeaderLines
    readonly body: RecordedBody
    /** Made by what stood between the client and the registry. */
    readonly injected?: boolean
    readonly bodyShorterThanContentLength?: boolean
  }
}

export interface Run {
  readonly argv: readonly string[]
  readonly exitCode: number
  readonly exchanges: readonly Exchange[]
}

/** What a client said to a registry, and with `tokenService` to that. */
export interface Recording {
  readonly id: string
  readonly host: string
  readonly runs: readonly Run[]
  readonly tokenService?: { readonly host: string; readonly exchanges: readonly Exchange[] }
  readonly exchangesOtherHost?: readonly Exchange[]
}

interface Probes {
  readonly registry: string
  readonly host: string
  readonly exchanges: readonly Exchange[]
}

export function readRecordings(folder: string): readonly Recording[] {
  return jsonIn(join(folder, 'clients')).map(({ value }) => value as Recording)
}

/** The same requests to several registries, each as a recording of one run. */
export function readProbes(folder: string): readonly Recording[] {
  return jsonIn(join(folder, 'probes')).map(({ name, value }) => {
    const { host, exchanges } = value as Probes
    // a connection that was closed has neither headers nor a body
    const closed = { headers: [], body: { size: 0 } }
    const whole = exchanges.map(({ response, ...rest }) => ({ ...rest, response: { ...closed, ...response } }))
    return { id: name, host, runs: [{ argv: ['probe'], exitCode: 0, exchanges: whole }] }
  })
}

/** Of one body only its size and hash were recorded. */
export function isRecorded({ size, text, base64 }: RecordedBody): boolean {
  return size === 0 || text !== undefined || base64 !== undefined
}

export function bytesOf({ text, base64, size, sha256 }: RecordedBody): Buffer {
  const bytes = text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text)
  if (bytes.length !== size || (sha256 !== undefined && sha256Of(bytes) !== sha256)) throw new TypeError(`a recorded body of ${size} bytes has ${bytes.length}, or others`)
  return bytes
}

export function headerOf(headers: HeaderLines, name: string): string | undefined {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1]
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Of an index. */
export function digestsIn(body: Buffer, type?: string | null): readonly string[] {
  const { manifests } = JSON.parse(body.toString()) as { readonly manifests?: readonly { readonly digest: string; readonly artifactType?: string }[] | null }
  return (manifests ?? []).filter(({ artifactType }) => typeof type !== 'string' || artifactType === type).map(({ digest }) => digest)
}

function jsonIn(folder: string): readonly { readonly name: string; readonly value: unknown }[] {
  return names(folder).map((name) => ({ name: name.slice(0, -'.json'.length), value: JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown }))
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json')).sort()
  } catch {
    return []
  }
}
