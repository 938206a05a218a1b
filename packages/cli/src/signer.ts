import { resolve } from 'node:path'
import { CilockError, importSigner } from '@cilock/core'
import type { KeySigner, Signer } from '@cilock/core'
import { readSigner } from '@cilock/core/node'
import { certifiedSigner } from '@cilock/x509'
import { usage } from './error.ts'
import type { Flags } from './flags/flag.ts'
import type { CliIo } from './io.ts'
import { readNamedFile } from './read-file.ts'

/** The signer that the flags name; undefined when they name none. */
export async function signerOf(flags: Flags, io: CliIo): Promise<Signer | undefined> {
  const path = flags.string('signer-file-key-path')
  if (path === undefined) {
    const orphan = flags.names().find((name) => name.startsWith('signer-'))
    if (orphan !== undefined) throw usage(`--${orphan} needs --signer-file-key-path`)
    return undefined
  }
  const passphrase = await passphraseOf(flags, io)
  return certified(await keySigner(resolve(io.workingDir, path), passphrase), flags, io)
}

async function keySigner(path: string, passphrase: string | undefined): Promise<KeySigner> {
  try {
    return await readSigner(path, passphrase === undefined ? {} : { passphrase })
  } catch (error) {
    if (!CilockError.is(error) || error.code !== 'ERR_KEY_UNSUPPORTED') throw error
    // few keep such a key, and what opens it need not be loaded by the others
    const { decryptCosignKey, isCosignPrivateKey } = await import('@cilock/cosign')
    const pem = new TextDecoder().decode(await readNamedFile('key', path))
    if (!isCosignPrivateKey(pem)) throw error
    return importSigner(await decryptCosignKey(pem, { password: passphrase ?? '' }))
  }
}

async function certified(signer: KeySigner, flags: Flags, io: CliIo): Promise<Signer> {
  const path = flags.string('signer-file-cert-path') ?? ''
  const issuers = flags.list('signer-file-intermediate-paths')
  if (path === '') {
    // Go passes over them, and the evidence misses what verifies it
    if (issuers.length > 0) throw usage('--signer-file-intermediate-paths needs --signer-file-cert-path')
    return signer
  }
  const read = async (what: string, file: string): Promise<Uint8Array> => readNamedFile(what, resolve(io.workingDir, file))
  return certifiedSigner(signer, {
    certificate: await read('certificate', path),
    intermediates: await Promise.all(issuers.map(async (file) => read('intermediate certificate', file))),
  })
}

/** Flag, then file (one line), then the environment, as the Go tools look for it. */
async function passphraseOf(flags: Flags, io: CliIo): Promise<string | undefined> {
  if (flags.given('signer-file-key-passphrase')) return flags.string('signer-file-key-passphrase')
  const path = flags.string('signer-file-key-passphrase-path')
  if (path !== undefined && path !== '') {
    const text = new TextDecoder('utf-8', { fatal: false }).decode(await readNamedFile('passphrase file', resolve(io.workingDir, path))).replace(/[\r\n]+$/, '')
    if (/[\r\n]/.test(text)) throw usage('--signer-file-key-passphrase-path: the file has more than one line')
    return text
  }
  return io.env['AFLOCK_KEY_PASSPHRASE'] ?? io.env['WITNESS_KEY_PASSPHRASE']
}
