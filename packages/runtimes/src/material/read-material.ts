import { createPublicKey, X509Certificate } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { envelopesOf, hashOf, recordings, refusals } from '@cilock/conformance'
import { vectors } from '@cilock/vectors'
import type { Material, RecordedEnvelope } from '../suite/material.ts'

/** Everything the suite reads, from beside this checkout; what is absent there is absent here, and said in `missing`. */
export function readMaterial(): { readonly material: Material; readonly missing: readonly string[] } {
  const [evidence, merkle] = [vectors('golden/evidence'), vectors('merkle')]
  const keys = evidence === undefined ? undefined : join(evidence, 'keys')
  const envelopes = evidence === undefined ? [] : readEnvelopes(evidence)
  return {
    material: {
      publicKeys: keys === undefined ? {} : { ...certifiedKeys(envelopes), ...readPublicKeys(keys) },
      privateKeys: keys === undefined ? {} : texts(keys, (name) => /\.(?:pem|key)$/.test(name) && !/\.(?:pub|cert)\.pem$/.test(name)),
      certificates: keys === undefined ? {} : texts(keys, (name) => name.endsWith('.cert.pem')),
      passphrase: keys === undefined ? '' : readFileSync(join(keys, 'passphrase.txt'), 'utf8').trim(),
      envelopes,
      proofs: merkle === undefined ? {} : texts(merkle, (name) => name.endsWith('.json')),
    },
    missing: [...(evidence === undefined ? ['golden/evidence'] : []), ...(merkle === undefined ? ['merkle'] : [])],
  }
}

/** The keys of certificates are there as private keys only. */
function readPublicKeys(keys: string): Readonly<Record<string, string>> {
  const ofCertificates = Object.entries(texts(keys, (name) => /^x509-.*\.key\.pem$/.test(name))).map(([name, pem]) => [name, createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString()])
  return { ...texts(keys, (name) => name.endsWith('.pub.pem')), ...Object.fromEntries(ofCertificates) }
}

/** Keys that were made for one signature are known from their certificates alone. */
function certifiedKeys(envelopes: readonly RecordedEnvelope[]): Readonly<Record<string, string>> {
  const keys = envelopes.flatMap(({ name, bytes }) => {
    const { signatures = [] } = JSON.parse(Buffer.from(bytes, 'base64').toString('utf8')) as { readonly signatures?: readonly { readonly certificate?: string }[] | null }
    return (signatures ?? []).flatMap(({ certificate }, index) =>
      certificate === undefined ? [] : [[`${name} ${index}`, new X509Certificate(Buffer.from(certificate, 'base64')).publicKey.export({ type: 'spki', format: 'pem' }).toString()]],
    )
  })
  return Object.fromEntries(keys)
}

function readEnvelopes(evidence: string): readonly RecordedEnvelope[] {
  return recordings(evidence).flatMap((recording) => {
    const refusal = refusals.get(recording.id)
    return envelopesOf(recording).map(({ file }) => ({
      name: `${recording.id}/${file}`,
      bytes: readFileSync(join(recording.folder, file)).toString('base64'),
      hash: hashOf(recording),
      ...(refusal !== undefined && { refusal: refusal.code }),
    }))
  })
}

function texts(folder: string, isWanted: (name: string) => boolean): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(isWanted).sort()
  return Object.fromEntries(names.map((name) => [name.replaceAll('\\', '/'), readFileSync(join(folder, name), 'utf8')]))
}
