import { hashBytes, parseJson, stringifyJson } from '@cilock/core'

/** Times in milliseconds: strict reading against what reading without any check takes. */
export interface JsonBench {
  readonly bytes: number
  /** `TextDecoder` plus `JSON.parse`. */
  readonly plain: number
  /** `parseJson`. */
  readonly strict: number
  /** `strict / plain`; the aim is at most 2. */
  readonly ratio: number
}

/** Strict reading of a collection of about `size` bytes, best of `rounds`; both ways take turns, so that both run warm. */
export function benchJson(size = 2_000_000, rounds = 60): JsonBench {
  const bytes = new TextEncoder().encode(collectionText(size))
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let plain = Number.POSITIVE_INFINITY
  let strict = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    plain = Math.min(plain, timeOf(() => void JSON.parse(decoder.decode(bytes))))
    strict = Math.min(strict, timeOf(() => void parseJson(bytes)))
  }
  return { bytes: bytes.length, plain, strict, ratio: strict / plain }
}

function timeOf(work: () => void): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

/** A collection as a build of a few thousand files leaves it: materials, products, output and environment. */
function collectionText(size: number): string {
  const materials: Record<string, unknown> = {}
  const products: Record<string, unknown> = {}
  const lines: string[] = []
  let length = 0
  for (let file = 0; length < size; file++) {
    const path = `src/module-${file % 97}/component "${file}"/index.ts`
    const digest = hashBytes(new TextEncoder().encode(path), ['sha256', 'gitoid:sha256', 'gitoid:sha1'])
    materials[path] = digest
    products[`dist/${file}.js`] = { mime_type: 'text/plain; charset=utf-8', digest: { sha256: digest['sha256'] } }
    lines.push(`[${file}/9999] compiled ${path}: ${file * 31} bytes\t(${(file % 13) / 10} s)`)
    length += 480
  }
  const entry = (type: string, attestation: unknown): unknown => ({
    type: `https://aflock.ai/attestations/${type}`,
    attestation,
    starttime: '2026-01-02T03:04:05.123456789+01:00',
    endtime: '2026-01-02T03:04:06.2+01:00',
  })
  return stringifyJson({
    name: 'build',
    attestations: [
      entry('environment/v0.1', { os: 'linux', hostname: 'runner-1', username: 'ci', variables: { CI: 'true', HTTP_PROXY: '', http_proxy: '' } }),
      entry('material/v0.1', materials),
      entry('command-run/v0.1', { cmd: ['npm', 'run', 'build'], exitcode: 0, stdout: lines.join('\n') }),
      entry('product/v0.1', products),
    ],
  })
}
