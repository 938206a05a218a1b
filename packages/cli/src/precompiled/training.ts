import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeEnvelope, generateKey } from '@cilock/core'
import { definePolicy, signPolicy } from '@cilock/policy'
import { runCommand } from '../command-line.ts'
import { runRow } from '../commands/run-row.ts'
import type { CliIo } from '../io.ts'

const type = 'https://aflock.ai/attestations/command-run/v0.2'

/** An everyday rule: what it does not use is compiled when it is needed, as without compiled code. */
const rule = `package training

import rego.v1

deny contains msg if {
  not allowed
  msg := sprintf("the command ended with %v: %s", [input.exitcode, concat(" ", input.cmd)])
}

allowed if {
  count(input.cmd) > 0
  some word in input.cmd
  startswith(word, "")
  object.get(input, "exitcode", 0) == 0
}
`

/**
 * Makes evidence and a policy that it satisfies in an empty folder.
 *
 * @returns the arguments of `verify` that decide on them.
 */
export async function makeTraining(folder: string, io: CliIo): Promise<readonly string[]> {
  const builder = await generateKey('ed25519')
  const release = await generateKey('ec-p256')
  await writeFile(join(folder, 'builder.pem'), builder.privateKeyPem, { mode: 0o600 })
  await writeFile(join(folder, 'release.pub'), release.publicKeyPem)
  const silent = { write: () => {}, isTTY: false }
  const write = ['-e', 'require("node:fs").writeFileSync("app", "the artifact")']
  const args = ['-s', 'build', '-k', 'builder.pem', '-a', 'environment', '-o', 'build.json', '--', process.execPath, ...write]
  const code = await runCommand(runRow, args, { ...io, workingDir: folder, stdout: silent, stderr: silent })
  if (code !== 0) throw new TypeError('the evidence to compile by could not be made')
  const policy = definePolicy({ expires: new Date('9999-01-01'), steps: { build: { functionaries: [builder.verifier], attestations: [{ type, rego: rule }] } } })
  await writeFile(join(folder, 'policy.json'), encodeEnvelope(await signPolicy({ policy, signers: [release.signer] })))
  return ['-p', 'policy.json', '-k', 'release.pub', '-a', 'build.json', 'app']
}
