import { resolve } from 'node:path'
import { importVerifier } from '@cilock/core'
import type { Verifier } from '@cilock/core'
import { policySigner } from '@cilock/policy'
import { usage } from '../error.ts'
import { fulcioExtensionFlags } from '../flags/policy-trust-flags.ts'
import type { Flags } from '../flags/flag.ts'
import type { CliIo } from '../io.ts'
import { readNamedFile } from '../read-file.ts'

const githubIssuer = 'https://token.actions.githubusercontent.com'

/** Who may sign the policy: a key, the holder of a certificate, or either. */
export async function policyVerifiers(flags: Flags, io: CliIo): Promise<readonly Verifier[]> {
  const text = async (what: string, path: string): Promise<string> => new TextDecoder().decode(await readNamedFile(what, resolve(io.workingDir, path)))
  const texts = async (what: string, paths: readonly string[]): Promise<readonly string[]> => Promise.all(paths.map(async (path) => text(what, path)))
  const publicKey = flags.string('publickey') ?? ''
  const roots = [...flags.list('policy-ca-roots'), ...flags.list('policy-ca')]
  if (publicKey === '' && roots.length === 0) throw usage('--publickey (-k) or --policy-ca-roots is missing: whose policy is to be believed?')
  const keys = publicKey === '' ? [] : [await importVerifier(await text('public key', publicKey))]
  if (roots.length === 0) return keys
  const intermediates = flags.list('policy-ca-intermediates')
  const signer = policySigner({
    roots: (await texts('certificate authority', roots)).join('\n'),
    ...(intermediates.length > 0 && { intermediates: (await texts('intermediate', intermediates)).join('\n') }),
    timestampAuthorities: await texts('timestamp authority', flags.list('policy-timestamp-servers')),
    signer: {
      commonName: flags.string('policy-commonname') ?? '',
      dnsNames: flags.list('policy-dns-names'),
      emails: flags.list('policy-emails'),
      organizations: flags.list('policy-organizations'),
      uris: flags.list('policy-uris'),
      extensions: { Issuer: githubIssuer, ...extensionsOf(flags) },
    },
    now: io.clock(),
  })
  return [...keys, signer]
}

function extensionsOf(flags: Flags): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fulcioExtensionFlags.flatMap(({ flag, extension }) => {
      const value = flags.string(flag)
      return value === undefined ? [] : [[extension, value]]
    }),
  )
}
