import type { Recording } from './recording.ts'

/** A key that no recorded predicate depends on, by its recorded path. */
const anyKey = '/src/keys/ec-p256.pem'

/**
 * The recorded command line as ours takes it, without the program's name. Where the recording is not about signing, a key
 * of the recording signs: certificates and timestamps are not what a run's evidence is compared by.
 */
export function ourCommandLine(recording: Pick<Recording, 'id' | 'tool' | 'kind' | 'argv'>): readonly string[] {
  const [, ...words] = recording.argv
  const end = words.indexOf('--')
  const [flags, command] = end === -1 ? [words, []] : [words.slice(0, end), words.slice(end)]
  const signed = isAboutSigning(recording) ? flags : [...withoutSigner(flags), '--signer-file-key-path', anyKey]
  return [...signed, ...(recording.tool === 'witness' && flags[0] !== 'sign' ? asWitness : []), ...command]
}

/** Whether the recording is about who signs, so that its keys and signatures count. */
export function isAboutSigning({ id, kind }: Pick<Recording, 'id' | 'kind'>): boolean {
  return /^(?:witness-)?(?:sign|keyid|x509)|^(?:fulcio|timestamp)-refused$/.test(kind) || id === 'run-json-signer-fails'
}

function withoutSigner(flags: readonly string[]): readonly string[] {
  const isSigning = flags[0] === 'sign' ? signing : signingOrTimestamps
  const kept: string[] = []
  for (let index = 0; index < flags.length; index++) {
    const flag = flags[index] ?? ''
    const isLong = flag.startsWith('--')
    const name = isLong ? flag.replace(/=.*/s, '') : flag.slice(0, 2)
    if (!isSigning.test(name)) kept.push(flag)
    else if (isLong ? !flag.includes('=') : flag.length === 2) index++
  }
  return kept
}

/** Flags that only say who signs; each takes a value. For `sign`, `-t` is the type of the payload. */
const signing = /^(?:-k|--signer-.*|--timestamp-servers)$/
const signingOrTimestamps = /^(?:-k|-t|--signer-.*|--timestamp-servers)$/

/** What witness does without being told: its own spelling of evidence, and its shorter list of variables to hide. */
const asWitness: readonly string[] = [
  '--dialect',
  'witness',
  '--env-disable-default-sensitive-vars',
  '--env-add-sensitive-key',
  '*TOKEN*,*SECRET*,*API_KEY*,*PASSWORD*,*JWT*,*sshKey*,*passphrase*',
]
