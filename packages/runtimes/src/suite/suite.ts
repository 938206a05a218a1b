import { certificateChecks } from './certificates.ts'
import type { Check } from './check.ts'
import { exportChecks, typesIn } from './exports.ts'
import type { Modules } from './exports.ts'
import { goldenChecks } from './golden.ts'
import { jsonChecks } from './json.ts'
import { keyFileChecks } from './key-files.ts'
import type { Material } from './material.ts'
import { merkleChecks } from './merkle.ts'
import { policyChecks } from './policy.ts'
import { regoChecks } from './rego.ts'
import { signChecks } from './sign.ts'
import { worldChecks } from './world.ts'

/** Everything that runs on every runtime, in one order. */
export function suite(modules: Modules, material: Material): readonly Check[] {
  return [
    ...exportChecks(modules),
    ...signChecks(),
    ...keyFileChecks(material),
    ...goldenChecks(material, typesIn(modules)),
    ...certificateChecks(material),
    ...policyChecks(),
    ...regoChecks(),
    ...merkleChecks(material),
    ...jsonChecks(),
    ...worldChecks(),
  ]
}
