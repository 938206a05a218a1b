import type { Capability } from './suite/check.ts'

/** A runtime that is supported, and what is known about it. */
export interface Runtime {
  readonly id: RuntimeId
  readonly name: string
  /** The version that the suite runs on. */
  readonly tested: string
  /** What it has not; everything else has to work, and come out as in Node. */
  readonly lacks: readonly Capability[]
  /** Whether there are files and processes, so that the attestors run and not only their readers. */
  readonly hasFiles: boolean
}

export type RuntimeId = 'node' | 'node22' | 'node24' | 'deno' | 'bun' | 'workerd' | 'chromium'

/** What npm is asked for. */
export const versions = { deno: '2.9.6', bun: '1.4.5', workerd: '1.20261117.1' } as const

/** In the order in which they run. The first is the Node that runs this; what it says is what the others are held against. */
export const runtimes: readonly Runtime[] = [
  { id: 'node', name: 'Node 20', tested: '20.19 and later', lacks: [], hasFiles: true },
  { id: 'node22', name: 'Node 22', tested: '22', lacks: [], hasFiles: true },
  { id: 'node24', name: 'Node 24', tested: '24', lacks: [], hasFiles: true },
  { id: 'deno', name: 'Deno', tested: versions.deno, lacks: [], hasFiles: true },
  { id: 'bun', name: 'Bun', tested: versions.bun, lacks: [], hasFiles: true },
  { id: 'workerd', name: 'workerd', tested: versions.workerd, lacks: ['ec-p224', 'des-ede3-cbc'], hasFiles: false },
  { id: 'chromium', name: 'Chromium', tested: "Debian's", lacks: ['ec-p224', 'des-ede3-cbc'], hasFiles: false },
]
