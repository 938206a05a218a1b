import { goTools, hasGoTools } from '@cilock/vectors'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One run of the real `cilock` over a tree: what it says that material and product took, in milliseconds. */
export interface CilockOverFiles {
  readonly run: (tree: string) => Promise<number>
  readonly close: () => void
}

/** Undefined where the real tool is absent. */
export function cilockOverFiles(): CilockOverFiles | undefined {
  if (!hasGoTools()) return undefined
  const { cilock } = goTools('cilock')
  const folder = mkdtempSync(join(tmpdir(), 'bench-cilock-'))
  const key = join(folder, 'key.pem')
  writeFileSync(key, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
  return {
    async run(tree) {
      const { status, stderr } = await cilock(tree, ['run', '--offline', '-s', 'bench', '--workload', 'manual', '-a', 'environment', '-k', key, '-o', join(folder, 'out.json'), '--', 'true'])
      const took = Array.from(stderr.matchAll(/Finished (?:material|product) attestor\.\.\. \(([0-9.]+)(ms|s)\)/g), ([, time, unit]) => Number(time) * (unit === 's' ? 1_000 : 1))
      if (status !== 0 || took.length !== 2) throw new TypeError(`bench: expected cilock to say how long it took, found exit code ${status}: ${stderr.slice(-300)}`)
      return took.reduce((sum, each) => sum + each, 0)
    },
    close: () => rmSync(folder, { recursive: true }),
  }
}
