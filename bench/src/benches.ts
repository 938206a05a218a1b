import { benchLargeFile, benchSmallFiles, type FilesBench } from './files.ts'
import { benchImage } from './image.ts'
import { benchJson } from './json.ts'
import { benchRegistry } from './registry.ts'
import type { ColdTimes } from './rego/cold.ts'
import { benchRego, benchRegoCold, formatRegoBench } from './rego/index.ts'
import { milliseconds, type Outcome, type Row } from './row.ts'
import { benchTesting } from './testing.ts'
import { benchVerify } from './verify/index.ts'

/** Every bench by its name. */
export const benches: Readonly<Record<string, () => Promise<Outcome>>> = {
  json: async () => {
    const { bytes, plain, strict, ratio } = benchJson()
    return { rows: [{ bench: `read ${(bytes / 1e6).toFixed(1)} MB of JSON strictly`, peer: 'TextDecoder and JSON.parse', peerTime: milliseconds(plain), ourTime: milliseconds(strict), ratio, aim: 2 }] }
  },
  'small-files': async () => {
    const measured = await benchSmallFiles()
    const { loop, cilock } = measured
    const note = cilock === undefined ? undefined : `The real cilock took ${milliseconds(cilock)} for the same files in the same rounds: ${(cilock / loop).toFixed(2)} of the loop.`
    return { rows: [filesRow('material and product', measured, 2.5)], ...(note !== undefined && { note }) }
  },
  'large-file': async () => ({ rows: [filesRow('material', await benchLargeFile(), 1.25)] }),
  testing: async () => {
    const { collections, made, verified } = await benchTesting()
    const goal = 3_000
    const ourTime = `${milliseconds(made)} + ${milliseconds(verified)}`
    return { rows: [{ bench: `${collections} collections made, and verified by a policy`, peer: 'three seconds', peerTime: milliseconds(goal), ourTime, ratio: (made + verified) / goal, aim: 1 }] }
  },
  registry: async () => {
    const { bytes, hashed, streamed, ratio, grown } = await benchRegistry()
    const row = { bench: `a layer of ${bytes / 2 ** 30} GiB read from a registry`, peer: 'SHA-256 over the same pieces', peerTime: milliseconds(hashed), ourTime: milliseconds(streamed), ratio, aim: 1.25 }
    return { rows: [row], note: `While the layer passed, the process grew by at most ${(grown / 2 ** 20).toFixed(0)} MiB.` }
  },
  image: async () => {
    const outcome = await benchImage()
    if (typeof outcome === 'string') return { rows: [], note: outcome }
    const { envelopes, bare, gated, parts, ratio } = outcome
    const { names, downloads, reading, signatures } = parts
    const least = names + downloads + reading + signatures
    const note = `What cannot be left out, each alone in the same rounds: names ${milliseconds(names)}, downloads by \`nodeFetch()\`, held against their names, ${milliseconds(downloads)}, reading once ${milliseconds(reading)}, signatures ${milliseconds(signatures)}; together ${milliseconds(least)}, ${(least / bare).toFixed(2)} of the bare downloads.`
    return { note, rows: [{ bench: `${envelopes} envelopes about one image, from a real Archivista, found and judged`, peer: 'their bare downloads by fetch', peerTime: milliseconds(bare), ourTime: milliseconds(gated), ratio, aim: 2 }] }
  },
  verify: async () => benchVerify(),
  rego: async () => {
    const outcome = await benchRego()
    if (typeof outcome === 'string') return { rows: [], note: outcome }
    const { rows, ratios, geometricMean, worst } = outcome
    const perPolicy = { peer: 'opa bench', peerTime: 'see below', ourTime: 'see below' }
    return {
      rows: [
        { ...perPolicy, bench: `Rego, ${rows.length} inputs of ${ratios.size} policies, geometric mean`, ratio: geometricMean, aim: 0.5 },
        { ...perPolicy, bench: `Rego, the worst policy (${worst.id})`, ratio: worst.ratio, aim: 1 },
      ],
      note: formatRegoBench(outcome),
    }
  },
  'rego-cold': async () => {
    const cold = await benchRegoCold()
    if (typeof cold === 'string') return { rows: [], note: cold }
    const both = ({ fastest, median }: ColdTimes): string => `${milliseconds(fastest)} (median ${milliseconds(median)})`
    return {
      rows: [
        { bench: 'Rego, what the engine adds to a process that starts, reads a rule and an input, and decides', peer: '20 ms', peerTime: milliseconds(20), ourTime: milliseconds(cold.above), ratio: cold.above / 20, aim: 1 },
        // a Go binary starts before Node has
        { bench: 'Rego, the whole process', peer: 'opa eval', peerTime: milliseconds(cold.opa.fastest), ourTime: milliseconds(cold.rego.fastest), ratio: cold.rego.fastest / cold.opa.fastest },
      ],
      note: `Fastest of the rounds: node ${both(cold.node)}, node with the engine ${both(cold.rego)}, opa eval ${both(cold.opa)}.`,
    }
  },
}

function filesRow(what: string, { files, bytes, loop, recorded, ratio }: FilesBench, aim: number): Row {
  const size = bytes >= 1e9 ? `${(bytes / 2 ** 30).toFixed(0)} GiB` : `${(bytes / 1e6).toFixed(0)} MB`
  return { bench: `${what} over ${files === 1 ? 'one file' : `${files} files`}, ${size}`, peer: 'synchronous read and hash loop', peerTime: milliseconds(loop), ourTime: milliseconds(recorded), ratio, aim }
}
