import { generateKey } from '@cilock/core'
import { gate } from './gate.ts'
import type { Request } from './gate.ts'
import { memoryStores, registryRoad } from './registry-road.ts'
import { road } from './road.ts'

/** Runs the whole road and tells each thing as it happens: one line for what passed, one for each that was refused. */
export async function demo(print: (line: string) => void, useDocker: boolean): Promise<void> {
  const [builder, scanner, release, keeper] = await Promise.all([generateKey('ec-p256'), generateKey('ed25519'), generateKey('ed25519'), generateKey('ec-p256')])
  let built: { readonly request: Request; readonly at: Date } | undefined
  for await (const { what, request, at } of road({ builder, scanner, release }, print, useDocker)) {
    built ??= { request, at }
    print(`${what}:\n${await gate(request, release.verifier, at)}`)
  }
  if (built === undefined) return
  for await (const { what, verdict } of registryRoad({ builder, scanner, release, keeper }, built.request.evidence, built.at, memoryStores())) print(`${what}:\n${verdict}`)
}
