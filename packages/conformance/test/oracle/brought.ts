import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeEnvelope } from '@cilock/core'
import type { Envelope } from '@cilock/core'

/** What is brought to a verifier: files, and what is asked about. */
export interface Brought {
  readonly policy: Envelope | Uint8Array
  readonly policyKeyPem: string
  /** By the name of the step, or whatever the file is to be called. */
  readonly evidence: Readonly<Record<string, Envelope | Uint8Array>>
  /** Flags that name the artifact. */
  readonly subject: readonly string[]
}

/** A directory for files that are brought; each set gets a folder of its own. */
export interface Counter {
  readonly dir: string
  /** Writes the files, and gives the folder and the command line of `verify`. */
  readonly put: (brought: Brought) => readonly [workingDir: string, argv: readonly string[]]
  readonly remove: () => void
}

export function createCounter(): Counter {
  const dir = mkdtempSync(join(tmpdir(), 'cilock-oracle-'))
  let count = 0
  return {
    dir,
    put: ({ policy, policyKeyPem, evidence, subject }) => {
      count += 1
      const folder = join(dir, String(count))
      mkdirSync(folder)
      const write = (name: string, content: Envelope | Uint8Array): void => writeFileSync(join(folder, name), content instanceof Uint8Array ? content : encodeEnvelope(content))
      write('policy', policy)
      writeFileSync(join(folder, 'policy.pub.pem'), policyKeyPem)
      for (const [name, content] of Object.entries(evidence)) write(`${name}.json`, content)
      const files = Object.keys(evidence).flatMap((name) => ['-a', `${name}.json`])
      return [folder, ['-p', 'policy', '-k', 'policy.pub.pem', ...files, ...subject]]
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}
