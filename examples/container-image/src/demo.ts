import { generateKey } from '@cilock/core'
import { gate } from './gate.ts'
import { road } from './road.ts'

/** Runs the whole road and tells each thing as it happens: one line for what passed, one for each that was refused. */
export async function demo(print: (line: string) => void, useDocker: boolean): Promise<void> {
  const [builder, scanner, release] = await Promise.all([generateKey('ec-p256'), generateKey('ed25519'), generateKey('ed25519')])
  for await (const { what, request, at } of road({ builder, scanner, release }, print, useDocker)) {
    print(`${what}:\n${await gate(request, release.verifier, at)}`)
  }
}
