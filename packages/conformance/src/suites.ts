import type { Suite } from './case.ts'

/** Every kind of recorded case that can be run; loaded when asked for. */
export const suites: Readonly<Record<string, () => Promise<Suite>>> = {
  archivista: async () => (await import('./archivista/suite.ts')).archivistaSuite,
  cosign: async () => (await import('./cosign/suite.ts')).cosignSuite,
  evidence: async () => (await import('./evidence/suite.ts')).evidenceSuite,
  registry: async () => (await import('./registry/suite.ts')).registrySuite,
  rego: async () => (await import('./rego/suite.ts')).regoSuite,
  verify: async () => (await import('./verify/suite.ts')).verifySuite,
}
