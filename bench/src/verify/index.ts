import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { oracles, vectors } from '@cilock/vectors'
import { build } from 'esbuild'
import type { BuildOptions } from 'esbuild'
import { bundleCommand } from '../../../packages/cli/bundle.ts'
import { milliseconds } from '../row.ts'
import type { Outcome, Row } from '../row.ts'
import { measureCold } from './cold.ts'
import { withOneRule } from './one-rule.ts'
import type { Measured } from './program.ts'

/** Verdicts on generated worlds, against bare signatures, the Go tool and themselves at other sizes. */
export async function benchVerify(rounds = 5): Promise<Outcome> {
  const generator = vectors('golden/bench/verify')
  if (generator === undefined) return { rows: [], note: 'SKIPPED: the bench of verdicts needs vectors/golden/bench/verify (set CILOCK_VECTORS)' }
  const folder = mkdtempSync(join(tmpdir(), 'bench-verify-'))
  try {
    for (const id of ['one-step-ed25519', 'one-step-p256', 'two-rego', 'chain-50x100', 'chain-50x200', 'chain-50x400', 'chain-50x800']) {
      execFileSync(process.execPath, [join(generator, 'gen.mjs'), id, join(folder, id)])
    }
    const program = join(folder, 'program.mjs')
    writeFileSync(program, await bundle(fileURLToPath(new URL('program.ts', import.meta.url))))
    const measured = JSON.parse(execFileSync(process.execPath, ['--expose-gc', program, folder, String(rounds)], { encoding: 'utf8' })) as Measured
    const cold = await coldOutcome(folder, rounds)
    return { rows: [...rowsOf(measured), ...cold.rows], ...(cold.note !== undefined && { note: cold.note }) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const aims: Readonly<Record<string, readonly [what: string, peer: string, aim: number]>> = {
  'one-step-ed25519': ['a verdict, one envelope by an Ed25519 key', 'verifying its signature alone', 5],
  'one-step-p256': ['a verdict, one envelope by a P-256 key', 'verifying its signature alone', 5],
  // the signature of the timestamp, which is verified each time, is not among what the peer verifies
  certificates: ['a verdict, with certificate, intermediate, timestamp and two Rego rules', 'verifying its signature alone', 8],
  'new certificates': ['the same, each envelope by another key and certificate', 'verifying the signatures of envelope and certificate', 8],
}

function rowsOf({ warm, growth, heapGrowth }: Measured): readonly Row[] {
  const [first, last] = [growth.at(0), growth.at(-1)]
  const exponent = first === undefined || last === undefined ? Number.NaN : Math.log(last.decided / first.decided) / Math.log(last.envelopes / first.envelopes)
  return [
    ...Object.entries(warm).map(([id, { bare, decided }]): Row => {
      const [bench, peer, aim] = aims[id] ?? [id, 'verifying its signature alone', Number.NaN]
      return { bench, peer, peerTime: milliseconds(bare), ourTime: milliseconds(decided), ratio: decided / bare, aim }
    }),
    { bench: 'growth of a verdict on 50 steps, as an exponent', peer: `${first?.envelopes ?? 0} envelopes`, peerTime: milliseconds(first?.decided ?? 0), ourTime: `${milliseconds(last?.decided ?? 0)} for ${last?.envelopes ?? 0}`, ratio: exponent, aim: 1.1 },
    { bench: 'heap left by 1,000 verdicts of one verifier, in MB', peer: 'nothing', peerTime: '0 MB', ourTime: `${(heapGrowth / 1e6).toFixed(2)} MB`, ratio: Math.max(0, heapGrowth) / 1e6, aim: 1 },
  ]
}

async function coldOutcome(folder: string, rounds: number): Promise<Outcome> {
  await bundleCommand(join(folder, 'cli'))
  const command = join(folder, 'cli', 'main.cjs')
  const go = goBinary(folder)
  await withOneRule(join(folder, 'one-step-ed25519'), join(folder, 'one-rule'))
  let sooner = Number.POSITIVE_INFINITY
  const rows = [
    ['one-rule', 'with a small Rego rule'],
    ['two-rego', 'with two Rego rules on 2,000 opened files'],
  ].flatMap(([id = '', what = '']): readonly Row[] => {
    const cold = measureCold(join(folder, id), command, go, rounds)
    execFileSync(process.execPath, [command, 'precompile'], { stdio: 'ignore' })
    const ahead = measureCold(join(folder, id), command, undefined, rounds)
    execFileSync(process.execPath, [command, 'precompile', '--remove'])
    sooner = Math.min(sooner, cold.node - cold.script, ahead.node - ahead.script)
    const above = cold.cilock - cold.node
    const aheadAbove = ahead.cilock - ahead.node
    return [
      { bench: `the same after cilock precompile, ${what}`, peer: '25 ms', peerTime: milliseconds(25), ourTime: milliseconds(aheadAbove), ratio: aheadAbove / 25, aim: 1 },
      { bench: `the whole process of cilock verify above bare node, ${what}`, peer: '25 ms', peerTime: milliseconds(25), ourTime: milliseconds(above), ratio: above / 25, aim: 1 },
      ...(cold.go === undefined ? [] : [{ bench: `the whole process of cilock verify, ${what}`, peer: 'the Go binary', peerTime: milliseconds(cold.go), ourTime: milliseconds(cold.cilock), ratio: cold.cilock / cold.go, aim: 1 }]),
    ]
  })
  return { rows, note: `Bare node reads an empty module. An empty CommonJS script, as the command is one, takes at least ${milliseconds(sooner)} less.` }
}

function goBinary(folder: string): string | undefined {
  const tools = oracles()
  if (tools === undefined || process.platform !== 'linux' || process.arch !== 'x64') return undefined
  return (JSON.parse(execFileSync(join(tools, 'unpack'), [join(folder, 'tools'), 'cilock'], { encoding: 'utf8' })) as { readonly cilock?: string }).cilock
}

const forNode = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  conditions: ['@cilock/source'],
  // packages that are CommonJS inside ask for `require`
  banner: { js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);" },
  logLevel: 'silent',
} satisfies BuildOptions

/** A program with all it imports, as one file for Node. */
async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({ ...forNode, entryPoints: [entry], write: false })
  return outputFiles.map(({ text }) => text).join('')
}
